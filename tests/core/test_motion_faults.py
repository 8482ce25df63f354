"""Power cuts, controllers that count nothing, words nobody knows: one trip, one id, one story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers import trips
from drivers.readings import BankReading, Check, SteelState, Trip
from drivers.room.motion import (
    INTERLOCKS,
    Answer,
    Command,
    Confirmed,
    DriveTo,
    Faulted,
    LinkLost,
    Reconnected,
    ReportConfirmed,
    ReportFault,
    ReportReset,
    Segment,
    SteelRead,
    TimePassed,
    Unknown,
    step,
)
from tests.core.motion_parts import (
    LIMITS,
    SAFE,
    WANG,
    asks,
    bank_at,
    code_of,
    driving,
    faulted,
    interlocks,
    linked,
    moving,
    refusal,
    run,
    sees,
    steel_at,
    tripped,
)

DARK = {**SAFE, "power": Check.UNSAFE}
MOTOR: dict[str, Any] = {"state": SteelState.FAULTED, "trip": Trip("motor", "ZT_14")}


def reads(at_s: float, bank: dict[str, Any] | None = None, **steel: object) -> SteelRead:
    return SteelRead(at_s=at_s, bank=bank_at(at_s, **(bank or {})), steel=steel_at(at_s, **steel))


def confirms(what: str = "fit", at_s: float = 106.0) -> Confirmed:
    return Confirmed(at_s=at_s, request_id="c1", actor=WANG, what=what)  # type: ignore[arg-type]  # either


def refused(code: str) -> tuple[Answer]:
    return (Answer(request_id="c1", status="refused", code=code),)


def fault_of(segment: Segment) -> Faulted:
    assert isinstance(segment.phase, Faulted)
    return segment.phase


def in_the_dark() -> tuple[Segment, tuple[Command, ...]]:
    return step(moving(), reads(102.0, {"interlocks": DARK}, state=SteelState.MOVING, last_seq=0))


def test_a_power_cut_faults_until_a_named_person_walked_round() -> None:
    segment, commands = in_the_dark()
    assert commands == (
        faulted("power_cut", said={"power": "unsafe"}),
        Answer(request_id="r1", status="failed", code="power_cut"),
    )
    assert fault_of(segment).needs == "walk_round"
    assert step(segment, confirms("walked", 102.5))[1] == refused("power")
    segment, commands = step(segment, reads(105.0, open_aisles=(2,)))
    assert commands == ()
    assert code_of(segment, asks("r2", at_s=105.0, seen_at_s=105.0)) == "faulted"
    assert step(segment, confirms("fit"))[1] == refused("walk_first")
    segment, commands = step(segment, confirms("walked"))
    assert commands == (
        ReportConfirmed(WANG, "power_cut", "life-1-1"),
        Answer(request_id="c1", status="done"),
    )
    assert not isinstance(segment.phase, Faulted)


def test_a_power_cut_told_once_is_not_told_at_every_reading() -> None:
    segment, _ = in_the_dark()
    assert step(segment, reads(103.0, {"interlocks": DARK}))[1] == ()


def test_a_controller_that_says_so_itself_needs_its_reset_and_then_the_walk() -> None:
    said = reads(102.0, state=SteelState.FAULTED, trip=Trip("power_fail", "5"), last_seq=0)
    segment, commands = step(moving(), said)
    assert commands[0] == faulted("power_cut", raw="5")
    assert fault_of(segment).needs == "reset"
    segment, commands = step(segment, reads(105.0, {"reset_count": 8}))
    assert commands == (ReportReset("life-1-1", "power_cut"),)
    assert fault_of(segment).needs == "walk_round"
    assert step(segment, confirms("fit"))[1] == refused("walk_first")


def test_a_power_cut_while_tripped_is_the_same_story_and_needs_both() -> None:
    segment, commands = step(tripped(), reads(103.0, {"interlocks": DARK}, **MOTOR))
    told = [command for command in commands if isinstance(command, ReportFault)]
    assert [(fault.why, fault.trip_id) for fault in told] == [
        ("motor", "life-1-1"),
        ("power_cut", "life-1-1"),
    ]
    assert step(segment, reads(103.5, {"interlocks": DARK}, **MOTOR))[1] == ()
    segment, _ = step(segment, reads(105.0, {"reset_count": 8}))
    assert fault_of(segment).needs == "walk_round"


def test_a_fault_tells_what_every_interlock_said_what_was_under_way_and_the_makers_code() -> None:
    inside = (Check.SAFE, Check.UNSAFE, Check.SAFE, Check.SAFE)
    seen = sees(102.0, last_seq=0, open_aisles=(), occupancy=inside, **MOTOR)
    _, commands = step(moving(), seen)
    assert commands[0] == ReportFault(
        why="motor",
        trip_id="life-1-1",
        raw="ZT_14",
        request_id="r1",
        said={**dict.fromkeys(INTERLOCKS, "safe"), "occupancy": "unsafe"},
    )


def test_each_trip_has_an_id_of_its_own_and_all_that_follows_carries_it() -> None:
    reset = reads(105.0, {"reset_count": 8}, state=SteelState.HALTED, last_seq=0)
    segment, commands = run(tripped(), reset)
    assert commands == (ReportReset("life-1-1", "person_entered"),)
    segment, commands = step(segment, confirms())
    assert commands[0] == ReportConfirmed(WANG, "person_entered", "life-1-1")
    segment, commands = step(segment, reads(110.0, {"reset_count": 8}, **MOTOR))
    assert isinstance(commands[0], ReportFault)
    assert commands[0].trip_id == "life-1-2"


def uncounted(at_s: float, **steel: object) -> SteelRead:
    """A controller without a reset counter and without a heartbeat."""
    return reads(at_s, {"reset_count": None, "heartbeat": None}, **steel)


def test_where_resets_are_not_counted_the_trip_has_to_be_gone() -> None:
    segment, _ = run(linked(), uncounted(101.0), uncounted(102.0, **MOTOR))
    assert step(segment, confirms())[1] == refused("reset_first")
    for unclear in ({"state": SteelState.UNKNOWN}, MOTOR, {"state": SteelState.MOVING}):
        segment, commands = step(segment, uncounted(103.0, **unclear))
        assert commands == ()
        assert fault_of(segment).needs == "reset"
    segment, commands = step(segment, uncounted(104.0))
    assert commands == (ReportReset("life-1-1", "motor"),)
    assert step(segment, confirms())[1][0] == ReportConfirmed(WANG, "motor", "life-1-1")
    segment, commands = step(segment, uncounted(105.0, **MOTOR))
    assert fault_of(segment).needs == "reset"


def test_a_controller_without_counter_and_heartbeat_moves_when_a_person_watches() -> None:
    blind = replace(LIMITS, interlocks_seen=LIMITS.interlocks_seen - {"heartbeat"})
    bank: BankReading = bank_at(100.1, reset_count=None, heartbeat=None)
    segment, _ = step(linked(blind), asks(origin="bank_page", vouched=frozenset({"heartbeat"})))
    segment, commands = step(segment, replace(interlocks(), bank=bank))
    assert isinstance(commands[-1], DriveTo)
    away = Reconnected(at_s=110.0, bank=bank_at(110.0, reset_count=None), steel=steel_at(110.0))
    segment, commands = run(segment, LinkLost(105.0), away)
    assert not isinstance(segment.phase, Faulted)


def test_a_trip_from_before_the_agent_began_counts_its_resets_from_what_it_then_reads() -> None:
    """Nobody ever read the counter while it was tripped, until now."""
    known = Faulted(why="motor", code="motor", latched=True, trip_id="before-1")
    first = Reconnected(at_s=100.0, bank=bank_at(100.0), steel=steel_at(100.0, **MOTOR))
    segment, commands = step(Segment(limits=LIMITS, life="life", phase=known), first)
    assert commands == ()
    assert fault_of(segment).reset_count == 7
    segment, commands = step(segment, reads(101.0, {"reset_count": 8}))
    assert commands == (ReportReset("before-1", "motor"),)


def test_a_status_nobody_knows_is_unknown_with_the_makers_word_and_moves_nothing() -> None:
    strange = sees(101.0, state=SteelState.UNKNOWN, trip=Trip(trips.UNKNOWN, "ZT_77"))
    segment, commands = step(linked(), strange)
    assert commands == ()
    assert segment.phase == Unknown("unknown_status", "ZT_77")
    answer = refusal(segment, asks("r2", at_s=101.0, seen_at_s=101.0))
    assert (answer.code, answer.detail) == (
        "steel_unknown",
        {"why": "unknown_status", "raw": "ZT_77"},
    )
    assert step(segment, sees(101.5))[0].phase == linked().phase


def test_a_fault_by_a_code_nobody_knows_is_a_fault_and_keeps_the_makers_word() -> None:
    for state in (SteelState.FAULTED, SteelState.STANDING, SteelState.HALTED):
        strange = sees(101.0, state=state, trip=Trip(trips.UNKNOWN, "99"))
        segment, commands = step(linked(), strange)
        assert (fault_of(segment).why, fault_of(segment).raw) == (trips.UNKNOWN, "99")
        assert commands[0] == faulted("unknown", raw="99", request_id=None)


def test_a_strange_status_while_it_moves_ends_in_a_stop_when_time_is_up() -> None:
    strange = sees(100.5, state=SteelState.UNKNOWN, trip=Trip(trips.UNKNOWN, "77"))
    segment, _ = step(driving(), strange)
    _, commands = step(segment, TimePassed(103.2))
    assert isinstance(commands[1], ReportFault)
    assert commands[1].why == "start_not_seen"


def test_what_a_controller_says_hinders_it_now_forbids_motion_without_being_a_trip() -> None:
    segment, _ = step(linked(), asks())
    answer = refusal(segment, interlocks(hindrance=Trip(trips.UNKNOWN, "33")))
    assert (answer.code, answer.detail) == ("hindered", {"why": "unknown", "raw": "33"})
    segment, _ = step(linked(), sees(100.05, hindrance=Trip("aisle_infrared", "3")))
    assert not isinstance(segment.phase, Faulted)


@pytest.mark.parametrize("simulated", [True, False])
@pytest.mark.parametrize("commissioned", [True, False])
def test_real_steel_without_a_signed_moving_test_is_never_moved(
    simulated: bool, commissioned: bool
) -> None:
    segment = linked(replace(LIMITS, commissioned=commissioned))
    segment, _ = step(segment, reads(100.0, {"simulated": simulated}))
    if simulated or commissioned:
        assert not isinstance(step(segment, asks())[1][0], Answer)
    else:
        assert code_of(segment, asks()) == "not_commissioned"
        believed = replace(segment, bank=bank_at(99.9), pending=asks().asked)
        real = replace(interlocks(), bank=bank_at(100.1, simulated=False))
        assert code_of(believed, real) == "not_commissioned"
