"""Samples the probes of a room; a probe that falls silent is told once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from config.quantities import HUMIDITY, TEMPERATURE
from config.room import ModbusProbe, MqttProbe
from drivers.bus import Bus
from drivers.climate.broker import Broker
from drivers.climate.plausible import Course
from drivers.climate.probe import connect_probe
from drivers.messages import Sample
from drivers.readings import AirReading, Suspicion
from drivers.room.deployments import Deployments
from drivers.room.outbox import Outbox
from drivers.room.picture import Moment
from drivers.room.polling import poll
from drivers.room.roster import Roster, supervise

_log = logging.getLogger(__name__)

MISSES = 3
"""So many samples in a row must fail before a probe counts as away."""


@dataclass(frozen=True, slots=True)
class Believed:
    """A value that nothing speaks against, and when it was measured."""

    value: float
    at_s: float
    at: datetime | None
    """By the probe's own word."""


@dataclass(slots=True)
class Probes:
    """The one writer of what the probes said last."""

    outbox: Outbox
    roster: Roster
    deployments: Deployments
    clock: Clock
    _courses: dict[str, Course] = field(default_factory=dict)
    _newest: dict[str, AirReading] = field(default_factory=dict)
    _believed: dict[str, dict[str, Believed]] = field(default_factory=dict)

    def believed(self) -> Mapping[str, Mapping[str, Believed]]:
        """Return the last believed value of each quantity, by probe, however old it is."""
        return self._believed

    async def sample(self, bus: Bus, device: ModbusProbe) -> None:
        """Sample a probe for ever, through every loss of it."""

        async def serve() -> None:
            async with connect_probe(bus, device) as probe:
                async for reading in poll(
                    probe.read_climate, every_s=device.every_s, misses=MISSES
                ):
                    self.roster.up(device.id)
                    self.take(reading)

        await supervise(device.id, serve, self.roster, self.clock)

    async def hear(self, broker: Broker, device: MqttProbe) -> None:
        """Take the reports of a probe behind a broker for ever."""

        async def serve() -> None:
            async with broker.listen(device) as probe:
                while True:
                    reading = await probe.read_climate()
                    if probe.is_young(reading):
                        self.roster.up(device.id)
                    self.take(reading)

        await supervise(device.id, serve, self.roster, self.clock)

    def take(self, reading: AirReading) -> None:
        """Judge a reading by what came before it, and keep it for the archive."""
        course = self._courses.setdefault(reading.probe_id, Course())
        settling = self.deployments.hear(reading.probe_id)
        suspect = course.judge(
            reading.values, reading.suspect, at_s=reading.at_s, settling=settling
        )
        judged = AirReading(
            probe_id=reading.probe_id,
            values=reading.values,
            suspect=suspect,
            at_s=reading.at_s,
            at=reading.at,
        )
        self._tell(judged)
        self._newest[reading.probe_id] = judged
        self._believe(judged)
        self.outbox.add_sample(reading.probe_id, self._message(judged))

    def _believe(self, reading: AirReading) -> None:
        """Keep what is believed, unless what is known is younger: a broker may tell late."""
        known = self._believed.setdefault(reading.probe_id, {})
        for name, value in reading.values.items():
            before = known.get(name)
            if name in reading.suspect or (before is not None and before.at_s > reading.at_s):
                continue
            known[name] = Believed(value, reading.at_s, reading.at)

    def _tell(self, reading: AirReading) -> None:
        """Write down once when a value begins to be doubted or missing, and once when it ends."""
        before = self._newest.get(reading.probe_id)
        if before is None:
            before = AirReading(
                probe_id=reading.probe_id, values=reading.values, suspect={}, at_s=reading.at_s
            )
        for name in sorted({*before.values, *reading.values}):
            was, now = _state(before, name), _state(reading, name)
            if was != now:
                _log.warning("%s: %s is %s", reading.probe_id, name, now)

    def _message(self, reading: AirReading) -> Sample:
        now = Moment(at=self.clock.now(), at_s=self.clock.monotonic())
        values = dict(reading.values)
        return Sample(
            at=reading.at or now.when(reading.at_s),
            temperature_c=values.pop(TEMPERATURE, None),
            humidity_pct=values.pop(HUMIDITY, None),
            others=values,
            suspect=dict(reading.suspect),
        )


def _state(reading: AirReading, name: str) -> Suspicion | str:
    if name not in reading.values:
        return "not measured"
    return reading.suspect.get(name, "believed")
