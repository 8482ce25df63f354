"""Decides which time an export covers. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from controller.exports.model import Window


def window_of(
    since: datetime | date | None, until: datetime | date | None, room: str | None, zone: ZoneInfo
) -> Window:
    """Read what somebody asked for; a day means all of it, by the site's clock."""
    return Window(
        since=_begin_of(since, zone),
        until=_begin_of(until, zone) if isinstance(until, datetime) else _after(until, zone),
        room=room,
    )


def _begin_of(when: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    if when is None or isinstance(when, datetime):
        return when
    return datetime.combine(when, time(), zone)


def _after(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone)
