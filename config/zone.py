"""The time zone in which a site's or a room's days begin, by its IANA name."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

DEFAULT_ZONE = "Asia/Shanghai"


def _is_known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; expected e.g. {DEFAULT_ZONE}") from error
    return name


TimeZone = Annotated[str, AfterValidator(_is_known)]
"""IANA name; the names come with the program (tzdata) where the machine has none."""
