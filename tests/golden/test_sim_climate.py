"""Simulated probes and machines for the air, asked in the words of their makers' lists."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from config.clock import SystemClock
from config.errors import Mendable
from config.load import load_room, shipped_room
from config.room import ClimateRelay, ClimateUnit, Device, ModbusProbe, Room, SensorInputs
from simulators import climate_acts
from simulators.finding import Impossible
from simulators.simulation import Simulation
from simulators.stage import Stage
from simulators.wire.climate_units import CLIMATE_UNITS, RelayBoard
from simulators.wire.inputs import InputModule
from simulators.wire.probes import PROBES
from simulators.world import build_world, step

AT = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
LINE = {"path": "/dev/null", "baud": 9600, "parity": "N", "stop_bits": 1}
NAME = {"zh": "一", "en": "one"}
Ask = Callable[[str], str | None]


def a_device(driver: str, **given: Any) -> Any:
    line = {"driver": driver, "id": "thing-1", "name": NAME, "at": LINE, **given}
    line = {key: value for key, value in line.items() if value is not None}
    return TypeAdapter(Device).validate_python(line)


def a_probe(profile: str) -> ModbusProbe:
    device = a_device("climate.probe", profile=profile, plan_mm={"x": 100, "y": 100})
    assert isinstance(device, ModbusProbe)
    return device


def a_stage(*devices: Any) -> Stage:
    room = load_room(shipped_room("small"))
    room = room.model_copy(update={"devices": (*room.devices, *devices)})
    return Stage(build_world(room, (), seed=1, began_at=AT), SystemClock())


def probe(profile: str) -> tuple[Stage, Ask]:
    device = a_probe(profile)
    stage = a_stage(device)
    made = PROBES[profile](device, stage, lambda _, __: None)
    return stage, lambda text: said(made.answer(bytes.fromhex(text)))


def said(answer: bytes | None) -> str | None:
    return None if answer is None else answer.hex(" ")


def show(stage: Stage, *, temperature_c: float, humidity_pct: float) -> None:
    """Let the probe's place have exactly this air."""
    stage.act(climate_acts.shift_air, temperature_c=0.0, humidity_pct=0.0)
    air = stage.world.climate((100, 100))
    stage.act(
        climate_acts.shift_air,
        temperature_c=temperature_c - air.temperature_c,
        humidity_pct=humidity_pct - air.humidity_pct,
    )


@pytest.mark.parametrize(
    ("profile", "request_", "warm", "frost"),
    [
        # FF33 is -20.5 °C: github SantaClaas/serial, "temperature sensor.md".
        ("xy-md02", "04 0001 0002", "04 04 00 e1 01 f4", "04 04 ff 33 01 f4"),
        # Hundredths: StackOverflow question 74286017.
        ("xy-md02-parity", "04 0001 0002", "04 04 08 ca 13 88", "04 04 f7 fe 13 88"),
        # Temperature, humidity: whosebug.com question 4753680.
        ("r444a01", "03 0000 0002", "03 04 00 e1 01 f4", "03 04 ff 33 01 f4"),
        # Humidity first: tspi.at/electronics/rswsn018sensor.html.
        ("rs-ws-n01", "03 0000 0002", "03 04 01 f4 00 e1", "03 04 01 f4 ff 33"),
        # 10000 and the tenths below zero: shop.kincony.com.
        ("kincony-sht30", "03 0000 0002", "03 04 00 e1 01 f4", "03 04 27 dd 01 f4"),
        ("kincony-sht30", "04 0000 0001", "04 02 00 e1", "04 02 27 dd"),
        # Floats, the high word first: the same list.
        ("kincony-sht30-float", "03 0002 0002", "03 04 41 b4 00 00", "03 04 c1 a4 00 00"),
        # Temperature at 2: the probe's user manual.
        ("huawei-02312pbl", "03 0002 0002", "03 04 00 e1 01 f4", "03 04 ff 33 01 f4"),
    ],
)
def test_each_probe_tells_the_air_as_its_list_says(
    profile: str, request_: str, warm: str, frost: str
) -> None:
    stage, ask = probe(profile)
    show(stage, temperature_c=22.5, humidity_pct=50.0)
    assert ask(request_) == warm
    show(stage, temperature_c=-20.5, humidity_pct=50.0)
    assert ask(request_) == frost


@pytest.mark.parametrize(
    ("profile", "request_", "code"),
    [
        ("xy-md02", "04 0000 0001", "84 02"),
        ("r444a01", "04 0000 0001", "84 01"),
        ("rs-ws-n01", "03 0002 0001", "83 02"),
        ("kincony-sht30", "03 0006 0001", "83 02"),
        ("huawei-02312pbl", "03 0000 0001", "83 02"),
        ("r444a01", "06 0000 0001", "86 02"),
    ],
)
def test_what_is_not_in_the_list_is_refused(profile: str, request_: str, code: str) -> None:
    _, ask = probe(profile)
    assert ask(request_) == code


def test_a_renke_answers_to_its_new_id_at_once_and_others_at_power_up() -> None:
    renamed: list[tuple[int, int]] = []
    device = a_probe("rs-ws-n01")
    made = PROBES["rs-ws-n01"](device, a_stage(device), lambda *ids: renamed.append(ids))
    assert made.answer(bytes.fromhex("06 07D0 0005")) == bytes.fromhex("06 07D0 0005")
    assert renamed == [(1, 5)]
    assert said(made.answer(bytes.fromhex("03 07D0 0002"))) == "03 04 00 05 00 02"
    _, ask = probe("r444a01")
    assert ask("06 0002 0009") == "06 00 02 00 09"
    assert ask("03 0002 0002") == "03 04 00 09 00 03"


def test_a_huawei_whose_sensor_is_off_says_so_and_no_other_can() -> None:
    stage, ask = probe("huawei-02312pbl")
    stage.act(climate_acts.unplug_sensor, probe="thing-1")
    assert ask("03 0002 0002") == "03 04 80 00 80 00"
    assert ask("03 0021 0001") == "03 02 80 00"
    other, _ = probe("xy-md02")
    with pytest.raises(Impossible, match="no word for that"):
        other.act(climate_acts.unplug_sensor, probe="thing-1")


def test_a_probe_drifts_freezes_misreads_falls_silent_and_is_mended() -> None:
    stage, ask = probe("r444a01")
    show(stage, temperature_c=20.0, humidity_pct=50.0)
    stage.act(climate_acts.freeze_probe, probe="thing-1")
    show(stage, temperature_c=30.0, humidity_pct=50.0)
    assert ask("03 0000 0001") == "03 02 00 c8"
    stage.act(climate_acts.misread_probe, probe="thing-1", humidity_pct=140.0)
    assert ask("03 0001 0001") == "03 02 05 78"
    stage.act(climate_acts.silence_probe, probe="thing-1")
    assert ask("03 0001 0001") is None
    stage.act(climate_acts.mend_probe, probe="thing-1")
    assert ask("03 0000 0001") == "03 02 01 2c"
    stage.act(
        climate_acts.drift_probe, probe="thing-1", temperature_c_day=1.0, humidity_pct_day=0.0
    )
    true_c = step(stage.world, 86_400.0).climate((100, 100)).temperature_c
    stage.act(step, 86_400.0)
    reply = ask("03 0000 0001")
    assert reply is not None
    told_c = struct.unpack(">h", bytes.fromhex(reply)[2:])[0] / 10
    assert told_c == pytest.approx(true_c + 1.0, abs=0.06)


def test_a_probe_answers_with_the_id_of_another() -> None:
    device = a_probe("xy-md02")
    stage = a_stage(device)
    made = PROBES["xy-md02"](device, stage, lambda _, __: None)
    assert made.signature() == 1
    stage.act(climate_acts.answer_as, probe="thing-1", unit=7)
    assert made.signature() == 7


def machine(profile: str) -> tuple[Stage, Ask]:
    device = a_device("climate.unit", profile=profile)
    assert isinstance(device, ClimateUnit)
    stage = a_stage(device)
    made = CLIMATE_UNITS[profile](device, stage)
    return stage, lambda text: said(made.answer(bytes.fromhex(text)))


def test_a_danvex_is_switched_set_and_read_as_its_manual_says() -> None:
    # Registers: manualshive.com 3458410, page 22.
    stage, ask = machine("danvex-ad-800")
    assert ask("03 1001 0001") == "03 02 00 00"
    assert ask("06 1001 0001") == "06 10 01 00 01"
    assert ask("03 1001 0002") == "03 04 00 01 00 03"
    assert ask("10 1004 0001 02 0037") == "10 10 04 00 01"
    assert stage.world.units["thing-1"].set_pct == 55
    assert ask("06 1004 0064") == "86 03"  # 100 is more than 99
    assert ask("06 2001 0001") == "86 02"
    assert ask("01 0000 0001") == "81 01"
    for fault, bits in (("sensor", "01"), ("filter", "05"), ("defrost", "15")):
        stage.act(climate_acts.break_unit, unit="thing-1", fault=fault)
        assert ask("03 2006 0001") == f"03 02 00 {bits}"
    assert ask("06 101C 0003") == "06 10 1c 00 03"
    assert stage.world.units["thing-1"].does == "humidify"


def test_a_lilytech_goes_on_line_by_its_coil_and_keeps_its_modes() -> None:
    # Coils and registers: manualshive.com 1916632, pages 6 and 7.
    stage, ask = machine("zl-7850r")
    assert ask("01 0019 0001") == "01 01 00"
    assert ask("05 0019 FF00") == "05 00 19 ff 00"
    assert ask("01 0019 0001") == "01 01 01"
    assert ask("03 0011 0001") == "03 02 00 11"  # dries
    assert ask("06 0011 0016") == "06 00 11 00 16"
    assert stage.world.units["thing-1"].does == "humidify"
    assert ask("06 0011 0005") == "86 03"
    assert ask("03 0007 0001") == "83 02"
    assert ask("05 0001 FF00") == "85 02"
    stage.act(climate_acts.break_unit, unit="thing-1", fault="sensor")
    assert ask("01 0001 0001") == "01 01 01"


def test_a_machine_that_disobeys_takes_the_command_and_stays_as_it_is() -> None:
    stage, ask = machine("danvex-ad-800")
    stage.act(climate_acts.disobey, unit="thing-1")
    assert ask("06 1001 0001") == "06 10 01 00 01"
    assert ask("03 1001 0001") == "03 02 00 00"
    stage.act(climate_acts.mend_unit, unit="thing-1")
    ask("06 1001 0001")
    assert ask("03 1001 0001") == "03 02 00 01"


@pytest.mark.parametrize("on_when", [0, 1])
def test_the_coil_of_a_relay_switches_what_hangs_on_it(on_when: int) -> None:
    device = a_device("climate.relay", coil=3, on_when=on_when)
    assert isinstance(device, ClimateRelay)
    stage = a_stage(device)
    module = RelayBoard(stage)
    module.wire(device)
    assert stage.world.units["thing-1"].on is not bool(on_when)
    module.answer(bytes.fromhex("05 0003 FF00"))
    assert stage.world.units["thing-1"].on is bool(on_when)
    module.answer(bytes.fromhex("05 0003 0000"))
    assert stage.world.units["thing-1"].on is not bool(on_when)
    module.answer(bytes.fromhex("05 0002 FF00"))
    assert stage.world.units["thing-1"].on is not bool(on_when)


def test_two_machines_hang_on_one_board_each_on_its_coil() -> None:
    fan = a_device("climate.relay", coil=0)
    wetter = a_device("climate.relay", coil=1).model_copy(update={"id": "thing-2"})
    stage = a_stage(fan, wetter)
    board = RelayBoard(stage)
    board.wire(fan)
    board.wire(wetter)
    board.answer(bytes.fromhex("05 0001 FF00"))
    assert {name: unit.on for name, unit in stage.world.units.items()} == {
        "thing-1": False,
        "thing-2": True,
    }
    assert said(board.answer(bytes.fromhex("01 0000 0002"))) == "01 01 02"


def test_drying_takes_water_out_of_the_room_until_its_humidistat_is_content() -> None:
    stage, ask = machine("danvex-ad-800")
    stage.act(step, 6 * 3600.0)
    damp = stage.world.climate((0, 0)).humidity_pct
    assert damp > 55  # the air of July comes in
    ask("10 1001 0001 02 0001")
    ask("10 1004 0001 02 0032")
    stage.act(step, 6 * 3600.0)
    assert stage.world.climate((0, 0)).humidity_pct < 53
    stage.act(climate_acts.fill_tank, unit="thing-1")
    stage.act(step, 6 * 3600.0)
    assert stage.world.climate((0, 0)).humidity_pct > 55


def test_the_same_seed_has_the_same_air_however_time_passes() -> None:
    stage, _ = machine("danvex-ad-800")
    at_once = step(stage.world, 3600.0)
    in_steps = stage.world
    for _ in range(72):
        in_steps = step(in_steps, 50.0)
    assert in_steps.climate((0, 0)).humidity_pct == pytest.approx(
        at_once.climate((0, 0)).humidity_pct, abs=0.05
    )


def test_a_profile_that_nobody_simulates_is_refused_by_name() -> None:
    room = load_room(shipped_room("small"))
    device = a_device("climate.unit", profile="sentera-dxh")
    odd: Room = room.model_copy(update={"devices": (device,)})
    with pytest.raises(Mendable, match=r"thing-1: .*'sentera-dxh'.*danvex-ad-800"):
        Simulation(odd, (), seed=1, clock=SystemClock())


def contacts_room() -> Stage:
    module = a_device(
        "input.modbus",
        name=None,
        air=[
            {"input": 0, "says": "smoke"},
            {"input": 1, "says": "leak", "safe_when": 0},
            {"input": 2, "says": "door"},
            {"input": 3, "says": "tank_full", "unit_id": "dryer-1"},
        ],
    )
    unit = a_device("climate.unit", profile="danvex-ad-800").model_copy(update={"id": "dryer-1"})
    return a_stage(module, unit)


def test_contacts_of_the_air_read_as_they_are_wired_and_a_cut_wire_reads_nothing() -> None:
    stage = contacts_room()
    module = next(d for d in stage.world.room.devices if d.id == "thing-1")
    assert isinstance(module, SensorInputs)
    unit = InputModule(module, stage)

    def levels() -> int:
        return unit.answer(bytes.fromhex("02 0000 0004"))[2]

    assert levels() == 0b1101
    for number, level in ((0, 0b1100), (1, 0b1110), (2, 0b1010)):
        stage.act(climate_acts.trip_contact, device="thing-1", input=number)
        assert levels() == level
    stage.act(climate_acts.fill_tank, unit="dryer-1")
    assert levels() == 0b0010
    stage.act(climate_acts.settle_contact, device="thing-1", input=0)
    assert levels() == 0b0011
    stage.act(lambda world: replace(world, cut_inputs=frozenset({("thing-1", 0)})))
    assert levels() == 0b0010
    with pytest.raises(Impossible, match="no contact of the air at 9"):
        stage.act(climate_acts.trip_contact, device="thing-1", input=9)
