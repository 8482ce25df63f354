"""When a site notes the air in its climate book."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.parts import Part

_OfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ClimateBook(Part):
    """The two times of day at which the air inside and outside is noted, by the site's clock.

    The rules for archive stores (档案库房技术管理暂行规定, 1987, art. 9) ask for readings inside
    and outside at fixed times, normally twice a day. Which times is custom: these are unconfirmed.
    """

    morning: _OfDay = "09:00"
    afternoon: _OfDay = "15:00"

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.morning >= self.afternoon:
            raise ValueError(f"morning ({self.morning}) must be before afternoon")
        return self

    def at(self, slot: str) -> time:
        """Return the time of a slot, `morning` or `afternoon`."""
        return time.fromisoformat(self.morning if slot == "morning" else self.afternoon)
