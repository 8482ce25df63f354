"""The shipped room of three makers: each driver sees on its own wire what the steel really does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from config.load import load_room, shipped_room
from config.room import SHELVING, SensorInputs, SerialAddress, TcpAddress
from drivers.bus import Bus, open_bus
from drivers.inputs.modbus import connect_inputs
from drivers.ports import DigitalInputs, ShelvingMotion
from drivers.readings import LockState, SteelState
from drivers.shelving.connect import connect_bank
from simulators.commissioned import commission_simulated
from simulators.harness import SimulatedRoom, run_fast, simulated_room

VENDORS = load_room(shipped_room("vendors"))
Banks = dict[int, ShelvingMotion]
Scenario = Callable[[SimulatedRoom, Banks, DigitalInputs], Awaitable[None]]


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[SimulatedRoom, Banks, DigitalInputs]]:
    """Open every bank and the input module, with the records that the simulator writes."""
    async with AsyncExitStack() as stack:
        sim = await stack.enter_async_context(simulated_room(VENDORS))
        records = commission_simulated(sim.room, sim.clock.now())
        line = next(d.at for d in sim.room.devices if isinstance(d.at, SerialAddress))
        buses: dict[SerialAddress | TcpAddress, Bus] = {
            line: await stack.enter_async_context(open_bus(line, sim.clock))
        }
        banks: Banks = {}
        for device in sim.room.devices:
            if isinstance(device, SHELVING):
                connect = connect_bank(device, sim.room, buses, sim.clock, records)
                banks[device.bank] = await stack.enter_async_context(connect())
        inputs = next(d for d in sim.room.devices if isinstance(d, SensorInputs))
        yield sim, banks, await stack.enter_async_context(connect_inputs(buses[line], inputs))


def run(scenario: Scenario) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(120), opened() as (sim, banks, inputs):
            await scenario(sim, banks, inputs)
            assert sim.commands == 0, "looking moves nothing"

    run_fast(bounded)


def test_all_three_makers_say_where_the_gaps_stand() -> None:
    async def scenario(sim: SimulatedRoom, banks: Banks, _: DigitalInputs) -> None:
        for number, steel in banks.items():
            for part in sim.world.steel_of(number).segments:
                said = await steel.read_segment(part.segment)
                assert said.state is SteelState.STANDING
                assert said.open_aisles == part.open_aisles

    run(scenario)


def test_a_lock_at_the_steel_is_seen_whoever_built_it() -> None:
    async def scenario(sim: SimulatedRoom, banks: Banks, _: DigitalInputs) -> None:
        for number, steel in banks.items():
            for part in sim.world.steel_of(number).segments:
                sim.lock_at_steel(bank=number, segment=part.segment)
            assert (await steel.read_segment(1)).lock is LockState.LOCKED

    run(scenario)


def test_our_own_sensors_see_the_person_that_the_bridge_does_not() -> None:
    async def scenario(sim: SimulatedRoom, banks: Banks, inputs: DigitalInputs) -> None:
        assert "occupancy" not in banks[2].abilities.interlocks_seen
        assert (await inputs.read_inputs()).levels[0] is True
        sim.enter_aisle(bank=2, segment=1, aisle=3)
        assert (await inputs.read_inputs()).levels[0] is False

    run(scenario)
