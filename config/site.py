"""A site: its rooms, its time zone, how its file codes look."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from config.room import Part, Words
from config.zone import DEFAULT_ZONE, TimeZone


class Site(Part):
    """What the site's file says; room files are named relative to it."""

    format: Annotated[int, Field(ge=1, le=1)]
    site: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    name: Words
    time_zone: TimeZone = DEFAULT_ZONE
    file_code_pattern: str = r"[A-Z0-9]{2,8}(-[A-Z0-9.·]{1,16}){1,6}"
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
