"""What the room tells of its probes: values, suspicions, and which of them were carried in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.load import load_room, shipped_room
from config.room import ModbusProbe, MqttProbe
from drivers.messages import Sample
from drivers.readings import AirReading
from drivers.room.deployments import Deployments, _save
from drivers.room.outbox import Outbox
from drivers.room.probes import Probes
from simulators.harness import run_fast, simulated_room
from tests.room.conftest import running_in

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class TurnedClock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.at_s = 100.0
        self.jumped = timedelta()

    def monotonic(self) -> float:
        return self.at_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.at_s - 100.0) + self.jumped


class Samples:
    """Keeps what the probes' room would send."""

    def __init__(self) -> None:
        self.told: list[Sample] = []

    def add_sample(self, _device: str, sample: Sample) -> None:
        self.told.append(sample)


def probe(name: str = "probe-1") -> ModbusProbe:
    return ModbusProbe.model_validate(
        {
            "driver": "climate.probe",
            "id": name,
            "name": {"zh": "温湿度", "en": "Air"},
            "at": {"host": "127.0.0.1", "port": 1},
            "profile": "xy-md02",
            "plan_mm": {"x": 0, "y": 0},
        }
    )


class Hall:
    """The probes of a room whose clock a test turns; `restart` is a new agent."""

    def __init__(self, path: Path, *names: str) -> None:
        self.path = path
        self.clock = TurnedClock()
        self.outbox = Samples()
        self.restart(*names)

    def restart(self, *names: str) -> None:
        self.deployments = Deployments(self.path, [probe(name) for name in names], self.clock)
        self.probes = Probes(self.outbox, None, self.deployments, self.clock)  # type: ignore[arg-type]

    def save(self) -> None:
        _save(self.path, self.deployments._file().model_dump_json())

    def take(self, name: str = "probe-1", **values: float) -> Sample:
        reading: Any = AirReading(
            probe_id=name, values=values, suspect={}, at_s=self.clock.monotonic()
        )
        self.probes.take(reading)
        return self.outbox.told[-1]

    def wait(self, hours: float) -> None:
        self.clock.at_s += hours * 3600


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    """Begin with one probe in a room that never had an agent."""
    return Hall(tmp_path / "probes.json", "probe-1")


def test_whatever_is_measured_is_told_pair_and_others(hall: Hall) -> None:
    sample = hall.take(temperature_c=20.5, co2_ppm=600, tvoc_mg_m3=0.12)
    assert (sample.at, sample.temperature_c, sample.humidity_pct) == (NOON, 20.5, None)
    assert sample.others == {"co2_ppm": 600, "tvoc_mg_m3": 0.12}
    assert sample.suspect == {}


def test_a_jump_is_told_as_suspect_and_kept(hall: Hall) -> None:
    hall.take(temperature_c=20.0)
    hall.wait(0.1)
    sample = hall.take(temperature_c=60.0)
    assert (sample.temperature_c, sample.suspect) == (60.0, {"temperature_c": "spike"})
    believed = hall.probes.believed()["probe-1"]["temperature_c"]
    assert (believed.value, believed.at_s) == (20.0, hall.clock.at_s - 360)


def test_what_a_broker_tells_late_is_not_what_is_believed_now(hall: Hall) -> None:
    hall.wait(1)
    hall.take(co2_ppm=600)
    late = hall.clock.at_s - 1800
    hall.probes.take(AirReading(probe_id="probe-1", values={"co2_ppm": 1}, suspect={}, at_s=late))
    assert hall.probes.believed()["probe-1"]["co2_ppm"].value == 600


def test_a_sample_that_knows_its_own_time_keeps_it(hall: Hall) -> None:
    at = NOON - timedelta(hours=5)
    hall.probes.take(
        AirReading(probe_id="probe-1", values={"co2_ppm": 1}, suspect={}, at_s=1.0, at=at)
    )
    assert hall.outbox.told[-1].at == at


def test_probes_that_hung_there_before_the_agent_are_believed_at_once(hall: Hall) -> None:
    assert hall.take(temperature_c=20.0).suspect == {}


def test_a_probe_that_is_new_to_a_room_settles_for_an_hour(hall: Hall) -> None:
    hall.save()
    hall.restart("probe-1", "probe-2")
    assert hall.take("probe-1", humidity_pct=50.0).suspect == {}
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {"humidity_pct": "settling"}
    hall.wait(0.99)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {"humidity_pct": "settling"}
    hall.wait(0.02)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {}


def test_settling_outlives_a_restart(hall: Hall) -> None:
    hall.save()
    hall.restart("probe-1", "probe-2")
    hall.take("probe-2", humidity_pct=50.0)
    hall.save()
    hall.wait(0.5)
    hall.restart("probe-1", "probe-2")
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {"humidity_pct": "settling"}
    hall.wait(0.6)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {}


def test_a_probe_that_was_away_for_long_settles_and_one_away_for_short_does_not(
    hall: Hall,
) -> None:
    hall.take(temperature_c=20.0)
    hall.wait(5.9)
    assert hall.take(temperature_c=20.0).suspect == {}
    hall.wait(6.1)
    assert hall.take(temperature_c=20.0).suspect == {"temperature_c": "settling"}


def test_an_agent_that_was_off_saw_no_absence(hall: Hall) -> None:
    hall.take(temperature_c=20.0)
    hall.save()
    hall.wait(48)
    hall.restart("probe-1")
    assert hall.take(temperature_c=20.0).suspect == {}


def test_an_absence_goes_on_over_a_restart(hall: Hall) -> None:
    hall.take(temperature_c=20.0)
    hall.wait(4)
    hall.save()
    hall.restart("probe-1")
    hall.wait(3)
    assert hall.take(temperature_c=20.0).suspect == {"temperature_c": "settling"}


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_wall_clock_that_is_set_carries_no_probe_in_and_lets_none_settle_for_longer(
    hall: Hall, days: int, restarts: bool
) -> None:
    hall.take(temperature_c=20.0)
    hall.save()
    hall.restart("probe-1", "probe-2")
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {"humidity_pct": "settling"}
    hall.clock.jumped += timedelta(days=days)
    if restarts:
        hall.save()
        hall.restart("probe-1", "probe-2")
    assert hall.take("probe-1", temperature_c=20.0).suspect == {}
    hall.wait(0.9)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {"humidity_pct": "settling"}
    hall.wait(0.2)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {}


def test_a_clock_that_stands_years_back_at_a_restart_lets_no_probe_settle_for_years(
    hall: Hall,
) -> None:
    hall.save()
    hall.restart("probe-1", "probe-2")
    hall.take("probe-2", humidity_pct=50.0)
    hall.save()
    hall.clock.jumped -= timedelta(days=3650)
    hall.restart("probe-1", "probe-2")
    hall.wait(1.01)
    assert hall.take("probe-2", humidity_pct=50.0).suspect == {}


@pytest.mark.parametrize("found", [b"", b"[]", b"\xff", b'{"alive_at": 3}'])
def test_a_file_that_nobody_can_read_costs_nothing(hall: Hall, found: bytes) -> None:
    hall.path.write_bytes(found)
    hall.restart("probe-1")
    assert hall.take(temperature_c=20.0).suspect == {}


async def take_samples(outbox: Outbox, told: dict[str, Sample]) -> None:
    """Take all that is stored, as the archive would."""
    while (stored := await outbox.next_samples()) is not None:
        told[stored.device] = Sample.model_validate_json(stored.bodies[-1])
        assert outbox.uuid is not None
        await outbox.mark_samples_stored(outbox.uuid, stored.seq)


def test_the_agent_keeps_what_probes_on_lines_and_behind_brokers_measure(tmp_path: Path) -> None:
    radio = MqttProbe.model_validate(
        {
            "driver": "climate.mqtt",
            "id": "radio-1",
            "name": {"zh": "无线", "en": "Radio"},
            "at": {"host": "127.0.0.1", "port": 1883},
            "topic": "air/radio",
            "profile": "plain-json",
            "plan_mm": {"x": 100, "y": 100},
            "every_s": 60,
        }
    )
    small = load_room(shipped_room("small"))
    hall = small.model_copy(update={"devices": (*small.devices, radio)})
    told: dict[str, Sample] = {}

    async def scenario() -> None:
        async with simulated_room(hall) as simulated:
            simulated.misread_probe("probe-1", humidity_pct=140.0)
            async with running_in(simulated, tmp_path) as running:
                while told.keys() != {"probe-1", "radio-1"}:
                    await asyncio.sleep(1)
                    await take_samples(running.agent.outbox, told)

    run_fast(scenario)
    assert told["probe-1"].humidity_pct == 140
    assert told["probe-1"].suspect == {"humidity_pct": "implausible"}
    assert told["radio-1"].suspect == {}
    assert 0 < (told["radio-1"].humidity_pct or 0) < 100
