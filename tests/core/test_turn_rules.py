"""Whose turn it is when a hold ends: in order, offered, never taken, lapsing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.shelving.model import SegmentHolds, Turn
from controller.shelving.turn_rules import OFFERED_FOR, OPEN, key_of, step_turns
from drivers.messages import Actor

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PLACE = ("S1", 1, 1)
LI, WANG, ZHAO = (Actor(id=f"u{n}", name=name) for n, name in enumerate(("Li", "Wang", "Zhao")))


def turn(user: Actor, aisle: int = 2, after_s: int = 0, **parts: object) -> Turn:
    at = AT + timedelta(seconds=after_s)
    made = Turn(
        id=f"{user.id}-{aisle}",
        room="S1",
        bank=1,
        segment=1,
        aisle=aisle,
        user=user,
        purpose=None,
        asked_at=at,
        status="waiting",
        offered_until=None,
        changed_at=at,
    )
    return replace(made, **parts)  # type: ignore[arg-type]  # names of fields


def offered(user: Actor, **parts: object) -> Turn:
    return turn(user, status="offered", offered_until=AT + OFFERED_FOR, **parts)  # type: ignore[arg-type]  # any part of a Turn


def held(*by: tuple[int, Actor], gaps: int = 1) -> dict[tuple[str, int, int], SegmentHolds]:
    return {PLACE: SegmentHolds(holds=dict(by), gaps=gaps)}


def statuses(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    return [(each.user.name, each.status) for each in turns]


def test_nothing_is_offered_while_another_holds() -> None:
    assert step_turns([turn(LI)], held((5, ZHAO)), AT) == []


def test_when_the_hold_ends_the_first_who_asked_is_offered_the_turn_for_five_minutes() -> None:
    (change,) = step_turns([turn(WANG, after_s=9), turn(LI)], held(), AT)
    assert (change.user, change.status) == (LI, "offered")
    assert change.offered_until == AT + timedelta(minutes=5)


def test_one_turn_at_a_time_is_offered_for_a_segment() -> None:
    assert step_turns([offered(LI), turn(WANG, after_s=9)], held(), AT) == []


def test_an_offer_lapses_and_the_next_gets_it_at_once() -> None:
    then = AT + OFFERED_FOR
    changed = step_turns([offered(LI), turn(WANG, after_s=9)], held(), then)
    assert statuses(changed) == [("Li", "lapsed"), ("Wang", "offered")]
    assert step_turns([offered(LI)], held(), then - timedelta(seconds=1)) == []


def test_an_offer_lapses_even_while_nothing_is_heard_of_the_segment() -> None:
    changed = step_turns([offered(LI), turn(WANG, after_s=9)], {}, AT + OFFERED_FOR)
    assert statuses(changed) == [("Li", "lapsed")]


@pytest.mark.parametrize("years", [0.0002, 1, 56])
def test_an_offer_dated_by_a_clock_that_was_set_back_since_lapses_too(years: float) -> None:
    now = AT - timedelta(days=365 * years)
    waiting = [offered(LI), turn(WANG, after_s=1)]
    assert statuses(step_turns(waiting, held(), now)) == [("Li", "lapsed"), ("Wang", "offered")]


def test_a_clock_that_is_set_right_by_seconds_lapses_no_offer() -> None:
    assert step_turns([offered(LI)], held(), AT - timedelta(seconds=30)) == []


def test_somebody_at_the_bank_who_was_quicker_puts_the_offered_one_back_at_the_head() -> None:
    (back,) = step_turns([offered(LI)], held((5, ZHAO)), AT)
    assert (back.status, back.offered_until, back.asked_at) == ("waiting", None, AT)


def test_whoever_holds_the_wanted_aisle_needs_no_turn_any_more() -> None:
    assert statuses(step_turns([turn(LI)], held((2, LI)), AT)) == [("Li", "used")]
    by_pin = Actor(id="pin-0123", name="Li")
    assert statuses(step_turns([offered(LI)], held((2, by_pin)), AT)) == [("Li", "used")]


def test_with_two_gaps_a_turn_waits_only_for_what_really_bars_it() -> None:
    assert statuses(step_turns([turn(LI)], held((5, ZHAO), gaps=2), AT)) == [("Li", "offered")]
    assert step_turns([turn(LI)], held((2, ZHAO), gaps=2), AT) == []
    assert step_turns([turn(LI)], held((5, ZHAO), (7, WANG), gaps=2), AT) == []
    barred_first = [turn(WANG), turn(LI, aisle=5, after_s=3)]
    changed = step_turns(barred_first, held((2, ZHAO), gaps=2), AT)
    assert statuses(changed) == [("Li", "offered")]


def test_segments_have_queues_of_their_own() -> None:
    other = turn(WANG, after_s=9, segment=2)
    holds = held() | {("S1", 1, 2): SegmentHolds(holds={}, gaps=1)}
    changed = step_turns([turn(LI), other], holds, AT)
    assert statuses(changed) == [("Li", "offered"), ("Wang", "offered")]


people = st.sampled_from((LI, WANG, ZHAO))
looks = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.none() | st.lists(st.tuples(st.integers(0, 3), people), max_size=2),
    ),
    max_size=12,
)


@given(
    waiting=st.lists(st.tuples(people, st.integers(0, 3)), max_size=5, unique=True),
    looks=looks,
    gaps=st.sampled_from((1, 2)),
)
def test_however_holds_come_and_go_no_two_are_offered_and_none_comes_back(
    waiting: list[tuple[Actor, int]],
    looks: list[tuple[int, list[tuple[int, Actor]] | None]],
    gaps: int,
) -> None:
    turns = {t.id: t for n, (who, aisle) in enumerate(waiting) for t in [turn(who, aisle, n)]}
    now = AT
    for later_s, holding in looks:
        now += timedelta(seconds=later_s)
        holds = {} if holding is None else held(*holding, gaps=gaps)
        before = dict(turns)
        for change in step_turns(list(turns.values()), holds, now):
            assert before[change.id].status in OPEN
            turns[change.id] = change
        standing = [each for each in turns.values() if each.status == "offered"]
        assert len({key_of(each) for each in standing}) == len(standing)
        assert all(each.offered_until and each.offered_until > now for each in standing)
