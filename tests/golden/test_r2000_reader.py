"""The R2000 driver against the simulated reader, on a pty and on TCP, whole and with faults."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from config.room import Antenna
from drivers.commissioning.probe import probe_room
from drivers.errors import NoReply, Refused
from drivers.readings import AntennaCycle, InputChanged
from tests.golden.r2000_room import Bench, settings, with_bench
from tests.golden.tag_room import EPC, WIRES, cycles, four_cycles, hear, reads

BOTH = pytest.mark.parametrize("wire", WIRES)
DESK = {"B-1": EPC}
TWO = (
    Antenna(antenna=1, covers="desk", power_dbm=26),
    Antenna(antenna=6, covers="desk", power_dbm=20, dwell_ms=300),
)


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
