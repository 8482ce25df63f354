"""Which month or year a report is of. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

PATTERN: Final = r"^(19[7-9][0-9]|20[0-9]{2})(-(0[1-9]|1[0-2]))?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month or a year of the site's calendar."""

    text: str
    first: date
    after: date
    """The day after its last."""

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return len(self.text) == 4

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return its begin and its end."""
        return (
            datetime.combine(self.first, time.min, zone),
            datetime.combine(self.after, time.min, zone),
        )


def parse_period(text: str) -> Period:
    """Read 2026 or 2026-03; raise ValueError for anything else."""
    if not re.match(PATTERN, text):
        raise ValueError(f"{text!r} is neither a year nor a month")
    year = int(text[:4])
    if len(text) == 4:
        return Period(text=text, first=date(year, 1, 1), after=date(year + 1, 1, 1))
    month = int(text[5:])
    after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return Period(text=text, first=date(year, month, 1), after=after)
