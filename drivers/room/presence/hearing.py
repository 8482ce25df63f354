"""Gathers reads until the antenna that heard them has finished its dwell. Pure.

The only thing here that changes in place, because a read must cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers import readings
from drivers.readings import AntennaCycle, InputChanged
from drivers.room.presence.field import AntennaKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A finished cycle: which tags one antenna heard, each with its strongest level."""

    antenna: AntennaKey
    levels_dbm: Mapping[str, float | None]
    at_s: float


class Hearing:
    """Feed it everything a reader reports; it answers when there is something to decide."""

    def __init__(self) -> None:
        self._going_on: dict[AntennaKey, dict[str, float | None]] = {}

    def take(self, reading: readings.Heard) -> Heard | None:
        """Remember a read; hand out all that was heard when the antenna's cycle is over."""
        if isinstance(reading, InputChanged):
            return None
        antenna = (reading.reader_id, reading.antenna)
        if isinstance(reading, AntennaCycle):
            levels = self._going_on.pop(antenna, {})
            return Heard(antenna=antenna, levels_dbm=levels, at_s=reading.at_s)
        levels = self._going_on.setdefault(antenna, {})
        level = levels.get(reading.epc)
        if level is None or (reading.rssi_dbm is not None and reading.rssi_dbm > level):
            levels[reading.epc] = reading.rssi_dbm
        return None

    def forget(self, reader_id: str) -> None:
        """Drop half-finished cycles of a reader that was lost: they prove nothing."""
        for antenna in [key for key in self._going_on if key[0] == reader_id]:
            del self._going_on[antenna]
