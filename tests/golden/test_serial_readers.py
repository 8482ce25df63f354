"""What every reader that is asked one question at a time does alike: driver against simulator.

On a pty and on TCP, whole and with faults. What only one of them does stands in its own tests.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom
from simulators.wire.gen2 import Outcome, TagMemories
from tests.golden.serial_readers import KINDS, At, with_kind
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
)

EACH = pytest.mark.parametrize("name", KINDS)
BOTH = pytest.mark.parametrize("wire", WIRES)
DESK = {"B-1": EPC}


class TagsWhoseAnswerIsLost(TagMemories):
    """Tags that take what is written, but for half a second nothing comes back on the wire."""

    def __init__(self, room: SimulatedRoom) -> None:
        super().__init__(room.simulation.stage)
        self._room = room

    def write(self, epc: str, bank: int, word: int, words: bytes, password: int) -> Outcome:
        self._room.faults.put(READER, Fault(kind=FaultKind.MUTE))
        asyncio.get_running_loop().call_later(0.5, self._room.heal, READER)
        return super().write(epc, bank, word, words, password)


@EACH
def test_a_desk_without_tags_has_cycles_all_the_same(name: str) -> None:
    async def scenario(bench: At) -> None:
        async with bench.connect() as reader:
            assert cycles(await hear(reader, four_cycles)) == [1] * 4

    with_kind(name, scenario)


@EACH
@BOTH
def test_garbage_is_told_once_counted_and_costs_no_more_than_the_dwell_it_hit(
    name: str, wire: str, caplog: pytest.LogCaptureFixture
) -> None:
    kind = KINDS[name]

    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.room.garble(READER, probability=kind.noise)
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= kind.noisy_turns)
            health = reader.health()
        assert {read.epc for read in reads(heard)} == {EPC}
        assert health.garbled > 1
        assert health.skipped_bytes >= health.garbled

    with caplog.at_level(logging.WARNING):
        with_kind(name, scenario, wire=wire, boxes=DESK, dwell_ms=20)
    assert Counter("sends garbage" in record.message for record in caplog.records)[True] == 1


@EACH
def test_a_reader_that_says_everything_twice_is_heard_once_and_writes_once(name: str) -> None:
    antennas = KINDS[name].antennas

    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.room.faults.put(READER, Fault(kind=FaultKind.DUPLICATE))
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert cycles(heard) == list(antennas * 4)[:4]
            ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
            assert all(b.at_s - a.at_s >= 0.1 for a, b in pairwise(ends))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert written.epc == NEW
            assert bench.device.tags.writes == 1
            assert reader.health().repeated > 5
            assert reader.health().garbled == 0

    with_kind(name, scenario, wire="serial", antennas=antennas, boxes=DESK)


@EACH
@BOTH
def test_a_line_that_falls_silent_is_a_lost_link(name: str, wire: str) -> None:
    async def scenario(bench: At) -> None:
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            bench.room.stall(READER)
            with pytest.raises(NoReply, match=READER):
                await hear(reader, lambda _: False)

    with_kind(name, scenario, wire=wire)


@EACH
@BOTH
def test_a_cut_line_is_lost_and_found_again(name: str, wire: str) -> None:
    async def scenario(bench: At) -> None:
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

    with_kind(name, scenario, wire=wire)


@EACH
@BOTH
def test_a_tag_is_written_while_the_antenna_runs_and_the_world_keeps_it(
    name: str, wire: str
) -> None:
    async def scenario(bench: At) -> None:
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

    with_kind(name, scenario, wire=wire, boxes={"B-1": EPC, "B-2": OTHER})


@EACH
def test_a_shorter_number_changes_the_length_the_tag_tells(name: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=SHORT))
            assert written.epc == SHORT
            heard = await hear(reader, four_cycles)
        told = 0x2000 if KINDS[name].tells_length else None
        assert {(read.epc, read.pc) for read in reads(heard)} == {(SHORT, told)}

    with_kind(name, scenario, boxes=DESK)


@EACH
def test_the_answer_to_a_write_may_be_lost_and_reading_back_decides(name: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.device.tags = TagsWhoseAnswerIsLost(bench.room)
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
        assert written.epc == NEW
        assert bench.device.tags.writes == 1

    with_kind(name, scenario, boxes=DESK)


@EACH
def test_what_cannot_be_written_says_why_and_writes_nothing(name: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.lay("B-2")
        tags = bench.device.tags
        order = WriteTag(antenna=1, epc=EPC, new_epc=NEW)
        async with bench.connect() as reader:
            away = WriteTag(antenna=1, epc=NEW, new_epc=SHORT)
            assert await refused(reader, away) == "tag_away"
            taken = WriteTag(antenna=1, epc=EPC, new_epc=OTHER)
            assert await refused(reader, taken) == "several_tags"
            nowhere = WriteTag(antenna=2, epc=EPC, new_epc=NEW)
            assert await refused(reader, nowhere) == "not_offered"
            open_lock = WriteTag(antenna=1, epc=EPC, new_epc=NEW, lock=True)
            assert await refused(reader, open_lock) == "wrong_password"
            tags.passwords[EPC] = 77
            wrong = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=78)
            why = "wrong_password" if KINDS[name].tells_wrong_password else "write_failed"
            assert await refused(reader, wrong) == why
            tags.locked.add(EPC)
            assert await refused(reader, order) == "tag_locked"
            with pytest.raises(ValueError, match="whole words"):
                await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc="ABC"))
            with pytest.raises(Refused, match="not_offered"):
                await reader.set_output(1, True)
        assert tags.writes == 0
        assert bench.room.world.boxes["B-1"].epc == EPC

    with_kind(name, scenario, boxes={"B-1": EPC, "B-2": OTHER})


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].chooses_by_beginning])
def test_a_tag_whose_number_begins_another_is_not_written(name: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.lay("B-2")
        async with bench.connect() as reader:
            prefix = WriteTag(antenna=1, epc=EPC[:8], new_epc=SHORT)
            assert await refused(reader, prefix) == "several_tags"
        assert bench.device.tags.writes == 0

    with_kind(name, scenario, boxes={"B-1": EPC, "B-2": EPC[:8]})


@EACH
@pytest.mark.parametrize("own", [True, False], ids=["own password", "password of all"])
def test_a_tag_is_locked_with_its_password_and_takes_another_number_only_with_it(
    name: str, own: bool
) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        tags = bench.device.tags
        if own:
            tags.passwords[EPC] = 77
        else:
            bench.room.simulation.stage.act(replace, tag_password=77)
        async with bench.connect() as reader:
            order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
            assert (await reader.write_tag(order)).locked
            assert tags.locked == {NEW}
            again = WriteTag(antenna=1, epc=NEW, new_epc=EPC)
            assert await refused(reader, again) == "tag_locked"
            with_password = WriteTag(antenna=1, epc=NEW, new_epc=EPC, password=77)
            assert (await reader.write_tag(with_password)).epc == EPC

    with_kind(name, scenario, boxes=DESK)
