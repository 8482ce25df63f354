"""Trips: the controller's own reset, then a named person, then a new request."""

from __future__ import annotations

from dataclasses import replace

from drivers.readings import SteelState, Trip
from drivers.room.motion import (
    Answer,
    Confirmed,
    DriveTo,
    Faulted,
    Halted,
    InterlocksRead,
    LinkLost,
    Open,
    Reconnected,
    ReportConfirmed,
    ReportReset,
    SteelRead,
    TimePassed,
    step,
)
from tests.core.motion_parts import (
    WANG,
    asks,
    bank_at,
    code_of,
    driving,
    faulted,
    linked,
    moving,
    refusal,
    run,
    sees,
    steel_at,
    tripped,
)


def test_a_trip_while_moving_fails_the_request_and_raises_the_alarm_once() -> None:
    trip = sees(
        102.0,
        state=SteelState.FAULTED,
        trip=Trip("person_entered", "6"),
        last_seq=0,
        open_aisles=(),
    )
    segment, commands = step(moving(), trip)
    assert commands == (
        faulted("person_entered", raw="6"),
        Answer(request_id="r1", status="failed", code="person_entered"),
    )
    assert step(segment, replace(trip, at_s=102.3))[1] == ()
    detail = {"why": "person_entered", "needs": "reset", "raw": "6"}
    assert refusal(segment, asks("r2")).detail == detail


def test_only_reset_then_confirmation_then_a_new_request_ends_a_trip() -> None:
    confirms = Confirmed(at_s=104.0, request_id="c1", actor=WANG)
    early = step(tripped(), confirms)[1]
    assert early == (Answer(request_id="c1", status="refused", code="reset_first"),)

    cleared_without_reset = sees(103.0, state=SteelState.HALTED, last_seq=0, open_aisles=())
    segment, commands = run(tripped(), cleared_without_reset, confirms)
    assert commands == (Answer(request_id="c1", status="refused", code="reset_first"),)

    reset = SteelRead(
        at_s=105.0,
        bank=bank_at(105.0, reset_count=8),
        steel=steel_at(105.0, state=SteelState.HALTED, last_seq=0, open_aisles=()),
    )
    segment, commands = step(segment, reset)
    assert commands == (ReportReset("life-1-1", "person_entered"),)
    answer = refusal(segment, asks("r2", at_s=105.0, seen_at_s=105.0))
    assert (answer.code, answer.detail["needs"]) == ("faulted", "confirmation")

    segment, commands = step(segment, replace(confirms, at_s=106.0))
    assert commands == (
        ReportConfirmed(WANG, "person_entered", "life-1-1"),
        Answer(request_id="c1", status="done"),
    )
    assert segment.phase == Halted("stopped")
    assert run(segment, TimePassed(107.0))[1] == ()
    segment, _ = step(segment, asks("r3", at_s=107.0, seen_at_s=106.5))
    at_last = InterlocksRead(
        at_s=107.1,
        request_id="r3",
        bank=bank_at(107.1, reset_count=8),
        steel=steel_at(107.1, state=SteelState.HALTED, last_seq=0, open_aisles=()),
    )
    _, commands = step(segment, at_last)
    assert isinstance(commands[-1], DriveTo)


def test_a_confirmation_of_what_is_not_faulted_is_refused() -> None:
    _, commands = step(linked(), Confirmed(at_s=101.0, request_id="c1", actor=WANG))
    assert commands == (Answer(request_id="c1", status="refused", code="not_faulted"),)


def test_our_own_fault_needs_a_confirmation_but_no_reset() -> None:
    segment, _ = run(driving(), TimePassed(103.2), sees(103.5))
    segment, commands = step(segment, Confirmed(at_s=104.0, request_id="c1", actor=WANG))
    assert ReportConfirmed(WANG, "start_not_seen", "life-1-1") in commands
    assert segment.phase == Open(frozenset({0}))


def test_a_second_trip_after_the_reset_needs_a_second_reset() -> None:
    reset = SteelRead(at_s=105.0, bank=bank_at(105.0, reset_count=8), steel=steel_at(105.0))
    again = SteelRead(
        at_s=106.0,
        bank=bank_at(106.0, reset_count=8),
        steel=steel_at(106.0, state=SteelState.FAULTED, trip=Trip("person_entered", "6")),
    )
    segment, commands = run(tripped(), reset, again)
    assert commands == (faulted("person_entered", raw="6", request_id=None),)
    confirms = Confirmed(at_s=107.0, request_id="c1", actor=WANG)
    assert step(segment, confirms)[1] == (
        Answer(request_id="c1", status="refused", code="reset_first"),
    )


def test_a_fault_survives_losing_the_link() -> None:
    segment, _ = run(
        tripped(),
        LinkLost(103.0),
        Reconnected(at_s=110.0, bank=bank_at(110.0), steel=steel_at(110.0)),
    )
    assert isinstance(segment.phase, Faulted)
    assert code_of(segment, asks("r2", at_s=110.0, seen_at_s=110.0)) == "faulted"


def test_a_trip_reset_while_the_link_was_away_still_needs_a_person() -> None:
    away = Reconnected(at_s=110.0, bank=bank_at(110.0, reset_count=8), steel=steel_at(110.0))
    segment, commands = run(linked(), LinkLost(103.0), away)
    assert commands == (
        faulted("tripped_unseen", request_id=None, said={"heartbeat": "unknown"}),
        ReportReset("life-1-1", "tripped_unseen"),
    )
    assert code_of(segment, asks("r2", at_s=110.0, seen_at_s=110.0)) == "faulted"
    segment, _ = step(segment, Confirmed(at_s=111.0, request_id="c1", actor=WANG))
    assert segment.phase == Open(frozenset({0}))
