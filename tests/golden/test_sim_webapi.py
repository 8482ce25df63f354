"""The HTTP driver and the simulated fixed column: two readings of its clients, written apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from config.commissions import load_profile
from config.geometry import column_positions_mm
from config.load import load_room, shipped_room
from config.room import Room, TcpAddress, WebApiShelving
from config.shelving import ShelvingProfile
from drivers.errors import Garbled, LinkLost, NoReply, Refused
from drivers.ports import CloseAll, Fence, OpenAisle, SetLock, SetSleep, Ventilate
from drivers.readings import (
    Check,
    CommandResult,
    LockState,
    SleepState,
    SteelState,
)
from drivers.shelving.webapi.shelving import REPLY_S, Memory, connect_webapi
from drivers.shelving.webapi.shelving import WebApiShelving as Port
from drivers.streams.http_get import Fetch, fetch_from
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.webapi import Words
from tests.golden.driven import DrivenBank

Block = tuple[tuple[int, ...], str]
LEFT, RIGHT, MIDDLE = ((1,), "last_aisle"), ((6,), "first_aisle"), ((3,), "last_aisle")
PROFILE = load_profile("mjj-webapi")
MIRRORED = PROFILE.model_copy(update={"maker_left": "high", "digit_1": "gap_low"})


def room_with(fixed: tuple[int, ...], park_at: str, gaps: int = 1) -> Room:
    """The small room with a fixed column's web server in place of its controller."""
    room = load_room(shipped_room("small"))
    turned = {"fixed": fixed, "park_at": park_at, "gaps": gaps}
    bank = room.banks[0].model_copy(update=turned)
    device = WebApiShelving(
        driver="shelving.webapi",
        id="shelving-1",
        bank=1,
        at=TcpAddress(host="127.0.0.1", port=1),
        profile=PROFILE.id,
    )
    return room.model_copy(update={"banks": (bank,), "devices": (device,)})


@dataclass(slots=True)
class Rig(DrivenBank[Port]):
    """A simulated room, the driver of its bank, and all that the driver asked for."""

    asked: list[str] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        """What was asked for but the status."""
        return [target for target in self.asked if "GetMjjStatus" not in target]


def listened(fetch: Fetch, asked: list[str]) -> Fetch:
    """Note every target on its way out."""

    async def noted(target: str) -> bytes:
        asked.append(target)
        return await fetch(target)

    return noted


def connected(
    room: SimulatedRoom,
    asked: list[str],
    profile: ShelvingProfile = PROFILE,
    memory: Memory | None = None,
) -> AbstractAsyncContextManager[Port]:
    device = room.room.devices[0]
    assert isinstance(device, WebApiShelving)
    fetch = listened(fetch_from(device.id, device.at, reply_s=REPLY_S), asked)
    bank = room.room.banks[0]
    return connect_webapi(device, bank, profile, room.clock, memory=memory, fetch=fetch)


@asynccontextmanager
async def rig(block: Block, profile: ShelvingProfile = PROFILE) -> AsyncIterator[Rig]:
    async with simulated_room(room_with(*block)) as room:
        room.simulation.fixed_columns["shelving-1"].words = Words(left=profile.maker_left)
        asked: list[str] = []
        async with connected(room, asked, profile) as port:
            yield Rig(room, port, asked=asked)


def run(
    scenario: Callable[[Rig], Awaitable[None]],
    block: Block = LEFT,
    profile: ShelvingProfile = PROFILE,
) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(400), rig(block, profile) as ready:
            await scenario(ready)

    run_fast(bounded)


@pytest.mark.parametrize("profile", [PROFILE, MIRRORED], ids=["left is low", "left is high"])
@pytest.mark.parametrize("block", [LEFT, RIGHT], ids=["fixed left", "fixed right"])
def test_every_aisle_opens_the_block_spreads_and_closes_again(
    block: Block, profile: ShelvingProfile
) -> None:
    async def scenario(rig: Rig) -> None:
        bank = rig.room.room.banks[0]
        (parked,) = (await rig.port.read_segment(1)).open_aisles
        for aisle in (*(a for a in range(6) if a != parked), parked):
            await rig.ask(OpenAisle(aisle=aisle))
            done = await rig.ended()
            assert (done.last_result, done.open_aisles) == (CommandResult.DONE, (aisle,))
            assert (done.state, done.last_seq) == (SteelState.STANDING, rig.seq)
            places = {c.column: c.position_mm for c in await rig.port.read_columns()}
            assert places == column_positions_mm(bank, {1: (aisle,)})
        await rig.ask(Ventilate())
        assert (await rig.ended()).state is SteelState.VENTILATING
        with pytest.raises(Refused, match="place_unknown"):
            await rig.ask(OpenAisle(aisle=2))
        await rig.ask(CloseAll())
        assert (await rig.ended()).open_aisles == (parked,)
        assert rig.room.offences == ()

    run(scenario, block, profile)


def test_with_the_fixed_column_in_the_middle_each_half_moves_alone() -> None:
    async def scenario(rig: Rig) -> None:
        assert rig.port.abilities.orders == {OpenAisle, SetSleep}
        await rig.ask(OpenAisle(aisle=1), segment=1)
        await rig.until(lambda part: part.last_result is CommandResult.DONE, 1)
        await rig.ask(OpenAisle(aisle=0), segment=2)
        moving = await rig.until(lambda part: part.state is SteelState.MOVING, 2)
        assert moving.target_aisle == 0
        assert (await rig.port.read_segment(1)).state is SteelState.STANDING
        done = await rig.until(lambda part: part.last_result is CommandResult.DONE, 2)
        assert done.open_aisles == (0,)
        with pytest.raises(Refused, match="out_of_reach"):
            await rig.ask(OpenAisle(aisle=0), segment=1)
        assert rig.room.commands == 2

    run(scenario, MIDDLE)


def test_a_move_is_one_request_with_no_waking_and_no_unlocking_before_it() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=2))
        await rig.ended()
        assert rig.operations == ["/MjjWebApi?Op=RightMove&ColumnNo=4"]

    run(scenario)


def test_locked_steel_stays_locked_until_somebody_asks_to_unlock_it() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(SetLock(locked=True))
        assert (await rig.ended()).lock is LockState.LOCKED
        await rig.ask(OpenAisle(aisle=2))
        await rig.until(lambda part: part.lock is LockState.LOCKED)
        assert [o for o in rig.operations if "UnLock" in o] == []
        await rig.ask(SetLock(locked=False))
        done = await rig.ended()
        assert (done.lock, done.last_result) == (LockState.UNLOCKED, CommandResult.DONE)

    run(scenario)


def test_after_a_protection_nothing_is_sent_again_by_itself() -> None:
    """A public client offers "OK to send the move again" at this point; this driver never sends."""

    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=1))
        await rig.until(lambda part: part.state is SteelState.MOVING)
        rig.room.enter_aisle(bank=1, segment=1, aisle=widest(rig.room))
        tripped = await rig.ended()
        assert (tripped.state, tripped.last_result) == (SteelState.FAULTED, CommandResult.FAILED)
        assert tripped.trip is not None
        assert (tripped.trip.code, tripped.trip.raw) == ("person_in_aisle", "ZT_2A")
        assert set(tripped.occupancy) == {Check.UNSAFE}
        for _ in range(10):
            await rig.port.read_interlocks(1)
            await asyncio.sleep(1)
        assert rig.operations == ["/MjjWebApi?Op=RightMove&ColumnNo=3"]

    run(scenario)


def widest(room: SimulatedRoom) -> int:
    steel = room.world.steel_of(1).segment(1)
    return max(steel.aisles, key=steel.gap_mm)


def test_steel_asleep_is_woken_only_when_asked_and_needs_its_time() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.fall_asleep(bank=1, segment=1)
        assert (await rig.port.read_segment(1)).sleep is SleepState.ASLEEP
        with pytest.raises(Refused, match="not_taken"):
            await rig.ask(OpenAisle(aisle=2))
        asked_s = rig.room.clock.monotonic()
        await rig.ask(SetSleep(asleep=False))
        await rig.until(lambda part: part.sleep is SleepState.AWAKE)
        assert rig.room.clock.monotonic() - asked_s > 2 * PROFILE.wake_s
        assert (await rig.ended()).last_result is CommandResult.DONE
        with pytest.raises(Refused, match="not_offered"):
            await rig.ask(SetSleep(asleep=True))

    run(scenario)


def test_a_stop_halts_what_moves_and_withdraws_what_might_come_late() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=1))
        await rig.until(lambda part: part.state is SteelState.MOVING)
        await rig.port.stop(1, Fence(seq=8, epoch=1, ttl_s=5.0))
        halted = await rig.port.read_segment(1)
        assert (halted.state, halted.last_result) == (SteelState.HALTED, CommandResult.STOPPED)
        assert halted.last_seq == 8
        with pytest.raises(Refused, match="stale_seq"):
            await rig.port.carry_out(1, CloseAll(), Fence(seq=8, epoch=1, ttl_s=5.0))
        with pytest.raises(Refused, match="place_unknown"):
            await rig.port.carry_out(1, OpenAisle(aisle=2), Fence(seq=9, epoch=1, ttl_s=5.0))
        rig.seq = 9
        await rig.ask(CloseAll())
        assert (await rig.ended()).open_aisles == (5,)

    run(scenario)


def test_an_aisle_asked_for_before_anything_was_read_is_refused_and_not_guessed() -> None:
    async def scenario(rig: Rig) -> None:
        with pytest.raises(Refused, match="place_unknown"):
            await rig.port.carry_out(1, OpenAisle(aisle=2), Fence(seq=1, epoch=1, ttl_s=5.0))
        assert rig.operations == []

    run(scenario)


def test_a_stop_does_not_wait_for_a_status_that_hangs() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=1))
        rig.room.delay("shelving-1", 2.0)
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(rig.port.read_segment(1))
            await asyncio.sleep(0.2)
            rig.room.heal("shelving-1")
            await rig.port.stop(1)
            assert not hanging.done()

    run(scenario)


@pytest.mark.parametrize(
    ("protection", "code", "raw"),
    [
        ("entrance_front", "entrance_front", "ZT_02"),
        ("entrance_rear", "entrance_rear", "ZT_25"),
        ("aisle_infrared", "aisle_infrared", "ZT_03"),
        ("side_panel", "side_panel", "ZT_09"),
        ("blind_spot", "blind_spot", "ZT_21"),
        ("obstruction", "pressure", "ZT_24"),
        ("drive_locked", "drive_locked", "ZT_26"),
        ("smoke", "smoke", "ZT_2E"),
        ("keys_disabled", "keys_disabled", "ZT_1C"),
        ("motion_forbidden", "motion_forbidden", "ZT_01"),
    ],
)
def test_each_protection_is_told_by_its_own_name(protection: str, code: str, raw: str) -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.raise_protection(bank=1, segment=1, protection=protection)
        bank, part = await rig.port.read_interlocks(1)
        assert part.trip is not None
        assert (part.trip.code, part.trip.raw) == (code, raw)
        assert part.state is SteelState.FAULTED
        told = {
            "entrance": part.entrance,
            "obstruction": part.obstruction,
            "occupancy": part.occupancy[0],
            "fire": bank.interlocks["fire"],
        }
        unsafe = {name for name, check in told.items() if check is Check.UNSAFE}
        of_code = {
            "entrance_front": {"entrance"},
            "entrance_rear": {"entrance"},
            "aisle_infrared": {"occupancy"},
            "obstruction": {"obstruction"},
            "smoke": {"fire"},
        }
        assert unsafe == of_code.get(protection, set())
        assert Check.SAFE not in {*bank.interlocks.values(), *told.values()}

    run(scenario)


def test_no_interlock_is_claimed() -> None:
    async def scenario(rig: Rig) -> None:
        bank, part = await rig.port.read_interlocks(1)
        assert rig.port.abilities.interlocks_seen == frozenset()
        checks = {*bank.interlocks.values(), part.entrance, part.obstruction, *part.occupancy}
        assert checks == {Check.UNKNOWN}
        assert (bank.reset_count, bank.heartbeat, bank.simulated) == (None, None, False)

    run(scenario)


def test_an_order_whose_answer_is_lost_is_not_sent_again_and_the_steel_tells_its_fate() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.port.read_interlocks(1)
        rig.room.mute("shelving-1")
        with pytest.raises(NoReply):
            await rig.port.carry_out(1, OpenAisle(aisle=2), Fence(seq=1, epoch=1, ttl_s=5.0))
        rig.room.heal("shelving-1")
        part = await rig.ended()
        assert (part.last_seq, part.last_result) == (1, CommandResult.DONE)
        assert (rig.room.commands, len(rig.operations)) == (1, 1)

    run(scenario)


def test_half_an_answer_is_garbled_and_a_cut_cable_is_link_lost() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.garble("shelving-1")
        with pytest.raises(Garbled):
            await rig.port.read_segment(1)
        rig.room.cut("shelving-1")
        await asyncio.sleep(0.5)
        with pytest.raises(LinkLost):
            await rig.port.read_segment(1)
        rig.room.heal("shelving-1")
        await asyncio.sleep(0.5)
        assert (await rig.port.read_segment(1)).state is SteelState.STANDING

    run(scenario)


@pytest.mark.parametrize(
    ("fixed", "park_at", "gaps", "said"),
    [
        ((), "last_aisle", 1, "one fixed column"),
        ((6,), "last_aisle", 1, "set park_at: first_aisle"),
        ((1,), "last_aisle", 2, "set gaps: 1"),
    ],
)
def test_a_bank_that_cannot_be_such_a_block_is_refused_with_what_to_change(
    fixed: tuple[int, ...], park_at: str, gaps: int, said: str
) -> None:
    async def scenario() -> None:
        async with simulated_room(room_with(fixed, park_at, gaps)) as room:
            with pytest.raises(Refused, match=said) as refused:
                async with connected(room, []):
                    pass
            assert refused.value.code == "wrong_bank"

    run_fast(scenario)


def test_a_block_of_another_size_is_refused() -> None:
    async def scenario() -> None:
        async with simulated_room(room_with(*LEFT)) as room:
            bank = room.room.banks[0].model_copy(update={"columns": 7})
            room.room = room.room.model_copy(update={"banks": (bank,)})
            with pytest.raises(Refused, match="speaks of 6 columns, the room file says 7"):
                async with connected(room, []):
                    pass

    run_fast(scenario)
