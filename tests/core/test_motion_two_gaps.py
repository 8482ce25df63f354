"""Segments in which two aisles stand open at once, each with a holder of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.messages import Actor
from drivers.ports import OpenAisle
from drivers.readings import Check, CommandResult, SteelState
from drivers.room.motion import Answer, Command, DriveTo, Hold, Open, Segment, step
from tests.core.motion_parts import (
    LI,
    LIMITS,
    WANG,
    asks,
    code_of,
    interlocks,
    linked,
    refusal,
    run,
    sees,
)

EMPTY = (Check.SAFE,) * 6
TWO = replace(LIMITS, aisles=6, park_aisle=5, gaps=2)


def standing(*aisles: int, **holders: Actor) -> Segment:
    """Two gaps stand open; holders are named by aisle, a1=LI."""
    segment = linked(TWO)
    holds = tuple(
        Hold(aisle=int(name[1:]), actor=actor, since_s=90.0) for name, actor in holders.items()
    )
    segment, _ = step(segment, sees(100.0, open_aisles=aisles, occupancy=EMPTY))
    return replace(segment, holds=holds)


def opens(segment: Segment, aisle: int, actor: Actor = LI) -> tuple[Segment, tuple[Command, ...]]:
    stands: dict[str, Any] = {"open_aisles": segment.steel.open_aisles} if segment.steel else {}
    segment, _ = step(segment, asks(aisle=aisle, actor=actor))
    return step(segment, interlocks(occupancy=EMPTY, **stands))


def order_of(segment: Segment, aisle: int, actor: Actor = LI) -> object:
    _, commands = opens(segment, aisle, actor)
    assert isinstance(commands[-1], DriveTo)
    return commands[-1].order


@pytest.mark.parametrize(
    ("holders", "wanted", "giving"),
    [
        ({}, 2, 1),
        ({}, 5, 4),
        ({"a4": WANG}, 5, 1),
        ({"a1": WANG}, 2, 4),
        ({"a1": LI}, 2, 4),
        ({"a4": LI}, 5, 1),
        ({"a1": LI, "a4": WANG}, 5, 1),
        ({"a1": LI, "a4": LI}, 3, 4),
    ],
)
def test_the_gap_that_gives_is_held_by_nobody_else_by_the_asker_then_the_nearest(
    holders: dict[str, Actor], wanted: int, giving: int
) -> None:
    assert order_of(standing(1, 4, **holders), wanted) == OpenAisle(aisle=wanted, giving=giving)


def test_when_others_hold_both_aisles_nobody_opens_a_third() -> None:
    answer = refusal(standing(1, 4, a1=WANG, a4=WANG), asks(aisle=3))
    assert (answer.code, answer.detail) == ("held_by_other", {"holder": "Wang", "aisle": 4})


def test_two_people_hold_an_aisle_each() -> None:
    segment, _ = opens(standing(1, 4, a4=WANG), 2)
    arrived = sees(
        110.0, last_seq=0, open_aisles=(2, 4), occupancy=EMPTY, last_result=CommandResult.DONE
    )
    segment, commands = step(segment, arrived)
    assert commands[-1] == Answer(request_id="r1", status="done")
    assert segment.phase == Open(frozenset({2, 4}))
    assert [(hold.aisle, hold.actor) for hold in segment.holds] == [(2, LI), (4, WANG)]


def test_an_aisle_that_stands_open_is_taken_without_moving_unless_another_holds_it() -> None:
    segment, commands = opens(standing(1, 4, a4=WANG), 1)
    assert commands == (Answer(request_id="r1", status="done"),)
    assert [(hold.aisle, hold.actor) for hold in segment.holds] == [(1, LI), (4, WANG)]
    assert code_of(standing(1, 4, a4=WANG), asks(aisle=4)) == "held_by_other"


@pytest.mark.parametrize("verb", ["close_all", "park", "ventilate"])
def test_closing_all_closes_nobody_elses_aisle(verb: str) -> None:
    assert code_of(standing(1, 4, a4=WANG), asks(aisle=None, verb=verb)) == "held_by_other"


def test_all_closed_means_that_both_gaps_stand_where_the_bank_parks() -> None:
    one, _ = step(standing(1, 5), asks(aisle=None, verb="close_all"))
    _, commands = step(one, interlocks(occupancy=EMPTY, open_aisles=(1, 5)))
    assert isinstance(commands[-1], DriveTo)
    both, _ = step(standing(4, 5), asks(aisle=None, verb="close_all"))
    _, commands = step(both, interlocks(occupancy=EMPTY, open_aisles=(4, 5)))
    assert commands == (Answer(request_id="r1", status="done"),)


def test_while_a_gap_is_in_no_aisle_nobody_moves_past_anothers_hold() -> None:
    lost = sees(100.0, state=SteelState.HALTED, open_aisles=(4,), occupancy=EMPTY)
    segment, _ = step(standing(1, 4, a4=WANG), lost)
    assert segment.holds[0].actor == WANG
    assert code_of(segment, asks(aisle=2)) == "held_by_other"
    alone, _ = step(standing(1, 4), lost)
    alone, _ = step(alone, asks(aisle=2))
    read = interlocks(state=SteelState.HALTED, open_aisles=(4,), occupancy=EMPTY)
    _, commands = step(alone, read)
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].order == OpenAisle(aisle=2, giving=None)


@pytest.mark.parametrize("aisle", range(6))
def test_a_person_in_either_open_aisle_or_any_other_forbids_all_motion(aisle: int) -> None:
    inside = tuple(Check.UNSAFE if number == aisle else Check.SAFE for number in range(6))
    segment, _ = step(standing(1, 4), asks(aisle=2))
    assert code_of(segment, interlocks(open_aisles=(1, 4), occupancy=inside)) == "aisle_occupied"


def test_a_segment_with_one_gap_names_no_giver() -> None:
    _, commands = run(linked(), asks(aisle=2), interlocks())
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].order == OpenAisle(aisle=2, giving=None)


def test_after_a_halt_in_which_both_gaps_stand_open_one_of_them_is_named() -> None:
    """The controller opens nothing when it must guess; the gaps are where the reading says."""
    halts = sees(100.0, state=SteelState.HALTED, open_aisles=(2, 3), occupancy=EMPTY)
    halted, _ = run(standing(2, 3), halts, asks(aisle=1))
    reading = interlocks(occupancy=EMPTY, state=SteelState.HALTED, open_aisles=(2, 3))
    _, commands = step(halted, reading)
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].order == OpenAisle(aisle=1, giving=2)
