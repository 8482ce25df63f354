"""Which antennas run next: the desk never waits long, open aisles go first, nothing starves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from config.load import load_room, shipped_room
from drivers.room.presence import Aisles, field_of, plan_round
from drivers.room.presence.attention import FULL_EVERY

FIELD = field_of(load_room(shipped_room("simulated")))
READER = "reader-1"
DESK, IN_AISLE_13, SHELVES = 1, (7, 8, 9, 10, 11), tuple(range(2, 22))
ELSEWHERE = {2: {1: (1,), 2: (8,)}, 3: {1: (1,)}}
"""Banks 2 and 3 stand open where no antenna looks."""


def aisles(gap: int | None, *, moving: bool = False, others: bool = True) -> Aisles:
    now = Aisles()
    for bank, gaps in ELSEWHERE.items() if others else ():
        now = now.with_bank(bank, open_aisles=gaps, moving=False, at_s=0.0)
    return now.with_bank(1, open_aisles={1: () if gap is None else (gap,)}, moving=moving, at_s=0.0)


def plans(now: Aisles, rounds: int = FULL_EVERY) -> list[tuple[int, ...]]:
    return [plan_round(FIELD, READER, now, turn) for turn in range(rounds)]


def without_desk(plan: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(antenna for antenna in plan if antenna != DESK)


@pytest.mark.parametrize("now", [Aisles(), aisles(13), aisles(5), aisles(13, moving=True)])
def test_the_desk_runs_at_the_start_and_after_every_five_shelf_antennas(now: Aisles) -> None:
    dwells = [antenna for plan in plans(now) for antenna in plan]
    turns = [place for place, antenna in enumerate([*dwells, DESK]) if antenna == DESK]
    assert turns[0] == 0
    assert all(later - earlier <= 6 for earlier, later in pairwise(turns))


def test_while_an_aisle_is_open_most_rounds_run_only_what_looks_into_it() -> None:
    full, *others = plans(aisles(13))
    assert without_desk(full) == SHELVES
    assert {without_desk(plan) for plan in others} == {IN_AISLE_13}


def test_where_no_antenna_looks_into_an_open_aisle_all_rounds_are_full() -> None:
    assert {without_desk(plan) for plan in plans(aisles(5))} == {SHELVES}


def test_a_bank_that_moves_gets_no_more_than_the_full_rounds() -> None:
    (place,) = FIELD.aisles_of("R1-B2-C12-L-1")
    in_bank_2 = {1: (1,), place.segment: (place.aisle,)}
    now = aisles(13, moving=True).with_bank(2, open_aisles=in_bank_2, moving=False, at_s=0.0)
    assert {without_desk(plan) for plan in plans(now)[1:]} == {(12, 13, 14, 15, 16)}
    assert {without_desk(plan) for plan in plans(aisles(None, moving=True))} == {SHELVES}


def test_a_bank_that_stands_nowhere_or_is_unknown_may_be_open() -> None:
    assert set(without_desk(plans(aisles(None))[1])) == set(range(2, 12))
    assert without_desk(plans(Aisles())[1]) == SHELVES


def test_a_reader_that_the_room_does_not_name_runs_nothing() -> None:
    assert plan_round(FIELD, "reader-9", Aisles(), 1) == ()
