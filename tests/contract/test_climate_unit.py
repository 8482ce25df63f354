"""The promises of ClimateUnitDevice for every kind of unit, by the numbers that its maker prints.

Sources: Danvex AD-800 manual, page 22 (manualshive.com 3458410); Lily Tech ZL-7850R manual, pages 6
and 7 (manualshive.com 1916632); Sentera MIW-DXH-EN-001, pages 8 and 9 (manualshive.com 1244492).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.room import ClimateRelay, ClimateUnit
from drivers.bus import Timing, open_bus
from drivers.climate.profile import BadProfile, read_profile
from drivers.climate.unit import connect_unit
from drivers.climate.unit_profile import UnitProfile, load_unit_profile
from drivers.errors import LinkLost, Refused
from drivers.ports import ClimateUnitDevice
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Fate, Slave, rtu_slave

TIMING = Timing(reply_s=0.05, quiet_s=0.0, reconnect_first_s=0.01, reconnect_longest_s=0.02)
UNITS = sorted(
    path.stem for path in (Path(str(resources.files("config.profiles"))) / "units").glob("*.yaml")
)


@dataclass(slots=True)
class Machine:
    """Registers and coils of a unit; a stubborn one answers a write and does nothing."""

    holding: dict[int, int] = field(default_factory=dict)
    inputs: dict[int, int] = field(default_factory=dict)
    coils: dict[int, bool] = field(default_factory=dict)
    stubborn: bool = False

    def answer(self, _unit: int, pdu: bytes) -> bytes:
        function, at = pdu[0], int.from_bytes(pdu[1:3])
        number = int.from_bytes(pdu[3:5])
        if function in (3, 4):
            words = self.holding if function == 3 else self.inputs
            return _words(function, [words.get(each) for each in range(at, at + number)])
        if function == 1:
            return _bits([self.coils.get(each) for each in range(at, at + number)])
        known: dict[int, Any] = self.coils if function == 5 else self.holding
        if function not in (5, 6) or at not in known:
            return bytes([function | 0x80, 2])
        if not self.stubborn:
            known[at] = number == 0xFF00 if function == 5 else number
        return pdu


def _words(function: int, words: list[int | None]) -> bytes:
    if None in words:
        return bytes([function | 0x80, 2])
    told = b"".join(word.to_bytes(2) for word in words if word is not None)
    return bytes([function, len(told)]) + told


def _bits(levels: list[bool | None]) -> bytes:
    if None in levels:
        return bytes([0x81, 2])
    length = (len(levels) + 7) // 8
    told = sum(1 << n for n, level in enumerate(levels) if level).to_bytes(length, "little")
    return bytes([1, length]) + told


def danvex() -> Machine:
    holding = {0x1001: 0, 0x1002: 3, 0x1003: 0, 0x1004: 50, 0x101B: 20, 0x101C: 1, 0x101D: 45}
    holding |= {0x2001: 0xFFFB, 0x2002: 61, 0x2003: 0, 0x2004: 0, 0x2005: 0}
    return Machine(holding=holding | {0x2006: 0b10101, 0x2007: 7, 0x2008: 8})


def lilytech() -> Machine:
    holding = dict.fromkeys(range(1, 31), 0) | {1: 205, 2: 534, 9: 22, 10: 1, 17: 17, 18: 20}
    coils = dict.fromkeys([1, 6, 7, 8, 9, 12, *range(14, 19), 25, 26], False)
    return Machine(holding=holding, coils=coils | {1: True, 8: True})


def sentera() -> Machine:
    inputs = {1: 0xFFCE, 2: 512, 3: 95, 12: 1, 14: 500}
    return Machine(holding={7: 1, 8: 0, 14: 500, 15: 3}, inputs=inputs)


def relay() -> Machine:
    return Machine(coils={4: False, 5: True})


MACHINES: dict[str, Callable[[], Machine]] = {
    "danvex-ad-800": danvex,
    "zl-7850r": lilytech,
    "sentera-dxh": sentera,
    "relay": relay,
}
SWITCHED = ["danvex-ad-800", "zl-7850r", "relay"]


@dataclass(frozen=True, slots=True)
class Rig:
    """A unit on a wire, and the far end of it."""

    port: ClimateUnitDevice
    machine: Machine
    slave: Slave

    def writes(self) -> list[bytes]:
        return [pdu for _, pdu in self.slave.asked if pdu[0] in (5, 6, 15, 16)]


@asynccontextmanager
async def rig_of(kind: str, *, on_when: int = 1) -> AsyncIterator[Rig]:
    machine = MACHINES[kind]()
    slave = Slave(machine.answer)
    async with rtu_slave(slave) as at, open_bus(at, LoopClock(), timing=TIMING) as bus:
        async with connect_unit(bus, device_of(kind, at, on_when)) as port:
            yield Rig(port, machine, slave)


def device_of(kind: str, at: object, on_when: int = 1) -> ClimateUnit | ClimateRelay:
    given: dict[str, Any] = {"id": "dryer-1", "name": {"zh": "除湿机", "en": "Dryer"}, "at": at}
    if kind == "relay":
        given |= {"driver": "climate.relay", "coil": 4, "on_when": on_when}
        return ClimateRelay.model_validate(given)
    return ClimateUnit.model_validate(given | {"driver": "climate.unit", "profile": kind})


def with_unit(kind: str, scenario: Callable[[Rig], Awaitable[None]], *, on_when: int = 1) -> None:
    async def run() -> None:
        async with rig_of(kind, on_when=on_when) as rig:
            await scenario(rig)

    run_fast(run)


@pytest.mark.parametrize("kind", list(MACHINES))
def test_opening_and_reading_write_nothing(kind: str) -> None:
    async def scenario(rig: Rig) -> None:
        await rig.port.read()
        assert not rig.writes()

    with_unit(kind, scenario)


@pytest.mark.parametrize("kind", SWITCHED)
def test_what_is_switched_reads_so(kind: str) -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.port.read()).on is False
        await rig.port.switch(True)
        assert (await rig.port.read()).on is True
        await rig.port.switch(False)
        assert (await rig.port.read()).on is False
        assert len(rig.writes()) == 2

    with_unit(kind, scenario)


@pytest.mark.parametrize("kind", SWITCHED)
def test_a_unit_that_answers_and_stays_as_it_was_is_told(kind: str) -> None:
    async def scenario(rig: Rig) -> None:
        rig.machine.stubborn = True
        with pytest.raises(Refused, match="did not go on") as refused:
            await rig.port.switch(True)
        assert refused.value.code == "not_switched"

    with_unit(kind, scenario)


@pytest.mark.parametrize("kind", SWITCHED)
def test_a_write_that_nobody_answers_goes_out_once(kind: str) -> None:
    async def scenario(rig: Rig) -> None:
        rig.slave.fate = lambda: Fate.LOSSY
        with pytest.raises(LinkLost):
            await rig.port.switch(True)
        assert len(rig.writes()) == 1

    with_unit(kind, scenario)


def test_a_relay_may_be_on_when_its_coil_is_off() -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.port.read()).on is True
        await rig.port.switch(False)
        assert rig.machine.coils == {4: True, 5: True}

    with_unit("relay", scenario, on_when=0)


def test_the_frames_are_those_of_the_standard() -> None:
    """MODBUS Application Protocol V1.1b3, 6.5 and 6.6; the register is Danvex's 0x1001."""

    async def danvex_goes_on(rig: Rig) -> None:
        await rig.port.switch(True)
        assert rig.writes() == [bytes.fromhex("06 1001 0001")]

    async def relay_goes_on(rig: Rig) -> None:
        await rig.port.switch(True)
        assert rig.writes() == [bytes.fromhex("05 0004 FF00")]

    with_unit("danvex-ad-800", danvex_goes_on)
    with_unit("relay", relay_goes_on)


def test_danvex_tells_air_faults_and_what_it_does_by_itself() -> None:
    async def scenario(rig: Rig) -> None:
        told = await rig.port.read()
        assert told.values == {"temperature_c": -5.0, "humidity_pct": 61.0, "dew_point_c": 7.0}
        assert (told.faults, told.notices) == (("sensor", "filter"), ("defrost",))
        assert (told.set_pct, told.settings) == (50.0, {"fan": 3.0, "mode": 1.0})
        rig.machine.holding[0x1001] = 7
        assert (await rig.port.read()).on is None

    with_unit("danvex-ad-800", scenario)


def test_lilytech_tells_air_alarms_and_set_points_and_goes_off_line() -> None:
    async def scenario(rig: Rig) -> None:
        told = await rig.port.read()
        assert told.values == {"temperature_c": 20.5, "humidity_pct": 53.4}
        assert (told.faults, told.notices) == (("sensor",), ("high_humidity",))
        assert told.settings["humidity_hysteresis_pct"] == 2.0
        await rig.port.switch(True)
        assert told.set_pct is None
        assert rig.writes() == [bytes.fromhex("05 0019 FF00")]

    with_unit("zl-7850r", scenario)


def test_what_a_unit_cannot_have_measured_is_left_out() -> None:
    async def scenario(rig: Rig) -> None:
        rig.machine.holding |= {0x2001: 0x7FFF, 0x2002: 140}
        assert set((await rig.port.read()).values) == {"dew_point_c"}

    with_unit("danvex-ad-800", scenario)


@pytest.mark.parametrize(
    ("kind", "at", "word"), [("danvex-ad-800", 0x1004, 45), ("sentera-dxh", 14, 450)]
)
def test_what_is_set_at_the_unit_is_read(kind: str, at: int, word: int) -> None:
    async def scenario(rig: Rig) -> None:
        rig.machine.holding[at] = word
        assert (await rig.port.read()).set_pct == 45
        assert not rig.writes()

    with_unit(kind, scenario)


def test_a_controller_that_switches_by_itself_is_only_read() -> None:
    async def scenario(rig: Rig) -> None:
        with pytest.raises(Refused, match="not_offered"):
            await rig.port.switch(True)
        told = await rig.port.read()
        assert (told.on, told.values["temperature_c"], rig.writes()) == (True, -5.0, [])

    with_unit("sentera-dxh", scenario)


def test_a_relay_without_that_coil_refuses() -> None:
    async def scenario() -> None:
        slave = Slave(Machine(coils={0: True}).answer)
        async with rtu_slave(slave) as at, open_bus(at, LoopClock(), timing=TIMING) as bus:
            with pytest.raises(Refused, match=r"modbus\.illegal_address"):
                async with connect_unit(bus, device_of("relay", at)):
                    pass

    run_fast(scenario)


@pytest.mark.parametrize("name", UNITS)
def test_every_shipped_profile_of_a_unit_has_a_machine_here_and_a_source(name: str) -> None:
    assert load_unit_profile(name).source
    assert name in MACHINES


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"switch": {"on_word": 1}}, r"switch.*one of coil and register_at"),
        ({"switch": {"register_at": 1, "on_word": 0}}, r"switch.*both 0"),
        ({"switch": {"register_at": 2}}, r"switch\.register_at.*belongs to values\.humidity_pct"),
        ({"switch": {"coil": 70000}}, r"switch\.coil"),
        ({"values": {"mood_pct": {"address": 2, "type": "uint16"}}}, r"values\.mood_pct.*quantity"),
        ({"status": {"address": 9, "faults": {16: "x"}}}, r"status\.faults.*15"),
        (
            {"status": {"address": 9, "faults": {1: "x"}, "notices": {1: "y"}}},
            r"status\.notices\.1",
        ),
        ({"fault_coils": {1: "x"}, "notice_coils": {1: "y"}}, r"notice_coils\.1.*already"),
        (
            {"set_humidity": {"address": 5, "type": "uint16", "allowed": {"low": 1, "high": 99}}},
            r"set_humidity\.allowed",
        ),
    ],
)
def test_a_unit_that_cannot_be_names_file_and_field(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    content: dict[str, Any] = {
        "format": 2,
        "id": "unit",
        "name": {"zh": "机", "en": "Unit"},
        "values": {"humidity_pct": {"address": 2, "type": "uint16"}},
        "source": ["made up for this test"],
        "verified": False,
    }
    path = tmp_path / "unit.yaml"
    path.write_text(yaml.safe_dump(content | changes, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadProfile, match=r"unit\.yaml cannot be used: .*" + said):
        read_profile(path, UnitProfile)
