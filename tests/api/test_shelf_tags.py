"""Tags of shelves over the API: written, paired, recognised, and never taken for a box's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from config.addresses import parse_address
from config.room import Room
from config.site import Tagging
from controller.circulation.store import close_loan
from controller.context import Context
from controller.holdings import api as holdings_api
from controller.holdings.homes import list_homes
from controller.holdings.shapes import ShelfItemView
from controller.holdings.shelves import sync_shelves
from controller.people.model import Post
from controller.readers.bench import BenchMirror
from controller.readers.feed import show_bench
from controller.tags import api as tags_api
from controller.tags import schemes
from controller.tags.writing import TagWriter
from drivers.messages import BenchState, BenchTag, BoxMoved, BoxSeen, Reply, TagRequest, TagWritten

from .archive import FAR_SHELF, NEW_TAG, NEXT_SHELF, SHELF, TAG, Desk, make_desk
from .conftest import Api

FACTORY_TAG = "E280116060000209A1B2C3D4"
SGLN = Tagging(company_prefix="0614141", shelf_labels="sgln-96", locations={"S1": "12345"})
NUMBER = schemes.shelf_number(SGLN, parse_address(SHELF)) or ""
NEXT_NUMBER = schemes.shelf_number(SGLN, parse_address(NEXT_SHELF)) or ""


class Writes:
    """A room that writes every tag, or answers as it was told."""

    def __init__(self) -> None:
        self.asked: list[TagRequest] = []
        self.status, self.code = "done", ""

    async def ask(self, room: str, request: TagRequest, wait_s: float = 12) -> Reply | None:
        self.asked.append(request)
        return Reply.model_validate(
            {
                "request_id": request.id,
                "status": self.status,
                "code": self.code or None,
                "at": "2026-03-02T08:00:00Z",
            }
        )


@pytest.fixture
def room() -> Writes:
    return Writes()


def open_desk(api: Api, context: Context, build: Any, room: Writes, tagging: Tagging) -> Desk:
    numbered = replace(context, site=context.site.model_copy(update={"tagging": tagging}))
    writer = TagWriter(numbered, room)
    routers = [
        tags_api.routes(numbered, writer, end_loan=close_loan),
        holdings_api.routes(numbered),
    ]
    return make_desk(api, numbered, build, routers)


@pytest.fixture
def desk(api: Api, context: Context, build: Any, room: Writes) -> Desk:
    return open_desk(api, context, build, room, SGLN)


@pytest.fixture
def private_desk(api: Api, context: Context, build: Any, room: Writes) -> Desk:
    return open_desk(api, context, build, room, Tagging())


def write(desk: Desk, epc: str, shelf: str = SHELF) -> Any:
    item = {"kind": "shelf", "code": shelf}
    body = {"reader": "reader-1", "antenna": 1, "epc": epc, "item": item}
    return desk.post("/rooms/S1/tags/write", body)


def pair(desk: Desk, epc: str, kind: str, code: str) -> Any:
    return desk.post("/tags", {"epc": epc, "item": {"kind": kind, "code": code}})


def seen(desk: Desk, epc: str, zone: str = "desk") -> BoxSeen:
    return BoxSeen(at=desk.now(), epc=epc, zone=zone, confidence=0.99, reader="reader-1")


def test_a_shelf_s_tag_is_written_with_the_number_that_names_the_shelf(
    desk: Desk, room: Writes
) -> None:
    status, written = write(desk, FACTORY_TAG)
    assert (status, written["new_epc"], written["verified"]) == (200, NUMBER, True)
    assert [(ask.epc, ask.new_epc) for ask in room.asked] == [(FACTORY_TAG, NUMBER)]
    _, tag = desk.get(f"/tags/{NUMBER}")
    assert (tag["tag"], tag["item"]) == ("current", {"kind": "shelf", "code": SHELF})
    assert tag["scheme"]["uri"].startswith("urn:epc:id:sgln:0614141.12345.")
    assert [(one["kind"], one["code"]) for one in tag["history"]] == [("shelf", SHELF)]
    _, tags = desk.get(f"/shelves/{SHELF}/tags")
    assert [(one["epc"], one["until"]) for one in tags["tags"]] == [(NUMBER, None)]


def test_the_number_of_a_shelf_is_turned_back_into_its_shelf(desk: Desk) -> None:
    write(desk, FACTORY_TAG)
    _, found = desk.get("/scan", text=NUMBER.lower())
    assert (found["kind"], found["address"], found["tag"]) == ("shelf", SHELF, "current")
    assert (found["epc"], found["room"], found["item"]) == (NUMBER, "S1", None)
    assert found["aisle"] is not None
    _, found = desk.get("/scan", text=NEXT_NUMBER)
    assert (found["kind"], found["address"]) == ("shelf", NEXT_SHELF), "printed, never paired"
    assert found["tag"] == "unknown"
    no_such = schemes.shelf_number(SGLN, parse_address("S1-B1-C9-L-1-1")) or ""
    assert desk.get("/scan", text=no_such)[1]["kind"] == "tag"


def test_a_site_without_sgln_numbers_gives_its_shelves_private_ones(
    private_desk: Desk, room: Writes
) -> None:
    _, written = write(private_desk, FACTORY_TAG)
    assert written["new_epc"].startswith(schemes.PRIVATE_HEAD)
    assert len(written["new_epc"]) == 24
    _, found = private_desk.get("/scan", text=written["new_epc"])
    assert (found["kind"], found["address"]) == ("shelf", SHELF)


def test_an_existing_tag_is_paired_with_a_shelf_and_replaced_with_history(desk: Desk) -> None:
    assert pair(desk, FACTORY_TAG, "shelf", SHELF)[0] == 200
    status, told = pair(desk, NEW_TAG, "shelf", SHELF)
    assert (status, told["replaced"]) == (200, FACTORY_TAG)
    _, tags = desk.get(f"/shelves/{SHELF}/tags")
    assert [one["epc"] for one in tags["tags"]] == [NEW_TAG, FACTORY_TAG]
    assert tags["tags"][1]["replaced_by"] == NEW_TAG
    _, old = desk.get("/scan", text=FACTORY_TAG)
    assert (old["kind"], old["tag"], old["address"], old["item"]) == (
        "tag",
        "replaced",
        SHELF,
        None,
    )
    assert ("tag.paired", SHELF, "done") in desk.audited("tag.")


def test_a_shelf_s_tag_belongs_to_no_box_and_a_box_s_to_no_shelf(desk: Desk) -> None:
    assert pair(desk, FACTORY_TAG, "shelf", SHELF)[0] == 200
    for epc in (FACTORY_TAG, NEXT_NUMBER):
        status, problem = pair(desk, epc, "box", "A-1")
        assert (status, problem["code"]) == (409, "tags.in_use")
        assert problem["params"]["kind"] == "shelf"
    status, problem = pair(desk, TAG["A-1"], "shelf", SHELF)
    assert (status, problem["params"]) == (409, {"kind": "box", "code": "A-1"})
    status, problem = pair(desk, NEW_TAG, "shelf", "S1-B1-C9-L-1-1")
    assert (status, problem["code"]) == (404, "holdings.no_such_shelf")
    assert desk.get("/shelves/S1-B1-C9-L-1-1/tags")[0] == 404


def test_the_next_tag_of_a_shelf_gets_its_number_again(desk: Desk, room: Writes) -> None:
    write(desk, FACTORY_TAG)
    desk.now()
    status, written = write(desk, NEW_TAG)
    assert (status, written["new_epc"]) == (200, NUMBER)
    assert ("tag.written_again", SHELF, "done") in desk.audited("tag.")
    assert len(desk.get(f"/shelves/{SHELF}/tags")[1]["tags"]) == 1
    status, problem = write(desk, NUMBER)
    assert (status, problem["code"]) == (409, "tags.bears_it")
    assert len(room.asked) == 2


def test_a_shelf_s_number_that_was_in_a_tag_before_proves_no_write(
    desk: Desk, room: Writes
) -> None:
    write(desk, FACTORY_TAG)
    desk.now()
    room.status, room.code = "failed", "not_verified"
    assert write(desk, NEW_TAG)[1]["code"] == "tags.outcome_unknown"
    desk.tell(seen(desk, NUMBER))
    assert ("tag.written_again", SHELF, "done") not in desk.audited("tag.")
    (_, request) = room.asked
    desk.tell(
        TagWritten(
            at=desk.now(),
            request_id=request.id,
            reader="reader-1",
            antenna=1,
            epc=NEW_TAG,
            new_epc=NUMBER,
            locked=False,
            actor=request.actor,
        )
    )
    assert ("tag.written_again", SHELF, "done") in desk.audited("tag.")


def test_the_first_tag_of_a_shelf_that_is_heard_settles_its_write(desk: Desk, room: Writes) -> None:
    room.status, room.code = "failed", "not_verified"
    assert write(desk, FACTORY_TAG)[1]["code"] == "tags.outcome_unknown"
    desk.tell(seen(desk, NUMBER))
    assert desk.get(f"/tags/{NUMBER}")[1]["tag"] == "current"


def test_a_room_without_a_location_reference_has_no_shelf_numbers(
    api: Api, context: Context, build: Any, room: Writes
) -> None:
    elsewhere = SGLN.model_copy(update={"locations": {"R9": "12345"}})
    status, problem = write(open_desk(api, context, build, room, elsewhere), FACTORY_TAG)
    assert (status, problem["code"]) == (409, "tags.no_location")
    assert room.asked == []


def test_a_shelf_s_tag_that_a_room_hears_is_no_box_and_no_unknown_tag(desk: Desk) -> None:
    desk.tell(seen(desk, FACTORY_TAG, SHELF))
    assert len(desk.get("/lists/unknown-tags")[1]["tags"]) == 1
    assert pair(desk, FACTORY_TAG, "shelf", SHELF)[0] == 200
    assert desk.get("/lists/unknown-tags")[1]["tags"] == []
    moved = BoxMoved(
        at=desk.now(),
        epc=FACTORY_TAG,
        from_zone=SHELF,
        zone="desk",
        confidence=0.9,
        reader="reader-1",
    )
    desk.tell(moved, seen(desk, NEXT_NUMBER))
    assert desk.get("/lists/unknown-tags")[1]["tags"] == []
    with desk.context.records.read() as session:
        homes = list_homes(session, "S1")
    assert FACTORY_TAG not in {home.epc for home in homes}
    assert TAG["A-1"] in {home.epc for home in homes}


def test_a_shelf_that_left_the_room_file_keeps_its_tag_until_something_else_needs_it(
    desk: Desk, context: Context
) -> None:
    pair(desk, FACTORY_TAG, "shelf", "S1-B1-C6-L-1-1")
    smaller = without_last_column(context.rooms["S1"])
    with context.records.write() as session:
        sync_shelves(session, smaller, at=desk.now())
    assert desk.get("/scan", text=FACTORY_TAG)[1]["tag"] == "replaced"
    with context.records.write() as session:
        sync_shelves(session, context.rooms["S1"], at=desk.now())
    assert desk.get("/scan", text=FACTORY_TAG)[1]["kind"] == "shelf"
    with context.records.write() as session:
        sync_shelves(session, smaller, at=desk.now())
    assert pair(desk, FACTORY_TAG, "box", "A-1")[0] == 200
    with context.records.write() as session:
        sync_shelves(session, context.rooms["S1"], at=desk.now())
    assert desk.get("/scan", text=FACTORY_TAG)[1]["item"]["code"] == "A-1"
    assert desk.get("/shelves/S1-B1-C6-L-1-1/tags")[1]["tags"][0]["until"] is not None


def without_last_column(room: Room) -> Room:
    (bank,) = room.banks
    kept = bank.model_copy(update={"columns": bank.columns - 1})
    return room.model_copy(update={"banks": (kept,)})


def test_a_shelf_s_tag_before_an_antenna_is_shown_as_its_shelf(desk: Desk) -> None:
    write(desk, FACTORY_TAG)
    benches = BenchMirror(desk.context.clock)
    lying = BenchTag(epc=NUMBER, rssi_dbm=-40.0, reads=3, age_ms=10)
    state = BenchState(reader="reader-1", antenna=1, boot_id="b1", at=desk.now(), tags=(lying,))
    benches.take("S1", state)
    (shown,) = show_bench(desk.context, benches, "S1", "reader-1", 1).tags
    assert (shown.tag, shown.item) == ("current", ShelfItemView(code=SHELF))
    assert shown.scheme is not None
    assert shown.scheme.name == "sgln-96"


def test_tags_of_shelves_are_for_those_whose_post_it_is(desk: Desk) -> None:
    body = {"epc": FACTORY_TAG, "item": {"kind": "shelf", "code": FAR_SHELF}}
    assert desk.post("/tags", body, Post.CART_OPERATOR)[0] == 403
    assert desk.get(f"/shelves/{SHELF}/tags", Post.CART_OPERATOR)[0] == 200
    assert desk.get(f"/shelves/{SHELF}/tags", Post.AUDITOR)[0] == 403
