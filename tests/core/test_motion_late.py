"""Commands that come late or twice at controllers that do not number them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drivers.ports import Guarantee
from drivers.readings import Check, CommandResult, SteelState
from drivers.room.kept import NOTHING, keep, recall
from drivers.room.motion import (
    Answer,
    DriveTo,
    Faulted,
    LinkLost,
    ReadBack,
    Reconnected,
    ReportFault,
    Segment,
    StopAsked,
    StopMotion,
    TimePassed,
    WriteEnded,
    find_hindrance,
    step,
)
from drivers.room.picture import Moment
from tests.core.motion_parts import (
    LIMITS,
    SAFE,
    asks,
    bank_at,
    interlocks,
    linked,
    run,
    sees,
    steel_at,
)

MOVES: dict[str, Any] = {"state": SteelState.MOVING, "open_aisles": (), "last_seq": 0}
UNNUMBERED = (Guarantee.ACKNOWLEDGED, Guarantee.POLLED)


def driving(guarantee: Guarantee, *, stops: bool = True) -> Segment:
    limits = replace(LIMITS, guarantee=guarantee, stops=stops)
    return run(linked(limits), asks(origin="bank_page"), interlocks())[0]


def done(guarantee: Guarantee, *, stops: bool = True) -> Segment:
    arrived = sees(105.0, last_seq=0, open_aisles=(2,), last_result=CommandResult.DONE)
    segment, commands = step(driving(guarantee, stops=stops), arrived)
    assert commands[-1] == Answer(request_id="r1", status="done")
    return segment


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_what_is_carried_out_again_after_it_was_done_is_stopped(guarantee: Guarantee) -> None:
    segment, commands = step(done(guarantee), sees(106.0, **MOVES))
    assert commands == (StopMotion(),)
    assert step(segment, sees(106.25, **MOVES))[1] == (StopMotion(),)


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_what_was_given_up_and_begins_after_all_is_stopped(guarantee: Guarantee) -> None:
    segment, commands = step(driving(guarantee), StopAsked(100.5))
    assert commands[0] == StopMotion()
    began = sees(101.0, last_result=CommandResult.STARTED, **MOVES)
    assert step(segment, began)[1][0] == StopMotion()


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_what_timed_out_and_begins_after_all_is_stopped(guarantee: Guarantee) -> None:
    segment, _ = step(driving(guarantee), TimePassed(103.2))
    began = sees(104.0, last_result=CommandResult.STARTED, **MOVES)
    assert step(segment, began)[1][0] == StopMotion()


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_after_half_a_minute_no_copy_is_on_its_way_any_more(guarantee: Guarantee) -> None:
    """What moves then is somebody at the steel, whom nobody stops from here."""
    assert step(done(guarantee), sees(131.0, **MOVES))[1] == ()


def test_a_numbered_command_that_is_done_is_never_taken_for_motion_at_the_steel() -> None:
    assert step(done(Guarantee.FENCED), sees(106.0, **MOVES))[1] == ()


@pytest.mark.parametrize("name", ["fire", "remote_control"])
def test_in_a_fire_or_under_local_control_nothing_is_stopped_from_here(name: str) -> None:
    bank = bank_at(106.0, interlocks={**SAFE, name: Check.UNSAFE})
    segment = done(Guarantee.POLLED)
    assert StopMotion() not in step(segment, replace(sees(106.0, **MOVES), bank=bank))[1]


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_a_stop_of_what_cannot_be_stopped_lets_it_be_followed_to_its_end(
    guarantee: Guarantee,
) -> None:
    """It moves on because nobody can stop it: that is no motion unasked, and nobody is told so."""
    segment, commands = step(driving(guarantee, stops=False), StopAsked(100.5))
    assert commands == (StopMotion(),)
    began = sees(101.0, last_result=CommandResult.STARTED, **MOVES)
    segment, commands = step(segment, began)
    assert commands == (Answer(request_id="r1", status="started"),)
    arrived = sees(110.0, last_seq=0, open_aisles=(2,), last_result=CommandResult.DONE)
    segment, commands = step(segment, arrived)
    assert commands == (Answer(request_id="r1", status="done"),)
    assert [hold.aisle for hold in segment.holds] == [2]


def test_a_stop_keeps_what_is_not_on_the_wire_yet_from_being_written() -> None:
    segment, _ = step(driving(Guarantee.POLLED, stops=False), StopAsked(100.2))
    assert find_hindrance(segment, "r1", 100.3) == "stopped"


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_what_cannot_be_stopped_from_here_is_a_fault_that_somebody_looks_at(
    guarantee: Guarantee,
) -> None:
    segment, commands = step(done(guarantee, stops=False), sees(106.0, **MOVES))
    assert commands[0] == StopMotion()
    assert isinstance(commands[1], ReportFault)
    assert commands[1].why == "moves_unasked"
    assert isinstance(segment.phase, Faulted)
    assert step(segment, sees(106.3, **MOVES))[1] == (StopMotion(),)


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_an_unknown_outcome_is_read_back_and_never_sent_again(guarantee: Guarantee) -> None:
    ended = WriteEnded(at_s=100.3, request_id="r1", outcome="unknown")
    segment, commands = step(driving(guarantee), ended)
    assert commands[0] == ReadBack()
    _, commands = run(segment, sees(100.5), TimePassed(102.0), sees(102.5))
    assert commands == ()


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_an_old_command_that_leads_the_steel_elsewhere_is_stopped(guarantee: Guarantee) -> None:
    segment, commands = step(driving(guarantee), sees(101.0, target_aisle=1, **MOVES))
    assert commands[0] == StopMotion()
    assert isinstance(segment.phase, Faulted)
    assert segment.phase.why == "moves_elsewhere"
    right, commands = step(driving(guarantee), sees(101.0, target_aisle=2, **MOVES))
    assert commands == (Answer(request_id="r1", status="started"),)
    assert not isinstance(right.phase, Faulted)


def test_in_a_fire_what_leads_elsewhere_is_left_to_controller_and_panel() -> None:
    bank = bank_at(101.0, interlocks={**SAFE, "fire": Check.UNSAFE})
    elsewhere = replace(sees(101.0, target_aisle=1, **MOVES), bank=bank)
    assert StopMotion() not in step(driving(Guarantee.POLLED), elsewhere)[1]


@pytest.mark.parametrize("guarantee", UNNUMBERED)
def test_a_lost_link_does_not_make_it_forget_what_may_still_come(guarantee: Guarantee) -> None:
    segment, _ = step(driving(guarantee), LinkLost(100.5))
    segment = replace(segment, linked=True)
    assert step(segment, sees(110.0, **MOVES))[1][0] == StopMotion()


def begins(segment: Segment) -> Segment:
    """An agent starts; what one before it sent may still be on its way."""
    first = Reconnected(at_s=99.0, bank=bank_at(99.0), steel=steel_at(99.0))
    return step(Segment(limits=segment.limits), first)[0]


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_what_the_agent_before_sent_and_begins_now_is_stopped(guarantee: Guarantee) -> None:
    segment = begins(driving(guarantee))
    began = sees(101.0, last_result=CommandResult.STARTED, **MOVES)
    assert step(segment, began)[1] == (StopMotion(),)


def test_what_moves_although_our_command_was_refused_is_an_older_one_and_stopped() -> None:
    refused = sees(100.5, last_result=CommandResult.REFUSED, last_reason="already_moving", **MOVES)
    _, commands = step(driving(Guarantee.FENCED), refused)
    assert commands[0] == StopMotion()
    assert step(driving(Guarantee.FENCED), replace(refused, at_s=131.0))[1][0] != StopMotion()


def test_what_this_agent_sent_is_not_taken_for_an_earlier_ones() -> None:
    began = sees(101.0, last_result=CommandResult.STARTED, last_epoch=42, **MOVES)
    assert step(driving(Guarantee.FENCED), began)[1] == (Answer(request_id="r1", status="started"),)


def test_what_a_newer_agent_than_this_one_sent_is_left_to_it() -> None:
    foreign = sees(101.0, last_result=CommandResult.STARTED, last_epoch=43, **MOVES)
    assert step(begins(driving(Guarantee.FENCED)), foreign)[1] == ()


def test_the_number_of_what_was_given_up_is_never_used_again() -> None:
    """Else the late one would pass for the new one, and lead the steel elsewhere."""
    segment, _ = run(driving(Guarantee.FENCED), StopAsked(100.5), sees(100.8))
    segment, commands = run(segment, asks("r2", 1, at_s=101.0), interlocks("r2", 101.1))
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].fence.seq == 1


@pytest.mark.parametrize("jump", [timedelta(0), timedelta(hours=1), timedelta(days=-20_000)])
def test_however_the_wall_clock_jumped_over_a_restart_a_late_copy_is_stopped_and_no_more(
    jump: timedelta,
) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    kept = keep(done(Guarantee.POLLED), NOTHING, Moment(at=at, at_s=105.0))
    limits = replace(LIMITS, guarantee=Guarantee.POLLED)
    again = recall(kept, limits, life="b", now=Moment(at=at + jump, at_s=107.0))
    found = Reconnected(at_s=107.1, bank=bank_at(107.1), steel=steel_at(107.1))
    again, commands = step(again, found)
    assert StopMotion() not in commands
    assert step(again, sees(109.0, **MOVES))[1] == (StopMotion(),)
    assert step(again, sees(140.0, **MOVES))[1] == (), "somebody at the steel moves it"
