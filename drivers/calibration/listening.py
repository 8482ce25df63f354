"""All readers of a room at once, heard as finished antenna cycles. Not for deciding anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from config.clock import Clock
from config.errors import Mendable
from config.room import READERS, AnyReader, Room
from drivers.errors import DriverError
from drivers.ports import Connect, TagReader
from drivers.rfid.connect import connect_reader
from drivers.room.presence import Heard, Hearing

PATIENCE_S: Final = 60.0
"""No antenna may take longer until its next cycle."""

_MOST_WAITING: Final = 1000

PlanOf = Callable[[str], Sequence[int]]
"""The antennas of a reader's next round; none if it may rest."""
ConnectReader = Callable[[AnyReader, Clock], Connect[TagReader]]


class ReaderAway(Mendable):
    """A reader cannot be heard; nothing was written."""


class Listener:
    """Finished cycles of all readers, the newest last."""

    def __init__(self) -> None:
        self._cycles: asyncio.Queue[Heard] = asyncio.Queue()

    def put(self, heard: Heard) -> None:
        """Hand in a cycle; while nobody listens only the newest are kept."""
        if self._cycles.qsize() >= _MOST_WAITING:
            self._cycles.get_nowait()
        self._cycles.put_nowait(heard)

    def drop_old(self) -> None:
        """Forget the cycles that ran until now."""
        while not self._cycles.empty():
            self._cycles.get_nowait()

    async def next(self) -> Heard:
        """Wait for the next cycle; raise ReaderAway if none comes."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._cycles.get()
        except TimeoutError:
            raise ReaderAway(
                f"no antenna finished a cycle within {PATIENCE_S:.0f} s; look at the readers"
            ) from None


@asynccontextmanager
async def open_readers(
    room: Room, plan_of: PlanOf, clock: Clock, connect: ConnectReader = connect_reader
) -> AsyncIterator[Listener]:
    """Switch on the fields of all readers of a room; raise ReaderAway if one is lost."""
    listener = Listener()
    readers = [device for device in room.devices if isinstance(device, READERS)]
    async with asyncio.TaskGroup() as group:
        pumps = [
            group.create_task(_pump(r, plan_of, connect(r, clock), listener), name=r.id)
            for r in readers
        ]
        try:
            yield listener
        finally:
            for pump in pumps:
                pump.cancel()


async def _pump(
    device: AnyReader, plan_of: PlanOf, connect: Connect[TagReader], listener: Listener
) -> None:
    hearing = Hearing()

    def plan() -> Sequence[int]:
        return plan_of(device.id) or [antenna.antenna for antenna in device.antennas]

    try:
        async with connect() as reader, reader.inventory(plan) as readings:
            async for reading in readings:
                heard = hearing.take(reading)
                if heard is not None:
                    listener.put(heard)
    except DriverError as error:
        raise ReaderAway(f"{error}; nothing was written") from error
    raise ReaderAway(f"{device.id} ended its reports; nothing was written")
