"""Samples the probes of a room; a probe that falls silent is told once."""

from __future__ import annotations

from dataclasses import dataclass

from config.clock import Clock
from config.room import ModbusProbe
from drivers.bus import Bus
from drivers.climate.probe import connect_probe
from drivers.messages import Sample
from drivers.ports import ClimateProbe
from drivers.readings import ClimateReading
from drivers.room.outbox import Outbox
from drivers.room.picture import Moment
from drivers.room.polling import poll
from drivers.room.roster import Roster, supervise

EVERY_S = 10.0
MISSES = 3
"""So many samples in a row must fail before a probe counts as away."""


@dataclass(slots=True)
class Probes:
    """The one writer of what the probes said last."""

    outbox: Outbox
    roster: Roster
    clock: Clock

    async def sample(self, bus: Bus, device: ModbusProbe) -> None:
        """Sample a probe for ever, through every loss of it."""

        async def serve() -> None:
            async with connect_probe(bus, device) as probe:
                await self._sample(device, probe)

        await supervise(device.id, serve, self.roster, self.clock)

    async def _sample(self, device: ModbusProbe, probe: ClimateProbe) -> None:
        async for reading in poll(probe.read_climate, every_s=EVERY_S, misses=MISSES):
            self.roster.up(device.id)
            self.outbox.add_sample(device.id, self._message(reading))

    def _message(self, reading: ClimateReading) -> Sample:
        now = Moment(at=self.clock.now(), at_s=self.clock.monotonic())
        return Sample(
            at=now.when(reading.at_s),
            temperature_c=reading.temperature_c,
            humidity_pct=reading.humidity_pct,
        )
