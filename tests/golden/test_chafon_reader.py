"""The UHFReader18 and 288 driver against the simulated readers, on a pty and on TCP."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from config.room import Antenna, ChafonReader
from drivers.commissioning.probe import probe_room
from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle
from drivers.room.presence.field import field_of
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom
from simulators.wire.chafon import SimulatedChafon
from simulators.wire.gen2 import Outcome, TagMemories
from tests.golden.tag_room import (
    EPC,
    NEW,
    OTHER,
    READER,
    SHORT,
    SMALL,
    WIRES,
    Bench,
    cycles,
    four_cycles,
    hear,
    reads,
    refused,
    with_bench,
)

EACH = pytest.mark.parametrize(
    ("wire", "model"), [("serial", "18"), ("tcp", "18"), ("serial", "288"), ("tcp", "288")]
)
MODELS = pytest.mark.parametrize("model", ["18", "288"])
ONE = (Antenna(antenna=1, covers="desk"),)
TWO = (
    Antenna(antenna=1, covers="desk"),
    Antenna(antenna=3, covers="desk", dwell_ms=300),
)
At = Bench[SimulatedChafon]


class TagsWhoseAnswerIsLost(TagMemories):
    """Tags that take what is written, but for half a second nothing comes back on the wire."""

    def __init__(self, room: SimulatedRoom) -> None:
        super().__init__(room.simulation.stage)
        self._room = room

    def write(self, epc: str, bank: int, word: int, words: bytes, password: int) -> Outcome:
        self._room.faults.put(READER, Fault(kind=FaultKind.MUTE))
        asyncio.get_running_loop().call_later(0.5, self._room.heal, READER)
        return super().write(epc, bank, word, words, password)


def settings(
    wire: str = "tcp", model: str = "288", antennas: tuple[Antenna, ...] = ONE, **more: Any
) -> ChafonReader:
    values = {"driver": "rfid.chafon", "id": READER, "at": WIRES[wire], "model": model}
    return ChafonReader.model_validate(values | {"antennas": antennas} | more)


def with_reader(
    reader: ChafonReader, scenario: Callable[[At], Awaitable[None]], **boxes: str
) -> None:
    named = {code.replace("_", "-"): epc for code, epc in boxes.items()}
    with_bench(reader, lambda room: room.chafon_readers[READER], scenario, named)


@EACH
def test_the_antenna_runs_its_dwell_and_tells_what_it_hears_but_no_level(
    wire: str, model: str
) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert reader.health().model == f"UHFReader{model}"
        assert {(read.epc, read.antenna, read.rssi_dbm) for read in reads(heard)} == {
            (EPC, 1, None)
        }
        ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
        for before, cycle in pairwise(ends):
            assert cycle.at_s - before.at_s >= 0.15

    with_reader(settings(wire, model, dwell_ms=150), scenario, B_1=EPC)


@MODELS
def test_a_round_of_more_tags_than_a_frame_holds_is_heard_to_its_end(model: str) -> None:
    boxes = {f"B_{number}": f"E2003016661301211550{number:04X}" for number in range(1, 10)}

    async def scenario(bench: At) -> None:
        for code in boxes:
            bench.lay(code.replace("_", "-"))
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert reader.health().garbled == 0
        assert {read.epc for read in reads(heard)} == set(boxes.values())
        assert cycles(heard) == [1] * 4

    with_reader(settings(model=model), scenario, **boxes)


@MODELS
def test_a_desk_without_tags_has_cycles_all_the_same(model: str) -> None:
    async def scenario(bench: At) -> None:
        async with bench.connect() as reader:
            assert cycles(await hear(reader, four_cycles)) == [1] * 4

    with_reader(settings(model=model), scenario)


@pytest.mark.parametrize("wire", WIRES)
def test_antennas_of_a_288_take_turns_for_their_dwell(wire: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert cycles(heard) == [1, 3, 1, 3]
            assert {read.antenna for read in reads(heard)} == {1, 3}
            async with reader.inventory(lambda: (3, 2, 3)) as readings:
                told = [(await anext(readings)) for _ in range(80)]
            assert len(cycles(told)) > 2
            assert set(cycles(told)) == {3}
        ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
        for before, cycle in pairwise(ends):
            assert cycle.at_s - before.at_s >= (0.3 if cycle.antenna == 3 else 0.1)

    with_reader(settings(wire, "288", TWO), scenario, B_1=EPC)


def test_an_antenna_whose_cable_is_off_has_no_cycles_and_is_shown_so() -> None:
    async def scenario(bench: At) -> None:
        bench.device.missing.add(3)
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert set(cycles(heard)) == {1}
            assert reader.health().antennas[3].connected is False
            assert "0xF8" in (reader.health().last_error or "")
            bench.device.missing.clear()
            assert 3 in cycles(await hear(reader, four_cycles))
            assert reader.health().antennas[3].connected is None

    with_reader(settings(model="288", antennas=TWO), scenario)


@EACH
def test_power_and_region_are_brought_to_what_the_room_file_says(wire: str, model: str) -> None:
    async def scenario(bench: At) -> None:
        async with bench.connect() as reader:
            health = reader.health()
        assert bench.device.power_dbm == 21
        assert (bench.device.band, bench.device.first, bench.device.last) == (1, 2, 17)
        assert (health.firmware, health.region, health.last_error) == ("3.63", "cn_900", None)

    with_reader(settings(wire, model, power_dbm=21, region="cn_900"), scenario)


def test_the_channels_a_site_chose_within_its_region_stay() -> None:
    async def scenario(bench: At) -> None:
        bench.device.band, bench.device.first, bench.device.last = 4, 6, 9
        async with bench.connect():
            pass
        assert (bench.device.band, bench.device.first, bench.device.last) == (4, 6, 9)

    with_reader(settings(region="eu"), scenario)


def test_a_power_it_cannot_take_is_refused_with_its_reason() -> None:
    async def scenario(bench: At) -> None:
        with pytest.raises(Refused, match=r"33 dBm.*out of range"):
            async with bench.connect():
                pass

    with_reader(settings(power_dbm=33), scenario)


@pytest.mark.parametrize("wire", WIRES)
def test_an_18_left_in_scan_mode_is_told_and_set_to_answer(
    wire: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.device.mode = 1
        bench.device.heartbeats = True
        await asyncio.sleep(0.5)
        async with bench.connect() as reader:
            assert bench.device.mode == 0
            assert bench.device.mode_rest == bytes((2, 1, 5, 5, 0))
            heard = await hear(reader, four_cycles)
        assert {read.epc for read in reads(heard)} == {EPC}

    with caplog.at_level(logging.WARNING):
        with_reader(settings(wire, "18"), scenario, B_1=EPC)
    told = [record.message for record in caplog.records if "scan mode" in record.message]
    assert told == [f"{READER} was left in scan mode; set to answer mode"]


@MODELS
def test_a_reader_that_begins_to_scan_by_itself_is_quietened_and_loses_no_turn(model: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.device.mode = 1
            bench.device.heartbeats = True
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 8)
            assert bench.device.mode == 0
            assert reader.health().garbled == 0
        assert {read.epc for read in reads(heard)} == {EPC}
        assert cycles(heard) == [1] * 8

    with_reader(settings(model=model), scenario, B_1=EPC)


def test_a_reader_in_answer_mode_is_not_written_to() -> None:
    async def scenario(bench: At) -> None:
        bench.device.mode_rest = bytes((9, 9, 9, 9, 9))
        async with bench.connect() as reader:
            assert reader.health().last_error is None
        assert bench.device.mode_rest == bytes((9, 9, 9, 9, 9))

    with_reader(settings(model="18"), scenario)


@EACH
def test_garbage_is_told_once_counted_and_costs_no_more_than_the_dwell_it_hit(
    wire: str, model: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            bench.room.garble(READER, probability=0.12)
            heard = await hear(reader, lambda so_far: len(cycles(so_far)) >= 60)
            health = reader.health()
        assert {read.epc for read in reads(heard)} == {EPC}
        assert health.garbled > 1
        assert health.skipped_bytes >= health.garbled

    with caplog.at_level(logging.WARNING):
        with_reader(settings(wire, model, dwell_ms=20), scenario, B_1=EPC)
    assert Counter("sends garbage" in record.message for record in caplog.records)[True] == 1


def test_a_reader_that_says_everything_twice_is_heard_once() -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.room.faults.put(READER, Fault(kind=FaultKind.DUPLICATE))
        async with bench.connect() as reader:
            heard = await hear(reader, four_cycles)
            assert cycles(heard) == [1, 3, 1, 3]
            ends = [cycle for cycle in heard if isinstance(cycle, AntennaCycle)]
            assert all(b.at_s - a.at_s >= 0.1 for a, b in pairwise(ends))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert written.epc == NEW
            assert bench.device.tags.writes == 1
            assert reader.health().repeated > 10
            assert reader.health().garbled == 0

    with_reader(settings("serial", "288", TWO), scenario, B_1=EPC)


@EACH
def test_a_line_that_falls_silent_is_a_lost_link(wire: str, model: str) -> None:
    async def scenario(bench: At) -> None:
        async with bench.connect() as reader:
            await hear(reader, four_cycles)
            bench.room.stall(READER)
            with pytest.raises(NoReply, match=READER):
                await hear(reader, lambda _: False)

    with_reader(settings(wire, model), scenario)


@pytest.mark.parametrize("wire", WIRES)
def test_a_cut_line_is_lost_and_found_again(wire: str) -> None:
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

    with_reader(settings(wire), scenario)


def test_a_reader_of_another_address_does_not_answer() -> None:
    async def scenario(bench: At) -> None:
        wrong = bench.settings.model_copy(update={"address": 7})
        with pytest.raises(NoReply):
            async with Bench(bench.room, wrong, bench.device).connect():
                pass

    with_reader(settings(), scenario)


@EACH
def test_a_tag_is_written_while_the_antenna_runs_and_the_world_keeps_it(
    wire: str, model: str
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
        assert bench.device.tags.writes == 1
        assert {read.epc for read in reads(heard)} == {NEW, OTHER}

    with_reader(settings(wire, model), scenario, B_1=EPC, B_2=OTHER)


@MODELS
def test_a_shorter_number_changes_the_length_the_tag_tells(model: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=SHORT))
            assert written.epc == SHORT
            assert {read.epc for read in reads(await hear(reader, four_cycles))} == {SHORT}

    with_reader(settings(model=model), scenario, B_1=EPC)


@MODELS
def test_the_answer_to_a_write_may_be_lost_and_reading_back_decides(model: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        bench.device.tags = TagsWhoseAnswerIsLost(bench.room)
        async with bench.connect() as reader:
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
        assert written.epc == NEW
        assert bench.device.tags.writes == 1

    with_reader(settings(model=model), scenario, B_1=EPC)


@MODELS
def test_what_cannot_be_written_says_why_and_writes_nothing(model: str) -> None:
    async def scenario(bench: At) -> None:
        for box in ("B-1", "B-2"):
            bench.lay(box)
        tags = bench.device.tags
        order = WriteTag(antenna=1, epc=EPC, new_epc=NEW)
        async with bench.connect() as reader:
            away = WriteTag(antenna=1, epc=NEW, new_epc=SHORT)
            assert await refused(reader, away) == "tag_away"
            taken = WriteTag(antenna=1, epc=EPC, new_epc=OTHER)
            assert await refused(reader, taken) == "several_tags"
            nowhere = WriteTag(antenna=2, epc=EPC, new_epc=NEW)
            assert await refused(reader, nowhere) == "not_offered"
            too_long = WriteTag(antenna=1, epc=EPC, new_epc="AB" * 32)
            assert await refused(reader, too_long) == "not_offered"
            open_lock = WriteTag(antenna=1, epc=EPC, new_epc=NEW, lock=True)
            assert await refused(reader, open_lock) == "wrong_password"
            tags.passwords[EPC] = 77
            wrong = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=78)
            assert await refused(reader, wrong) == "wrong_password"
            tags.locked.add(EPC)
            assert await refused(reader, order) == "tag_locked"
            with pytest.raises(Refused, match="not_offered"):
                await reader.set_output(1, True)
        assert tags.writes == 0
        assert bench.room.world.boxes["B-1"].epc == EPC

    with_reader(settings(model=model), scenario, B_1=EPC, B_2=OTHER)


@MODELS
def test_a_tag_is_locked_with_its_password_and_takes_another_number_only_with_it(
    model: str,
) -> None:
    async def scenario(bench: At) -> None:
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

    with_reader(settings(model=model), scenario, B_1=EPC)


@EACH
def test_a_probe_reads_and_changes_nothing(wire: str, model: str) -> None:
    async def scenario(bench: At) -> None:
        bench.device.mode = 1
        (finding,) = [f async for f in probe_room(bench.room.room, {}, bench.room.clock)]
        assert finding.fits
        assert "type 0x09, firmware 3.63" in str(finding)
        assert "region us, 902.75 to 927.25 MHz; power 26 dBm" in str(finding)
        assert ("in scan mode" in str(finding)) == (model == "18")
        assert (bench.device.power_dbm, bench.device.band, bench.device.mode) == (26, 2, 1)

    with_reader(settings(wire, model, power_dbm=20, region="cn_900"), scenario)


def test_what_a_desk_hears_lies_on_it_where_no_level_is_known() -> None:
    room = SMALL.model_copy(update={"devices": (settings(),)})
    assert field_of(room).spots[READER, 1].gate_dbm is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"model": "18", "antennas": TWO}, "UHFReader18 has antenna 1 only"),
        ({"antennas": (Antenna(antenna=5, covers="desk"),)}, "antenna 5"),
        ({"antennas": (TWO[0], Antenna(antenna=2, covers="desk", power_dbm=20))}, "one power_dbm"),
        ({"power_dbm": 20.5}, "whole dBm"),
        ({"region": "cn_800"}, "cn_900"),
        ({"desk_rssi_dbm": -55}, "desk_rssi_dbm"),
    ],
)
def test_a_room_file_asks_for_nothing_that_such_a_reader_has_not(
    wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        settings(**wrong)
