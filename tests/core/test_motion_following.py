"""What becomes of a motion write: followed by what the steel says, stopped, never repeated."""

from __future__ import annotations

import pytest

from drivers.readings import Check, CommandResult, SteelState
from drivers.room.motion import (
    Answer,
    DriveTo,
    Faulted,
    Halted,
    Moving,
    Open,
    ReadBack,
    Reconnected,
    ReportHalt,
    Segment,
    SteelRead,
    StopAsked,
    StopMotion,
    TimePassed,
    WriteEnded,
    find_hindrance,
    step,
    stops_on_exit,
)
from tests.core.motion_parts import (
    LI,
    LIMITS,
    NO_BEAT,
    SAFE,
    asks,
    bank_at,
    code_of,
    driving,
    faulted,
    interlocks,
    linked,
    moving,
    run,
    sees,
    steel_at,
    tripped,
)


def test_motion_found_on_connecting_is_stopped_unless_the_bank_is_under_local_control() -> None:
    found = steel_at(100.0, state=SteelState.MOVING, target_aisle=3)
    segment, commands = step(
        Segment(limits=LIMITS), Reconnected(at_s=100.0, bank=bank_at(100.0), steel=found)
    )
    assert commands == (StopMotion(),)
    assert segment.phase == Moving(from_=None, to=3)
    local = bank_at(100.0, interlocks={**SAFE, "remote_control": Check.UNSAFE})
    _, commands = step(Segment(limits=LIMITS), Reconnected(at_s=100.0, bank=local, steel=found))
    assert commands == ()


def test_a_write_with_unknown_outcome_is_read_back_and_told_but_never_repeated() -> None:
    segment, commands = step(driving(), WriteEnded(at_s=100.3, request_id="r1", outcome="unknown"))
    assert commands == (
        ReadBack(),
        Answer(request_id="r1", status="accepted", code="outcome_unknown"),
    )
    segment, commands = run(segment, sees(100.5), TimePassed(102.0), sees(102.5))
    assert commands == ()
    segment, commands = step(segment, TimePassed(103.2))
    assert commands[0] == StopMotion()
    assert not any(isinstance(command, DriveTo) for command in commands)


def test_a_write_that_got_through_although_its_reply_was_lost_goes_on() -> None:
    _, commands = run(
        driving(),
        WriteEnded(at_s=100.3, request_id="r1", outcome="unknown"),
        sees(100.5, state=SteelState.MOVING, last_seq=0, open_aisles=()),
    )
    assert commands == (Answer(request_id="r1", status="started"),)


def test_a_write_that_was_never_sent_leaves_the_steel_as_it_was() -> None:
    segment, commands = step(
        driving(),
        WriteEnded(at_s=100.3, request_id="r1", outcome="not_sent", code="cannot_record"),
    )
    assert commands == (Answer(request_id="r1", status="refused", code="cannot_record"),)
    assert segment.phase == Open(frozenset({0}))
    assert segment.drive is None


@pytest.mark.parametrize(
    ("result", "reason", "status", "code"),
    [
        (CommandResult.REFUSED, "aisle_occupied", "refused", "aisle_occupied"),
        (CommandResult.REFUSED, "reason_99", "refused", "reason_99"),
        (CommandResult.EXPIRED, 15, "expired", "ttl_expired"),
        (CommandResult.STOPPED, 0, "failed", "stopped"),
        (CommandResult.FAILED, "fire", "failed", "fire"),
    ],
)
def test_what_the_controller_says_of_our_command_is_told(
    result: CommandResult, reason: int, status: str, code: str
) -> None:
    segment, commands = step(
        driving(), sees(100.5, last_seq=0, last_result=result, last_reason=reason)
    )
    assert commands == (Answer(request_id="r1", status=status, code=code),)  # type: ignore[arg-type]  # any status a test names
    assert segment.phase == Open(frozenset({0}))


def test_a_gap_that_arrives_elsewhere_is_not_called_done() -> None:
    segment, commands = step(
        moving(), sees(110.0, last_seq=0, open_aisles=(1,), last_result=CommandResult.DONE)
    )
    assert commands == (Answer(request_id="r1", status="failed", code="gap_elsewhere"),)
    assert segment.holds == ()


def test_closing_that_ends_elsewhere_is_not_called_done() -> None:
    segment, _ = run(linked(), asks(verb="close_all", aisle=None), interlocks())
    for elsewhere in (
        {"open_aisles": (1,)},
        {"state": SteelState.VENTILATING, "open_aisles": (3,)},
    ):
        seen = sees(110.0, last_seq=0, last_result=CommandResult.DONE, **elsewhere)
        assert step(segment, seen)[1] == (
            Answer(request_id="r1", status="failed", code="gap_elsewhere"),
        )


def test_what_was_decided_for_one_request_is_not_written_for_another() -> None:
    assert find_hindrance(driving(), "r1", 100.2) is None
    assert find_hindrance(driving(), "r0", 100.2) == "stopped"
    assert find_hindrance(linked(), "r1", 100.2) == "stopped"


def test_a_newer_command_of_somebody_else_ends_ours() -> None:
    _, commands = step(moving(), sees(110.0, last_seq=5, last_result=CommandResult.DONE))
    assert commands[0] == Answer(request_id="r1", status="failed", code="superseded")


def test_no_start_within_three_seconds_stops_and_faults() -> None:
    assert step(driving(), TimePassed(103.0))[1] == ()
    segment, commands = step(driving(), TimePassed(103.2))
    assert commands == (
        StopMotion(),
        faulted("start_not_seen", said=NO_BEAT),
        Answer(request_id="r1", status="failed", code="start_not_seen"),
    )
    assert isinstance(segment.phase, Faulted)
    assert (segment.phase.why, segment.phase.needs) == ("start_not_seen", "confirmation")


def test_no_end_within_the_limit_stops_and_faults() -> None:
    assert step(moving(), TimePassed(121.0))[1] == ()
    segment, commands = step(moving(), TimePassed(121.1))
    assert commands[:2] == (StopMotion(), faulted("end_not_seen", said=NO_BEAT))
    assert isinstance(segment.phase, Faulted)
    assert (segment.phase.why, segment.phase.needs) == ("end_not_seen", "confirmation")


def test_stop_acts_first_and_is_told_after() -> None:
    _, commands = step(moving(), StopAsked(101.5))
    assert commands == (
        StopMotion(),
        Answer(request_id="r1", status="failed", code="stopped"),
    )
    pending, _ = step(linked(), asks())
    segment, commands = step(pending, StopAsked(100.1))
    assert commands == (
        StopMotion(),
        Answer(request_id="r1", status="refused", code="stopped"),
    )
    assert step(segment, interlocks())[1] == ()


@pytest.mark.parametrize("segment", [Segment(limits=LIMITS), linked(), tripped()])
def test_stop_always_works(segment: Segment) -> None:
    assert step(segment, StopAsked(103.0))[1][0] == StopMotion()


def test_after_an_operational_stop_a_new_request_may_move() -> None:
    halted = {"state": SteelState.HALTED, "open_aisles": (), "last_seq": 1}
    segment, commands = run(moving(), StopAsked(101.5), sees(102.0, **halted))
    assert commands == (ReportHalt("stopped"),)
    assert segment.phase == Halted("stopped")
    segment, _ = step(segment, asks("r2", at_s=103.0, seen_at_s=102.5))
    _, commands = step(segment, interlocks("r2", 103.1, **halted))
    assert isinstance(commands[-1], DriveTo)


def in_fire(segment: Segment, **changes: object) -> Segment:
    burning = bank_at(101.5, interlocks={**SAFE, "fire": Check.UNSAFE})
    segment, commands = step(
        segment, SteelRead(at_s=101.5, bank=burning, steel=steel_at(101.5, **changes))
    )
    assert segment.mode == "fire"
    assert not any(isinstance(command, DriveTo | StopMotion) for command in commands)
    return segment


def test_in_a_fire_the_room_commands_nothing_by_itself() -> None:
    under_way = {"state": SteelState.MOVING, "last_seq": 0, "open_aisles": ()}
    segment = in_fire(moving(), **under_way)
    segment, commands = step(segment, TimePassed(200.0))
    assert StopMotion() not in commands
    assert not stops_on_exit(segment)
    assert stops_on_exit(moving())
    assert code_of(in_fire(linked()), asks(at_s=101.6, seen_at_s=101.0)) == "fire"


def test_in_a_fire_it_still_shows_who_holds_the_aisle() -> None:
    held, _ = run(linked(), asks(aisle=0), interlocks())
    segment = in_fire(held)
    assert segment.holds
    assert segment.holds[0].actor == LI


def test_a_reading_that_arrives_late_changes_nothing() -> None:
    segment = moving()
    assert step(segment, sees(90.0)) == (segment, ())
