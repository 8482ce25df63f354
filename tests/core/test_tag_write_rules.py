"""What became of a number that was to be written into a tag."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from controller.tags.write_rules import (
    UNDER_WAY,
    Outcome,
    State,
    is_news,
    outcome_heard,
    outcome_of,
    outcome_shown,
)

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("done", None, "done"),
        ("refused", "no_such_reader", "failed"),
        ("expired", None, "failed"),
        ("failed", "tag_away", "failed"),
        ("failed", "several_tags", "failed"),
        ("failed", "not_verified", "unknown"),
        ("failed", "write_failed", "unknown"),
        ("failed", "not_locked", "done"),
        ("failed", "link_lost", "unknown"),
        ("accepted", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_only_what_is_certain_is_called_done_or_failed(
    status: str | None, code: str | None, state: str
) -> None:
    assert outcome_of(status, code).state == state


def test_every_outcome_but_done_says_why() -> None:
    assert outcome_of(None, None).code == "no_answer"
    assert outcome_of("expired", None).code == "expired"
    assert outcome_of("failed", "tag_away").code == "tag_away"


def test_hearing_the_new_number_settles_it_at_once() -> None:
    assert outcome_heard(new=True, asked_at=AT, heard_at=AT) == Outcome("done")
    behind = AT - timedelta(minutes=5)
    assert outcome_heard(new=True, asked_at=AT, heard_at=behind) == Outcome("done"), "a slow clock"


def test_hearing_the_old_number_settles_it_once_the_room_is_no_longer_at_it() -> None:
    soon, later = AT + UNDER_WAY, AT + UNDER_WAY + timedelta(seconds=1)
    assert outcome_heard(new=False, asked_at=AT, heard_at=soon) is None
    heard = outcome_heard(new=False, asked_at=AT, heard_at=later)
    assert heard == Outcome("failed", "old_number_heard")


@pytest.mark.parametrize(
    ("state", "then", "counts"),
    [
        ("asked", "unknown", True),
        ("unknown", "unknown", False),
        ("unknown", "failed", True),
        ("failed", "done", True),
        ("failed", "unknown", False),
        ("failed", "failed", False),
        ("done", "failed", False),
        ("done", "done", False),
    ],
)
def test_only_a_number_that_was_read_back_overrules_what_was_settled(
    state: State, then: State, counts: bool
) -> None:
    assert is_news(state, Outcome(then)) is counts


def test_what_was_heard_before_says_nothing() -> None:
    assert outcome_heard(new=False, asked_at=AT, heard_at=AT - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("new", "settled"),
    [(True, Outcome("done")), (False, Outcome("failed", "old_number_heard"))],
)
def test_what_lies_before_an_antenna_counts_once_the_room_is_no_longer_at_it(
    new: bool, settled: Outcome
) -> None:
    soon, later = AT + UNDER_WAY, AT + UNDER_WAY + timedelta(seconds=1)
    assert outcome_shown(new=new, asked_at=AT, heard_at=soon) is None, "it may yet be locked"
    assert outcome_shown(new=new, asked_at=AT, heard_at=later) == settled
