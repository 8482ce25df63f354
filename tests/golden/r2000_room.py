"""A small room whose only device is an R2000 reader, on a pty or on TCP, with boxes on its desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import Antenna, R2000Reader, SerialAddress, TcpAddress
from drivers.ports import TagReader
from drivers.readings import Heard
from drivers.rfid.r2000.reader import open_r2000
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.r2000 import SimulatedR2000

SMALL = load_room(shipped_room("small"))
READER = "reader-9"
WIRES = {
    "serial": SerialAddress(path="/dev/serial/by-id/reader", baud=115200),
    "tcp": TcpAddress(host="127.0.0.1", port=4001),
}
EPC = "E200301666130121155074EF"
OTHER = "E2004074850A0103163070E1"


def settings(wire: str = "tcp", *antennas: Antenna, **more: Any) -> R2000Reader:
    """Write the reader as a room file would; one desk antenna unless others are named."""
    desk = (Antenna(antenna=1, covers="desk"),)
    return R2000Reader(
        driver="rfid.r2000", id=READER, at=WIRES[wire], antennas=antennas or desk, **more
    )


@dataclass(frozen=True)
class Bench:
    """The running room, the reader's settings at its real address, and the device itself."""

    room: SimulatedRoom
    settings: R2000Reader
    device: SimulatedR2000

    def lay(self, box: str) -> None:
        """Take a box from its shelf and lay it on the desk."""
        self.room.take_box(box)
        self.room.put_box(box, on="desk")

    def connect(self) -> AbstractAsyncContextManager[TagReader]:
        """Connect as the room agent would."""
        return open_r2000(self.settings, self.room.clock)


async def hear(reader: TagReader, enough: Callable[[list[Heard]], bool]) -> list[Heard]:
    """Listen until enough has been heard."""
    heard: list[Heard] = []
    async with reader.inventory() as readings:
        async for reading in readings:
            heard.append(reading)
            if enough(heard):
                break
    return heard


def with_bench(
    reader: R2000Reader, scenario: Callable[[Bench], Awaitable[None]], *, boxes: dict[str, str]
) -> None:
    """Run a scenario in a room with this reader and these boxes, by code and tag."""

    async def run() -> None:
        async with asyncio.timeout(600), bench(reader, boxes) as at:
            await scenario(at)

    run_fast(run)


@asynccontextmanager
async def bench(reader: R2000Reader, boxes: dict[str, str]) -> AsyncIterator[Bench]:
    room = SMALL.model_copy(update={"devices": (reader,)})
    shelf = next(str(address) for address, _ in shelves_of(room))
    rows = [
        ShelvedBox(code=code, epc=epc, shelf=shelf, order_mm=100 * at, thickness_mm=50)
        for at, (code, epc) in enumerate(boxes.items())
    ]
    async with simulated_room(room, boxes=rows) as simulated:
        (device,) = simulated.room.devices
        assert isinstance(device, R2000Reader)
        yield Bench(simulated, device, simulated.simulation.r2000_readers[READER])
