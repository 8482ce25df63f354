"""The UHFReader18 and 288 driver against the simulated readers, on a pty and on TCP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from config.room import Antenna, ChafonReader
from drivers.commissioning.probe import probe_room
from drivers.errors import NoReply, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle
from drivers.room.presence.field import field_of
from simulators.wire.chafon import SimulatedChafon
from tests.golden.tag_room import (
    EPC,
    READER,
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


def test_a_reader_of_another_address_does_not_answer() -> None:
    async def scenario(bench: At) -> None:
        wrong = bench.settings.model_copy(update={"address": 7})
        with pytest.raises(NoReply):
            async with Bench(bench.room, wrong, bench.device).connect():
                pass

    with_reader(settings(), scenario)


@MODELS
def test_a_number_longer_than_its_commands_hold_is_not_written(model: str) -> None:
    async def scenario(bench: At) -> None:
        bench.lay("B-1")
        async with bench.connect() as reader:
            too_long = WriteTag(antenna=1, epc=EPC, new_epc="AB" * 32)
            assert await refused(reader, too_long) == "not_offered"
        assert bench.device.tags.writes == 0

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
