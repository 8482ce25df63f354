"""The M100 driver against the simulated module, on a pty and on TCP, whole and with faults."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from config.room import Antenna, M100Reader
from drivers.commissioning.probe import probe_room
from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom
from simulators.wire.gen2 import Outcome, TagMemories
from simulators.wire.m100 import SimulatedM100
from tests.golden.tag_room import (
    EPC,
    NEW,
    OTHER,
    READER,
    SHORT,
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


class TagsWhoseAnswerIsLost(TagMemories):
    """Tags that take what is written, but for half a second nothing comes back on the wire."""

    def __init__(self, room: SimulatedRoom) -> None:
        super().__init__(room.simulation.stage)
        self._room = room

    def write(self, epc: str, bank: int, word: int, words: bytes, password: int) -> Outcome:
        self._room.faults.put(READER, Fault(kind=FaultKind.MUTE))
        asyncio.get_running_loop().call_later(0.5, self._room.heal, READER)
        return super().write(epc, bank, word, words, password)


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


def test_a_desk_without_tags_has_cycles_all_the_same() -> None:
    async def scenario(bench: Module) -> None:
        async with bench.connect() as reader:
            assert cycles(await hear(reader, four_cycles)) == [1] * 4

    with_module(settings(), scenario)


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


@BOTH
def test_garbage_is_told_once_counted_and_costs_no_more_than_the_dwell_it_hit(
    wire: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.room.garble(READER, probability=0.08)
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 8)
            health = reader.health()
        assert {read.epc for read in reads(heard)} == {EPC}
        assert health.garbled > 1
        assert health.skipped_bytes >= health.garbled

    with caplog.at_level(logging.WARNING):
        with_module(settings(wire, dwell_ms=20), scenario, B_1=EPC)
    assert Counter("sends garbage" in record.message for record in caplog.records)[True] == 1


def test_a_module_that_says_everything_twice_is_understood() -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        bench.room.faults.put(READER, Fault(kind=FaultKind.DUPLICATE))
        async with bench.connect() as reader:
            assert cycles(await hear(reader, four_cycles)) == [1] * 4
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert written.epc == NEW
            assert bench.device.tags.writes == 1
            assert reader.health().repeated > 5
            assert reader.health().garbled == 0

    with_module(settings("serial"), scenario, B_1=EPC)


@BOTH
def test_a_line_that_falls_silent_is_a_lost_link(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            bench.room.stall(READER)
            with pytest.raises(NoReply, match=READER):
                await hear(reader, lambda _: False)

    with_module(settings(wire), scenario)


@BOTH
def test_a_cut_line_is_lost_and_found_again(wire: str) -> None:
    async def scenario(bench: Module) -> None:
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

    with_module(settings(wire), scenario)


@BOTH
def test_a_tag_is_written_while_the_antenna_runs_and_the_world_keeps_it(wire: str) -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        bench.lay("B-2")
        async with bench.connect() as reader:
            listening = asyncio.create_task(hear(reader, lambda so_far: NEW in str(so_far)))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert (written.epc, written.locked) == (NEW, False)
            await listening
            heard = await hear(reader, four_cycles)
        assert bench.room.world.boxes["B-1"].epc == NEW
        assert bench.room.world.boxes["B-2"].epc == OTHER
        assert bench.device.tags.writes == 1
        assert {read.epc for read in reads(heard)} == {NEW, OTHER}

    with_module(settings(wire), scenario, B_1=EPC, B_2=OTHER)


def test_a_shorter_number_changes_the_length_the_tag_tells() -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=SHORT))
            assert written.epc == SHORT
            heard = await hear(reader, four_cycles)
        assert {(read.epc, read.pc) for read in reads(heard)} == {(SHORT, 0x2000)}

    with_module(settings(), scenario, B_1=EPC)


def test_the_answer_to_a_write_may_be_lost_and_reading_back_decides() -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        bench.device.tags = TagsWhoseAnswerIsLost(bench.room)
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
        assert written.epc == NEW
        assert bench.device.tags.writes == 1

    with_module(settings(), scenario, B_1=EPC)


def test_what_cannot_be_written_says_why_and_writes_nothing() -> None:
    async def scenario(bench: Module) -> None:
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
            bench.device.tags.passwords[EPC] = 77
            wrong = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=78)
            assert await refused(reader, wrong) == "wrong_password"
            bench.device.tags.locked.add(EPC)
            assert await refused(reader, order) == "tag_locked"
            with pytest.raises(ValueError, match="whole words"):
                await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc="ABC"))
            with pytest.raises(Refused, match="not_offered"):
                await reader.set_output(1, True)
            assert bench.device.select_mode == 1
        assert bench.device.tags.writes == 0
        assert bench.room.world.boxes["B-1"].epc == EPC

    with_module(settings(), scenario, B_1=EPC, B_2=OTHER, B_3=OTHER[:8])


def test_a_tag_is_locked_with_its_password_and_takes_another_number_only_with_it() -> None:
    async def scenario(bench: Module) -> None:
        bench.lay("B-1")
        tags = bench.device.tags
        tags.passwords[EPC] = 77
        async with bench.connect() as reader:
            order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
            assert (await reader.write_tag(order)).locked
            assert tags.locked == {NEW}
            again = WriteTag(antenna=1, epc=NEW, new_epc=EPC)
            assert await refused(reader, again) == "tag_locked"
            with_password = WriteTag(antenna=1, epc=NEW, new_epc=EPC, password=77)
            assert (await reader.write_tag(with_password)).epc == EPC

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
