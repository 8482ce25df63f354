"""From cycles with a known tag in known places to what each antenna is like. Pure.

A tag's own zone gives an antenna's level, spread and read rate; its other places, how the antenna
overhears its neighbours, each with the aisle to the place open and shut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final, Literal, NamedTuple

from config.calibration import AntennaCalibration, Reception
from drivers.room.presence import Field, Heard
from drivers.room.presence.field import AntennaKey

Aisle = Literal["open", "shut"]

FEWEST_CYCLES: Final = 10
"""Fewer cycles of an antenna say nothing about a place."""
FEWEST_READS: Final = 5
"""An antenna that heard the tag less often in its own zone is not calibrated: it is ill."""


class Stand(NamedTuple):
    """Where the known tag is, and how the aisle to it stands."""

    zone: str
    aisle: Aisle


@dataclass(slots=True)
class Tally:
    """What one antenna heard of one stand."""

    cycles: int = 0
    reads: int = 0
    levels: int = 0
    total_dbm: float = 0.0
    squares: float = 0.0

    def count(self, heard: bool, level_dbm: float | None) -> None:
        """Take in one cycle."""
        self.cycles += 1
        self.reads += heard
        if level_dbm is not None:
            self.levels += 1
            self.total_dbm += level_dbm
            self.squares += level_dbm * level_dbm

    def reception(self, stand: Stand) -> Reception:
        """Say it as the file does, to a tenth of a decibel."""
        level_dbm = spread_db = None
        if self.levels:
            mean = self.total_dbm / self.levels
            level_dbm = round(mean, 1)
        if self.levels > 1:
            variance = (self.squares - self.levels * mean * mean) / (self.levels - 1)
            spread_db = round(sqrt(max(variance, 0.0)), 1)
        return Reception(
            zone=stand.zone,
            aisle=stand.aisle,
            cycles=self.cycles,
            reads=self.reads,
            level_dbm=level_dbm,
            spread_db=spread_db,
        )


class Survey:
    """Counts cycles of one session with one tag."""

    def __init__(self, field: Field, tag: str) -> None:
        self._field = field
        self._tag = tag
        self._tallies: dict[AntennaKey, dict[Stand, Tally]] = {}

    def take(self, stand: Stand, heard: Heard) -> None:
        """Count one cycle while the tag was there; antennas that the room lacks are ignored."""
        if heard.antenna in self._field.spots:
            tally = self._tallies.setdefault(heard.antenna, {}).setdefault(stand, Tally())
            tally.count(self._tag in heard.levels_dbm, heard.levels_dbm.get(self._tag))

    def forget(self, stand: Stand) -> None:
        """Drop what was counted at a stand, to count it anew."""
        for stands in self._tallies.values():
            stands.pop(stand, None)

    def cycles(self, stand: Stand) -> int:
        """Say how often the antennas of the stand's own zone ran: the one that ran least."""
        own = [key for key, spot in self._field.spots.items() if spot.zone.name == stand.zone]
        return min(self._tally(key, stand).cycles for key in own) if own else 0

    def reads(self, stand: Stand) -> int:
        """Say how often the tag was read at its stand by the zone's own antennas."""
        own = [key for key, spot in self._field.spots.items() if spot.zone.name == stand.zone]
        return sum(self._tally(key, stand).reads for key in own)

    def fit(self, *, at: datetime, by: str) -> Iterator[AntennaCalibration]:
        """Give what can be said of each antenna that heard the tag in its own zone."""
        for key, stands in sorted(self._tallies.items()):
            covers = self._field.spots[key].zone.name
            measured = {s: t for s, t in stands.items() if t.cycles >= FEWEST_CYCLES}
            own = [tally for stand, tally in measured.items() if stand.zone == covers]
            if sum(tally.reads for tally in own) < FEWEST_READS:
                continue
            yield AntennaCalibration(
                reader=key[0],
                antenna=key[1],
                covers=covers,
                at=at,
                by=by,
                tag=self._tag,
                receptions=tuple(t.reception(s) for s, t in sorted(measured.items())),
            )

    def _tally(self, key: AntennaKey, stand: Stand) -> Tally:
        return self._tallies.get(key, {}).get(stand) or Tally()
