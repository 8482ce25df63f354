"""The air of a room: its warmth is a function of time, its water is kept in balance. Pure.

Outdoor air leaks in and brings its water, machines take water out or add some, and the air between
the shelves of a closed bank follows that of the room slowly, as its paper holds water. The room's
water is worked out in steps (exactly, for a load that stays as it is within a step).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from config.air import absolute_humidity_g_m3, saturation_g_m3
from simulators.physics.weather import (
    Climate,
    day_at,
    outdoor_air,
    season_at,
    wander,
)

STEP_S = 5.0
"""How far the water may lag behind the world's time."""
_LONGEST_STEP_S = 300.0
LEAKS_PER_H = 0.15
"""How often in an hour the closed room's air is exchanged through its cracks."""
PAPER_HOLDS = 3.0
"""How much more water than in the air takes part: the paper gives and takes."""
_PLANT_PER_H = 0.5
_PLANT_PCT = 49.0
_CLOSED_BLOCK_PER_H = 1 / 30
_AIRED_BLOCK_PER_H = 3.0
_MEAN_C, _SEASON_C, _DAY_C = 19.6, 3.4, 0.9
_NOISE_PERIODS_S = (613.0, 1_789.0, 5_003.0, 17_011.0)
_BLOCK_BEGINS_DAMPER = 1.06


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What does not change: how big the room is, what stands in it, who else keeps it dry."""

    seed: int
    volume_m3: float
    zone_s: float = 0.0
    """How far the clock on the wall is ahead of UTC."""
    has_plant: bool = True
    """Whether the building's own plant keeps the humidity, as no unit of the room does."""
    blocks: tuple[int, ...] = ()
    """The banks whose shelf air is known of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What people and machines do to the air at the moment."""

    added_kg_h: float = 0.0
    """Water that is added; negative while it is taken out."""
    fresh_m3_h: float = 0.0
    """Outdoor air beyond what leaks in anyway."""
    aired: frozenset[int] = frozenset()
    """Banks that stand spread, so that the room's air passes between their shelves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The water in the room's air and in its blocks, and what somebody's act changed."""

    at_s: float
    """The Unix second up to which it is worked out."""
    water_g_m3: float
    blocks_g_m3: tuple[float, ...] = ()
    """In the order of the house's blocks."""
    shift_c: float = 0.0
    shift_pct: float = 0.0
    weather_c: float = 0.0
    weather_pct: float = 0.0


def new_air(house: House, at_s: float) -> Air:
    """Begin with a room that was kept well so far, and blocks that are a little damper."""
    water = absolute_humidity_g_m3(_room_c(house, at_s), _PLANT_PCT)
    return Air(
        at_s=at_s,
        water_g_m3=water,
        blocks_g_m3=tuple(water * _BLOCK_BEGINS_DAMPER for _ in house.blocks),
    )


def advance_air(air: Air, house: House, load: Load, to_s: float) -> Air:
    """Work the water out up to a time, under a load that stays as it is."""
    while air.at_s < to_s:
        air = _stepped(air, house, load, min(to_s - air.at_s, _LONGEST_STEP_S))
    return air


def outside_of(air: Air, house: House, at_s: float) -> Climate:
    """Say what the air outside is like."""
    free = outdoor_air(house.seed, at_s, house.zone_s)
    humidity_pct = free.humidity_pct + air.weather_pct
    return Climate(free.temperature_c + air.weather_c, min(100.0, max(1.0, humidity_pct)))


def climate_at(air: Air, house: House, at_s: float, place_mm: tuple[int, int]) -> Climate:
    """Say what a perfect probe at a place of the plan would measure."""
    return _measured(air, house, at_s, place_mm, air.water_g_m3)


def block_climate(
    air: Air, house: House, at_s: float, place_mm: tuple[int, int], bank: int
) -> Climate:
    """Say what a perfect probe between the shelves of a bank would measure."""
    return _measured(air, house, at_s, place_mm, air.blocks_g_m3[house.blocks.index(bank)])


def room_climate(air: Air, house: House) -> Climate:
    """Say what the room's air is like where it mixes: what its machines draw in."""
    warm = _room_c(house, air.at_s) + air.shift_c
    humidity_pct = 100.0 * air.water_g_m3 / saturation_g_m3(warm - air.shift_c) + air.shift_pct
    return Climate(warm, min(100.0, max(0.0, humidity_pct)))


def _measured(
    air: Air, house: House, at_s: float, place_mm: tuple[int, int], water_g_m3: float
) -> Climate:
    warm = _room_c(house, at_s) + _corner(f"{place_mm}:t") * 0.4
    warm += wander(f"{house.seed}:t:{place_mm}", at_s, _NOISE_PERIODS_S) * 0.15
    humidity_pct = 100.0 * water_g_m3 / saturation_g_m3(warm)
    humidity_pct += wander(f"{house.seed}:h", at_s, _NOISE_PERIODS_S) * 0.5
    humidity_pct += _corner(f"{place_mm}:h") * 0.5 + air.shift_pct
    return Climate(
        temperature_c=warm + air.shift_c, humidity_pct=min(100.0, max(0.0, humidity_pct))
    )


def _stepped(air: Air, house: House, load: Load, dt_s: float) -> Air:
    outside = outside_of(air, house, air.at_s)
    warm = _room_c(house, air.at_s)
    brings = absolute_humidity_g_m3(outside.temperature_c, outside.humidity_pct)
    fresh_per_h = LEAKS_PER_H + load.fresh_m3_h / house.volume_m3
    plant_per_h = _PLANT_PER_H if house.has_plant else 0.0
    gains = fresh_per_h * brings + load.added_kg_h * 1000.0 / house.volume_m3
    gains += plant_per_h * absolute_humidity_g_m3(warm, _PLANT_PCT)
    rate_per_h = fresh_per_h + plant_per_h
    water = _nearing(air.water_g_m3, gains / rate_per_h, rate_per_h * dt_s / 3600.0 / PAPER_HOLDS)
    water = min(saturation_g_m3(warm), max(0.05, water))
    blocks = tuple(
        _nearing(
            block,
            water,
            (_AIRED_BLOCK_PER_H if bank in load.aired else _CLOSED_BLOCK_PER_H) * dt_s / 3600.0,
        )
        for bank, block in zip(house.blocks, air.blocks_g_m3, strict=True)
    )
    return replace(air, at_s=air.at_s + dt_s, water_g_m3=water, blocks_g_m3=blocks)


def _nearing(value: float, goal: float, times: float) -> float:
    return goal + (value - goal) * math.exp(-times)


def _room_c(house: House, at_s: float) -> float:
    warm = _MEAN_C + _SEASON_C * season_at(at_s) + _DAY_C * day_at(at_s, house.zone_s)
    return warm + wander(f"{house.seed}:t", at_s, _NOISE_PERIODS_S) * 0.25


@cache
def _corner(key: str) -> float:
    """What makes one corner of the room differ from another, between -1 and 1."""
    return Random(key).uniform(-1.0, 1.0)
