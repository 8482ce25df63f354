"""A small room whose only device is an RFID reader, on a pty or on TCP, with boxes on its desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import AnyReader, SerialAddress, TcpAddress
from drivers.errors import Refused
from drivers.ports import TagReader, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.connect import connect_reader
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.simulation import Simulation

SMALL = load_room(shipped_room("small"))
READER = "reader-9"
WIRES = {
    "serial": SerialAddress(path="/dev/serial/by-id/reader", baud=115200),
    "tcp": TcpAddress(host="127.0.0.1", port=4001),
}
EPC = "E200301666130121155074EF"
OTHER = "E2004074850A0103163070E1"
NEW, SHORT = "AABBCCDDEEFF001122334455", "AABBCCDD11223344"

DeviceT = TypeVar("DeviceT")


@dataclass(frozen=True)
class Bench(Generic[DeviceT]):
    """The running room, the reader's settings at its real address, and the device itself."""

    room: SimulatedRoom
    settings: AnyReader
    device: DeviceT

    def lay(self, box: str) -> None:
        """Take a box from its shelf and lay it on the desk."""
        self.room.take_box(box)
        self.room.put_box(box, on="desk")

    def connect(self) -> AbstractAsyncContextManager[TagReader]:
        """Connect as the room agent would."""
        return connect_reader(self.settings, self.room.clock)()


async def hear(reader: TagReader, enough: Callable[[list[Heard]], bool]) -> list[Heard]:
    """Listen until enough has been heard."""
    heard: list[Heard] = []
    async with reader.inventory() as readings:
        async for reading in readings:
            heard.append(reading)
            if enough(heard):
                break
    return heard


def cycles(heard: list[Heard]) -> list[int]:
    """List the antennas whose dwell was whole, in order."""
    return [reading.antenna for reading in heard if isinstance(reading, AntennaCycle)]


def reads(heard: list[Heard]) -> list[TagRead]:
    """List the reads."""
    return [reading for reading in heard if isinstance(reading, TagRead)]


def four_cycles(heard: list[Heard]) -> bool:
    """Four turns are enough."""
    return len(cycles(heard)) >= 4


async def refused(reader: TagReader, order: WriteTag) -> str:
    """Return the code with which a writing is refused."""
    try:
        await reader.write_tag(order)
    except Refused as why:
        return why.code
    return "it was written"


def with_bench(
    reader: AnyReader,
    device_of: Callable[[Simulation], DeviceT],
    scenario: Callable[[Bench[DeviceT]], Awaitable[None]],
    boxes: dict[str, str],
) -> None:
    """Run a scenario in a room with this reader and these boxes, by code and tag."""

    async def run() -> None:
        async with asyncio.timeout(600), _bench(reader, device_of, boxes) as at:
            await scenario(at)

    run_fast(run)


@asynccontextmanager
async def _bench(
    reader: AnyReader, device_of: Callable[[Simulation], DeviceT], boxes: dict[str, str]
) -> AsyncIterator[Bench[DeviceT]]:
    room = SMALL.model_copy(update={"devices": (reader,)})
    shelf = next(str(address) for address, _ in shelves_of(room))
    rows = [
        ShelvedBox(code=code, epc=epc, shelf=shelf, order_mm=100 * at, thickness_mm=50)
        for at, (code, epc) in enumerate(boxes.items())
    ]
    async with simulated_room(room, boxes=rows) as simulated:
        (device,) = simulated.room.devices
        assert isinstance(device, type(reader))
        yield Bench(simulated, device, device_of(simulated.simulation))
