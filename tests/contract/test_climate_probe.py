"""The promises of ClimateProbe on a serial line, for every kind of wire, and what profiles say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest

from config.room import ModbusProbe
from drivers.bus import Timing, open_bus
from drivers.climate.probe import connect_probe
from drivers.errors import LinkLost, Refused, WrongUnit
from drivers.ports import ClimateProbe
from drivers.readings import AirReading
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Fate, Slave, connected, registers_of, rtu_slave

# Late replies come at 45 ms, within the quiet time after 30 ms without one.
TIMING = Timing(
    reply_s=0.03,
    quiet_s=0.06,
    reconnect_first_s=0.01,
    reconnect_longest_s=0.02,
    probe_longest_alone_s=0.0,
    probe_share=1e9,
)


class Air:
    """An XY-MD02 by the book: each sample differs from all before it."""

    def __init__(self) -> None:
        self.samples = 0
        self.words = {1: 0, 2: 0}
        self._plain = registers_of(self.words)

    def answer(self, unit: int, pdu: bytes) -> bytes:
        self.samples += 1
        self.words[1] = (self.samples - 30) & 0xFFFF
        self.words[2] = self.samples + 400
        return self._plain(unit, pdu)


@dataclass(frozen=True, slots=True)
class Rig:
    """A probe on a wire, and the far end of it."""

    port: ClimateProbe
    air: Air
    slave: Slave


@asynccontextmanager
async def modbus_rig(fate: Fate, seed: int) -> AsyncIterator[Rig]:
    """The profile-driven Modbus probe; the wire gets bad once it is connected."""
    air, rng = Air(), Random(seed)
    slave = Slave(air.answer, late_s=0.045, rng=rng)
    async with rtu_slave(slave) as at, open_bus(at, LoopClock(), timing=TIMING) as bus:
        device = make_device(at)
        async with connected(lambda: connect_probe(bus, device)) as port:
            always = fate in (Fate.WHOLE, Fate.BYTEWISE)
            slave.fate = lambda: fate if always or rng.random() < 0.2 else Fate.WHOLE
            yield Rig(port, air, slave)


def make_device(at: object, profile: str = "xy-md02") -> ModbusProbe:
    return ModbusProbe.model_validate(
        {
            "driver": "climate.probe",
            "id": "probe-1",
            "name": {"zh": "温湿度", "en": "Air"},
            "at": at,
            "profile": profile,
            "plan_mm": {"x": 0, "y": 0},
        }
    )


DRIVERS = {"climate.probe": modbus_rig}


@pytest.mark.parametrize("fate", list(Fate), ids=str)
@pytest.mark.parametrize("driver", list(DRIVERS))
class TestClimateProbe:
    """What the room may rely on."""

    def run(self, driver: str, fate: Fate, scenario: Callable[[Rig], Awaitable[None]]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(30), DRIVERS[driver](fate, 5) as rig:
                await scenario(rig)

        run_fast(bounded)

    def test_a_sample_is_the_one_just_taken_or_link_lost(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            clock, good = LoopClock(), 0
            for _ in range(60):
                before_s = clock.monotonic()
                try:
                    sample = await rig.port.read_climate()
                except LinkLost:
                    continue
                good += 1
                assert sample.values == {
                    "temperature_c": pytest.approx((rig.air.samples - 30) / 10),
                    "humidity_pct": pytest.approx((rig.air.samples + 400) / 10),
                }
                assert not sample.suspect
                assert before_s <= sample.at_s <= clock.monotonic()
                assert sample.probe_id == "probe-1"
            assert good > 20

        self.run(driver, fate, scenario)


def read_once(words: dict[int, int], profile: str = "xy-md02") -> AirReading:
    """Take one sample of a probe with these words."""

    told: list[AirReading] = []

    async def scenario() -> None:
        async with rtu_slave(Slave(registers_of(words))) as at:
            async with open_bus(at, LoopClock(), timing=Timing(reply_s=5.0, quiet_s=0.0)) as bus:
                async with connect_probe(bus, make_device(at, profile)) as probe:
                    told.append(await probe.read_climate())

    run_fast(scenario)
    return told[0]


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ({1: 0x7FFF, 2: 500}, "temperature_c", 3276.7),
        ({1: 0x8000, 2: 500}, "temperature_c", -3276.8),
        ({1: 801, 2: 500}, "temperature_c", 80.1),
        ({1: 200, 2: 1001}, "humidity_pct", 100.1),
        ({1: 200, 2: 1400}, "humidity_pct", 140.0),
        ({1: 200, 2: 0xFFFF}, "humidity_pct", 6553.5),
    ],
)
def test_a_value_that_no_such_sensor_has_is_kept_and_not_believed(
    words: dict[int, int], name: str, value: float
) -> None:
    told = read_once(words)
    assert told.values[name] == value
    assert told.suspect == {name: "implausible"}


def test_what_is_not_connected_is_not_measured_and_the_rest_is() -> None:
    """Huawei 02312PBL: 0x8000; its two sensors stand in two requests."""
    told = read_once({2: 0xFF33, 3: 456, 0x21: 0x8000}, "huawei-02312pbl")
    assert told.values == {"temperature_c": -20.5, "humidity_pct": 45.6}
    assert not told.suspect


def test_a_device_that_measures_nothing_at_all_says_so() -> None:
    with pytest.raises(Refused, match=r"nothing measures temperature_c.*no_sensor"):
        read_once({2: 0x8000, 3: 0x8000, 0x21: 0x8000}, "huawei-02312pbl")


def test_a_profile_that_cannot_be_used_takes_its_device_down_and_no_other() -> None:
    with pytest.raises(Refused, match=r"probes/no-such\.yaml does not exist.*bad_profile"):
        read_once({}, "no-such")


def test_a_device_without_such_registers_refuses() -> None:
    with pytest.raises(Refused, match=r"modbus\.illegal_address"):
        read_once({0: 1})


def test_another_unit_that_answers_is_told_as_such() -> None:
    """Its words are never taken; that a unit of another number spoke is what a technician needs."""

    async def scenario() -> None:
        slave = Slave(registers_of({1: 200, 2: 500}))
        slave.fate = lambda: Fate.STRANGER
        async with rtu_slave(slave) as at:
            async with open_bus(at, LoopClock(), timing=Timing(reply_s=0.03, quiet_s=0.06)) as bus:
                # From the third time on it is not asked each time, and said all the same.
                for _ in range(6):
                    with pytest.raises(WrongUnit, match="unit 2 answered in place of 1"):
                        async with connect_probe(bus, make_device(at)):
                            pass
                assert len(slave.asked) < 6

    run_fast(scenario)
