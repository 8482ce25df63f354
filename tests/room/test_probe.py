"""`stackroom check --probe`: every device is asked, nothing is written, misfits are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from config.load import load_room, shipped_room
from config.room import Room, TcpAddress, Udp55Shelving
from drivers.commissioning.probe import Finding, probe_room
from simulators.harness import SimulatedRoom, run_fast, simulated_room

SMALL = load_room(shipped_room("small"))


def probed(scenario: Callable[[SimulatedRoom], Awaitable[None]]) -> None:
    async def run() -> None:
        async with simulated_room(SMALL) as room:
            await scenario(room)

    run_fast(run)


async def probe(simulated: SimulatedRoom, room: Room | None = None) -> dict[str, Finding]:
    findings = probe_room(room or simulated.room, {}, simulated.clock)
    return {finding.device: finding async for finding in findings}


def test_every_device_of_a_room_tells_what_it_is_and_nothing_is_written() -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        found = await probe(simulated)
        assert list(found) == [device.id for device in simulated.room.devices]
        assert all(finding.fits for finding in found.values()), found
        assert "6 columns, 1 segments" in str(found["shelving-1"])
        assert "°C" in str(found["probe-1"])
        assert simulated.commands == 0
        assert simulated.world.steel_of(1).agent_beat == 0

    probed(scenario)


def test_a_controller_of_another_bank_is_told() -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        bank = SMALL.banks[0].model_copy(update={"columns": 9})
        found = await probe(simulated, simulated.room.model_copy(update={"banks": (bank,)}))
        assert "wrong_bank" in str(found["shelving-1"])
        assert found["probe-1"].fits

    probed(scenario)


def test_what_is_away_does_not_keep_the_others_from_being_asked() -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        simulated.cut("shelving-1")
        found = await probe(simulated)
        assert {name for name, finding in found.items() if not finding.fits} == {"shelving-1"}

    probed(scenario)


def test_a_bridge_that_nobody_commissioned_is_sent_nothing() -> None:
    """Its status query is told from an order by its length alone."""

    async def scenario(simulated: SimulatedRoom) -> None:
        heard: list[bytes] = []

        class Listener(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                heard.append(data)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Listener, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        bridge = Udp55Shelving(
            driver="shelving.udp55",
            id="bridge-1",
            bank=1,
            at=TcpAddress(host="127.0.0.1", port=port),
            profile="mjj-udp55",
        )
        room = simulated.room.model_copy(update={"devices": (bridge,)})
        found = await probe(simulated, room)
        await asyncio.sleep(0)
        transport.close()
        assert "stackroom commission" in str(found["bridge-1"])
        assert not heard

    probed(scenario)
