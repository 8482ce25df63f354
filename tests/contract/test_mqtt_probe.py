"""Probes behind a broker, against a real mosquitto: heard, silent, kept, refused, and cut off."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from pydantic import SecretStr

from config.clock import SystemClock
from config.room import MqttProbe as Device
from controller.link.mosquitto import hash_password
from drivers.climate.broker import Access, Broker, list_brokers
from drivers.commissioning.air import ask_air
from drivers.errors import NoReply, NotReached, Refused
from drivers.readings import AirReading
from simulators.harness import LoopClock, run_fast
from tests.link.brokers import ConfiguredMosquitto, free_port

CLOCK = SystemClock()
USER = "probes"
PASSWORD = SecretStr("of the probes")


def device_of(port: int, **changes: Any) -> Device:
    given: dict[str, Any] = {
        "driver": "climate.mqtt",
        "id": "shelf-probe",
        "name": {"zh": "架内", "en": "In the shelf"},
        "at": {"host": "127.0.0.1", "port": port},
        "topic": "zigbee2mqtt/shelf",
        "profile": "zigbee2mqtt",
        "plan_mm": {"x": 0, "y": 0},
    }
    return Device.model_validate(given | changes)


class Mosquitto(ConfiguredMosquitto):
    """A broker of the site's own, which may want a password and grant little."""

    def __init__(self, folder: Path, *more: str) -> None:
        port = free_port()
        path = folder / "mosquitto.conf"
        lines = [f"listener {port} 127.0.0.1", f"user {getpass.getuser()}", *more]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        super().__init__(path, port)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """Run a broker that lets everybody in."""
    process = Mosquitto(tmp_path, "allow_anonymous true")
    process.start()
    yield process
    process.kill()


@dataclass(frozen=True, slots=True)
class Gateway:
    """What publishes the reports."""

    client: aiomqtt.Client
    topic: str = "zigbee2mqtt/shelf"

    async def tell(self, told: object, *, retain: bool = False) -> None:
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        await self.client.publish(self.topic, payload, qos=1, retain=retain)


@asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(broker.run())
        try:
            while broker.why_away is not None:
                await broker.turn()
            yield
        finally:
            task.cancel()


def with_gateway(
    mosquitto: Mosquitto, device: Device, scenario: Callable[[Broker, Gateway], Awaitable[None]]
) -> None:
    async def run() -> None:
        (broker,) = list_brokers([device], Access(), CLOCK)
        async with asyncio.timeout(30), aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            async with listening(broker):
                await scenario(broker, Gateway(client))

    asyncio.run(run())


def test_a_report_is_a_reading_of_now(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port)

    async def scenario(broker: Broker, gateway: Gateway) -> None:
        before_s = CLOCK.monotonic()
        async with broker.listen(device) as probe:
            await gateway.tell({"temperature": 20.5, "humidity": 51, "battery": 90})
            told = await probe.read_climate()
        assert told.probe_id == "shelf-probe"
        assert told.values == {"temperature_c": 20.5, "humidity_pct": 51.0, "battery_pct": 90.0}
        assert before_s <= told.at_s <= CLOCK.monotonic()
        assert (told.suspect, told.at) == ({}, None)

    with_gateway(mosquitto, device, scenario)


def test_what_is_no_report_is_counted_and_the_next_is_taken(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port)

    async def scenario(broker: Broker, gateway: Gateway) -> None:
        async with broker.listen(device) as probe:
            for told in (b"online", b"{" * 70_000, b"", {"linkquality": 9}, {"humidity": 50}):
                await gateway.tell(told)
            assert (await probe.read_climate()).values == {"humidity_pct": 50.0}
            assert probe.refused == {"unreadable": 4}

    with_gateway(mosquitto, device, scenario)


def test_what_the_broker_kept_comes_with_its_own_time_or_not_at_all(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port)
    measured_at = (CLOCK.now() - timedelta(hours=5)).replace(microsecond=0)

    async def scenario(told: dict[str, Any]) -> AirReading | None:
        (broker,) = list_brokers([device], Access(), CLOCK)
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            gateway = Gateway(client)
            await gateway.tell(told, retain=True)
            async with listening(broker), broker.listen(device) as probe:
                await gateway.tell({"temperature": 25})
                first = await probe.read_climate()
                assert probe.refused["retained"] == (1 if first.at is None else 0)
                return None if first.at is None else first

    dated = asyncio.run(scenario({"temperature": 18, "last_seen": measured_at.isoformat()}))
    assert dated is not None
    assert (dated.values, dated.at) == ({"temperature_c": 18.0}, measured_at)
    assert 5 * 3600 - 1 < CLOCK.monotonic() - dated.at_s < 5 * 3600 + 60
    assert asyncio.run(scenario({"temperature": 18})) is None


def test_a_time_to_come_is_not_believed_and_the_time_of_arrival_counts(
    mosquitto: Mosquitto,
) -> None:
    device = device_of(mosquitto.port)

    async def scenario(broker: Broker, gateway: Gateway) -> None:
        async with broker.listen(device) as probe:
            ahead = CLOCK.now() + timedelta(days=2)
            await gateway.tell({"temperature": 20, "last_seen": ahead.isoformat()})
            told = await probe.read_climate()
            assert (told.suspect, told.at) == ({"temperature_c": "future"}, None)
            slow = CLOCK.now() + timedelta(seconds=30)
            await gateway.tell({"temperature": 20, "last_seen": slow.isoformat()})
            assert (await probe.read_climate()).suspect == {}

    with_gateway(mosquitto, device, scenario)


def test_the_same_measurement_told_twice_is_one(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port)

    async def scenario(broker: Broker, gateway: Gateway) -> None:
        async with broker.listen(device) as probe:
            same = {"temperature": 20, "last_seen": CLOCK.now().isoformat()}
            for told in (same, same, {"temperature": 21}):
                await gateway.tell(told)
            assert (await probe.read_climate()).values == {"temperature_c": 20.0}
            assert (await probe.read_climate()).values == {"temperature_c": 21.0}
            assert probe.refused == {"repeated": 1}

    with_gateway(mosquitto, device, scenario)


def test_a_silent_probe_is_told_as_one() -> None:
    async def scenario() -> None:
        clock = LoopClock()
        broker = Broker([device_of(1, every_s=600)], Access(), clock)
        broker._note(None)  # connected, and nothing comes
        async with broker.listen(device_of(1)) as probe:
            began_s = clock.monotonic()
            with pytest.raises(NoReply, match="nothing on zigbee2mqtt/shelf"):
                await probe.read_climate()
        assert clock.monotonic() - began_s == pytest.approx(1800, abs=1)

    run_fast(scenario)


def test_a_broker_that_is_away_takes_its_probes_with_it_after_a_minute() -> None:
    async def scenario() -> None:
        clock = LoopClock()
        broker = Broker([device_of(1)], Access(), clock)
        began_s = clock.monotonic()
        async with broker.listen(device_of(1)) as probe:
            with pytest.raises(NotReached, match=r"broker 127\.0\.0\.1:1 is away: not tried yet"):
                await probe.read_climate()
        assert clock.monotonic() - began_s == pytest.approx(60, abs=5)
        with pytest.raises(NotReached):
            async with broker.listen(device_of(1)):
                pass

    run_fast(scenario)


def test_a_broker_that_dies_and_comes_back_is_heard_again(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port)

    async def scenario() -> None:
        (broker,) = list_brokers([device], Access(), CLOCK)
        async with asyncio.timeout(30), listening(broker), broker.listen(device) as probe:
            mosquitto.kill()
            while broker.why_away is None:
                await broker.turn()
            mosquitto.start()
            while broker.why_away is not None:
                await broker.turn()
            async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
                await Gateway(client).tell({"temperature": 20})
            assert (await probe.read_climate()).values == {"temperature_c": 20.0}

    asyncio.run(scenario())


def test_probes_at_one_broker_share_a_connection_and_may_share_a_topic() -> None:
    here, too = device_of(1, id="a"), device_of(1, id="b")
    brokers = list_brokers(
        [here, too, device_of(1, id="c", user="u"), device_of(2)], Access(), CLOCK
    )
    assert [[each.id for each in broker.devices] for broker in brokers] == [
        ["a", "b"],
        ["c"],
        ["shelf-probe"],
    ]


def test_user_and_password_open_a_broker_that_wants_them(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_text(f"{USER}:{hash_password(PASSWORD)}\n", encoding="utf-8")
    accounts.chmod(0o600)
    process = Mosquitto(tmp_path, "allow_anonymous false", f"password_file {accounts}")
    process.start()

    async def try_with(passwords: dict[str, SecretStr]) -> str | None:
        device = device_of(process.port, user=USER)
        (broker,) = list_brokers([device], Access(passwords=passwords), CLOCK)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(broker.run())
            while broker.why_away == "not tried yet":
                await broker.turn()
            why = broker.why_away
            task.cancel()
        return why

    try:
        assert asyncio.run(try_with({USER: PASSWORD})) is None
        assert "Not authorized" in str(asyncio.run(try_with({})))
    finally:
        process.kill()


def test_a_password_goes_nowhere_in_clear() -> None:
    device = device_of(1, user=USER, at={"host": "192.0.2.7", "port": 1883})

    async def scenario() -> str | None:
        (broker,) = list_brokers([device], Access(passwords={USER: PASSWORD}), CLOCK)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(broker.run())
            while broker.why_away == "not tried yet":
                await broker.turn()
            task.cancel()
        return broker.why_away

    said = str(asyncio.run(scenario()))
    assert "STACKROOM_ROOM_PROBE_CA_FILE" in said
    assert PASSWORD.get_secret_value() not in said


def test_a_profile_that_cannot_be_used_is_the_probes_own_fault(mosquitto: Mosquitto) -> None:
    device = device_of(mosquitto.port, profile="xy-md02")

    async def scenario(broker: Broker, _gateway: Gateway) -> None:
        with pytest.raises(Refused, match=r"probes/xy-md02\.yaml cannot be used.*bad_profile"):
            async with broker.listen(device):
                pass

    with_gateway(mosquitto, device, scenario)


def test_check_hears_a_report_or_says_that_the_broker_answers(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.commissioning.air.REPORT_S", 0.05)
    device = device_of(mosquitto.port)

    async def scenario() -> None:
        said, wrong = await ask_air(device, {}, CLOCK, Access())
        assert "grants zigbee2mqtt/shelf; nothing was told there" in said[0]
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            now = CLOCK.now().isoformat()
            await Gateway(client).tell({"humidity": 51.5, "last_seen": now}, retain=True)
        assert (await ask_air(device, {}, CLOCK, Access()))[0] == ("reads 51.5 %RH",)
        assert not wrong

    asyncio.run(scenario())
