"""From what was measured to what presence expects of each antenna. Pure.

One tag stood for all, for some dozen cycles: rates are drawn a little towards what is usual, and
levels are given the spread that other tags on other boxes add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Final

from config.calibration import AntennaCalibration, Calibration, Reception, list_unfit
from config.room import Room
from drivers.room.presence import Aisles, Ear, Expected, field_of
from drivers.room.presence.ear import OWN
from drivers.room.presence.field import AntennaKey, Zone

_USUAL_CYCLES: Final = 8
"""What is usual counts for so many cycles beside those that were measured."""
_LEAST_SPREAD_DB: Final = 2.5
_PLACES_DB: Final = 1.5
"""How much more levels vary over all boxes of a zone than for the tag that was carried."""
_FEWEST_LEVELS: Final = 3
_HIGHEST_RATE: Final = 0.97
_LOWEST_RATE: Final = 0.02


def ears_of(room: Room, calibration: Calibration | None) -> dict[AntennaKey, Ear]:
    """Give presence what was measured of each antenna that is still where it was."""
    if calibration is None:
        return {}
    unfit = {(record.reader, record.antenna) for record, _ in list_unfit(room, calibration)}
    zones = field_of(room).zones
    ears = {}
    for record in calibration.antennas:
        key = (record.reader, record.antenna)
        if key not in unfit:
            level_dbm = _own_level(record)
            ears[key] = Ear(
                level_dbm,
                {
                    (r.zone, r.aisle == "open"): _expected(r, record.covers, level_dbm, zones)
                    for r in record.receptions
                    if r.zone in zones
                },
            )
    return ears


def tell_unfit(room: Room, calibration: Calibration | None) -> Iterable[str]:
    """Name what does not fit the room file any more, in words."""
    for record, why in list_unfit(room, calibration) if calibration else ():
        yield (
            f"antenna {record.antenna} of {record.reader}: {why}; its calibration is ignored, "
            "calibrate it again"
        )


def _own_level(record: AntennaCalibration) -> float | None:
    own = [
        (r.level_dbm, r.reads)
        for r in record.receptions
        if r.zone == record.covers and r.level_dbm is not None and r.reads
    ]
    reads = sum(count for _, count in own)
    return sum(level * count for level, count in own) / reads if reads else None


def _expected(
    reception: Reception, covers: str, own_dbm: float | None, zones: Mapping[str, Zone]
) -> Expected:
    here, there = zones[covers], zones[reception.zone]
    usual = OWN if here is there else Aisles().usually(here, there)
    rate = (reception.reads + usual.rate * _USUAL_CYCLES) / (reception.cycles + _USUAL_CYCLES)
    rate = min(max(rate, _LOWEST_RATE), _HIGHEST_RATE)
    if own_dbm is None or reception.level_dbm is None or reception.reads < _FEWEST_LEVELS:
        return Expected(rate, usual.off_db, usual.spread_db)
    spread_db = max(reception.spread_db or 0.0, _LEAST_SPREAD_DB)
    return Expected(rate, reception.level_dbm - own_dbm, sqrt(spread_db**2 + _PLACES_DB**2))
