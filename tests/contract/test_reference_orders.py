"""Every order of the reference map, by our driver against the simulated controller: two gaps, a
serial line at 9,600 baud that an input module and a probe share, and the same over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from config.load import load_room, shipped_room
from config.room import ModbusShelving, Motion, Room, SensorInputs, TcpAddress
from drivers.bus import Bus, open_bus
from drivers.inputs.modbus import connect_inputs
from drivers.ports import (
    CloseAll,
    Fence,
    OpenAisle,
    Order,
    SetLock,
    SetSleep,
    ShelvingMotion,
    Ventilate,
)
from drivers.readings import (
    Check,
    CommandResult,
    LockState,
    SegmentReading,
    SleepState,
    SteelState,
    Trip,
)
from drivers.serials import next_serial
from drivers.shelving.modbus.shelving import connect_shelving
from simulators.harness import SimulatedRoom, run_fast, simulated_room

VENDORS = load_room(shipped_room("vendors"))
BRISK = Motion(speed_mm_s=200, start_delay_s=0.2)
WIRES = {"serial": None, "tcp": TcpAddress(host="127.0.0.1", port=5020)}
DONE = CommandResult.DONE


@dataclass(frozen=True, slots=True)
class Rig:
    """Bank 1: seven movable columns, two gaps, parked at the first aisles."""

    room: SimulatedRoom
    bus: Bus
    steel: ShelvingMotion

    async def ask(self, order: Order) -> SegmentReading:
        """Give an order as an agent does, and read until the controller is through with it."""
        bank, part = await self.steel.read_interlocks(1)
        await self.steel.beat(next_serial(bank.heartbeat or 0))
        fence = Fence(seq=next_serial(part.last_seq), epoch=part.last_epoch or 1, ttl_s=8)
        await self.steel.carry_out(1, order, fence)
        return await self.until_ended(fence.seq)

    async def until_ended(self, seq: int) -> SegmentReading:
        count = 0
        while True:
            part = await self.steel.read_segment(1, urgent=True)
            if part.last_result not in (CommandResult.ACCEPTED, CommandResult.STARTED):
                assert part.last_seq == seq
                return part
            await self.steel.beat(count := count + 1)
            await asyncio.sleep(0.5)


def room_on(at: TcpAddress | None) -> Room:
    """Keep what speaks Modbus, on its serial line or, each on its own, over TCP."""
    kept = tuple(d for d in VENDORS.devices if isinstance(d, ModbusShelving | SensorInputs))
    if at is not None:
        places = (at.model_copy(update={"port": at.port + n}) for n in range(len(kept)))
        kept = tuple(
            d.model_copy(update={"at": place}) for d, place in zip(kept, places, strict=True)
        )
    banks = tuple(bank.model_copy(update={"motion": BRISK}) for bank in VENDORS.banks)
    return VENDORS.model_copy(update={"devices": kept, "banks": banks})


@asynccontextmanager
async def rig(at: TcpAddress | None) -> AsyncIterator[Rig]:
    async with simulated_room(room_on(at)) as room:
        device = next(d for d in room.room.devices if isinstance(d, ModbusShelving))
        async with (
            open_bus(device.at, room.clock) as bus,
            connect_shelving(bus, device, room.room.bank(1)) as steel,
        ):
            yield Rig(room, bus, steel)


def run(
    wire: str, scenario: Callable[[Rig], Awaitable[None]], *, offences: tuple[str, ...] = ()
) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(300), rig(WIRES[wire]) as ready:
            await scenario(ready)
            found = [name for verdict in ready.room.offences for name in verdict.offences]
            assert tuple(found) == offences

    run_fast(bounded)


@pytest.mark.parametrize("wire", WIRES)
def test_two_gaps_open_close_and_ventilate(wire: str) -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.steel.read_segment(1)).open_aisles == (0, 1)
        opened = await rig.ask(OpenAisle(aisle=5, giving=1))
        assert (opened.open_aisles, opened.last_result) == ((0, 5), DONE)
        spread = await rig.ask(Ventilate())
        assert (spread.state, spread.open_aisles) == (SteelState.VENTILATING, ())
        again = await rig.ask(OpenAisle(aisle=6))
        assert (again.state, again.open_aisles) == (SteelState.STANDING, (0, 6))
        closed = await rig.ask(CloseAll())
        assert (closed.open_aisles, closed.last_result) == ((0, 1), DONE)

    run(wire, scenario)


@pytest.mark.parametrize("wire", WIRES)
def test_locks_and_sleep_are_set_and_read_back(wire: str) -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.ask(SetLock(True))).lock is LockState.LOCKED
        assert (await rig.ask(SetLock(False))).lock is LockState.UNLOCKED
        assert (await rig.ask(SetSleep(True))).sleep is SleepState.ASLEEP
        awake = await rig.ask(SetSleep(False))
        assert (awake.sleep, awake.last_result) == (SleepState.AWAKE, DONE)
        rig.room.lock_at_steel(bank=1, segment=1)
        assert (await rig.steel.read_segment(1)).lock is LockState.LOCKED

    run(wire, scenario)


def test_an_order_without_the_gap_that_gives_is_refused_by_name() -> None:
    async def scenario(rig: Rig) -> None:
        refused = await rig.ask(OpenAisle(aisle=5))
        assert (refused.last_result, refused.last_reason) == (CommandResult.REFUSED, "no_such_gap")
        with pytest.raises(ValueError, match="no aisle 9"):
            await rig.ask(OpenAisle(aisle=5, giving=9))

    run("tcp", scenario, offences=("no_such_gap",))


def test_a_protection_is_named_and_makes_an_interlock_unsafe_until_it_ends() -> None:
    async def scenario(rig: Rig) -> None:
        where = {"bank": 1, "segment": 1}
        rig.room.raise_protection(**where, protection="side_panel")
        rig.room.raise_protection(**where, protection="entrance_rear")
        part = await rig.steel.read_segment(1)
        assert part.hindrance == Trip("entrance_rear", "27")
        assert (part.entrance, part.obstruction, part.trip) == (Check.UNSAFE, Check.UNSAFE, None)
        rig.room.clear_protection(**where, protection="entrance_rear")
        rig.room.clear_protection(**where, protection="side_panel")
        part = await rig.steel.read_segment(1)
        assert (part.hindrance, part.obstruction) == (None, Check.SAFE)
        rig.room.break_column(bank=1, column=3, defect="neighbour_timeout")
        part = await rig.steel.read_segment(1)
        assert (part.state, part.trip) == (SteelState.FAULTED, Trip("neighbour_timeout", "16"))

    run("tcp", scenario)


def test_inputs_and_steel_share_one_serial_line() -> None:
    async def scenario(rig: Rig) -> None:
        device = next(d for d in rig.room.room.devices if isinstance(d, SensorInputs))
        async with connect_inputs(rig.bus, device) as module:
            before = (await module.read_inputs()).levels
            rig.room.enter_aisle(bank=2, segment=2, aisle=3)
            rig.room.press_start_button(bank=1, segment=1)
            after = (await module.read_inputs()).levels
        assert (before[1], before[8]) == (True, False)
        assert (after[1], after[8]) == (False, True)
        assert (await rig.steel.read_segment(1)).open_aisles == (0, 1)

    run("serial", scenario)
