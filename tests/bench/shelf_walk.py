"""A person carries a known tag along the shelves of the presence bench, as `calibrate` asks."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from config.calibration import Calibration
from drivers.calibration.survey import Aisle, Stand, Survey
from drivers.room.presence import Field, Heard
from tests.bench.shelf_day import Day
from tests.bench.shelf_radio import Path

KNOWN_TAG = "E2801170CAFE000000000001"
CYCLES = 20
WALKED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def walk(day: Day, field: Field, room_code: str, spread_db: float, seed: int) -> Calibration:
    """Stand the tag before every antenna, aisle open and shut, and fit what was heard."""
    draw = random.Random(seed)
    survey = Survey(field, KNOWN_TAG)
    for zone in sorted(field.zones):
        aisles: tuple[Aisle, ...] = ("open", "shut") if field.zones[zone].aisles else ("open",)
        for aisle in aisles:
            for antenna, paths in day.paths.items():
                path = paths.get(zone)
                for _ in range(CYCLES):
                    survey.take(Stand(zone, aisle), _cycle(antenna, path, aisle, spread_db, draw))
    fitted = tuple(survey.fit(at=WALKED_AT, by="Wang"))
    return Calibration(format=1, room=room_code, antennas=fitted)


def _cycle(
    antenna: tuple[str, int], path: Path | None, aisle: Aisle, spread_db: float, draw: random.Random
) -> Heard:
    levels: dict[str, float | None] = {}
    if path is not None:
        rate = path.open_rate if aisle == "open" and path.between else path.shut_rate
        if draw.random() < rate:
            levels[KNOWN_TAG] = path.level_dbm + draw.gauss(0.0, spread_db)
    return Heard(antenna=antenna, levels_dbm=levels, at_s=0.0)
