"""Drivers of probes and units against simulated ones, which were made from the makers' lists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from config.load import load_room, shipped_room
from config.room import ClimateRelay, ClimateUnit, ModbusProbe, MqttProbe, Room
from drivers.bus import open_bus
from drivers.climate.broker import Access, list_brokers
from drivers.climate.mqtt_probe import MqttProbe as MqttPort
from drivers.climate.probe import connect_probe
from drivers.climate.unit import connect_unit
from drivers.errors import DriverError, LinkLost, NoReply, NotReached, Refused, WrongUnit
from drivers.ports import ClimateUnitDevice
from drivers.readings import AirReading
from simulators.harness import SimulatedRoom, run_fast, simulated_room

SMALL = load_room(shipped_room("small"))
MAKES = [
    "xy-md02",
    "xy-md02-parity",
    "rs-ws-n01",
    "r444a01",
    "kincony-sht30",
    "kincony-sht30-float",
    "huawei-02312pbl",
]
UNITS = ["danvex-ad-800", "zl-7850r", "relay"]
PROBE = "probe-1"
_CLOSEST = {"xy-md02-parity": 0.006, "kincony-sht30-float": 1e-3}


def a_room(kind: type[ModbusProbe | ClimateUnit | ClimateRelay], **device: Any) -> Room:
    """The small room with another device on its line for the air."""
    line = next(each.at for each in SMALL.devices if isinstance(each, ModbusProbe))
    others = [each for each in SMALL.devices if not isinstance(each, ModbusProbe)]
    made = kind.model_validate({"name": {"zh": "一", "en": "One"}, "at": line, "unit": 9} | device)
    return SMALL.model_copy(update={"devices": (*others, made)})


def with_probe(
    make: str, scenario: Callable[[SimulatedRoom, ModbusProbe], Awaitable[None]]
) -> None:
    given = {"id": PROBE, "profile": make, "plan_mm": {"x": 1000, "y": 1000}}
    room = a_room(ModbusProbe, driver="climate.probe", **given)

    async def run() -> None:
        async with simulated_room(room) as simulated:
            (device,) = (d for d in simulated.room.devices if isinstance(d, ModbusProbe))
            await scenario(simulated, device)

    run_fast(run)


async def sample(simulated: SimulatedRoom, device: ModbusProbe) -> AirReading:
    async with open_bus(device.at, simulated.clock) as bus, connect_probe(bus, device) as probe:
        return await probe.read_climate()


@pytest.mark.parametrize("make", MAKES)
def test_every_make_tells_the_air_of_the_room_above_and_below_zero(make: str) -> None:
    async def scenario(simulated: SimulatedRoom, device: ModbusProbe) -> None:
        for shift_c in (0.0, -40.5):
            simulated.shift_air(temperature_c=shift_c, humidity_pct=0.0)
            told = await sample(simulated, device)
            place = (device.plan_mm.x, device.plan_mm.y)
            truth = simulated.world.sensed(PROBE, place, device.zone)
            assert truth is not None
            close = _CLOSEST.get(make, 0.06)
            assert told.values["temperature_c"] == pytest.approx(truth.temperature_c, abs=close)
            assert told.values["humidity_pct"] == pytest.approx(truth.humidity_pct, abs=close)
            assert not told.suspect

    with_probe(make, scenario)


@pytest.mark.parametrize("make", MAKES)
def test_a_silent_probe_and_one_that_answers_as_another_are_told(make: str) -> None:
    async def scenario(simulated: SimulatedRoom, device: ModbusProbe) -> None:
        simulated.silence_probe(PROBE)
        with pytest.raises(LinkLost, match="no answer"):
            await sample(simulated, device)
        simulated.mend_probe(PROBE)
        simulated.answer_as(PROBE, unit=42)
        with pytest.raises(WrongUnit, match="unit 42 answered in place of 9"):
            await sample(simulated, device)

    with_probe(make, scenario)


@pytest.mark.parametrize("make", MAKES)
def test_what_no_sensor_measures_is_kept_and_not_believed(make: str) -> None:
    async def scenario(simulated: SimulatedRoom, device: ModbusProbe) -> None:
        simulated.misread_probe(PROBE, humidity_pct=140.0)
        told = await sample(simulated, device)
        assert told.values["humidity_pct"] == pytest.approx(140.0)
        assert told.suspect == {"humidity_pct": "implausible"}

    with_probe(make, scenario)


def test_an_unplugged_sensor_is_told_by_its_sentinel() -> None:
    async def scenario(simulated: SimulatedRoom, device: ModbusProbe) -> None:
        simulated.unplug_sensor(PROBE)
        with pytest.raises(Refused, match=r"nothing measures temperature_c.*no_sensor"):
            await sample(simulated, device)

    with_probe("huawei-02312pbl", scenario)


@asynccontextmanager
async def unit_of(kind: str) -> AsyncIterator[tuple[SimulatedRoom, ClimateUnitDevice]]:
    if kind == "relay":
        room = a_room(ClimateRelay, driver="climate.relay", id="dryer-1", coil=2)
    else:
        room = a_room(ClimateUnit, driver="climate.unit", id="dryer-1", profile=kind)
    async with simulated_room(room) as simulated:
        (device,) = (d for d in simulated.room.devices if isinstance(d, ClimateUnit | ClimateRelay))
        async with open_bus(device.at, simulated.clock) as bus:
            async with connect_unit(bus, device) as unit:
                yield simulated, unit


def with_unit(
    kind: str, scenario: Callable[[SimulatedRoom, ClimateUnitDevice], Awaitable[None]]
) -> None:
    async def run() -> None:
        async with unit_of(kind) as (simulated, unit):
            await scenario(simulated, unit)

    run_fast(run)


@pytest.mark.parametrize("kind", UNITS)
def test_what_is_switched_is_so_in_the_room(kind: str) -> None:
    async def scenario(simulated: SimulatedRoom, unit: ClimateUnitDevice) -> None:
        for on in (True, False, True):
            await unit.switch(on)
            assert simulated.world.units["dryer-1"].on is on
            assert (await unit.read()).on is on

    with_unit(kind, scenario)


@pytest.mark.parametrize("kind", UNITS)
def test_who_switches_it_by_hand_is_seen(kind: str) -> None:
    async def scenario(simulated: SimulatedRoom, unit: ClimateUnitDevice) -> None:
        before = (await unit.read()).on
        simulated.switch_unit_by_hand("dryer-1", on=not before)
        told = (await unit.read()).on
        assert told is (before if kind == "relay" else not before)  # a relay sees its coil only

    with_unit(kind, scenario)


def test_danvex_tells_what_it_aims_at_and_its_faults() -> None:
    async def scenario(simulated: SimulatedRoom, unit: ClimateUnitDevice) -> None:
        assert (await unit.read()).set_pct == simulated.world.units["dryer-1"].set_pct == 45
        simulated.break_unit("dryer-1", fault="filter")
        assert (await unit.read()).faults == ("filter",)
        simulated.disobey("dryer-1")
        with pytest.raises(DriverError):
            await unit.switch(True)

    with_unit("danvex-ad-800", scenario)


def test_lilytech_tells_a_failed_sensor() -> None:
    async def scenario(simulated: SimulatedRoom, unit: ClimateUnitDevice) -> None:
        assert (await unit.read()).faults == ()
        simulated.break_unit("dryer-1", fault="sensor")
        told = await unit.read()
        assert told.faults == ("sensor",)
        assert 0 < told.values["humidity_pct"] < 100

    with_unit("zl-7850r", scenario)


def with_radio(
    profile: str,
    scenario: Callable[[SimulatedRoom, MqttPort], Awaitable[None]],
) -> None:
    given = {"id": PROBE, "profile": profile, "plan_mm": {"x": 1000, "y": 1000}}
    at = {"at": {"host": "127.0.0.1", "port": 1883}, "topic": f"air/{profile}"}
    device = MqttProbe.model_validate(
        {"driver": "climate.mqtt", "name": {"zh": "一", "en": "One"}, **given, **at}
    )
    room = SMALL.model_copy(update={"devices": (*SMALL.devices, device)})

    async def run() -> None:
        async with simulated_room(room) as simulated:
            (here,) = (d for d in simulated.room.devices if isinstance(d, MqttProbe))
            (broker,) = list_brokers([here], Access(), simulated.clock)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(broker.run())
                async with broker.listen(here) as probe:
                    await scenario(simulated, probe)
                running.cancel()

    run_fast(run)


async def listen_on(probe: MqttPort) -> None:
    while True:
        await probe.read_climate()


@pytest.mark.parametrize("profile", ["zigbee2mqtt", "tasmota", "plain-json"])
def test_each_gateways_probe_tells_the_air_of_the_room_and_when(profile: str) -> None:
    async def scenario(simulated: SimulatedRoom, probe: MqttPort) -> None:
        for shift_c in (0.0, -40.5):
            simulated.shift_air(temperature_c=shift_c, humidity_pct=0.0)
            await probe.read_climate()  # perhaps of before
            told = await probe.read_climate()
            truth = simulated.world.sensed(PROBE, (1000, 1000), None)
            assert truth is not None
            assert told.values["temperature_c"] == pytest.approx(truth.temperature_c, abs=0.1)
            assert told.values["humidity_pct"] == pytest.approx(truth.humidity_pct, abs=0.1)
            assert not told.suspect
            assert simulated.clock.monotonic() - told.at_s < 5
            assert (told.at is None) == (profile == "tasmota")

    with_radio(profile, scenario)


def test_a_gateways_probe_that_falls_silent_is_missed_after_three_intervals() -> None:
    async def scenario(simulated: SimulatedRoom, probe: MqttPort) -> None:
        await probe.read_climate()
        simulated.silence_probe(PROBE)
        heard_s = simulated.clock.monotonic()
        with pytest.raises(NoReply, match="nothing on air/plain-json"):
            await listen_on(probe)
        assert simulated.clock.monotonic() - heard_s == pytest.approx(1800, abs=310)

    with_radio("plain-json", scenario)


def test_garbled_reports_are_counted_and_a_cut_broker_takes_its_probes_with_it() -> None:
    async def scenario(simulated: SimulatedRoom, probe: MqttPort) -> None:
        await probe.read_climate()
        simulated.garble(PROBE, probability=0.5)
        for _ in range(5):
            assert (await probe.read_climate()).values
        simulated.heal(PROBE)
        simulated.cut(PROBE)
        with pytest.raises(NotReached, match="broker 127"):
            await listen_on(probe)

    with_radio("plain-json", scenario)
