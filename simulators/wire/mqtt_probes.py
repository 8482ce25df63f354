"""Probes that reach the room through a broker: behind Zigbee2MQTT, on Tasmota, or in plain JSON.

Each reports at half the interval that the room file names. Which words it reports in, its profile
says (`REPORTS`). A wire here is one broker with all its probes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from config.air import dew_point_c
from config.errors import Mendable
from config.room import MqttProbe
from simulators.faults import Faults
from simulators.physics.weather import Climate
from simulators.stage import Stage
from simulators.wire.mqtt import ProbeBroker

Report = Callable[[Climate, datetime], Mapping[str, Any]]


def zigbee2mqtt(air: Climate, at: datetime) -> Mapping[str, Any]:
    """Say it as Zigbee2MQTT does, with `last_seen: ISO_8601` in its configuration.

    Source: zigbee2mqtt.io, "MQTT Topics and Messages" and "advanced.last_seen".
    """
    return {
        "battery": 88,
        "humidity": round(air.humidity_pct, 2),
        "last_seen": at.isoformat(timespec="milliseconds"),
        "linkquality": 112,
        "temperature": round(air.temperature_c, 2),
        "voltage": 2950,
    }


def tasmota(air: Climate, at: datetime) -> Mapping[str, Any]:
    """Say it as Tasmota's SENSOR telemetry does; its time bears no zone.

    Source: tasmota.github.io/docs, "JSON Status Responses".
    """
    dew_c = dew_point_c(air.temperature_c, air.humidity_pct)
    sensor = {
        "Temperature": round(air.temperature_c, 1),
        "Humidity": round(air.humidity_pct, 1),
        "DewPoint": None if dew_c is None else round(dew_c, 1),
    }
    return {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "SHT3X": sensor, "TempUnit": "C"}


def plain_json(air: Climate, at: datetime) -> Mapping[str, Any]:
    """Say it as the plain profile wants it."""
    return {
        "time": at.isoformat(timespec="seconds"),
        "temperature": round(air.temperature_c, 2),
        "humidity": round(air.humidity_pct, 2),
    }


REPORTS: Mapping[str, Report] = {
    "zigbee2mqtt": zigbee2mqtt,
    "tasmota": tasmota,
    "plain-json": plain_json,
}
"""How a probe speaks, by the profile of the room file."""
_KEPT = frozenset({"zigbee2mqtt", "plain-json"})
"""Whose last report the broker keeps; theirs bear their time."""


class MqttProbes:
    """The probes of one broker, and the broker."""

    def __init__(self, devices: Sequence[MqttProbe], stage: Stage, faults: Faults) -> None:
        for device in devices:
            if device.profile not in REPORTS:
                known = ", ".join(sorted(REPORTS))
                raise Mendable(
                    f"{device.id}: nobody wrote a simulated probe for the profile "
                    f"{device.profile!r}; there are {known}"
                )
        self.wire = devices[0].id
        self.broker = ProbeBroker(self.wire, faults)
        self._devices = tuple(devices)
        self._stage = stage
        self._faults = faults

    async def run(self) -> None:
        """Serve the broker and let every probe report, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.broker.cable.run(), name=f"wire {self.wire}")
            for device in self._devices:
                group.create_task(self._report_on(device), name=f"probe {device.id}")

    def report(self, device: MqttProbe) -> None:
        """Let a probe report now, as far as it and its wire can."""
        world = self._stage.world
        place_mm = (device.plan_mm.x, device.plan_mm.y)
        air = world.sensed(device.id, place_mm, device.zone)
        fate = self._faults.draw(self.wire)
        if air is None or world.sensor_of(device.id).silent or fate.cut or fate.stall or fate.mute:
            return
        at = world.at.astimezone(world.room.zone())
        said = REPORTS[device.profile](air, at)
        payload = json.dumps(said).encode()
        if fate.garble:
            payload = self._faults.garble(payload)
        for _ in range(2 if fate.duplicate else 1):
            self.broker.publish(device.topic, payload, keep=device.profile in _KEPT)

    async def _report_on(self, device: MqttProbe) -> None:
        while True:
            self.report(device)
            await asyncio.sleep(device.every_s / 2)
