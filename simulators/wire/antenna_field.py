"""What a reader's antennas hear in the world, whatever the reader speaks."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from config.addresses import parse_address
from config.readers import DESK, is_door
from config.room import AnyReader
from simulators.physics import radio
from simulators.stage import Stage
from simulators.world import Box


class AntennaField:
    """Lets an antenna listen to the world as it is at that moment."""

    def __init__(self, reader: AnyReader, stage: Stage, draw: Random) -> None:
        self.antennas = tuple(antenna.antenna for antenna in reader.antennas)
        self.draw = draw
        self._stage = stage
        self._covered = {
            antenna.antenna: radio.zones_covered(stage.world.room, parse_address(antenna.covers))
            for antenna in reader.antennas
            if antenna.covers != DESK and not is_door(antenna.covers)
        }
        self._boxes: Mapping[str, Box] | None = None
        self._index: dict[radio.Zone | str, tuple[Box, ...]] = {}

    def listen(self, antenna: int) -> tuple[radio.Heard, ...]:
        """Run one antenna once."""
        world = self._stage.world
        if world.boxes is not self._boxes:
            self._boxes = world.boxes
            self._index = radio.index_boxes(world.boxes.values())
        reach = radio.desk_reach()
        if antenna in self._covered:
            reach = radio.couplings(world, self._covered[antenna])
        return radio.hear(self._index, reach, self.draw)
