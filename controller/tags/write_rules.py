"""Decides what became of a number that was to be written into a tag. Pure.

The room says                          | the write is
-------------------------------------- | -------------------------------------------------------
done                                   | done: it read the number back
refused, expired                       | failed: nothing was sent to the tag
failed, and the tag never took a word  | failed
failed, and only the lock is missing   | done, but not locked
failed otherwise, accepted, nothing    | unknown, until the tag is heard

An unknown one is settled by the room's own report, or by a reader that hears the new number (done)
or, once the room can no longer be at it, the old one (failed); what lies before an antenna counts
only from then on, for the room may still be about to lock the tag. A failed one becomes done after
all where the room says later that it read the number back: a room's clock that is ahead lets what
was heard before the write look like it was heard after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from drivers.messages import NOT_LOCKED, NOTHING_WRITTEN

State = Literal["asked", "done", "failed", "unknown"]
OPEN: Final = ("asked", "unknown")
UNDER_WAY: Final = timedelta(seconds=30)
"""By then the room has written, or dropped the request."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write, and the code that says why."""

    state: State
    code: str | None = None


def is_news(state: State, outcome: Outcome) -> bool:
    """Say whether a write in that state is settled anew by what is known now."""
    if state == "failed":
        return outcome.state == "done"
    return state in OPEN and outcome.state != state


def outcome_of(status: str | None, code: str | None) -> Outcome:
    """Judge the room's last answer; `None` is no answer."""
    if status == "done":
        return Outcome("done")
    if status in ("refused", "expired"):
        return Outcome("failed", code or status)
    if status == "failed" and code in NOTHING_WRITTEN:
        return Outcome("failed", code)
    if status == "failed" and code == NOT_LOCKED:
        return Outcome("done", code)
    return Outcome("unknown", code or "no_answer")


def outcome_heard(
    *, new: bool, asked_at: datetime, heard_at: datetime, alone: bool = True
) -> Outcome | None:
    """Judge by the number that a reader heard since, the new or the old; `None`: says nothing.

    `alone`: the new number was given out for this write and no other. One that a tag may have had
    before, as the number of a shelf, proves nothing when it is heard.
    """
    if new:
        return Outcome("done") if alone else None
    if heard_at < asked_at:
        return None
    return Outcome("failed", "old_number_heard") if heard_at - asked_at > UNDER_WAY else None


def outcome_shown(
    *, new: bool, asked_at: datetime, heard_at: datetime, alone: bool = True
) -> Outcome | None:
    """Judge by the number that lies before an antenna, the new or the old; `None`: says nothing."""
    if heard_at - asked_at <= UNDER_WAY:
        return None
    return outcome_heard(new=new, asked_at=asked_at, heard_at=heard_at, alone=alone)
