"""A site: its rooms, its time zone, how its file codes look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from config.alarms import Alarming
from config.book import ClimateBook
from config.room import Part, Words
from config.zone import DEFAULT_ZONE, TimeZone

_GS1_DIGITS = 12
"""Company prefix and document, asset or location type together, without the check digit."""


class Tagging(Part):
    """How this site numbers its tags: opaque numbers of our own, or GS1 keys of its company.

    `type` is the GDTI's document type or the GRAI's asset type; a GIAI has none. `locations` gives
    the location reference of each room whose shelves are to bear SGLN numbers.
    """

    scheme: Literal["private", "gdti-96", "grai-96", "giai-96"] = "private"
    company_prefix: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    type: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = ""
    shelf_labels: Literal["private", "sgln-96"] = "private"
    locations: Mapping[str, Annotated[str, Field(pattern=r"^[0-9]{0,6}$")]] = {}

    @model_validator(mode="after")
    def _fits_gs1(self) -> Self:
        prefix = self.company_prefix
        if prefix is None:
            if (self.scheme, self.shelf_labels) != ("private", "private"):
                raise ValueError("GS1 numbers need the company_prefix that GS1 gave this company")
            return self
        room_for = _GS1_DIGITS - len(prefix)
        if self.scheme in ("gdti-96", "grai-96") and len(self.type) != room_for:
            raise ValueError(
                f"with a company_prefix of {len(prefix)} digits, type needs {room_for} digits"
            )
        if self.shelf_labels == "sgln-96":
            wrong = sorted(r for r, digits in self.locations.items() if len(digits) != room_for)
            if wrong or not self.locations:
                raise ValueError(
                    f"with a company_prefix of {len(prefix)} digits, locations needs one entry of "
                    f"{room_for} digits per room; wrong: {', '.join(wrong) or 'none is there'}"
                )
        return self


class Site(Part):
    """What the site's file says; room files are named relative to it."""

    format: Annotated[int, Field(ge=1, le=1)]
    site: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    name: Words
    time_zone: TimeZone = DEFAULT_ZONE
    file_code_pattern: str = r"[A-Z0-9]{2,8}(-[A-Z0-9.·]{1,16}){1,6}"
    tagging: Tagging = Tagging()
    alarms: Alarming = Alarming()
    climate_book: ClimateBook = ClimateBook()
    rooms: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("file_code_pattern")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return pattern

    def zone(self) -> ZoneInfo:
        """Return the time zone in which this site's days begin."""
        return ZoneInfo(self.time_zone)
