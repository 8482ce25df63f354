"""The weather outside: seasons, days, and weeks that differ, functions of seed and time. Pure.

Shaped after a humid subtropical town: 15.5 °C in the mean of the year, wet summers, dry winters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from random import Random

DAY_S = 86_400.0
YEAR_S = 365.2425 * DAY_S
WARMEST_DAY_S = 203 * DAY_S
"""22 July; the Unix epoch begins a year, so its seconds say the season near enough."""
WARMEST_HOUR_S = 15 * 3600.0
_FRONTS_S = (2.3 * DAY_S, 4.7 * DAY_S, 11.0 * DAY_S, 29.0 * DAY_S)


@dataclass(frozen=True, slots=True)
class Climate:
    """Temperature and relative humidity at one place and moment."""

    temperature_c: float
    humidity_pct: float


def outdoor_air(seed: int, at_s: float, zone_s: float) -> Climate:
    """Say what the air outside is like at a Unix second, where the clock runs `zone_s` ahead."""
    season, day = season_at(at_s), day_at(at_s, zone_s)
    front = wander(f"{seed}:weather", at_s, _FRONTS_S)
    damp = wander(f"{seed}:damp", at_s, _FRONTS_S)
    return Climate(
        temperature_c=15.5 + 10.5 * season + 3.5 * day + 5.0 * front,
        humidity_pct=min(99.0, max(18.0, 72.0 + 4.0 * season - 13.0 * day + 22.0 * damp)),
    )


def season_at(at_s: float) -> float:
    """Say how far into summer it is: 1 at the height of it, -1 in the depth of winter."""
    return math.cos(2 * math.pi * (at_s - WARMEST_DAY_S) / YEAR_S)


def day_at(at_s: float, zone_s: float) -> float:
    """Say how warm the hour is for its day: 1 at three in the afternoon, -1 at three at night."""
    return math.cos(2 * math.pi * (at_s + zone_s - WARMEST_HOUR_S) / DAY_S)


def wander(key: str, at_s: float, periods_s: tuple[float, ...]) -> float:
    """Slow smooth noise between about -1 and 1, the same for the same key and time."""
    waves = (
        math.sin(2 * math.pi * (at_s / period_s + phase))
        for period_s, phase in zip(periods_s, _phases(key, len(periods_s)), strict=True)
    )
    return sum(waves) / len(periods_s)


@cache
def _phases(key: str, count: int) -> tuple[float, ...]:
    draw = Random(key)
    return tuple(draw.random() for _ in range(count))
