"""Pairing a room shelf by shelf: several people, resumed, undone, done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from controller.circulation import api as circulation_api
from controller.circulation.store import close_loan
from controller.context import Context
from controller.holdings import api as holdings_api
from controller.holdings.homes import homes_version
from controller.holdings.store import get_box_row
from controller.holdings.tables import BoxRow, ImportRow, ShelfRow
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.store import NewUser, add_user
from controller.tags import api as tags_api
from controller.tags.writing import TagWriter

from .archive import FAR_SHELF, NEXT_SHELF, SHELF, TAG, Desk, make_desk
from .conftest import Api
from .test_tags import SilentRoom

FRESH = [f"5352000100000000000001{n:02X}" for n in range(9)]
FACE = {"bank": 1, "column": 3, "face": "L"}


@pytest.fixture
def desk(api: Api, context: Context, build: Any) -> Desk:
    writer = TagWriter(context, SilentRoom())
    routers = [
        tags_api.routes(context, writer, end_loan=close_loan),
        holdings_api.routes(context),
        circulation_api.routes(context),
    ]
    return make_desk(api, context, build, routers)


@pytest.fixture
def other(desk: Desk, passwords: Passwords) -> Desk:
    """Somebody else at the same API."""
    secret = "correct horse battery"
    with desk.context.records.write() as session:
        new = NewUser(name="小李", post=Post.ARCHIVIST, password_hash=passwords.hash(secret))
        add_user(session, new, now=desk.api.clock.now(), actor="system")
    browser = desk.api.browser()
    signed = browser.post("/api/v1/session", json={"name": "小李", "password": secret})
    assert signed.status_code == 200, signed.text
    return Desk(api=desk.api, context=desk.context, browsers={Post.ARCHIVIST: browser})


def begin(desk: Desk, **scope: Any) -> str:
    status, page = desk.post("/rooms/S1/pairings", scope)
    assert status == 201, page
    return str(page["id"])


def scan(desk: Desk, work: str, shelf: str, code: str, epc: str, **more: Any) -> Any:
    body = {"box_code": code, "epc": epc, **more}
    return desk.post(f"/pairings/{work}/shelves/{shelf}/boxes", body)


def undo(desk: Desk, work: str, shelf: str) -> Any:
    return desk.ask("DELETE", f"/pairings/{work}/shelves/{shelf}/boxes")


def done(desk: Desk, work: str, shelf: str) -> Any:
    return desk.post(f"/pairings/{work}/shelves/{shelf}/done", {})


def test_a_work_list_has_every_shelf_of_its_part_of_the_room(desk: Desk) -> None:
    _, page = desk.get(f"/pairings/{begin(desk, **FACE)}")
    assert (page["scope"], page["room"]) == (FACE, "S1")
    assert (page["total_shelves"], page["boxes_total"]) == (8, 3)
    assert [s["address"] for s in page["shelves"]][:2] == [SHELF, NEXT_SHELF]
    assert {(s["status"], s["by"]) for s in page["shelves"]} == {("open", None)}
    assert page["done"] is False
    whole = desk.post("/rooms/S1/pairings", {})
    assert (whole[0], whole[1]["code"]) == (409, "tags.pairing_open"), "they share shelves"
    _, bank = desk.post("/rooms/S1/pairings", {"bank": 1, "column": 5})
    assert (bank["total_shelves"], bank["boxes_total"]) == (16, 1)
    assert desk.post("/rooms/S1/pairings", {"column": 5})[1]["code"] == "tags.scope_has_holes"
    assert desk.post("/rooms/S1/pairings", {"bank": 7})[1]["code"] == "tags.no_shelves"
    assert len(desk.get("/rooms/S1/pairings")[1]["pairings"]) == 2


def test_a_list_and_its_page_count_alike_and_no_box_that_nobody_may_see_yet(desk: Desk) -> None:
    work, closed = begin(desk, **FACE), begin(desk, bank=1, column=5)
    desk.ask("DELETE", f"/pairings/{closed}")
    for code, epc in (("A-1", FRESH[0]), ("A-2", FRESH[1])):
        scan(desk, work, SHELF, code, epc)
    undo(desk, work, SHELF)
    done(desk, work, NEXT_SHELF)
    at = desk.context.clock.now()
    with desk.context.records.write() as session:
        half = {"id": "half", "kind": "boxes", "name": "list", "by": "u1", "at": at}
        session.execute(insert(ImportRow), [half | {"state": "publishing"}])
        fresh = {
            "code": "A-9",
            "code_key": "A9",
            "code_back": "9A",
            "title": "-",
            "thickness_mm": 9,
        }
        place = {"place_kind": "home", "place_address": SHELF, "place_since": at}
        home = {"home_shelf": SHELF, "home_order_mm": 800, "import_id": "half"}
        session.execute(insert(BoxRow), [fresh | place | home])
    _, page = desk.get(f"/pairings/{work}")
    shelves = page.pop("shelves")
    listed = {one["id"]: one for one in desk.get("/rooms/S1/pairings")[1]["pairings"]}
    assert listed[work] == page
    assert (page["boxes_total"], page["boxes_paired"]) == (3, 1)
    assert (page["total_shelves"], page["shelves_done"]) == (8, 1)
    assert [(s["boxes"], s["paired"]) for s in shelves[:1]] == [(page["boxes_total"] - 1, 1)]
    assert (listed[closed]["boxes_total"], listed[closed]["done"]) == (1, True)


def test_boxes_are_paired_left_to_right_and_seen_there(desk: Desk) -> None:
    work = begin(desk, **FACE)
    assert scan(desk, work, SHELF, "SR:B:A-1", FRESH[0])[0] == 201
    status, shelf = scan(desk, work, SHELF, "a-2", FRESH[1].lower())
    assert (status, shelf["status"]) == (201, "started")
    assert [(b["box_code"], b["epc"]) for b in shelf["boxes"]] == [
        ("A-1", FRESH[0]),
        ("A-2", FRESH[1]),
    ]
    _, box = desk.get("/boxes/A-1")
    assert (box["epc"], [t["epc"] for t in box["tags"]]) == (FRESH[0], [FRESH[0], TAG["A-1"]])
    assert (box["last_seen"]["by_kind"], box["last_seen"]["zone"]) == ("person", SHELF)
    _, page = desk.get(f"/pairings/{work}")
    assert (page["boxes_paired"], page["shelves"][0]["paired"]) == (2, 2)
    assert desk.audited("tag.", "pairing.") == [
        ("pairing.begun", "S1-B1-C3-L", "done"),
        ("tag.paired", "A-1", "done"),
        ("tag.paired", "A-2", "done"),
    ]


def test_a_box_with_its_own_old_tag_counts_as_paired(desk: Desk) -> None:
    work = begin(desk, **FACE)
    assert scan(desk, work, SHELF, "A-1", TAG["A-1"])[0] == 201
    assert desk.get(f"/pairings/{work}")[1]["boxes_paired"] == 1
    assert undo(desk, work, SHELF)[1]["boxes"] == []
    assert desk.get("/boxes/A-1")[1]["epc"] == TAG["A-1"]


def test_a_box_of_another_shelf_is_refused_until_a_person_says_it_stays(desk: Desk) -> None:
    work = begin(desk, **FACE)
    scan(desk, work, SHELF, "A-1", FRESH[0])
    status, problem = scan(desk, work, SHELF, "A-4", FRESH[1])
    assert (status, problem["code"]) == (409, "tags.wrong_shelf")
    assert problem["params"]["home"] == FAR_SHELF
    assert desk.get("/boxes/A-4")[1]["epc"] is None
    with desk.context.records.read() as session:
        before = homes_version(session, "S1")
    assert scan(desk, work, SHELF, "A-4", FRESH[1], here=True)[0] == 201
    _, box = desk.get("/boxes/A-4")
    assert (box["home"]["address"], box["home"]["order_mm"]) == (SHELF, 80)
    assert box["state"] == "in_place"
    with desk.context.records.read() as session:
        assert homes_version(session, "S1") > before
    assert undo(desk, work, SHELF)[0] == 200
    _, box = desk.get("/boxes/A-4")
    assert (box["home"]["address"], box["epc"]) == (FAR_SHELF, None)
    assert (box["state"], box["place"]["address"]) == ("misplaced", SHELF), "it stands there still"
    moved = [action for action, _, _ in desk.audited("holdings.home_moved")]
    assert len(moved) == 2
    _, told = desk.get("/boxes/A-4/homes")
    assert [(one["from"], one["to"], one["list"]) for one in told["homes"]] == [
        (SHELF, FAR_SHELF, None),
        (FAR_SHELF, SHELF, None),
    ]
    assert {one["by"] for one in told["homes"]} == {box["last_seen"]["by"]}
    assert desk.get("/boxes/A-77/homes")[0] == 404


def test_a_full_shelf_takes_no_box_of_elsewhere(desk: Desk) -> None:
    work = begin(desk, **FACE)
    with desk.context.records.write() as session:
        get_box_row(session, "A-1").thickness_mm = 850
    scan(desk, work, SHELF, "A-1", FRESH[0])
    status, problem = scan(desk, work, SHELF, "A-4", FRESH[1], here=True)
    assert (status, problem["code"]) == (409, "tags.shelf_full")
    assert problem["params"] == {"address": SHELF, "length_mm": 900, "needed_mm": 930}


def test_a_shelf_that_the_room_file_no_longer_has_becomes_nobody_s_home(desk: Desk) -> None:
    work = begin(desk, **FACE)
    with desk.context.records.write() as session:
        session.get_one(ShelfRow, SHELF).removed_at = desk.api.clock.now()
    status, problem = scan(desk, work, SHELF, "A-4", FRESH[1], here=True)
    assert (status, problem["code"]) == (404, "tags.not_on_list")
    assert desk.get("/boxes/A-4")[1]["home"]["address"] == FAR_SHELF


def test_a_shelf_is_in_one_person_s_hands(desk: Desk, other: Desk) -> None:
    work = begin(desk, **FACE)
    scan(desk, work, SHELF, "A-1", FRESH[0])
    status, problem = scan(other, work, SHELF, "A-2", FRESH[1])
    assert (status, problem["code"]) == (409, "tags.shelf_taken")
    _, page = desk.get(f"/pairings/{work}")
    assert problem["params"]["by"] == page["shelves"][0]["by"]
    assert scan(other, work, NEXT_SHELF, "A-3", FRESH[2])[0] == 201, "another shelf is free"
    desk.api.clock.advance(minutes=31)
    assert scan(other, work, SHELF, "A-2", FRESH[1])[0] == 201, "nobody went on with it"
    assert [s["by"] for s in desk.get(f"/pairings/{work}")[1]["shelves"][:2]] == ["小李", "小李"]


def test_what_is_paired_twice_or_with_another_s_tag_is_refused(desk: Desk) -> None:
    work = begin(desk, **FACE)
    scan(desk, work, SHELF, "A-1", FRESH[0])
    assert scan(desk, work, SHELF, "A-1", FRESH[1])[1]["code"] == "tags.paired_already"
    status, problem = scan(desk, work, SHELF, "A-2", FRESH[0])
    assert (status, problem["code"], problem["params"]["code"]) == (409, "tags.in_use", "A-1")
    assert scan(desk, work, SHELF, "N-0", FRESH[1])[0] == 404
    assert scan(desk, work, FAR_SHELF, "A-4", FRESH[1])[1]["code"] == "tags.not_on_list"
    assert desk.get(f"/pairings/{work}/shelves/{FAR_SHELF}")[0] == 404, "nobody walks there"
    assert desk.get(f"/pairings/nowhere/shelves/{SHELF}")[0] == 404
    assert scan(desk, work, SHELF, "A-2", "12")[1]["code"] == "tags.no_number"
    assert [b["box_code"] for b in desk.get(f"/pairings/{work}/shelves/{SHELF}")[1]["boxes"]] == [
        "A-1"
    ]


def test_a_shelf_that_is_done_takes_on_the_order_in_which_it_was_scanned(desk: Desk) -> None:
    work = begin(desk, **FACE)
    scan(desk, work, SHELF, "A-2", FRESH[1])
    scan(desk, work, SHELF, "A-1", FRESH[0])
    status, shelf = done(desk, work, SHELF)
    assert (status, shelf["status"], shelf["missing"]) == (200, "done", [])
    _, face = desk.get("/rooms/S1/banks/1/columns/3/faces/L")
    assert [b["code"] for b in face["shelves"][0]["boxes"]] == ["A-2", "A-1"]
    status, shelf = done(desk, work, NEXT_SHELF)
    assert (shelf["missing"], shelf["boxes"]) == (["A-3"], [])
    _, page = desk.get(f"/pairings/{work}")
    assert (page["shelves_done"], page["done"]) == (2, False)


def test_a_list_ends_with_its_last_shelf_or_when_somebody_closes_it(desk: Desk) -> None:
    work = begin(desk, **FACE)
    for shelf in desk.get(f"/pairings/{work}")[1]["shelves"]:
        assert done(desk, work, shelf["address"])[0] == 200
    assert desk.get(f"/pairings/{work}")[1]["done"] is True
    status, problem = scan(desk, work, SHELF, "A-1", FRESH[0])
    assert (status, problem["code"]) == (409, "tags.pairing_closed")
    again = begin(desk, **FACE)
    assert desk.ask("DELETE", f"/pairings/{again}")[1]["done"] is True
    pairings = desk.get("/rooms/S1/pairings")[1]["pairings"]
    assert [one["id"] for one in pairings] != []
    assert desk.get("/pairings/nothing")[0] == 404
    assert undo(desk, "nothing", SHELF)[0] == 404


def test_undoing_gives_back_the_tag_it_replaced_and_history_keeps_both(desk: Desk) -> None:
    work = begin(desk, **FACE)
    scan(desk, work, SHELF, "A-1", FRESH[0])
    undo(desk, work, SHELF)
    _, box = desk.get("/boxes/A-1")
    assert [t["epc"] for t in box["tags"]] == [TAG["A-1"], FRESH[0], TAG["A-1"]]
    assert undo(desk, work, SHELF)[1]["code"] == "tags.nothing_to_undo"
    assert scan(desk, work, SHELF, "A-1", FRESH[0])[0] == 201


def test_every_step_refreshes_open_pages(desk: Desk) -> None:
    work = begin(desk, **FACE)
    with desk.context.hub.subscribe(lambda: None) as told:
        scan(desk, work, SHELF, "A-1", FRESH[0])
        done(desk, work, SHELF)
        _, changes = told.take()
    assert {(c.change.kind, c.change.key) for c in changes} == {
        ("tag", FRESH[0]),
        ("pairing", f"{work}/{SHELF}"),
    }


def test_a_step_tells_how_far_its_shelf_is_as_the_page_of_the_list_would(desk: Desk) -> None:
    work = begin(desk, **FACE)

    def told_of(step: Callable[[], Any]) -> dict[str, Any]:
        with desk.context.hub.subscribe(lambda: None) as told:
            step()
            _, changes = told.take()
        bodies = [dict(c.change.body) for c in changes if c.change.kind == "pairing"]
        _, page = desk.get(f"/pairings/{work}")
        rows = {row["address"]: row for row in page["shelves"]}
        assert [one["shelf"] for one in bodies] == [rows[b["shelf"]["address"]] for b in bodies]
        assert {(one["id"], one["room"]) for one in bodies} == {(work, "S1")}
        return {one["shelf"]["address"]: one["shelf"] for one in bodies}

    first = told_of(lambda: scan(desk, work, SHELF, "A-1", FRESH[0]))
    assert (first[SHELF]["status"], first[SHELF]["paired"]) == ("started", 1)
    moved = told_of(lambda: scan(desk, work, NEXT_SHELF, "A-2", FRESH[1], here=True))
    assert (moved[SHELF]["boxes"], moved[NEXT_SHELF]["paired"]) == (first[SHELF]["boxes"] - 1, 1)
    back = told_of(lambda: undo(desk, work, NEXT_SHELF))
    assert (back[SHELF]["boxes"], back[NEXT_SHELF]["paired"]) == (first[SHELF]["boxes"], 0)
    assert told_of(lambda: done(desk, work, SHELF))[SHELF]["status"] == "done"


def test_a_list_that_is_closed_is_told_whole(desk: Desk) -> None:
    work = begin(desk, **FACE)
    with desk.context.hub.subscribe(lambda: None) as told:
        desk.ask("DELETE", f"/pairings/{work}")
        _, changes = told.take()
    assert [(c.change.key, "shelf" in c.change.body) for c in changes] == [(work, False)]


@pytest.mark.parametrize(
    ("post", "reads"), [(Post.CART_OPERATOR, True), (Post.FACILITY_MANAGER, False)]
)
def test_pairing_is_for_archivists(desk: Desk, post: Post, reads: bool) -> None:
    work = begin(desk, **FACE)
    shelf = f"/pairings/{work}/shelves/{SHELF}"
    for path in ("/rooms/S1/pairings", f"/pairings/{work}", shelf):
        assert (desk.get(path, post)[0] == 200) is reads
    for method, path in (
        ("POST", "/rooms/S1/pairings"),
        ("DELETE", f"/pairings/{work}"),
        ("POST", f"{shelf}/boxes"),
        ("DELETE", f"{shelf}/boxes"),
        ("POST", f"{shelf}/done"),
    ):
        assert desk.ask(method, path, post, json={})[0] == 403, path


def test_a_lent_box_that_is_paired_on_a_shelf_is_lent_no_more(desk: Desk) -> None:
    for code in ("A-1", "A-2"):
        asked = {"items": [{"box_code": code}], "person": "李工"}
        assert desk.post("/checkouts/many", asked)[1]["results"][0]["ok"]
    work = begin(desk, **FACE)
    status, shelf = scan(desk, work, SHELF, "A-1", FRESH[0])
    assert (status, shelf["lent_to"]) == (201, "李工")
    assert desk.get("/boxes/A-1")[1]["state"] == "in_place"
    _, still = desk.get("/checkouts", open=True)
    assert [one["code"] for one in still["checkouts"]] == ["A-2"]
    assert ("circulation.taken_back", "A-1", "done") in desk.audited("circulation.taken_back")
    assert scan(desk, work, SHELF, "A-3", FRESH[1], here=True)[1]["lent_to"] is None
    _, refused = scan(desk, work, SHELF, "A-2", FRESH[0])
    assert refused["code"] == "tags.in_use"
    _, still = desk.get("/checkouts", open=True)
    assert len(still["checkouts"]) == 1, "what was refused ends no loan"
