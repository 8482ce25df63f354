"""Who may work on a shelf of a pairing list, and how its boxes stand afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.tags.pairing_rules import (
    IDLE,
    ShelfState,
    StandingBox,
    next_order_mm,
    orders_of,
    refuse_box,
    refuse_shelf,
)

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def box(code: str, order_mm: int, thickness_mm: int = 80) -> StandingBox:
    return StandingBox(code=code, thickness_mm=thickness_mm, order_mm=order_mm)


@pytest.mark.parametrize(
    ("state", "holder", "idle", "refused"),
    [
        ("open", None, timedelta(), False),
        ("started", "me", timedelta(), False),
        ("started", "other", timedelta(), True),
        ("started", "other", IDLE - timedelta(seconds=1), True),
        ("started", "other", IDLE, False),
        ("done", "other", timedelta(), False),
    ],
)
def test_a_shelf_is_in_one_person_s_hands_while_they_are_at_it(
    state: ShelfState, holder: str | None, idle: timedelta, refused: bool
) -> None:
    said = refuse_shelf(state, holder=holder, since=AT, who="me", now=AT + idle)
    assert said == ("tags.shelf_taken" if refused else None)


def test_a_box_of_another_shelf_needs_a_word() -> None:
    assert refuse_box(home="S-1", shelf="S-1", here=False) is None
    assert refuse_box(home="S-2", shelf="S-1", here=False) == "tags.wrong_shelf"
    assert refuse_box(home=None, shelf="S-1", here=False) == "tags.wrong_shelf"
    assert refuse_box(home="S-2", shelf="S-1", here=True) is None


def test_the_next_box_begins_where_the_last_one_ends() -> None:
    assert next_order_mm([]) == 0
    assert next_order_mm([box("a", 500, 80), box("b", 0, 50)]) == 130


def test_boxes_in_the_order_of_the_record_stay_as_they_are() -> None:
    assert orders_of([box("a", 0), box("b", 200)], [box("c", 80)], length_mm=900) == {}


def test_boxes_in_another_order_get_new_places_and_the_others_come_behind() -> None:
    moved = orders_of([box("b", 80), box("a", 0, 50)], [box("c", 160)], length_mm=900)
    assert moved == {"b": 0, "a": 80, "c": 130}


def test_no_box_is_put_beyond_the_end_of_its_shelf() -> None:
    moved = orders_of([box("b", 80), box("a", 0)], [box("c", 120)], length_mm=200)
    assert moved == {"b": 0, "a": 80}, "c would begin at 160, and stays at 120, where it ends"


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(5, 100)), max_size=8))
def test_after_a_shelf_is_done_its_record_reads_as_it_was_scanned(
    boxes: list[tuple[int, int]],
) -> None:
    scanned = [box(f"{n}", order, thick) for n, (order, thick) in enumerate(boxes)]
    orders = orders_of(scanned, [], length_mm=10_000)
    after = [orders.get(one.code, one.order_mm) for one in scanned]
    assert after == sorted(set(after))
