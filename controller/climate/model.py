"""Climate as values: what becomes of a reading, and points of charts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """What a reading means under the limits; the later one outweighs the earlier."""

    OK = "ok"
    LOW = "low"
    HIGH = "high"
    SUSPECT = "suspect"
    STALE = "stale"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A reading in a chart: seconds since 1970, °C, % relative humidity."""

    at_s: float
    temperature_c: float
    humidity_pct: float
