"""The R2000 driver against the simulated reader, on a pty and on TCP, whole and with faults."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from itertools import pairwise

import pytest

from config.room import Antenna
from drivers.commissioning.probe import probe_room
from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import TagReader, WriteTag
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from simulators.faults import Fault, FaultKind
from tests.golden.r2000_room import EPC, OTHER, READER, WIRES, Bench, hear, settings, with_bench

BOTH = pytest.mark.parametrize("wire", WIRES)
DESK = {"B-1": EPC}
TWO = (
    Antenna(antenna=1, covers="desk", power_dbm=26),
    Antenna(antenna=6, covers="desk", power_dbm=20, dwell_ms=300),
)
NEW, SHORT = "AABBCCDDEEFF001122334455", "AABBCCDD11223344"


def cycles(heard: list[Heard]) -> list[int]:
    return [reading.antenna for reading in heard if isinstance(reading, AntennaCycle)]


def reads(heard: list[Heard]) -> list[TagRead]:
    return [reading for reading in heard if isinstance(reading, TagRead)]


def four_cycles(heard: list[Heard]) -> bool:
    return len(cycles(heard)) >= 4


@BOTH
@pytest.mark.parametrize("dialect", ["v2.2", "v3"])
def test_antennas_take_turns_for_their_dwell_and_tell_what_they_hear(
    wire: str, dialect: str
) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 6)
        assert cycles(heard) == [1, 6, 1, 6, 1, 6]
        found = reads(heard)
        assert {read.epc for read in found} == {EPC}
        assert {read.antenna for read in found} == {1, 6}
        assert all(read.pc == 0x3000 and read.rssi_dbm is not None for read in found)
        assert all(-60 < (read.rssi_dbm or 0) < -30 for read in found)
        ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
        for before, cycle in pairwise(ends):
            assert cycle.at_s - before.at_s >= (0.3 if cycle.antenna == 6 else 0.1)

    with_bench(settings(wire, *TWO, dialect=dialect), scenario, boxes=DESK)


def test_a_round_that_is_left_alone_is_over_when_the_inventory_ends() -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            async with reader.inventory() as readings:
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.25):
                        await anext(readings)
            assert not bench.device.transmits
            await reader.set_output(3, True)
            assert bench.device.outputs[3]

    with_bench(settings(dwell_ms=10_000), scenario, boxes=DESK)


def test_a_plan_names_the_antennas_and_unknown_ones_are_left_out() -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader, reader.inventory(lambda: (6, 3, 6)) as readings:
            told = [(await anext(readings)) for _ in range(4)]
        assert {reading.antenna for reading in told if isinstance(reading, AntennaCycle)} == {6}

    with_bench(settings("tcp", *TWO), scenario, boxes={})


@BOTH
def test_power_and_region_are_brought_to_what_the_room_file_says(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            health = reader.health()
        assert bench.device.powers == [26, 30, 30, 30, 30, 20, 30, 30]
        assert bench.device.band[0] == 3
        assert (health.region, health.firmware, health.temperature_c) == ("cn_900", "8.2", 38)

    with_bench(settings(wire, *TWO, region="cn_900"), scenario, boxes={})


def test_the_frequencies_a_site_chose_within_its_region_stay() -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.band = (3, 47, 49)
        async with bench.connect():
            pass
        assert bench.device.band == (3, 47, 49)

    with_bench(settings(region="cn_900"), scenario, boxes={})


def test_an_antenna_whose_cable_is_off_has_no_cycles_and_is_shown_so() -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.missing.add(6)
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            antennas = reader.health().antennas
            assert set(cycles(heard)) == {1}
            assert (antennas[1].connected, antennas[1].return_loss_db) == (True, 18.0)
            assert (antennas[6].connected, antennas[6].return_loss_db) == (False, 1.0)
            assert "missing" in (reader.health().last_error or "")
            bench.device.missing.clear()
            assert 6 in cycles(await hear(reader, four_cycles))
            assert reader.health().antennas[6].connected is True

    with_bench(settings("tcp", *TWO), scenario, boxes={})


def test_a_reader_that_does_not_look_for_its_antennas_proves_none_connected() -> None:
    async def scenario(bench: Bench) -> None:
        bench.device.detector = 0
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            assert reader.health().antennas[1].connected is None

    with_bench(settings("tcp", *TWO), scenario, boxes={})


@BOTH
def test_garbage_is_told_once_counted_and_costs_no_more_than_the_dwell_it_hit(
    wire: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.room.garble(READER, probability=0.08)
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 8)
            health = reader.health()
        assert {read.epc for read in reads(heard)} == {EPC}
        assert health.garbled > 1
        assert health.skipped_bytes >= health.garbled

    with caplog.at_level(logging.WARNING):
        with_bench(settings(wire, dwell_ms=20), scenario, boxes=DESK)
    assert Counter("sends garbage" in record.message for record in caplog.records)[True] == 1


def test_a_reader_that_says_everything_twice_is_heard_once() -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        bench.room.faults.put(READER, Fault(kind=FaultKind.DUPLICATE))
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert cycles(heard) == [1, 6, 1, 6]
            assert reader.health().repeated > 10
            assert reader.health().garbled == 0

    with_bench(settings("serial", *TWO), scenario, boxes=DESK)


@BOTH
def test_a_line_that_falls_silent_is_a_lost_link(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            bench.room.stall(READER)
            with pytest.raises(NoReply, match=READER):
                await hear(reader, lambda _: False)

    with_bench(settings(wire), scenario, boxes={})


@BOTH
def test_a_cut_line_is_lost_and_found_again(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            bench.room.cut(READER)
            with pytest.raises(LinkLost):
                await hear(reader, lambda _: False)
        bench.room.heal(READER)
        for _ in range(20):
            try:
                async with bench.connect() as reader:
                    assert cycles(await hear(reader, four_cycles)) == [1] * 4
                return
            except LinkLost:
                await asyncio.sleep(0.5)  # the port is coming back
        pytest.fail("never found again")

    with_bench(settings(wire), scenario, boxes={})


def test_a_reader_of_another_address_does_not_answer() -> None:
    async def scenario(bench: Bench) -> None:
        wrong = bench.settings.model_copy(update={"address": 7})
        with pytest.raises(NoReply):
            async with Bench(bench.room, wrong, bench.device).connect():
                pass

    with_bench(settings(), scenario, boxes={})


def test_rounds_that_end_as_the_other_manual_says_are_refused_with_the_cure() -> None:
    async def scenario(bench: Bench) -> None:
        wrong = bench.settings.model_copy(update={"dialect": "v2.2"})
        async with Bench(bench.room, wrong, bench.device).connect() as reader:
            with pytest.raises(Refused, match=r"v3.*v2\.2.*set its dialect to v3"):
                await hear(reader, four_cycles)

    with_bench(settings(), scenario, boxes={})


def test_inputs_are_told_as_they_change_and_outputs_switch() -> None:
    async def scenario(bench: Bench) -> None:
        async with bench.connect() as reader:
            await reader.set_output(4, True)
            assert bench.device.outputs == {3: False, 4: True}
            with pytest.raises(Refused, match="not_offered"):
                await reader.set_output(1, True)
            async with reader.inventory() as readings:
                changes: list[tuple[int, bool]] = []
                async for reading in readings:
                    if isinstance(reading, InputChanged):
                        changes.append((reading.number, reading.on))
                        bench.device.inputs[1] = len(changes) < 3
                    if len(changes) == 4:
                        break
        assert changes == [(1, False), (2, False), (2, True), (2, False)]

    with_bench(settings(), scenario, boxes={})


@BOTH
def test_a_tag_is_written_while_the_antennas_run_and_the_world_keeps_it(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            listening = asyncio.create_task(hear(reader, lambda so_far: NEW in str(so_far)))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert (written.epc, written.locked) == (NEW, False)
            heard = await listening
        assert bench.room.world.boxes["B-1"].epc == NEW
        assert bench.device.writes == 1
        assert [read.epc for read in reads(heard)][-1] == NEW

    with_bench(settings(wire), scenario, boxes=DESK)


def test_a_shorter_number_changes_the_length_the_tag_tells() -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=SHORT))
            assert written.epc == SHORT
            heard = await hear(reader, four_cycles)
        assert {(read.epc, read.pc) for read in reads(heard)} == {(SHORT, 0x2000)}

    with_bench(settings(), scenario, boxes=DESK)


async def refused(reader: TagReader, order: WriteTag) -> str:
    with pytest.raises(Refused) as why:
        await reader.write_tag(order)
    return why.value.code


def test_what_cannot_be_written_says_why_and_writes_nothing() -> None:
    async def scenario(bench: Bench) -> None:
        for box in ("B-1", "B-2", "B-3"):
            bench.lay(box)
        order = WriteTag(antenna=1, epc=EPC, new_epc=NEW)
        async with bench.connect() as reader:
            away = WriteTag(antenna=1, epc=NEW, new_epc=SHORT)
            assert await refused(reader, away) == "tag_away"
            taken = WriteTag(antenna=1, epc=EPC, new_epc=OTHER)
            assert await refused(reader, taken) == "several_tags"
            prefix = WriteTag(antenna=1, epc=OTHER[:8], new_epc=SHORT)
            assert await refused(reader, prefix) == "several_tags"
            nowhere = WriteTag(antenna=2, epc=EPC, new_epc=NEW)
            assert await refused(reader, nowhere) == "not_offered"
            open_lock = WriteTag(antenna=1, epc=EPC, new_epc=NEW, lock=True)
            assert await refused(reader, open_lock) == "wrong_password"
            bench.device.passwords[EPC] = 77
            wrong = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=78)
            assert await refused(reader, wrong) == "wrong_password"
            bench.device.locked.add(EPC)
            assert await refused(reader, order) == "tag_locked"
            with pytest.raises(ValueError, match="whole words"):
                await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc="ABC"))
        assert bench.device.writes == 0
        assert bench.room.world.boxes["B-1"].epc == EPC

    boxes = {"B-1": EPC, "B-2": OTHER, "B-3": OTHER[:8]}
    with_bench(settings(), scenario, boxes=boxes)


def test_a_tag_is_locked_with_its_password_and_takes_another_number_only_with_it() -> None:
    async def scenario(bench: Bench) -> None:
        bench.lay("B-1")
        bench.device.passwords[EPC] = 77
        async with bench.connect() as reader:
            order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
            assert (await reader.write_tag(order)).locked
            assert bench.device.locked == {NEW}
            again = WriteTag(antenna=1, epc=NEW, new_epc=EPC)
            assert await refused(reader, again) == "tag_locked"
            with_password = WriteTag(antenna=1, epc=NEW, new_epc=EPC, password=77)
            assert (await reader.write_tag(with_password)).epc == EPC

    with_bench(settings(), scenario, boxes=DESK)


@BOTH
def test_a_probe_reads_and_changes_nothing(wire: str) -> None:
    async def scenario(bench: Bench) -> None:
        room = bench.room.room
        (finding,) = [f async for f in probe_room(room, {}, bench.room.clock)]
        assert finding.fits
        assert "firmware 8.2" in str(finding)
        assert "region us, 902.0 to 928.0 MHz" in str(finding)
        assert set(bench.device.powers) == {30}
        assert bench.device.band == (1, 7, 59)

    with_bench(settings(wire, *TWO, region="cn_900"), scenario, boxes={})
