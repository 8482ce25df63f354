"""What a simulated LLRP reader keeps when its client goes: specs, settings, inputs and outputs."""

from __future__ import annotations

from random import Random

from config.room import LlrpReader
from simulators.stage import Stage
from simulators.wire import llrp_specs as specs
from simulators.wire.antenna_field import AntennaField
from simulators.wire.identity import own_identity
from simulators.wire.llrp_access import AccessSpecs, TagMemory
from simulators.wire.llrp_make import Make


class ReaderState:
    """The device without its wire."""

    def __init__(self, reader: LlrpReader, stage: Stage, seed: int, make: Make) -> None:
        self.id = reader.id
        self.stage = stage
        self.make = make
        self.draw = Random(f"{seed}:{reader.id}")
        # A reader's clock is wrong in practice, by seconds or minutes.
        self.clock_error_us = self.draw.randrange(-90_000_000, 90_000_000)
        self.identity = own_identity(reader, 8)
        self.antennas = tuple(antenna.antenna for antenna in reader.antennas)
        self.field = AntennaField(reader, stage, self.draw)
        self.rospecs: dict[int, specs.RoSpec] = {}
        self.access = AccessSpecs(TagMemory(stage))
        self.transmitters = dict.fromkeys(self.antennas, (1, 0, self.make.highest_index))
        self.inputs = dict.fromkeys(range(1, self.make.inputs + 1), False)
        self.watched_inputs: set[int] = set()
        self.outputs = dict.fromkeys(range(1, self.make.outputs + 1), False)
        self.speaks_1_1_now = False

    def now_us(self) -> int:
        """Say what the reader believes the time is."""
        return round(self.stage.clock.now().timestamp() * 1e6) + self.clock_error_us

    def loss_db(self, antenna: int) -> float:
        """Say how much weaker than with full power an antenna hears."""
        index = self.transmitters[antenna][2]
        return float(self.make.highest_index - index)

    def touch(self, epc: str, antenna: int, rospec: int) -> bytes:
        """Do to a tag what AccessSpecs ask; return the result parameters."""
        return self.access.touch(
            epc, antenna=antenna, rospec=rospec, speaks_1_1=self.speaks_1_1_now
        )
