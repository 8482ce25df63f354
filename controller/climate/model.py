"""Climate as values: limits and where they come from, and what becomes of a reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.room import Part, Words


class Judgement(StrEnum):
    """What a reading means under the limits; the later one outweighs the earlier."""

    OK = "ok"
    LOW = "low"
    HIGH = "high"
    SUSPECT = "suspect"
    STALE = "stale"
    NONE = "none"


class Range(Part):
    """What a quantity should stay within."""

    low: float
    high: float

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be less than high ({self.high:g})")
        return self


class DailySwing(Part):
    """How much a quantity may change within a day; `reading` says how the figure is meant."""

    temperature_c: Annotated[float, Field(gt=0)]
    humidity_pct: Annotated[float, Field(gt=0)]
    reading: Literal["half_range", "range"]


class Profile(Part):
    """Limits as data: with their source, and whether somebody checked them against it."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Words
    temperature_c: Range
    humidity_pct: Range
    daily_swing: DailySwing
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    verified: bool


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A reading in a chart: seconds since 1970, °C, % relative humidity."""

    at_s: float
    temperature_c: float
    humidity_pct: float
