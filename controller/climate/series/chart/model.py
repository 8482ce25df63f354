"""What is asked of a chart, and what it holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Step = Literal["raw", "hour", "day"]
Band = tuple[float, float, float, float]
"""Seconds since 1970 at which it begins, mean, lowest, highest."""
Stretch = tuple[float, float]
"""From and to, seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to draw: a period and how many points at most, as far as it was by `now`."""

    start: datetime
    end: datetime
    points: int
    now: datetime
    zone: ZoneInfo
    step: Step | None = None
    """`None`: whatever suits the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bands by quantity in order of time, and the times of which nothing is known."""

    step: Step
    bands: dict[str, list[Band]]
    gaps: list[Stretch]
