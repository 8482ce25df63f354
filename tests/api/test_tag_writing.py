"""Writing a tag over the API: paired only once the tag answers with its new number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from controller.circulation.store import close_loan
from controller.context import Context
from controller.holdings.model import Item
from controller.holdings.tagging import pair
from controller.people.model import SignedIn
from controller.tags import api as tags_api
from controller.tags.model import Refused
from controller.tags.write_watch import WriteWatch
from controller.tags.writing import TagWriter, WriteAsked
from drivers.messages import Actor, BenchState, BenchTag, BoxSeen, Reply, TagRequest, TagWritten

from .archive import NEW_TAG, TAG, Desk, make_desk
from .conftest import Api


class Room:
    """The far end of the link, which answers as a test says."""

    def __init__(self) -> None:
        self.asked: list[TagRequest] = []
        self.answers: list[tuple[str, str | None] | None] = []
        self.meanwhile: Callable[[TagRequest], None] = lambda _request: None

    async def ask(self, room: str, request: TagRequest, wait_s: float = 12) -> Reply | None:
        assert room == "S1"
        self.asked.append(request)
        self.meanwhile(request)
        answer = self.answers.pop(0)
        if answer is None:
            return None
        status, code = answer
        return Reply.model_validate(
            {"request_id": request.id, "status": status, "code": code, "at": "2026-03-02T08:00:00Z"}
        )


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def desk(api: Api, context: Context, build: Any, room: Room) -> Desk:
    writer = TagWriter(context, room, SecretStr("A1B2C3D4"))
    return make_desk(api, context, build, [tags_api.routes(context, writer, end_loan=close_loan)])


def write(desk: Desk, **more: Any) -> Any:
    body = {
        "reader": "reader-1",
        "antenna": 1,
        "epc": TAG["A-1"],
        "item": {"kind": "box", "code": "A-1"},
    }
    return desk.post("/rooms/S1/tags/write", body | more)


def tag_of(desk: Desk, epc: str) -> tuple[str, str | None]:
    _, tag = desk.get(f"/tags/{epc}")
    return tag["tag"], tag["item"]["code"] if tag["item"] else None


def test_a_written_tag_is_paired_and_its_old_number_kept(desk: Desk, room: Room) -> None:
    room.answers = [("done", None)]
    status, written = write(desk)
    assert (status, written["epc"], written["verified"]) == (200, TAG["A-1"], True)
    (request,) = room.asked
    assert (request.kind, request.epc, request.new_epc) == (
        "write_tag",
        TAG["A-1"],
        written["new_epc"],
    )
    assert (request.lock, request.password) == (False, None)
    assert written["new_epc"].startswith("53520001")
    assert tag_of(desk, written["new_epc"]) == ("current", "A-1")
    assert tag_of(desk, TAG["A-1"]) == ("replaced", None)
    assert desk.audited("tag.") == [
        ("tag.write_asked", "A-1", "done"),
        ("tag.paired", "A-1", "done"),
    ]


@pytest.mark.parametrize("answer", [("refused", "no_such_reader"), ("failed", "several_tags")])
def test_what_the_room_could_not_write_changes_nothing(
    desk: Desk, room: Room, answer: tuple[str, str]
) -> None:
    room.answers = [answer]
    status, problem = write(desk)
    assert (status, problem["code"]) == (409, f"tags.{answer[1]}")
    assert tag_of(desk, TAG["A-1"]) == ("current", "A-1")
    assert desk.audited("tag.")[-1] == ("tag.write_failed", "A-1", "failed")


def test_a_tag_that_took_its_number_but_no_lock_is_paired_and_told_as_not_locked(
    desk: Desk, room: Room
) -> None:
    room.answers = [("failed", "not_locked"), ("done", None)]
    status, written = write(desk, lock=True)
    assert (status, written["locked"]) == (200, False)
    assert tag_of(desk, written["new_epc"]) == ("current", "A-1")
    write(desk, epc=written["new_epc"])
    assert room.asked[-1].password is None, "nobody locked it"


@pytest.mark.parametrize("answer", [None, ("accepted", None), ("failed", "not_verified")])
def test_an_unknown_outcome_is_told_and_settled_when_the_tag_is_heard(
    desk: Desk, room: Room, answer: tuple[str, str | None] | None
) -> None:
    room.answers = [answer]
    status, problem = write(desk)
    new = problem["params"]["new_epc"]
    assert (status, problem["code"]) == (409, "tags.outcome_unknown")
    assert tag_of(desk, TAG["A-1"]) == ("current", "A-1")
    desk.tell(BoxSeen(at=desk.now(), epc=new, zone="desk", confidence=1, reader="reader-1"))
    assert tag_of(desk, new) == ("current", "A-1")
    place = desk.get("/scan", text="A-1")[1]["item"]["place"]
    assert place["kind"] == "desk", "the same news also says where the box is"


def test_a_write_that_is_settled_late_takes_no_newer_tag_from_its_item(
    desk: Desk, room: Room
) -> None:
    room.answers = [None, ("done", None)]
    _, problem = write(desk)
    desk.api.clock.advance(seconds=5)
    status, written = write(desk, epc="E20000000000000000000AAA")
    assert status == 200
    first = problem["params"]["new_epc"]
    desk.tell(BoxSeen(at=desk.now(), epc=first, zone="desk", confidence=1, reader="reader-1"))
    assert tag_of(desk, written["new_epc"]) == ("current", "A-1")
    assert desk.audited("tag.")[-1] == ("tag.write_unpaired", "A-1", "failed")


def test_a_tag_that_is_written_while_its_item_gets_another_is_told_as_not_paired(
    desk: Desk, room: Room
) -> None:
    def pair_another(_: TagRequest) -> None:
        desk.api.clock.advance(seconds=1)
        item, epc = Item(kind="box", code="A-1"), "E20000000000000000000AAA"
        with desk.context.records.write() as session:
            pair(session, item, epc, by="u2", at=desk.now(), cause="paired")

    room.answers, room.meanwhile = [("done", None)], pair_another
    status, problem = write(desk)
    assert (status, problem["code"]) == (409, "tags.not_paired")
    assert tag_of(desk, "E20000000000000000000AAA") == ("current", "A-1")


def test_the_old_number_heard_later_says_that_nothing_was_written(desk: Desk, room: Room) -> None:
    room.answers = [None]
    write(desk)
    old = BoxSeen(at=desk.now(), epc=TAG["A-1"], zone="desk", confidence=1, reader="reader-1")
    desk.tell(old)
    assert desk.audited("tag.")[-1] == ("tag.write_unknown", "A-1", "failed"), "may be under way"
    desk.api.clock.advance(seconds=60)
    desk.tell(old.model_copy(update={"at": desk.now()}))
    assert desk.audited("tag.")[-1] == ("tag.write_failed", "A-1", "failed")


def test_the_room_s_own_report_settles_a_write_even_before_its_answer(
    desk: Desk, room: Room
) -> None:
    def report(request: TagRequest) -> None:
        assert request.epc is not None
        assert request.new_epc is not None
        desk.tell(
            TagWritten(
                at=desk.now(),
                request_id=request.id,
                reader="reader-1",
                antenna=1,
                epc=request.epc,
                new_epc=request.new_epc,
                locked=False,
                actor=request.actor,
            )
        )

    room.meanwhile, room.answers = report, [None]
    status, written = write(desk)
    assert status == 200
    assert tag_of(desk, written["new_epc"]) == ("current", "A-1")
    assert [action for action, _, _ in desk.audited("tag.")] == [
        "tag.write_asked",
        "tag.paired",
    ]


def test_a_room_clock_that_is_ahead_lets_no_old_sighting_undo_what_the_room_wrote(
    desk: Desk, room: Room
) -> None:
    def hear_old(_: TagRequest) -> None:
        ahead = desk.now() + timedelta(seconds=60)
        desk.tell(BoxSeen(at=ahead, epc=TAG["A-1"], zone="desk", confidence=1, reader="reader-1"))
        assert desk.audited("tag.")[-1] == ("tag.write_failed", "A-1", "failed")

    room.meanwhile, room.answers = hear_old, [("done", None)]
    status, written = write(desk)
    assert status == 200
    assert tag_of(desk, written["new_epc"]) == ("current", "A-1")


def test_the_room_s_late_report_settles_a_write_that_an_old_sighting_ended(
    desk: Desk, room: Room
) -> None:
    room.answers = [None]
    write(desk)
    (request,) = room.asked
    assert request.new_epc is not None
    ahead = desk.now() + timedelta(seconds=60)
    desk.tell(BoxSeen(at=ahead, epc=TAG["A-1"], zone="desk", confidence=1, reader="reader-1"))
    assert tag_of(desk, TAG["A-1"]) == ("current", "A-1")
    desk.tell(
        TagWritten(
            at=ahead,
            request_id=request.id,
            reader="reader-1",
            antenna=1,
            epc=TAG["A-1"],
            new_epc=request.new_epc,
            locked=False,
            actor=request.actor,
        )
    )
    assert tag_of(desk, request.new_epc) == ("current", "A-1")
    assert tag_of(desk, TAG["A-1"]) == ("replaced", None)


def test_a_tag_written_for_nobody_we_know_is_put_on_record(desk: Desk) -> None:
    desk.tell(
        TagWritten(
            at=desk.now(),
            request_id="of-another-database",
            reader="reader-1",
            antenna=1,
            epc=TAG["A-1"],
            new_epc=NEW_TAG,
            locked=False,
            actor=Actor(id="u9", name="赵工"),
        )
    )
    assert desk.audited("tag.") == [("tag.written", "S1/reader-1", "done")]
    assert tag_of(desk, TAG["A-1"]) == ("current", "A-1")


def test_a_tag_that_is_being_written_is_not_written_again(desk: Desk, room: Room) -> None:
    other = TagWriter(desk.context, room)
    begun: list[Any] = []

    def again(_request: TagRequest) -> None:
        body = WriteAsked.model_validate(
            {
                "reader": "reader-1",
                "antenna": 1,
                "epc": TAG["A-1"],
                "item": {"kind": "box", "code": "A-1"},
            }
        )
        who = SignedIn(user_id="u2", name="赵工", post="archivist", permissions=frozenset())
        with pytest.raises(Refused, match="write_under_way"):
            other.begin("S1", body, who)
        begun.append(body)

    room.meanwhile, room.answers = again, [("done", None)]
    assert write(desk)[0] == 200
    assert len(begun) == 1
    assert len(room.asked) == 1


def test_a_tag_is_locked_with_the_site_s_password_and_opened_with_it_again(
    desk: Desk, room: Room
) -> None:
    assert desk.get("/tagging") == (200, {"can_lock": True})
    room.answers = [("done", None), ("done", None)]
    _, written = write(desk, lock=True)
    assert (written["locked"], room.asked[0].lock, room.asked[0].password) == (
        True,
        True,
        0xA1B2C3D4,
    )
    status, _ = write(desk, epc=written["new_epc"])
    assert (status, room.asked[1].lock, room.asked[1].password) == (200, False, 0xA1B2C3D4)
    assert str(0xA1B2C3D4) not in repr(room.asked)


def test_without_a_password_nothing_is_locked(api: Api, context: Context, build: Any) -> None:
    room = Room()
    writer = TagWriter(context, room)
    desk = make_desk(api, context, build, [tags_api.routes(context, writer, end_loan=close_loan)])
    assert desk.get("/tagging") == (200, {"can_lock": False})
    status, problem = write(desk, lock=True)
    assert (status, problem["code"], room.asked) == (409, "tags.no_password", [])


def test_nothing_is_asked_of_the_room_that_cannot_end_well(desk: Desk, room: Room) -> None:
    refused = [
        write(desk, antenna=77),
        write(desk, reader="reader-9"),
        write(desk, epc=TAG["A-2"]),
        write(desk, item={"kind": "file", "code": "N-0"}, epc=NEW_TAG),
        write(desk, epc="12"),
    ]
    assert [(status, problem["code"]) for status, problem in refused] == [
        (409, "tags.no_such_antenna"),
        (409, "tags.no_such_antenna"),
        (409, "tags.in_use"),
        (404, "holdings.no_such_file"),
        (422, "tags.no_number"),
    ]
    assert room.asked == []


def lies_on_desk(desk: Desk, *epcs: str, age_ms: int = 200, ahead_s: float = 0) -> None:
    """Show what lies before the desk's antenna, as a room does every two seconds."""
    tags = tuple(BenchTag(epc=epc, reads=9, age_ms=age_ms) for epc in epcs)
    at = desk.now() + timedelta(seconds=ahead_s)
    shown = BenchState(reader="reader-1", antenna=1, boot_id="b", at=at, tags=tags)
    watch = WriteWatch(desk.context)
    watch.take("S1", shown)
    asyncio.run(watch.settle_next())


def test_a_tag_that_lies_still_on_the_desk_with_its_old_number_was_not_written(
    desk: Desk, room: Room
) -> None:
    room.answers = [("failed", "outcome_unknown")]
    assert write(desk)[1]["code"] == "tags.outcome_unknown"
    lies_on_desk(desk, TAG["A-1"])
    assert desk.audited("tag.")[-1] == ("tag.write_unknown", "A-1", "failed"), "may be under way"
    desk.api.clock.advance(seconds=60)
    lies_on_desk(desk, TAG["A-1"])
    assert desk.audited("tag.")[-1] == ("tag.write_failed", "A-1", "failed")
    assert tag_of(desk, TAG["A-1"]) == ("current", "A-1")


def test_a_tag_that_lies_still_on_the_desk_with_its_new_number_is_paired(
    desk: Desk, room: Room
) -> None:
    room.answers = [None]
    new = write(desk)[1]["params"]["new_epc"]
    desk.api.clock.advance(seconds=60)
    lies_on_desk(desk, TAG["A-2"], new)
    assert tag_of(desk, new) == ("current", "A-1")
    assert tag_of(desk, TAG["A-2"]) == ("current", "A-2")


@pytest.mark.parametrize("shown", [{"age_ms": 45_000}, {"ahead_s": -45}])
def test_what_was_heard_while_the_write_was_under_way_settles_nothing(
    desk: Desk, room: Room, shown: dict[str, Any]
) -> None:
    room.answers = [None]
    write(desk)
    desk.api.clock.advance(seconds=60)
    lies_on_desk(desk, TAG["A-1"], **shown)
    assert desk.audited("tag.")[-1] == ("tag.write_unknown", "A-1", "failed")
