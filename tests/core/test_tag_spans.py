"""The ledger of tags tells who bore which number when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from controller.holdings.model import Item
from controller.holdings.tag_rules import TagStep, spans_of

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BOX, OTHER = Item(kind="box", code="A-1"), Item(kind="box", code="A-2")


def step(item: Item, epc: str | None, minute: int, reason: str | None = None) -> TagStep:
    return TagStep(
        item=item,
        epc=epc,
        at=AT + timedelta(minutes=minute),
        by="u1",
        cause="paired",
        reason=reason,
        scheme=None,
    )


def told(*steps: TagStep) -> list[tuple[str, str, int | None, str | None]]:
    return [
        (
            span.item.code,
            span.epc,
            None if span.until is None else int((span.until - AT).total_seconds() // 60),
            span.replaced_by,
        )
        for span in spans_of(steps)
    ]


def test_a_tag_that_another_replaced_stays_in_history_with_its_end() -> None:
    assert told(step(BOX, "AAAA", 0), step(BOX, "BBBB", 5)) == [
        ("A-1", "BBBB", None, None),
        ("A-1", "AAAA", 5, "BBBB"),
    ]


def test_a_tag_taken_off_ends_without_a_successor() -> None:
    assert told(step(BOX, "AAAA", 0), step(BOX, None, 3)) == [("A-1", "AAAA", 3, None)]


def test_a_tag_may_come_to_another_item_and_back() -> None:
    steps = (
        step(BOX, "AAAA", 0),
        step(BOX, None, 1),
        step(OTHER, "AAAA", 1),
        step(OTHER, None, 2),
        step(BOX, "AAAA", 2),
    )
    assert told(*steps) == [
        ("A-1", "AAAA", None, None),
        ("A-2", "AAAA", 2, None),
        ("A-1", "AAAA", 1, None),
    ]


def test_an_entry_that_repeats_what_is_so_is_no_news() -> None:
    assert told(step(BOX, "AAAA", 0), step(BOX, "AAAA", 4, "again")) == [
        ("A-1", "AAAA", None, None)
    ]
