"""Decides what became of a number that was to be written into a tag. Pure.

The room says                          | the write is
-------------------------------------- | -------------------------------------------------------
done                                   | done: it read the number back
refused, expired                       | failed: nothing was sent to the tag
failed, and the tag never took a word  | failed
failed otherwise, accepted, nothing    | unknown, until the tag is heard

An unknown one is settled by the room's own report, or by a reader that hears the new number (done)
or, once the room can no longer be at it, the old one (failed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

State = Literal["asked", "done", "failed", "unknown"]
OPEN: Final = ("asked", "unknown")
UNDER_WAY: Final = timedelta(seconds=30)
"""By then the room has written, or dropped the request."""
_UNTOUCHED = frozenset(
    {"tag_away", "several_tags", "tag_locked", "wrong_password", "low_power", "not_offered"}
)
"""With these the tag still has the number it had (drivers/ports.py)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write, and the code that says why."""

    state: State
    code: str | None = None


def outcome_of(status: str | None, code: str | None) -> Outcome:
    """Judge the room's last answer; `None` is no answer."""
    if status == "done":
        return Outcome("done")
    if status in ("refused", "expired"):
        return Outcome("failed", code or status)
    if status == "failed" and code in _UNTOUCHED:
        return Outcome("failed", code)
    return Outcome("unknown", code or "no_answer")


def outcome_heard(*, new: bool, asked_at: datetime, heard_at: datetime) -> Outcome | None:
    """Judge by the number that a reader heard since, the new or the old; `None`: says nothing."""
    if heard_at < asked_at:
        return None
    if new:
        return Outcome("done")
    return Outcome("failed", "old_number_heard") if heard_at - asked_at > UNDER_WAY else None
