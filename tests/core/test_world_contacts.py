"""What is wired to readers, heard by our driver: beams, sounders, cables of antennas, faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from config.room import LlrpReader
from drivers.errors import LinkLost
from drivers.ports import TagReader
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from drivers.rfid.connect import connect_reader
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.view import show_world
from tests.core.door_room import READER, room_with_door

ROOM = room_with_door()
SHELF = "S1-B1-C6-R-1-1"
EPC = "53520001000000000000000A"
BOXES = [ShelvedBox(code="B-1", epc=EPC, shelf=SHELF, order_mm=0, thickness_mm=50)]
INSIDE, OUTSIDE = 1, 2


class AtDoor:
    """The reader at the door, connected, and what it told so far."""

    def __init__(self, reader: TagReader) -> None:
        self.reader = reader
        self.told: list[Heard] = []

    async def listen(self, heard: AsyncIterator[Heard]) -> None:
        async for reading in heard:
            self.told.append(reading)

    def reads(self, antenna: int) -> list[TagRead]:
        return [r for r in self.told if isinstance(r, TagRead) and r.antenna == antenna]

    def inputs(self) -> list[tuple[int, bool]]:
        return [(r.number, r.on) for r in self.told if isinstance(r, InputChanged)]

    def cycles(self, antenna: int) -> int:
        return sum(isinstance(r, AntennaCycle) and r.antenna == antenna for r in self.told)


@asynccontextmanager
async def listening(room: SimulatedRoom) -> AsyncIterator[AtDoor]:
    device = next(d for d in room.room.devices if isinstance(d, LlrpReader) and d.id == READER.id)
    async with (
        connect_reader(device, room.clock)() as reader,
        reader.inventory(lambda: (INSIDE, OUTSIDE)) as heard,
    ):
        door = AtDoor(reader)
        task = asyncio.get_running_loop().create_task(door.listen(heard))
        try:
            yield door
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def with_room(scenario: Callable[[SimulatedRoom], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(600), simulated_room(ROOM, boxes=BOXES) as room:
            await scenario(room)

    run_fast(run)


def door_of(room: SimulatedRoom) -> dict[str, object]:
    (door,) = show_world(room.world, {})["doors"]
    return dict(door)


def test_a_box_carried_out_is_heard_on_both_sides_and_breaks_the_beam_between() -> None:
    async def scenario(room: SimulatedRoom) -> None:
        async with listening(room) as door:
            await asyncio.sleep(1)
            assert door.reads(INSIDE) == []
            room.carry("B-1", way="out")
            await room.until(lambda world: world.beam_is_broken("door"))
            assert door_of(room)["beam_broken"] is True
            await room.until(lambda world: not world.passages)
            await asyncio.sleep(1)
            for antenna in (INSIDE, OUTSIDE):
                assert {read.epc for read in door.reads(antenna)} == {EPC}
            levels = [on for number, on in door.inputs() if number == 1]
            assert levels[-2:] == [True, False]
            crossed_s = next(r.at_s for r in door.told if isinstance(r, InputChanged) and r.on)
            first_s = min(read.at_s for read in door.reads(INSIDE))
            assert first_s < crossed_s < max(read.at_s for read in door.reads(OUTSIDE))

    with_room(scenario)


def test_the_sounder_at_a_readers_output_is_heard_in_the_room() -> None:
    async def scenario(room: SimulatedRoom) -> None:
        async with listening(room) as door:
            assert door_of(room)["sounding"] is False
            await door.reader.set_output(2, True)
            assert door_of(room)["sounding"] is True
            await door.reader.set_output(1, True)
            await door.reader.set_output(2, False)
            assert door_of(room)["sounding"] is False

    with_room(scenario)


def test_an_antenna_whose_cable_is_off_hears_nothing_and_does_not_count_as_having_run() -> None:
    async def scenario(room: SimulatedRoom) -> None:
        async with listening(room) as door:
            room.load_trolley("B-1")
            room.park_trolley(near="door")
            await asyncio.sleep(3)
            assert len(door.reads(INSIDE)) > 3
            room.cut_antenna(READER.id, INSIDE)
            await asyncio.sleep(1)
            before, ran, other = door.reads(INSIDE), door.cycles(INSIDE), door.cycles(OUTSIDE)
            await asyncio.sleep(3)
            assert (door.reads(INSIDE), door.cycles(INSIDE)) == (before, ran)
            assert door.cycles(OUTSIDE) > other
            assert door.reader.health().antennas[INSIDE].connected is False
            room.mend_antenna(READER.id, INSIDE)
            await asyncio.sleep(3)
            assert len(door.reads(INSIDE)) > len(before)

    with_room(scenario)


def test_a_clock_that_jumps_and_a_reader_that_repeats_itself_lose_nothing() -> None:
    async def scenario(room: SimulatedRoom) -> None:
        room.load_trolley("B-1")
        room.park_trolley(near="door")
        async with listening(room) as door:
            error_us = room.simulation.llrp_readers[READER.id].clock_error_us
            room.jump_clock(READER.id, probability=0.5)
            await asyncio.sleep(5)
            assert room.simulation.llrp_readers[READER.id].clock_error_us != error_us
            times = [r.at_s for r in door.told if isinstance(r, TagRead)]
            assert len(times) > 10
            assert max(times) - min(times) < 8
            room.repeat(READER.id)
            before = len(door.told)
            await asyncio.sleep(3)
            assert len(door.told) > before

    with_room(scenario)


def test_a_reader_that_babbles_is_given_up_and_found_well_again() -> None:
    async def scenario(room: SimulatedRoom) -> None:
        room.load_trolley("B-1")
        room.park_trolley(near="door")
        room.babble(READER.id)
        with pytest.raises(LinkLost):
            async with listening(room) as door:
                await asyncio.sleep(1)
        room.heal(READER.id)
        async with listening(room) as door:
            await asyncio.sleep(3)
            assert door.reads(INSIDE)

    with_room(scenario)
