"""The promises of ClimateProbe on a serial line, for every kind of wire, and what profiles say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest
from pydantic import ValidationError

from config.room import ModbusProbe
from drivers.bus import Timing, open_bus
from drivers.climate.probe import connect_probe
from drivers.climate.profile import BadProfile, Quantity, Unreadable, load_probe_profile
from drivers.errors import Garbled, LinkLost, Refused
from drivers.ports import ClimateProbe
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


def make_device(at: object) -> ModbusProbe:
    return ModbusProbe.model_validate(
        {
            "driver": "climate.probe",
            "id": "probe-1",
            "name": {"zh": "温湿度", "en": "Air"},
            "at": at,
            "profile": "xy-md02",
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
                assert sample.temperature_c == pytest.approx((rig.air.samples - 30) / 10)
                assert sample.humidity_pct == pytest.approx((rig.air.samples + 400) / 10)
                assert before_s <= sample.at_s <= clock.monotonic()
                assert sample.probe_id == "probe-1"
            assert good > 20

        self.run(driver, fate, scenario)


def read_once(words: dict[int, int]) -> None:
    """Connect to a probe with these words, which takes one sample."""

    async def scenario() -> None:
        async with rtu_slave(Slave(registers_of(words))) as at:
            async with open_bus(at, LoopClock(), timing=Timing(reply_s=5.0, quiet_s=0.0)) as bus:
                async with connect_probe(bus, make_device(at)):
                    pass

    run_fast(scenario)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({1: 0x7FFF, 2: 500}, "probe-1: temperature_c reads 3276.7, outside the sensor's -40 to"),
        ({1: 0x8000, 2: 500}, "probe-1: temperature_c reads -3276.8"),
        ({1: 200, 2: 1001}, "probe-1: humidity_pct reads 100.1, outside the sensor's 0 to 100"),
        ({1: 200, 2: 0xFFFF}, "probe-1: humidity_pct reads 6553.5"),
    ],
)
def test_a_value_that_no_such_sensor_has_is_garbled_and_named(
    words: dict[int, int], said: str
) -> None:
    with pytest.raises(Garbled) as garbled:
        read_once(words)
    assert said in str(garbled.value)


def test_a_device_without_such_registers_refuses() -> None:
    with pytest.raises(Refused, match=r"modbus\.illegal_address"):
        read_once({0: 1})


def quantity(**changes: object) -> Quantity:
    """A quantity of tenths with some settings changed."""
    given: dict[str, object] = {
        "address": 0,
        "type": "uint16",
        "scale": 0.1,
        "plausible": {"low": -40, "high": 100},
    }
    return Quantity.model_validate(given | changes)


@pytest.mark.parametrize(
    ("changes", "words", "value"),
    [
        ({"type": "int16", "sign": "twos_complement"}, (0xFF33,), -20.5),
        ({"sign": "offset10000"}, (10_205,), -20.5),
        ({"sign": "offset10000"}, (205,), 20.5),
        ({"scale": 0.01}, (2_050,), 20.5),
        ({"offset": -5.0}, (205,), 15.5),
        ({"type": "float32", "scale": 1.0}, (0x41A4, 0x0000), 20.5),
        ({"type": "float32", "scale": 1.0, "order": "low_word_first"}, (0, 0x41A4), 20.5),
    ],
)
def test_profiles_cover_the_ways_in_which_makers_write_numbers(
    changes: dict[str, object], words: tuple[int, ...], value: float
) -> None:
    assert quantity(**changes).read(words) == value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sentinels": [0x8000], "plausible": {"low": 0, "high": 9999}}, (0x8000,)),
        ({"type": "float32", "scale": 1.0}, (0x7FC0, 0x0000)),
    ],
)
def test_a_missing_measurement_is_no_number(
    changes: dict[str, object], words: tuple[int, ...]
) -> None:
    with pytest.raises(Unreadable):
        quantity(**changes).read(words)


def test_a_sign_rule_that_does_not_fit_its_type_is_an_error() -> None:
    with pytest.raises(ValidationError, match="does not go with int16"):
        quantity(type="int16", sign="offset10000")


def test_an_unknown_profile_names_its_file() -> None:
    with pytest.raises(BadProfile, match=r"config/profiles/no-such\.yaml does not exist"):
        load_probe_profile("no-such")


def test_a_file_that_is_no_probe_profile_says_what_is_wrong_with_it() -> None:
    with pytest.raises(BadProfile, match=r"paper-archive\.yaml cannot be used: .*function"):
        load_probe_profile("paper-archive")
