"""Simulated probes behind a broker, heard by the client that the room uses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiomqtt
import pytest
from pydantic import TypeAdapter

from config.errors import Mendable
from config.load import load_room, shipped_room
from config.room import Device, MqttProbe, Room
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.mqtt import matches

TOPICS = {
    "zigbee2mqtt": "zigbee2mqtt/outside",
    "tasmota": "tele/block/SENSOR",
    "plain-json": "climate/room",
}


def a_room(*profiles: str) -> Room:
    room = load_room(shipped_room("small"))
    probes = [
        TypeAdapter(Device).validate_python(
            {
                "driver": "climate.mqtt",
                "id": f"radio-{number}",
                "name": {"zh": "无线", "en": "Radio"},
                "at": {"host": "127.0.0.1", "port": 1883},
                "topic": TOPICS.get(profile, "any"),
                "profile": profile,
                "plan_mm": {"x": 100, "y": 100},
            }
        )
        for number, profile in enumerate(profiles, start=1)
    ]
    return room.model_copy(update={"devices": (*room.devices, *probes)})


def in_the_room(scenario: Callable[[SimulatedRoom, int], Awaitable[None]], *profiles: str) -> None:
    async def run() -> None:
        async with simulated_room(a_room(*profiles)) as sim:
            ports = {d.at.port for d in sim.room.devices if isinstance(d, MqttProbe)}
            assert len(ports) == 1
            await scenario(sim, ports.pop())

    run_fast(run)


async def next_report(client: aiomqtt.Client) -> tuple[str, Any, bool]:
    async for message in client.messages:
        assert isinstance(message.payload, bytes)
        return str(message.topic), json.loads(message.payload), message.retain
    raise AssertionError("the broker ended")


SINCE_C, SINCE_PCT = 0.5, 3.0
"""What the air may have changed since the report, minutes ago in the world's time."""


def test_each_kind_reports_in_its_own_words() -> None:
    async def scenario(sim: SimulatedRoom, port: int) -> None:
        told: dict[str, Any] = {}
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe("#", qos=1)
            while len(told) < 3:
                topic, report, _ = await next_report(client)
                told[topic] = report
        air = sim.world.climate((100, 100))
        zigbee, sonoff, plain = (told[topic] for topic in TOPICS.values())
        assert zigbee["temperature"] == pytest.approx(air.temperature_c, abs=SINCE_C)
        assert {"humidity", "battery", "linkquality", "last_seen"} <= zigbee.keys()
        assert zigbee["last_seen"].endswith("+08:00")
        assert sonoff["SHT3X"]["Humidity"] == pytest.approx(air.humidity_pct, abs=SINCE_PCT)
        assert sonoff["TempUnit"] == "C"
        assert "+" not in sonoff["Time"]
        assert plain["humidity"] == pytest.approx(air.humidity_pct, abs=SINCE_PCT)

    in_the_room(scenario, *TOPICS)


def test_the_last_report_is_kept_for_who_comes_later() -> None:
    async def scenario(sim: SimulatedRoom, port: int) -> None:
        assert sim.faults.list_all()["radio-1"] == ()
        async with aiomqtt.Client("127.0.0.1", port, username="room", password="any") as client:
            await client.subscribe("zigbee2mqtt/+")
            topic, _, kept = await next_report(client)
            assert (topic, kept) == ("zigbee2mqtt/outside", True)
            _, _, kept = await next_report(client)
            assert not kept
            await client.publish("zigbee2mqtt/outside/set", b"{}", qos=1)
            await client.unsubscribe("zigbee2mqtt/+")

    in_the_room(scenario, "zigbee2mqtt")


def test_a_probe_that_falls_silent_or_says_nonsense_does_so_over_the_broker() -> None:
    async def scenario(sim: SimulatedRoom, port: int) -> None:
        sim.misread_probe("radio-1", humidity_pct=140.0)
        sim.silence_probe("radio-2")
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe("climate/room")
            await client.subscribe("tele/#")
            heard = [await next_report(client) for _ in range(4)]
        assert {topic for topic, _, kept in heard if not kept} == {"climate/room"}
        assert heard[-1][1]["humidity"] == 140.0

    in_the_room(scenario, "plain-json", "tasmota")


def test_a_cut_broker_drops_its_clients_and_takes_them_again_when_whole() -> None:
    async def scenario(sim: SimulatedRoom, port: int) -> None:
        async def listen() -> None:
            async with aiomqtt.Client("127.0.0.1", port) as client:
                await client.subscribe("#")
                await next_report(client)
                sim.cut("radio-1")
                await next_report(client)

        with pytest.raises(aiomqtt.MqttError):
            await listen()
        sim.heal("radio-1")
        await asyncio.sleep(1)
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe("#")
            await next_report(client)

    in_the_room(scenario, "zigbee2mqtt")


def test_who_does_not_speak_mqtt_is_shown_out() -> None:
    async def scenario(_: SimulatedRoom, port: int) -> None:
        for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff\x7f", b"\x10\x02\x00\x04"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(noise)
            writer.write_eof()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            writer.close()

    in_the_room(scenario, "tasmota")


@pytest.mark.parametrize(
    ("wanted", "topic", "fits"),
    [
        # MQTT 3.1.1, 4.7.1.
        ("sport/tennis/+", "sport/tennis/player1", True),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/#", "sport", True),
        ("+/tennis/#", "sport/tennis/player1", True),
        ("sport", "sport/tennis", False),
        ("sport/+", "sport", False),
    ],
)
def test_filters_fit_as_the_standard_says(wanted: str, topic: str, fits: bool) -> None:
    assert matches(wanted, topic) is fits


def test_an_unknown_way_to_report_is_refused_by_name() -> None:
    with pytest.raises(Mendable, match=r"radio-1: .*'shelly'.*zigbee2mqtt"):
        in_the_room(lambda _, __: asyncio.sleep(0), "shelly")
