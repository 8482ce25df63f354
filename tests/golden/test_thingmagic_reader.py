"""The ThingMagic driver against the simulated module, on a pty and on TCP, whole and not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise

import pytest
from pydantic import ValidationError

from config.geometry import shelves_of
from config.parts import Words
from config.room import Antenna, Contact, Door, Room, ThingMagicReader
from drivers.commissioning.probe import probe_room
from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle, Heard, InputChanged
from drivers.rfid.connect import connect_reader
from simulators.boxes import ShelvedBox
from simulators.faults import Fault, FaultKind
from simulators.harness import run_fast, simulated_room
from simulators.simulation import Simulation
from simulators.wire.contacts import sounds
from simulators.wire.thingmagic import SimulatedThingMagic
from tests.golden import tag_room
from tests.golden.tag_room import (
    EPC,
    NEW,
    OTHER,
    READER,
    SHORT,
    WIRES,
    cycles,
    four_cycles,
    hear,
    reads,
    refused,
    with_bench,
)

Bench = tag_room.Bench[SimulatedThingMagic]
BOTH = pytest.mark.parametrize("wire", WIRES)
DESK = (Antenna(antenna=1, covers="desk"),)
TWO = (*DESK, Antenna(antenna=3, covers="desk", dwell_ms=300))
BOX, BOXES = {"B-1": EPC}, {"B-1": EPC, "B-2": OTHER}
ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW)


def settings(wire: str = "tcp", **more: object) -> ThingMagicReader:
    given: dict[str, object] = {
        "driver": "rfid.thingmagic",
        "id": READER,
        "at": WIRES[wire],
        "antennas": DESK,
    }
    return ThingMagicReader.model_validate(given | more)


def device_of(simulation: Simulation) -> SimulatedThingMagic:
    return simulation.thingmagic_readers[READER]


def run(
    scenario: Callable[[Bench], Awaitable[None]],
    reader: ThingMagicReader | None = None,
    boxes: dict[str, str] | None = None,
) -> None:
    with_bench(reader or settings(), device_of, scenario, BOX if boxes is None else boxes)


async def listen_for_ever(readings: AsyncIterator[Heard]) -> None:
    async for _ in readings:
        pass


@BOTH
def test_antennas_take_turns_for_their_dwell_and_tell_what_they_hear(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 6)
            health = reader.health()
        assert cycles(heard) == [1, 3, 1, 3, 1, 3]
        found = reads(heard)
        assert {read.epc for read in found} == {EPC}
        assert {read.antenna for read in found} == {1, 3}
        assert all(read.pc == 0x3000 and -60 < (read.rssi_dbm or 0) < -30 for read in found)
        assert all(902_000 < (read.channel or 0) < 928_000 for read in found)
        ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
        for before, cycle in pairwise(ends):
            assert cycle.at_s - before.at_s >= (0.3 if cycle.antenna == 3 else 0.1)
        assert (health.model, health.firmware) == ("M6e", "01.21.01.07")
        assert health.antennas[3].connected is True
        assert (health.garbled, health.repeated) == (0, 0)

    run(scenario, settings(wire, antennas=TWO))


def test_more_tags_than_one_answer_has_room_for_are_all_told() -> None:
    boxes = {f"B-{at}": f"5352{at:020X}" for at in range(1, 40)}

    async def scenario(bench: Bench) -> None:
        for box in boxes:
            bench.lay(box)
        async with bench.connect() as reader:
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 8)
            assert reader.health().garbled == 0
        assert {read.epc for read in reads(heard)} == set(boxes.values())

    run(scenario, boxes=boxes)


def test_a_buffer_that_is_full_before_the_dwell_is_over_is_emptied_and_the_search_goes_on() -> None:
    async def scenario(bench: Bench) -> None:
        for box in BOXES:
            bench.lay(box)
        bench.device.buffer.capacity = 1
        async with bench.connect() as reader:
            began_s = bench.room.clock.monotonic()
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 1)
        assert bench.room.clock.monotonic() - began_s >= 0.3
        assert len(reads(heard)) > 1

    run(scenario, settings(dwell_ms=300), BOXES)


def test_a_number_longer_than_fifteen_words_is_heard_and_written() -> None:
    longest, other = "53" * 62, "35" * 62

    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            order = WriteTag(antenna=1, epc=longest, new_epc=other)
            assert (await reader.write_tag(order)).epc == other
        assert bench.room.world.boxes["B-1"].epc == other

    run(scenario, boxes={"B-1": longest})


@BOTH
def test_power_region_and_tags_are_brought_to_what_the_room_file_says(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        device = bench.device.settings
        device.protocol = 0
        async with bench.connect() as reader:
            assert reader.health().region == "cn_900"
        assert (device.region, device.protocol) == (6, 5)
        assert device.port_powers is not None
        assert device.port_powers[1] == (2000, 2000, 0)
        assert device.port_powers[2] == (0, 0, 0)
        assert device.port_powers[3] == (2550, 2550, 0)

    antennas = (*DESK, Antenna(antenna=3, covers="desk", power_dbm=25.5))
    run(scenario, settings(wire, antennas=antennas, power_dbm=20, region="cn_900"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"region": "kr"}, "does not have this region"),
        ({"power_dbm": 33}, "above its highest"),
    ],
)
def test_a_module_that_cannot_be_so_is_refused(more: dict[str, object], words: str) -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.settings.regions = (1, 6)
        with pytest.raises(Refused, match=words):
            async with bench.connect():
                pass

    run(scenario, settings("tcp", **more))


def test_a_module_without_a_region_is_refused_where_the_room_file_names_none() -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.settings.region = 0
        with pytest.raises(Refused, match="has no region"):
            async with bench.connect():
                pass

    run(scenario)


def test_a_module_in_its_boot_loader_is_started() -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.boots = True
        async with bench.connect() as reader:
            assert four_cycles(await hear(reader, four_cycles))
        assert not bench.device.boots

    run(scenario)


def test_a_search_without_end_is_ended_and_what_it_told_is_not_believed() -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        bench.device.streams = True
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            assert not bench.device.streams
            bench.device.streams = True
            await hear(reader, four_cycles)
            assert not bench.device.streams
            assert reader.health().garbled == 0

    run(scenario)


def test_an_antenna_whose_cable_is_off_has_no_cycles_and_is_shown_so() -> None:
    async def scenario(bench: Bench) -> None:
        bench.room.cut_antenna(READER, 3)
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert set(cycles(heard)) == {1}
            assert reader.health().antennas[3].connected is False

    run(scenario, settings(antennas=TWO))


def test_inputs_are_told_when_they_change_and_outputs_are_switched() -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader, reader.inventory() as readings:
            told = [await anext(readings) for _ in range(3)]
            first = {r.number: r.on for r in told if isinstance(r, InputChanged)}
            assert first == {1: False, 2: False}
            await bench.device.turn_input(2, on=True)
            while not isinstance(now := await anext(readings), InputChanged):
                pass
            assert (now.number, now.on) == (2, True)
            await reader.set_output(3, True)
            assert bench.device.settings.levels[3]
            with pytest.raises(Refused, match="no output 1") as why:
                await reader.set_output(1, True)
            assert why.value.code == "not_offered"

    run(scenario)


def test_a_door_can_have_its_beam_and_its_sounder_on_the_pins() -> None:
    sides = ("inside", "outside")
    at_door = [
        {"antenna": number, "covers": "door", "side": side} for number, side in enumerate(sides, 1)
    ]
    reader = settings(antennas=at_door)
    door = Door(
        door="door",
        name=Words(zh="门", en="Door"),
        beam=Contact(device=READER, number=1),
        sounder=Contact(device=READER, number=3),
    )
    raw = tag_room.SMALL.model_copy(update={"devices": (reader,), "doors": (door,)})
    room = Room.model_validate(raw.model_dump())
    shelf = next(str(address) for address, _ in shelves_of(room))
    box = ShelvedBox(code="B-1", epc=EPC, shelf=shelf, order_mm=0, thickness_mm=50)

    async def scenario() -> None:
        async with asyncio.timeout(600), simulated_room(room, boxes=[box]) as simulated:
            (device,) = simulated.room.devices
            assert isinstance(device, ThingMagicReader)
            async with connect_reader(device, simulated.clock)() as port:
                simulated.carry("B-1", way="out")
                heard = await hear(port, lambda so_far: "on=True" in str(so_far))
                assert {read.antenna for read in reads(heard)} >= {1}
                await port.set_output(3, True)
                assert sounds(simulated.world, Contact(device=READER, number=3))

    run_fast(scenario)


@BOTH
def test_a_tag_is_written_read_back_and_locked_among_others(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        for box in BOXES:
            bench.lay(box)
        bench.device.tags.passwords[EPC] = 77
        async with bench.connect() as reader:
            order = WriteTag(antenna=1, epc=EPC, new_epc=SHORT, password=77, lock=True)
            written = await reader.write_tag(order)
            assert (written.epc, written.locked) == (SHORT, True)
            assert {box.epc for box in bench.room.world.boxes.values()} == {SHORT, OTHER}
            assert bench.device.tags.locked == {SHORT}
            again = WriteTag(antenna=1, epc=SHORT, new_epc=NEW)
            assert await refused(reader, again) == "tag_locked"
            heard = await hear(reader, four_cycles)
        assert {read.epc for read in reads(heard)} == {SHORT, OTHER}

    run(scenario, settings(wire), BOXES)


def test_what_cannot_be_written_is_refused_and_the_tag_keeps_its_number() -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            assert await refused(reader, ORDER) == "tag_away"
            bench.lay("B-1")
            bench.device.tags.passwords[EPC] = 5
            wrong = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=6)
            assert await refused(reader, wrong) == "write_failed"
            assert await refused(reader, WriteTag(antenna=9, epc=EPC, new_epc=NEW)) == "not_offered"
        assert bench.room.world.boxes["B-1"].epc == EPC

    run(scenario)


@BOTH
def test_garbage_is_told_once_and_what_was_well_said_still_counts(
    wire: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.room.faults.put(READER, Fault(kind=FaultKind.GARBAGE, probability=0.3))
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 12)
            health = reader.health()
        assert {read.epc for read in reads(heard)} == {EPC}
        assert health.garbled > 1

    with caplog.at_level(logging.WARNING):
        run(scenario, settings(wire))
    said = [r.message for r in caplog.records if READER in r.message and "garbage" in r.message]
    assert len(said) == 1


def test_a_module_that_falls_silent_is_lost() -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            bench.room.faults.put(READER, Fault(kind=FaultKind.STALL))
            with pytest.raises(LinkLost) as lost:
                await hear(reader, lambda _: False)
            assert isinstance(lost.value, NoReply)

    run(scenario)


@BOTH
def test_an_inventory_that_is_left_in_the_middle_of_a_search_can_be_begun_again(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            for _ in range(3):
                async with reader.inventory() as readings:
                    with pytest.raises(TimeoutError):
                        await asyncio.wait_for(listen_for_ever(readings), 0.25)
            assert four_cycles(await hear(reader, four_cycles))
            assert reader.health().repeated == 0

    run(scenario, settings(wire, dwell_ms=300))


def test_the_probe_says_who_it_is_and_changes_nothing() -> None:
    async def scenario(bench: Bench) -> None:
        before = vars(bench.device.settings).copy()
        found = [finding async for finding in probe_room(bench.room.room, {}, bench.room.clock)]
        assert "M6e, firmware 01.21.01.07" in str(found[0])
        assert "power 30 dBm" in str(found[0])
        assert "36 °C inside" in str(found[0])
        assert "4 antennas" in str(found[0])
        assert found[0].fits
        assert vars(bench.device.settings) == before

    run(scenario, settings(region="kr", power_dbm=12))


def test_a_room_file_names_antennas_these_modules_can_have() -> None:
    with pytest.raises(ValidationError, match="antenna 17; these modules have 1 to 16"):
        settings(antennas=(Antenna(antenna=17, covers="desk"),))
    with pytest.raises(ValidationError):
        settings(region="cn_800")
