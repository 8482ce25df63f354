"""The M100 driver against the simulated module, on a pty and on TCP, whole and with faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from config.room import Antenna, M100Reader
from drivers.commissioning.probe import probe_room
from drivers.errors import LinkLost, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle
from simulators.wire.m100 import SimulatedM100
from tests.golden.tag_room import (
    EPC,
    NEW,
    OTHER,
    READER,
    WIRES,
    Bench,
    cycles,
    four_cycles,
    hear,
    reads,
    refused,
    with_bench,
)

BOTH = pytest.mark.parametrize("wire", WIRES)
DESK = {"B-1": EPC}
Module = Bench[SimulatedM100]


def settings(wire: str = "tcp", **more: Any) -> M100Reader:
    antenna = Antenna(antenna=1, covers="desk")
    return M100Reader(driver="rfid.m100", id=READER, at=WIRES[wire], antennas=(antenna,), **more)


def with_module(
    reader: M100Reader, scenario: Callable[[Module], Awaitable[None]], **boxes: str
) -> None:
    named = {code.replace("_", "-"): epc for code, epc in boxes.items()}
    with_bench(reader, lambda room: room.m100_readers[READER], scenario, named)


@BOTH
def test_the_antenna_runs_its_dwell_and_tells_what_it_hears(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert not bench.device.polls
        found = reads(heard)
        assert {(read.epc, read.pc, read.antenna) for read in found} == {(EPC, 0x3000, 1)}
        assert all(-60 < (read.rssi_dbm or 0) < -30 for read in found)
        ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
        for before, cycle in pairwise(ends):
            assert cycle.at_s - before.at_s >= 0.15

    with_module(settings(wire, dwell_ms=150), scenario, B_1=EPC)


@BOTH
def test_power_and_region_are_brought_to_what_the_room_file_says(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            health = reader.health()
        assert (bench.device.power, bench.device.region) == (2150, 1)
        assert (health.model, health.firmware, health.region) == (
            "M100 26dBm V1.0",
            "V2.3.5",
            "cn_900",
        )
        noise_dbm = health.antennas[1].noise_dbm
        assert noise_dbm is not None
        assert -73 < noise_dbm < -67

    with_module(settings(wire, power_dbm=21.5, region="cn_900"), scenario)


def test_a_power_it_does_not_reach_is_refused_naming_both() -> None:
    async def scenario(bench: Module) -> None:
        with pytest.raises(Refused, match=r"30 dBm.*says 33 dBm"):
            async with bench.connect():
                pass

    with_module(settings(power_dbm=33), scenario)


@BOTH
def test_a_module_that_sleeps_or_polls_is_woken_and_stopped_first(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        bench.device.asleep = True
        bench.device.select_mode = 0
        async with bench.connect() as reader:
            assert bench.device.select_mode == 1
            async with reader.inventory() as readings:
                await anext(readings)
                bench.device.asleep = True
            assert cycles(await hear(reader, four_cycles)) == [1] * 4
            bench.device.asleep = True
            await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))

    async def scenario_with_box(bench: Module) -> None:
        bench.lay("B-1")
        await scenario(bench)

    with_module(settings(wire), scenario_with_box, B_1=EPC)


def test_a_dwell_that_was_left_in_its_middle_is_stopped_before_the_next() -> None:
    async def scenario(bench: Module) -> None:
        async with bench.connect() as reader:
            listening = asyncio.create_task(hear(reader, lambda _: False))
            await asyncio.sleep(0.3)  # in its first dwell
            assert bench.device.polls
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            assert not bench.device.polls
            assert cycles(await hear(reader, four_cycles)) == [1] * 4

    with_module(settings(dwell_ms=1000), scenario)


def test_a_module_that_finds_no_free_channel_has_no_cycles_and_is_lost_in_the_end() -> None:
    async def scenario(bench: Module) -> None:
        bench.device.hops = False
        async with bench.connect() as reader:
            with pytest.raises(LinkLost, match="no channel"):
                await hear(reader, lambda _: True)
            assert "0x20" in (reader.health().last_error or "")

    with_module(settings(), scenario)


def test_after_a_write_that_failed_every_tag_is_heard_again() -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            away = WriteTag(antenna=1, epc=OTHER, new_epc=NEW)
            assert await refused(reader, away) == "tag_away"
            assert bench.device.select_mode == 1
            assert {read.epc for read in reads(await hear(reader, four_cycles))} == {EPC}

    with_module(settings(), scenario, B_1=EPC)


@BOTH
def test_a_probe_reads_and_changes_nothing(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        (finding,) = [f async for f in probe_room(bench.room.room, {}, bench.room.clock)]
        assert finding.fits
        assert "MagicRF, M100 26dBm V1.0, V2.3.5" in str(finding)
        assert "region us; power 26 dBm; 1 antenna" in str(finding)
        assert (bench.device.power, bench.device.region) == (2600, 2)

    with_module(settings(wire, power_dbm=20, region="cn_900"), scenario)
