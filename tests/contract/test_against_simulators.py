"""The drivers against the simulated room: two readings of one manual, written apart, must agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from config.geometry import column_positions_mm, segments_of
from config.load import load_room, shipped_room
from config.room import ModbusProbe, ModbusShelving
from drivers.bus import open_bus
from drivers.climate.probe import connect_probe
from drivers.errors import LinkLost, NoReply
from drivers.ports import Fence, OpenAisle, ShelvingMotion
from drivers.readings import AirReading, Check, CommandResult, SegmentReading, SteelState
from drivers.serials import next_serial
from drivers.shelving.modbus.shelving import connect_shelving
from simulators.harness import SimulatedRoom, run_fast, simulated_room

BANK = 2
SEGMENT = 2


@dataclass(frozen=True, slots=True)
class Rig:
    """Bank 2 of the reference room: a fixed column in its middle, so two segments."""

    room: SimulatedRoom
    steel: ShelvingMotion

    async def open(self, aisle: int) -> None:
        """Ask for an aisle as an agent does: read afresh, then write."""
        bank, part = await self.steel.read_interlocks(SEGMENT)
        assert set(bank.interlocks.values()) == {Check.SAFE}
        await self.steel.beat(1)
        fence = Fence(seq=next_serial(part.last_seq), epoch=next_serial(part.last_epoch), ttl_s=5)
        await self.steel.carry_out(
            SEGMENT, OpenAisle(aisle=aisle), fence, not_after_s=bank.at_s + 0.5
        )

    async def until(self, holds: Callable[[SegmentReading], bool]) -> SegmentReading:
        """Read, with a heartbeat each time, until the segment is so."""
        count = 2
        while not holds(part := await self.steel.read_segment(SEGMENT, urgent=True)):
            await self.steel.beat(count)
            count += 1
            await asyncio.sleep(0.3)
        return part


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    async with simulated_room(load_room(shipped_room("simulated"))) as room:
        device = next(
            d for d in room.room.devices if isinstance(d, ModbusShelving) and d.bank == BANK
        )
        async with (
            open_bus(device.at, room.clock) as bus,
            connect_shelving(bus, device, room.room.bank(BANK)) as steel,
        ):
            yield Rig(room, steel)


def run(scenario: Callable[[Rig], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(200), rig() as ready:
            await scenario(ready)

    run_fast(bounded)


def test_an_aisle_opens_and_the_columns_end_where_geometry_says() -> None:
    async def scenario(rig: Rig) -> None:
        plan = rig.room.room.bank(BANK)
        last = {part.segment: (part.aisles[-1],) for part in segments_of(plan)}
        await rig.open(1)
        moving = await rig.until(lambda part: part.state is SteelState.MOVING)
        assert (moving.open_aisles, moving.target_aisle) == ((), 1)
        assert moving.last_result in (CommandResult.ACCEPTED, CommandResult.STARTED)
        assert moving.remaining_s > 0
        done = await rig.until(lambda part: part.state is SteelState.STANDING)
        assert (done.open_aisles, done.last_result) == ((1,), CommandResult.DONE)
        positions = {c.column: c.position_mm for c in await rig.steel.read_columns()}
        assert positions == column_positions_mm(plan, last | {SEGMENT: (1,)})
        assert rig.room.offences == ()

    run(scenario)


def test_a_stop_halts_what_moves_and_a_new_command_may_follow() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.open(0)
        await rig.until(lambda part: part.state is SteelState.MOVING)
        await rig.steel.stop(SEGMENT)
        halted = await rig.steel.read_segment(SEGMENT, urgent=True)
        assert (halted.state, halted.last_result) == (SteelState.HALTED, CommandResult.STOPPED)
        await rig.open(0)
        done = await rig.until(lambda part: part.state is SteelState.STANDING)
        assert done.open_aisles == (0,)

    run(scenario)


def test_a_stop_that_withdraws_a_command_makes_it_worthless_when_it_comes_late() -> None:
    async def scenario(rig: Rig) -> None:
        before = await rig.steel.read_segment(SEGMENT)
        fence = Fence(seq=before.last_seq + 1, epoch=before.last_epoch, ttl_s=5.0)
        await rig.steel.stop(SEGMENT, fence)
        await rig.steel.carry_out(SEGMENT, OpenAisle(aisle=3), fence)
        after = await rig.steel.read_segment(SEGMENT, urgent=True)
        assert (after.state, after.open_aisles) == (SteelState.STANDING, before.open_aisles)
        assert (after.last_seq, after.last_result) == (fence.seq, CommandResult.STOPPED)

    run(scenario)


def test_a_person_inside_is_seen_in_the_right_aisle_and_the_controller_refuses() -> None:
    async def scenario(rig: Rig) -> None:
        before = await rig.steel.read_segment(SEGMENT)
        (where,) = before.open_aisles
        assert where is not None
        rig.room.enter_aisle(bank=BANK, segment=SEGMENT, aisle=where)
        _, part = await rig.steel.read_interlocks(SEGMENT)
        assert [a for a, c in enumerate(part.occupancy) if c is not Check.SAFE] == [where]
        await rig.open(0)
        refused = await rig.steel.read_segment(SEGMENT, urgent=True)
        assert refused.last_result is CommandResult.REFUSED
        assert refused.last_reason == "aisle_occupied"

    run(scenario)


@pytest.mark.parametrize(
    ("act", "name"),
    [
        ("switch_local", "remote_control"),
        ("open_e_stop", "e_stop_chain"),
        ("insert_key", "maintenance_key"),
        ("engage_crank", "crank"),
    ],
)
def test_each_interlock_of_the_bank_is_told_under_its_own_name(act: str, name: str) -> None:
    async def scenario(rig: Rig) -> None:
        getattr(rig.room, act)(bank=BANK)
        bank = await rig.steel.read_bank()
        assert [n for n, check in bank.interlocks.items() if check is not Check.SAFE] == [name]

    run(scenario)


def test_fire_power_entrance_obstruction_and_a_blind_sensor_are_told() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.raise_fire()
        rig.room.fail_power()
        rig.room.block_entrance(bank=BANK, segment=SEGMENT)
        rig.room.obstruct(bank=BANK, segment=SEGMENT)
        rig.room.blind_sensor(bank=BANK, segment=SEGMENT, aisle=3)
        bank, part = await rig.steel.read_interlocks(SEGMENT)
        unsafe = {name for name, check in bank.interlocks.items() if check is Check.UNSAFE}
        assert unsafe == {"fire", "power"}
        assert part.entrance is part.obstruction is Check.UNSAFE
        assert part.occupancy[3] is Check.UNKNOWN

    run(scenario)


def test_a_fault_during_motion_is_latched_under_its_code() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.open(0)
        await rig.until(lambda part: part.state is SteelState.MOVING)
        rig.room.obstruct(bank=BANK, segment=SEGMENT)
        part = await rig.steel.read_segment(SEGMENT, urgent=True)
        assert part.state is SteelState.FAULTED
        assert part.trip is not None
        assert part.trip.code == "obstruction"

    run(scenario)


def test_a_lost_reply_to_a_command_is_link_lost_and_reading_back_tells_the_outcome() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.mute("shelving-2")
        with suppress(LinkLost):
            await rig.steel.beat(7)
        before = rig.room.commands
        rig.room.heal("shelving-2")
        _, part = await rig.steel.read_interlocks(SEGMENT)
        fence = Fence(seq=next_serial(part.last_seq), epoch=part.last_epoch, ttl_s=5)
        rig.room.mute("shelving-2")
        with pytest.raises(NoReply):
            await rig.steel.carry_out(SEGMENT, OpenAisle(aisle=1), fence)
        rig.room.heal("shelving-2")
        part = await rig.until(lambda part: part.last_seq == fence.seq)
        assert part.last_result in (CommandResult.ACCEPTED, CommandResult.STARTED)
        assert rig.room.commands == before + 1

    run(scenario)


def test_a_cut_cable_is_link_lost_and_the_driver_works_on_when_it_is_mended() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.cut("shelving-2")
        for _ in range(3):
            with pytest.raises(LinkLost):
                await rig.steel.read_bank()
            await asyncio.sleep(1)
        rig.room.heal("shelving-2")
        async with asyncio.timeout(10):
            while True:
                with suppress(LinkLost):
                    await rig.steel.read_bank()
                    break
                await asyncio.sleep(0.1)

    run(scenario)


def test_probes_tell_the_air_of_the_room() -> None:
    async def scenario() -> None:
        async with simulated_room(load_room(shipped_room("simulated"))) as room:
            for device in room.room.devices:
                if not isinstance(device, ModbusProbe):
                    continue
                told = await read_air(room, device)
                truth = room.world.climate((device.plan_mm.x, device.plan_mm.y), device.zone)
                assert told.values["temperature_c"] == pytest.approx(truth.temperature_c, abs=0.2)
                assert told.values["humidity_pct"] == pytest.approx(truth.humidity_pct, abs=0.5)

    run_fast(scenario)


async def read_air(room: SimulatedRoom, device: ModbusProbe) -> AirReading:
    async with open_bus(device.at, room.clock) as bus, connect_probe(bus, device) as probe:
        return await probe.read_climate()
