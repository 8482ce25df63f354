"""Two agents at one reader, and answers that are lost just after a tag took its number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from config.room import Antenna, AnyReader, TcpAddress
from drivers.errors import DriverError, LinkLost
from drivers.ports import WriteTag
from drivers.readings import TagRead
from drivers.rfid.connect import connect_reader
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from tests.contract.modbus_slave import Fate
from tests.contract.reader_rigs import (
    EPC,
    KINDS,
    NEW,
    OTHER,
    READER,
    SHELF,
    SMALL,
    cycles,
    reads,
    rig,
    take,
)

SHARED = [name for name, kind in KINDS.items() if kind.serial and len(kind.antennas) > 1]


@asynccontextmanager
async def shared_line(far: TcpAddress) -> AsyncIterator[TcpAddress]:
    """Put a serial server before a reader: it takes from every client, and tells all of them."""
    said, told = await asyncio.open_connection(far.host, far.port)
    clients: set[asyncio.StreamWriter] = set()

    async def serve(heard: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        clients.add(client)
        with suppress(ConnectionError):
            while piece := await heard.read(4096):
                told.write(piece)
        clients.discard(client)
        client.transport.abort()

    async def tell_all() -> None:
        while piece := await said.read(4096):
            for client in tuple(clients):
                client.write(piece)

    server = await asyncio.start_server(serve, far.host, 0)
    telling = asyncio.create_task(tell_all())
    try:
        yield TcpAddress(host=far.host, port=server.sockets[0].getsockname()[1])
    finally:
        telling.cancel()
        server.close()
        for client in tuple(clients):
            client.transport.abort()
        told.transport.abort()


@pytest.mark.parametrize("name", KINDS)
def test_a_write_whose_answers_are_lost_is_unknown_and_found_when_the_reader_is_back(
    name: str,
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(900), rig(name) as bench:

            def lose_all_once_written() -> Fate:
                bench.wire.frozen = bench.wire.frozen or bench.writes > 0
                return Fate.LOSSY if bench.wire.frozen else Fate.WHOLE

            bench.wire.fate = lose_all_once_written
            with pytest.raises(LinkLost):
                async with bench.connect() as reader:
                    await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert (bench.writes, bench.writes_asked) == (1, 1)
            bench.wire.fate, bench.wire.frozen = lambda: Fate.WHOLE, False
            heard = await bench.hear(lambda heard: NEW in {read.epc for read in reads(heard)})
            assert EPC not in {read.epc for read in reads(heard)}
            assert bench.writes_asked == 1

    run_fast(scenario)


def test_an_llrp_reader_turns_a_second_agent_away_and_serves_the_first_on() -> None:
    async def scenario() -> None:
        async with asyncio.timeout(900), rig("llrp") as bench:
            async with bench.connect() as reader, reader.inventory() as readings:
                await take(readings, lambda heard: len(cycles(heard)) >= 4)
                (device,) = bench.room.room.devices
                assert isinstance(device, AnyReader)
                with pytest.raises(LinkLost, match="another client"):
                    async with connect_reader(device, bench.room.clock)():
                        pass
                heard = await take(readings, lambda heard: len(cycles(heard)) >= 4)
                assert {read.epc for read in reads(heard)} == {EPC, OTHER}

    run_fast(scenario)


@pytest.mark.parametrize("name", SHARED)
def test_two_agents_on_one_serial_server_never_hear_a_tag_at_a_wrong_antenna(name: str) -> None:
    """Some serial servers let two in and tell both all; neither may tell a wrong place of a tag."""

    async def listen(device: AnyReader, room: SimulatedRoom, heard: list[TagRead]) -> None:
        while True:
            with suppress(DriverError):
                async with connect_reader(device, room.clock)() as reader:
                    async with reader.inventory() as readings:
                        async for reading in readings:
                            if isinstance(reading, TagRead):
                                heard.append(reading)
            await asyncio.sleep(0.2)

    async def scenario() -> None:
        antennas = (Antenna(antenna=1, covers="desk"), Antenna(antenna=2, covers=SHELF))
        settings = KINDS[name].settings(READER, antennas=antennas)
        boxes = [
            ShelvedBox(code=code, epc=epc, shelf=SHELF, order_mm=at, thickness_mm=50)
            for code, epc, at in (("B-1", EPC, 0), ("B-2", OTHER, 100))
        ]
        room = SMALL.model_copy(update={"devices": (settings,)})
        async with asyncio.timeout(900), simulated_room(room, boxes=boxes) as simulated:
            simulated.take_box("B-1")
            simulated.put_box("B-1", on="desk")
            (device,) = simulated.room.devices
            assert isinstance(device, AnyReader)
            assert isinstance(device.at, TcpAddress)
            heard: list[TagRead] = []
            async with shared_line(device.at) as at:
                shared = device.model_copy(update={"at": at})
                agents = [asyncio.create_task(listen(shared, simulated, heard)) for _ in range(2)]
                await asyncio.sleep(30)
                for agent in agents:
                    agent.cancel()
                await asyncio.gather(*agents, return_exceptions=True)
            assert {(read.antenna, read.epc) for read in heard} == {(1, EPC), (2, OTHER)}

    run_fast(scenario)
