"""What a reader's antennas hear in the world, whatever the reader speaks."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from config.addresses import parse_address
from config.readers import DESK, is_door
from config.room import AnyReader, LlrpReader
from simulators.physics import radio
from simulators.physics.gen2 import STEADY, USUAL, Link
from simulators.stage import Stage


class AntennaField:
    """Lets an antenna listen to the world as it is at that moment."""

    def __init__(
        self, reader: AnyReader, stage: Stage, draw: Random, *, link: Link | None = None
    ) -> None:
        self.antennas = tuple(antenna.antenna for antenna in reader.antennas)
        self.draw = draw
        self._reader = reader
        self._stage = stage
        self._link = link or (USUAL if isinstance(reader, LlrpReader) else STEADY)
        self._by_number = {antenna.antenna: antenna for antenna in reader.antennas}
        self._covered = {
            antenna.antenna: radio.zones_covered(stage.world.room, parse_address(antenna.covers))
            for antenna in reader.antennas
            if antenna.covers != DESK and not is_door(antenna.covers)
        }

    def is_connected(self, antenna: int) -> bool:
        """Say whether the room has an antenna of that number and its cable is on."""
        known = antenna in self._by_number
        return known and (self._reader.id, antenna) not in self._stage.world.cut_antennas

    def listen(self, antenna: int, dwell_s: float | None = None) -> tuple[radio.Heard, ...]:
        """Run one antenna for a time, by default the one the room file gives it."""
        if not self.is_connected(antenna):
            return ()
        if dwell_s is None:
            dwell_s = self._reader.dwell_of(self._by_number[antenna]) / 1000
        return radio.hear(
            self._stage.tags(), self._reach(antenna), self.draw, dwell_s=dwell_s, link=self._link
        )

    def _reach(self, antenna: int) -> Mapping[radio.Where, radio.Coupling]:
        world = self._stage.world
        plan = self._by_number[antenna]
        if antenna in self._covered:
            return radio.couplings(world, self._covered[antenna])
        if is_door(plan.covers):
            return radio.door_reach(world, plan.covers, plan.side)
        return radio.desk_reach()
