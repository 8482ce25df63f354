"""Writes what loggers in a room would have kept: a CSV file for each probe, hourly, up to now.

The air is that of the simulated world (physics/air.py), kept by the room's own machines as a plain
two-point humidistat would. Some things went wrong in the time, so that there is something to find:
the dehumidifier stood still for a day and a half of high summer, the door stood open for a night
in winter, one probe drifts, another was away for two days. The same for the same seed and end.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from config.air import absolute_humidity_g_m3
from config.room import Probe, Regulator, Room
from simulators.physics.air import (
    Air,
    House,
    advance_air,
    block_climate,
    climate_at,
    new_air,
    outside_of,
    room_climate,
)
from simulators.physics.climate_units import Unit, load_of
from simulators.physics.weather import DAY_S, WARMEST_DAY_S, YEAR_S, Climate
from simulators.world import build_house, units_of

DAYS = 400
HEADER = ("Date/Time", "Temperature °C", "Humidity %RH")
_STEP_S = 1200.0
_HOUR_S = 3600.0
_SETTLES_S = 5 * DAY_S
"""Before the first row, so that nothing of how the room began is left."""
_BROKEN_S = 1.5 * DAY_S
_DOOR_OPEN_S = 10 * _HOUR_S
_AWAY_FROM_S, _AWAY_S = 61 * DAY_S, 2 * DAY_S
_DRIFT_S, _DRIFT_PCT = 150 * DAY_S, 3.5


@dataclass(frozen=True, slots=True)
class Moment:
    """The air at the full hour."""

    at_s: float
    air: Air


def write_history(
    room: Room, folder: Path, *, until: datetime, days: int = DAYS, seed: int = 1
) -> dict[str, Path]:
    """Write `climate-PROBE.csv` for every probe; return the files by probe.

    Times are of the room's clock, as a logger shows them; temperatures in °C, humidity in %RH.
    """
    end_s = until.timestamp() // _HOUR_S * _HOUR_S
    begin_s = end_s - days * DAY_S
    house = build_house(room, seed, until)
    probes = room.probes()
    paths = {probe.id: folder / f"climate-{probe.id}.csv" for probe in probes}
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        rows = {}
        for probe in probes:
            file = stack.enter_context(paths[probe.id].open("w", newline="", encoding="utf-8"))
            rows[probe.id] = csv.writer(file)
            rows[probe.id].writerow(HEADER)
        for moment in walk_hours(room, house, begin_s=begin_s, end_s=end_s):
            time = datetime.fromtimestamp(moment.at_s, UTC).astimezone(room.zone())
            said = time.strftime("%Y-%m-%d %H:%M:%S")
            for number, probe in enumerate(probes):
                told = _told(house, moment, probe, number, room, end_s)
                if told is not None:
                    line = (said, f"{told.temperature_c:.1f}", f"{told.humidity_pct:.1f}")
                    rows[probe.id].writerow(line)
    return paths


def walk_hours(room: Room, house: House, *, begin_s: float, end_s: float) -> Iterator[Moment]:
    """Work the air of a regulated room out, hour by hour, from `begin_s` until `end_s`."""
    units = {unit.id: unit for unit in units_of(room)}
    air = new_air(house, begin_s - _SETTLES_S)
    while air.at_s < end_s:
        units = _regulated(room, house, air, units)
        load = load_of(
            units.values(),
            room_climate(air, house),
            wet_floors=0,
            open_doors=int(_in_season(air.at_s, 0.5, _DOOR_OPEN_S)),
            aired=(),
        )
        air = advance_air(air, house, load, air.at_s + _STEP_S)
        if air.at_s >= begin_s and air.at_s % _HOUR_S == 0:
            yield Moment(air.at_s, air)


def _regulated(room: Room, house: House, air: Air, units: Mapping[str, Unit]) -> dict[str, Unit]:
    inside, outside = room_climate(air, house), outside_of(air, house, air.at_s)
    broken = _in_season(air.at_s, 0.0, _BROKEN_S)
    decided = dict(units)
    for regulator in room.climate.regulators:
        unit = decided.get(regulator.unit)
        if unit is not None:
            runs = _wanted(regulator, unit.runs, inside, outside)
            runs = runs and not (broken and regulator.does == "dry")
            decided[unit.id] = replace(unit, on=runs, runs=runs)
    return decided


def _wanted(regulator: Regulator, runs: bool, inside: Climate, outside: Climate) -> bool:
    """Say what a two-point humidistat would do; a fan also waits for drier air outside."""
    half = regulator.dead_band_pct / 2
    over_pct = inside.humidity_pct - regulator.set_pct
    if regulator.does == "humidify":
        over_pct = -over_pct
    if over_pct <= (-half if runs else half):
        return False
    if regulator.does != "ventilate":
        return True
    drier = absolute_humidity_g_m3(inside.temperature_c, inside.humidity_pct)
    drier -= absolute_humidity_g_m3(outside.temperature_c, outside.humidity_pct)
    is_mild = regulator.supply_low_c <= outside.temperature_c <= regulator.supply_high_c
    return is_mild and drier >= (regulator.vent_off_g_m3 if runs else regulator.vent_on_g_m3)


def _told(
    house: House, moment: Moment, probe: Probe, number: int, room: Room, end_s: float
) -> Climate | None:
    """Say what a probe's logger kept for an hour; None for nothing."""
    ago_s = end_s - moment.at_s
    if number == 2 and _AWAY_FROM_S <= ago_s < _AWAY_FROM_S + _AWAY_S:
        return None
    place_mm = (probe.plan_mm.x, probe.plan_mm.y)
    zone = next((zone for zone in room.climate.zones if zone.zone == probe.zone), None)
    if zone is not None and zone.kind == "outside":
        return outside_of(moment.air, house, moment.at_s)
    if zone is not None and zone.block is not None:
        return block_climate(moment.air, house, moment.at_s, place_mm, zone.block)
    told = climate_at(moment.air, house, moment.at_s, place_mm)
    if number == 3 and ago_s < _DRIFT_S:
        strayed_pct = _DRIFT_PCT * (1 - ago_s / _DRIFT_S)
        return replace(told, humidity_pct=min(100.0, told.humidity_pct + strayed_pct))
    return told


def _in_season(at_s: float, year_part: float, lasts_s: float) -> bool:
    """Say whether it is within a time of each year, counted from its warmest day."""
    return (at_s - WARMEST_DAY_S - year_part * YEAR_S) % YEAR_S < lasts_s
