"""Moments and days that people may name over the API: those that a calendar here can mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""Beyond them, and at the very ends of the calendar, distances and other time zones overflow."""


def _named_moment(moment: datetime) -> datetime:
    first, end = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    if not first <= moment < end:
        raise ValueError(f"a moment of the years {FIRST_YEAR} to {LAST_YEAR} is needed")
    return moment


def _named_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a day of the years {FIRST_YEAR} to {LAST_YEAR} is needed")
    return day


Moment = Annotated[AwareDatetime, AfterValidator(_named_moment)]
Day = Annotated[date, AfterValidator(_named_day)]
