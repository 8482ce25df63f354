"""How the steel of a bank is seen: by its controller and by our own sensors, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from drivers.readings import BankReading, SegmentReading
from drivers.room import motion
from drivers.room.motion import Limits
from drivers.room.outlet import Outlet
from drivers.room.sensors import Sensors

INTERLOCKS_S = 1.0

Seen = tuple[BankReading, SegmentReading]


class Sight:
    """Reads one bank. All that it reads raises DriverError if the controller is away."""

    def __init__(self, bank: int, outlet: Outlet, sensors: Sensors) -> None:
        self._bank = bank
        self._outlet = outlet
        self._sensors = sensors

    async def read(self, limits: Iterable[Limits]) -> list[Seen]:
        """Read all segments in their turn; what our sensors said last stands beside it."""
        port = self._outlet.port
        bank = await port.read_bank()
        steels = [(limit, await port.read_segment(limit.segment)) for limit in limits]
        return [self._cover(limit, (bank, steel)) for limit, steel in steels]

    async def read_back(self, limits: Limits) -> Seen:
        """Read one segment soon, because nobody knows what became of a write."""
        bank = await self._outlet.port.read_bank()
        steel = await self._outlet.port.read_segment(limits.segment, urgent=True)
        return self._cover(limits, (bank, steel))

    async def read_afresh(self, limits: Limits) -> Seen:
        """Read what decides on motion, sensors too, after the call; raise TimeoutError if slow."""
        async with asyncio.timeout(INTERLOCKS_S):
            seen, _ = await asyncio.gather(
                self._outlet.port.read_interlocks(limits.segment),
                self._sensors.refresh(self._bank),
            )
        return self._cover(limits, seen)

    def _cover(self, limits: Limits, seen: Seen) -> Seen:
        sensed = self._sensors.sensed(self._bank, limits.segment, limits.aisles)
        return motion.cover(*seen, sensed, seen=limits.interlocks_seen)
