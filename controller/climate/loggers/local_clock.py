"""Turns the clock of a logger into UTC: fixed distances, and zones whose clocks are changed. Pure.

In autumn an hour comes twice; which of the two a row means follows from the rows before it. In
spring an hour is left out; a row that names it was written by a clock that nobody changed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from controller.climate.loggers.model import LoggerProblem

Trouble = Literal["missing_hour", "repeated_hour_unsure"]

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_FIXED = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


def parse_zone(name: str) -> tzinfo:
    """Read an IANA name or a fixed distance such as UTC+08:00; raise LoggerProblem."""
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    fixed = _FIXED.fullmatch(name.strip())
    if fixed:
        distance = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        if distance <= timedelta(hours=14):
            return timezone(-distance if fixed[1] == "-" else distance)
    else:
        try:
            return ZoneInfo(name)
        except (LookupError, ValueError, OSError):
            pass
    raise LoggerProblem("climate.import_unknown_zone", zone=name)


class LocalClock:
    """Gives the moments of rows in the order of the file."""

    def __init__(self, zone: tzinfo, *, falling: bool = False) -> None:
        """`falling`: the newest row stands first."""
        self._zone = zone
        self._falling = falling
        self._before_s: float | None = None
        self._offsets: dict[int, float | None] = {}

    def to_utc_s(self, day: int, seconds: float) -> tuple[float | None, Trouble | None]:
        """Turn a day (proleptic ordinal) and seconds of its clock into seconds since 1970."""
        local_s = (day - _EPOCH) * _DAY_S + seconds
        whole = self._offset_of_day(day)
        if whole is not None:
            self._before_s = local_s - whole
            return self._before_s, None
        moment = datetime.fromordinal(day) + timedelta(seconds=seconds)
        first, second = (self._offset(moment.replace(fold=fold)) for fold in (0, 1))
        if first < second:
            return None, "missing_hour"
        at_s, trouble = self._choose(local_s - first, local_s - second)
        self._before_s = at_s
        return at_s, trouble

    def note(self, at_s: float) -> None:
        """Note a row whose distance from UTC was written beside it."""
        self._before_s = at_s

    def _choose(self, early_s: float, late_s: float) -> tuple[float, Trouble | None]:
        if early_s == late_s:
            return early_s, None
        before = self._before_s
        if before is None:
            return (late_s if self._falling else early_s), "repeated_hour_unsure"
        if self._falling:
            return (early_s if late_s >= before else late_s), None
        return (late_s if early_s <= before else early_s), None

    def _offset_of_day(self, day: int) -> float | None:
        """Return the distance of a day on which nobody changes the clock."""
        if day not in self._offsets:
            begin = datetime.fromordinal(day)
            ends = {self._offset(begin + timedelta(days=more)) for more in (0, 1)}
            self._offsets[day] = ends.pop() if len(ends) == 1 else None
        return self._offsets[day]

    def _offset(self, moment: datetime) -> float:
        offset = moment.replace(tzinfo=self._zone).utcoffset()
        assert offset is not None
        return offset.total_seconds()
