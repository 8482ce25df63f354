"""Protections with their chain of evidence, and the history of a bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.audit.store import list_entries
from controller.shelving import told
from drivers.messages import (
    Actor,
    DeviceChanged,
    ProgramChanged,
    ProgramState,
    RequestChanged,
    RoomState,
    SteelHalted,
)
from tests.link.desk import LI, OPEN, Desk, desk_at
from tests.link.parts import AT

WANG = Actor(id="pin-1", name="王磊")
SAID = {"occupancy": "safe", "entrance": "unsafe", "fire": "safe"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def steel(kind: Any, trip_id: str | None, after_s: float, **more: Any) -> SteelHalted:
    event: dict[str, Any] = {"bank": 1, "segment": 1, "why": "entrance_front"} | more
    at = AT + timedelta(seconds=after_s)
    return SteelHalted(kind=kind, trip_id=trip_id, at=at, **event)


def asked(request_id: str, after_s: float, segment: int = 1) -> RequestChanged:
    return RequestChanged(
        request_id=request_id,
        status="refused",
        code="faulted",
        verb="open_aisle",
        bank=1,
        segment=segment,
        aisle=3,
        actor=LI,
        origin="bank_page",
        at=AT + timedelta(seconds=after_s),
    )


def tripped(desk: Desk, trip_id: str = "t1") -> str:
    """Trip during a request of this desk; return the request's id."""
    request_id: str = desk.ask(**OPEN, purpose="lookup").json()["id"]
    desk.apply(
        steel("steel_faulted", trip_id, 5, raw="ZT_02", request_id=request_id, said=SAID),
    )
    return request_id


def test_a_trip_is_kept_with_everything_that_explains_it(desk: Desk) -> None:
    request_id = tripped(desk)
    desk.apply(
        asked("r-too-early", 30),
        asked("r-elsewhere", 31, segment=2),
        steel("steel_reset", "t1", 60),
        steel("steel_confirmed", "t1", 90, actor=WANG),
        asked("r-next", 100),
    )
    (trip,) = desk.get("trips")["trips"]
    assert (trip["code"], trip["raw"], trip["status"]) == ("entrance_front", "ZT_02", "confirmed")
    assert trip["said"] == SAID
    assert (trip["request"]["id"], trip["request"]["purpose"]) == (request_id, "lookup")
    assert (trip["request"]["actor"], trip["request"]["aisle"]) == ("李敏", 2)
    assert [(step["kind"], step["actor"]) for step in trip["story"]] == [
        ("faulted", None),
        ("reset", None),
        ("confirmed", {"id": "pin-1", "name": "王磊"}),
    ]
    assert [each["id"] for each in trip["after"]] == ["r-too-early", "r-next"]
    assert desk.get("trips/t1") == trip


def test_a_trip_goes_on_step_by_step_and_never_back(desk: Desk) -> None:
    tripped(desk)
    assert desk.get("trips")["trips"][0]["status"] == "open"
    desk.apply(steel("steel_reset", "t1", 60))
    assert desk.get("trips?open=true")["trips"][0]["status"] == "reset"
    desk.apply(steel("steel_confirmed", "t1", 90, actor=WANG), steel("steel_reset", "t1", 95))
    assert desk.get("trips")["trips"][0]["status"] == "confirmed"
    assert desk.get("trips?open=true") == {"trips": []}
    assert [body["status"] for body in desk.heard("trip")][-1] == "confirmed"


def test_a_trip_that_comes_back_after_its_reset_is_open_again(desk: Desk) -> None:
    tripped(desk)
    desk.apply(steel("steel_reset", "t1", 60), steel("steel_faulted", "t1", 70, why="pressure"))
    (trip,) = desk.get("trips")["trips"]
    assert (trip["status"], trip["code"]) == ("open", "entrance_front")
    assert [step["why"] for step in trip["story"]][-1] == "pressure"


@pytest.mark.parametrize("why", ["hold_released", "lock_out_lifted"])
def test_who_looked_into_an_aisle_for_another_confirmed_no_trip(desk: Desk, why: str) -> None:
    tripped(desk)
    desk.apply(steel("steel_confirmed", None, 60, why=why, actor=WANG))
    assert desk.get("trips")["trips"][0]["status"] == "open"
    looked = desk.get("banks/1/history")["entries"][0]
    assert (looked["kind"], looked["code"]) == ("confirmation", why)
    assert looked["actor"]["name"] == "王磊"


def test_a_trip_told_twice_is_one_trip_with_what_was_said_first(desk: Desk) -> None:
    tripped(desk)
    desk.apply(steel("steel_faulted", "t1", 40, said={"entrance": "safe"}))
    (trip,) = desk.get("trips")["trips"]
    assert trip["said"] == SAID
    assert [step["kind"] for step in trip["story"]] == ["faulted", "faulted"]


def test_whoever_finds_a_segment_fit_ends_the_earlier_trips_of_it_too(desk: Desk) -> None:
    desk.apply(
        steel("steel_faulted", "t1", 0),
        steel("steel_faulted", "t2", 10),
        steel("steel_faulted", "t3", 20, segment=2),
        steel("steel_confirmed", "t2", 90, actor=WANG),
    )
    statuses = {trip["id"]: trip["status"] for trip in desk.get("trips")["trips"]}
    assert statuses == {"t1": "confirmed", "t2": "confirmed", "t3": "open"}
    story = desk.get("trips/t1")["story"]
    assert [(step["kind"], step["at"]) for step in story][-1] == (
        "confirmed",
        desk.get("trips/t2")["story"][-1]["at"],
    )


def test_a_trip_is_confirmed_though_the_rooms_clock_was_set_back_in_between(desk: Desk) -> None:
    desk.apply(
        steel("steel_faulted", "t1", 0),
        steel("steel_reset", "t1", -3600),
        steel("steel_confirmed", "t1", -3590, actor=WANG),
    )
    (trip,) = desk.get("trips")["trips"]
    assert trip["status"] == "confirmed"


def test_an_older_rooms_events_that_name_no_trip_are_history_all_the_same(desk: Desk) -> None:
    desk.apply(steel("steel_faulted", None, 0), steel("steel_confirmed", None, 9, actor=WANG))
    assert desk.get("trips") == {"trips": []}
    entries = desk.get("banks/1/history")["entries"]
    assert [(each["kind"], each["step"]) for each in entries] == [
        ("trip", "confirmed"),
        ("trip", "faulted"),
    ]


def test_a_trip_whose_request_never_came_here_still_has_its_story(desk: Desk) -> None:
    desk.apply(steel("steel_faulted", "t1", 0, request_id="lost"))
    assert desk.get("trips/t1")["request"] is None


def test_another_room_cannot_touch_a_trip(desk: Desk) -> None:
    tripped(desk)
    with pytest.raises(ValueError, match="belongs to another room"):
        with desk.context.records.write() as session:
            told.apply_many(session, desk.context, "S2", [steel("steel_reset", "t1", 60)])
    answer = desk.web.get("/rooms/S1/trips/t9")
    assert (answer.status_code, answer.json()["code"]) == (404, "shelving.no_such_trip")


def test_the_audit_ledger_names_the_trip_and_who_confirmed(desk: Desk) -> None:
    tripped(desk)
    desk.apply(steel("steel_confirmed", "t1", 90, actor=WANG))
    with desk.context.records.read() as session:
        newest = list_entries(session, limit=1)[0]
    assert (newest.action, newest.actor, newest.subject) == ("steel.confirmed", "pin-1", "S1-B1")
    assert '"trip":"t1"' in newest.detail


def program(status: Any, after_s: float, why: str | None = None) -> ProgramChanged:
    at = AT + timedelta(seconds=after_s)
    state = ProgramState(
        id="p1", program="night_closing", status=status, proposed_by=LI, at=at, why=why
    )
    return ProgramChanged(program=state, actor=WANG, at=at)


def test_the_history_of_a_bank_tells_everything_newest_first(desk: Desk) -> None:
    tripped(desk)
    desk.apply(
        steel("steel_halted", None, 20, why="stopped"),
        DeviceChanged(kind="device_down", device="shelving-1", at=AT + timedelta(seconds=30)),
        DeviceChanged(kind="device_down", device="probe-1", at=AT + timedelta(seconds=31)),
        DeviceChanged(kind="device_up", device="shelving-1", at=AT + timedelta(seconds=40)),
        program("proposed", 50),
        program("broken", 60, why="aisle_occupied"),
        steel("steel_halted", None, 70, bank=2),
    )
    entries = desk.get("banks/1/history")["entries"]
    assert [each["kind"] for each in entries] == [
        "program",
        "program",
        "device",
        "device",
        "halt",
        "trip",
        "request",
    ]
    broken, _, up, *_ = entries
    assert (broken["program"]["status"], broken["program"]["why"]) == ("broken", "aisle_occupied")
    assert broken["program"]["proposed_by"] == {"id": "u1", "name": "李敏"}
    assert (up["device"], up["status"]) == ("shelving-1", "up")
    assert entries[-1]["request"]["purpose"] == "lookup"
    times = [each["at"] for each in entries]
    assert times == sorted(times, reverse=True)
    assert len(desk.get("banks/1/history?limit=2")["entries"]) == 2
    answer = desk.web.get("/rooms/S1/banks/9/history")
    assert (answer.status_code, answer.json()["code"]) == (404, "shelving.no_such_bank")


def test_a_proposal_stands_in_the_live_room_and_reaches_the_pages(desk: Desk) -> None:
    state = RoomState(
        device="room", boot_id="b1", version=1, at=AT, program=program("warning", 0).program
    )
    desk.mirror.take_state("S1", state, retained=False)
    room = desk.get("live")["room"]
    assert (room["program"]["status"], room["received_age_s"]) == ("warning", 0)
    assert [body["program"]["id"] for body in desk.heard("room")] == ["p1"]
