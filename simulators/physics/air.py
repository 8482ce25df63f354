"""The climate of a room: a daily wave and slow noise, functions of seed, time, place. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from random import Random

DAY_S = 86_400.0
_WARMEST_HOUR = 15.0
_NOISE_PERIODS_S = (613.0, 1_789.0, 5_003.0, 17_011.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The room's air in the mean, and what somebody's act added to it."""

    temperature_c: float = 19.0
    humidity_pct: float = 49.0
    daily_c: float = 0.9
    daily_pct: float = 2.5
    shift_c: float = 0.0
    shift_pct: float = 0.0


@dataclass(frozen=True, slots=True)
class Climate:
    """Temperature and relative humidity at one place and moment."""

    temperature_c: float
    humidity_pct: float


def climate_at(
    air: Air, *, seed: int, at: datetime, elapsed_s: float, place_mm: tuple[int, int]
) -> Climate:
    """Say what a perfect probe at a place of the plan would measure."""
    second = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
    day = math.cos(2 * math.pi * (second - _WARMEST_HOUR * 3600) / DAY_S)
    warm = day * air.daily_c + _wander(f"{seed}:t", elapsed_s) * 0.25
    warm += _wander(f"{seed}:t:{place_mm}", elapsed_s) * 0.15 + _offset(f"{place_mm}:t") * 0.4
    # Warm air of the same moisture is drier: about 3 % RH for each degree near 19 C and 50 %.
    damp = -day * air.daily_pct - (warm - day * air.daily_c) * 3.0
    damp += _wander(f"{seed}:h", elapsed_s) * 0.8 + _offset(f"{place_mm}:h") * 0.8
    humidity_pct = air.humidity_pct + air.shift_pct + damp
    return Climate(
        temperature_c=air.temperature_c + air.shift_c + warm,
        humidity_pct=min(100.0, max(0.0, humidity_pct)),
    )


def _wander(key: str, elapsed_s: float) -> float:
    """Slow smooth noise between about -1 and 1."""
    draw = Random(key)
    waves = (
        math.sin(2 * math.pi * (elapsed_s / period_s + draw.random()))
        for period_s in _NOISE_PERIODS_S
    )
    return sum(waves) / len(_NOISE_PERIODS_S)


def _offset(key: str) -> float:
    """What makes one corner of the room differ from another, between -1 and 1."""
    return Random(key).uniform(-1.0, 1.0)
