"""Where days and months begin by a clock on the wall. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def day_around(at_s: float, zone: tzinfo) -> tuple[float, float]:
    """Return where the local day of a moment begins and ends; it has 23 to 25 hours."""
    day = datetime.fromtimestamp(at_s, UTC).astimezone(zone).date()
    return _midnight_s(day, zone), _midnight_s(day + timedelta(days=1), zone)


def month_around(at_s: float, zone: tzinfo) -> tuple[int, float, float]:
    """Return the number of the local month of a moment, 1 to 12, where it begins and ends."""
    first = datetime.fromtimestamp(at_s, UTC).astimezone(zone).date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.month, _midnight_s(first, zone), _midnight_s(following, zone)


def _midnight_s(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()
