"""On which day's behalf night closing is due, by the room's own clock on the wall. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

LATE_BY = timedelta(hours=1)
"""A room whose agent was away at the time proposes it so much later at most."""


def find_due(at: str, local: datetime, proposed_on: date | None) -> date | None:
    """Name the day whose closing is due and was not proposed yet; `at` is "HH:MM" local time."""
    on_the_wall = local.replace(tzinfo=None)
    latest = datetime.combine(on_the_wall.date(), time.fromisoformat(at))
    if latest > on_the_wall:
        latest -= timedelta(days=1)
    is_late = on_the_wall - latest >= LATE_BY
    return None if is_late or latest.date() == proposed_on else latest.date()
