"""Requests for motion as the archive keeps them: written down first, answered, moved on once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from controller.audit.store import list_entries
from controller.context import Context
from controller.shelving import store
from drivers.messages import (
    Actor,
    BankState,
    DeviceState,
    Reply,
    Request,
    RequestChanged,
    Status,
    SteelHalted,
)
from tests.link.desk import OPEN, Desk, desk_at
from tests.link.parts import AT


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def actions(context: Context) -> list[tuple[str, str]]:
    with context.records.read() as session:
        return [(entry.action, entry.outcome) for entry in list_entries(session)][::-1]


def changed(request_id: str, status: Any, after_s: int = 0) -> RequestChanged:
    return RequestChanged(
        request_id=request_id,
        status=status,
        verb="open_aisle",
        bank=1,
        segment=1,
        aisle=2,
        actor=Actor(id="u1", name="李敏"),
        origin="bank_page",
        at=AT + timedelta(seconds=after_s),
    )


def test_a_request_is_written_down_and_audited_before_it_is_sent(desk: Desk) -> None:
    answer = desk.ask(**OPEN, purpose="reading room")
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert desk.room.written_before == [True]
    assert actions(desk.context) == [("motion.open_aisle", "asked")]
    (sent,) = desk.room.asked
    assert (sent.actor.id, sent.ttl_s <= 10, sent.saw is not None) == ("u1", True, True)
    kept = desk.latest()
    assert [step["status"] for step in kept["steps"]] == ["asked", "accepted"]
    assert (kept["id"], kept["purpose"]) == (sent.id, "reading room")


def test_a_refusal_is_a_conflict_with_the_rooms_code(desk: Desk) -> None:
    desk.room.status, desk.room.code = "refused", "aisle_occupied"
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "shelving.aisle_occupied")
    assert (desk.latest()["status"], desk.latest()["code"]) == ("refused", "aisle_occupied")


def test_a_silent_room_is_told_and_noted(desk: Desk) -> None:
    desk.room.silent = True
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["code"]) == (504, "shelving.room_silent")
    assert desk.latest()["status"] == "unanswered"
    desk.apply(changed(desk.latest()["id"], "refused"))
    assert desk.latest()["status"] == "refused"


def test_what_cannot_be_written_down_is_not_sent(desk: Desk) -> None:
    with desk.context.records.write() as session:
        session.execute(text("DROP TABLE audit_heads"))
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["code"]) == (503, "shelving.not_written_down")
    assert desk.room.asked == []
    assert desk.web.get("/rooms/S1/requests").json() == {"requests": []}


def test_a_stop_is_sent_first_and_even_when_nothing_can_be_written(desk: Desk) -> None:
    assert desk.ask(verb="stop").status_code == 202
    assert desk.room.written_before == [False]
    assert actions(desk.context) == [("motion.stop", "asked")]
    with desk.context.records.write() as session:
        session.execute(text("DROP TABLE audit_heads"))
    assert desk.ask(verb="stop", bank=1, segment=1).status_code == 202
    assert len(desk.room.asked) == 2


def test_a_stop_that_the_room_told_first_is_one_request_not_two(desk: Desk) -> None:
    send = desk.room.send

    async def told_first(agent: str, request: Request) -> Reply | None:
        event = changed(request.id, "done").model_copy(update={"verb": "stop", "aisle": None})
        desk.apply(event)
        return await send(agent, request)

    desk.room.send = told_first  # type: ignore[method-assign]
    desk.room.status = "done"
    assert desk.ask(verb="stop", bank=1).status_code == 202
    (kept,) = desk.web.get("/rooms/S1/requests").json()["requests"]
    assert kept["status"] == "done"
    assert [step["status"] for step in kept["steps"]] == ["asked", "done"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**OPEN, "bank": 9}, "shelving.no_such_bank"),
        ({**OPEN, "segment": 9}, "shelving.no_such_segment"),
        ({**OPEN, "aisle": 99}, "shelving.no_such_aisle"),
        ({**OPEN, "bank": None}, "shelving.no_such_bank"),
        ({**OPEN, "saw": None}, "shelving.saw_needed"),
        ({"verb": "stop", "bank": 9}, "shelving.no_such_bank"),
    ],
)
def test_a_request_for_what_is_not_there_is_not_sent(
    desk: Desk, body: dict[str, Any], code: str
) -> None:
    assert desk.ask(**body).json()["code"] == code
    assert desk.room.asked == []


def test_who_may_stop_may_not_open(desk: Desk) -> None:
    desk.sign_in("motion.stop")
    assert desk.ask(**OPEN).status_code == 403
    assert desk.ask(verb="stop").status_code == 202


def test_a_request_goes_on_but_never_back_and_ends_once(desk: Desk) -> None:
    for status in ("accepted", "started", "accepted", "done", "failed", "started"):
        desk.apply(changed("r1", status))
    kept = desk.web.get("/rooms/S1/requests/r1").json()
    assert (kept["status"], kept["origin"], kept["actor"]) == ("done", "bank_page", "李敏")
    with desk.context.records.read() as session:
        assert store.find_request(session, "S2", "r1") is None
    assert desk.web.get("/rooms/S1/requests/r2").json()["code"] == "shelving.no_such_request"


def test_another_room_cannot_move_a_request(desk: Desk) -> None:
    desk.apply(changed("r1", "accepted"))
    with pytest.raises(ValueError, match="belongs to another room"):
        with desk.context.records.write() as session:
            store.apply_request(session, "S2", changed("r1", "done"))


def test_a_reply_and_its_event_are_one_step(desk: Desk) -> None:
    answer = desk.ask(**OPEN).json()
    desk.apply(changed(answer["id"], "accepted"), changed(answer["id"], "started", 1))
    statuses = [step["status"] for step in desk.latest()["steps"]]
    assert sorted(statuses) == ["accepted", "asked", "started"]


def test_halts_and_who_confirmed_them_are_audited(desk: Desk) -> None:
    actor = Actor(id="p7", name="Wang Lei")
    for kind in ("steel_faulted", "steel_confirmed"):
        event = SteelHalted(kind=kind, bank=1, segment=1, why="obstruction", actor=actor, at=AT)
        desk.apply(event)
    assert actions(desk.context) == [("steel.faulted", "done"), ("steel.confirmed", "done")]


def status(alive: bool, boot_id: str = "b1") -> Status:
    return Status(alive=alive, boot_id=boot_id, at=AT)


def test_a_room_lives_while_its_heartbeat_is_young(desk: Desk) -> None:
    mirror = desk.mirror
    mirror.take_status("S1", status(True), retained=True)
    assert not mirror.link("S1").alive
    mirror.take_status("S1", status(True), retained=False)
    assert desk.web.get("/rooms").json()["rooms"][0]["alive"]
    desk.clock.at_s += 8.9
    assert mirror.link("S1").alive
    desk.clock.at_s += 0.2
    mirror.tick()
    assert desk.web.get("/rooms/S1/live").json()["link"]["alive"] is False


def test_the_last_will_of_an_earlier_start_ends_nothing(desk: Desk) -> None:
    desk.mirror.take_status("S1", status(True, "new"), retained=False)
    desk.mirror.take_status("S1", status(False, "old"), retained=False)
    assert desk.mirror.link("S1").alive
    desk.mirror.take_status("S1", status(False, "new"), retained=False)
    assert not desk.mirror.link("S1").alive


def bank(version: int, boot_id: str = "b1") -> BankState:
    return BankState(
        device="plc-1",
        bank=1,
        boot_id=boot_id,
        version=version,
        age_ms=50,
        at=AT,
        online=True,
        simulated=True,
        segments=(),
        columns=(),
    )


def test_the_mirror_shows_the_newest_state_with_its_age(desk: Desk) -> None:
    for version in (3, 2):
        desk.mirror.take_state("S1", bank(version), retained=False)
    desk.clock.at_s += 4
    (shown,) = desk.web.get("/rooms/S1/live").json()["banks"]
    assert (shown["version"], shown["received_age_s"]) == (3, 4.0)
    desk.mirror.take_state("S1", bank(1, "b2"), retained=False)
    assert desk.mirror.now("S1").banks[0].state.boot_id == "b2"


def test_what_the_broker_remembered_is_as_old_as_it_says(desk: Desk) -> None:
    desk.clock.at_s += 3600
    probe = DeviceState(device="probe-1", boot_id="b1", version=1, at=AT, online=True)
    desk.mirror.take_state("S1", probe, retained=True)
    (shown,) = desk.web.get("/rooms/S1/live").json()["devices"]
    assert shown["received_age_s"] == 3600.0


def test_the_plan_names_for_every_face_the_aisle_that_reaches_it(desk: Desk) -> None:
    plan = desk.web.get("/rooms/S1/plan").json()
    for drawn in plan["banks"]:
        reached = {
            (face["column"], face["face"]): (segment["segment"], aisle["aisle"])
            for segment in drawn["segments"]
            for aisle in segment["aisles"]
            for face in aisle["faces"]
        }
        for face in drawn["faces"]:
            aisle = face["aisle"] and (face["aisle"]["segment"], face["aisle"]["aisle"])
            assert aisle == reached.get((face["column"], face["face"]))


def test_pages_are_told_of_every_step(desk: Desk) -> None:
    answer = desk.ask(**OPEN).json()
    assert [body["id"] for body in desk.heard("request")] == [answer["id"]]
