"""A probe that reports by itself: which of its messages count, and of when they are."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from config.clock import Clock
from config.room import MqttProbe as Device
from drivers.climate.reports import MqttProfile, Report, UnreadableReport, parse_report
from drivers.readings import AirReading

_log = logging.getLogger(__name__)

MISSES = 3
"""A probe that is silent for so many of its intervals counts as away."""
AHEAD = timedelta(minutes=2)
"""So far ahead of our clock a report's time may be; further on it is of a time to come."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message, and the monotonic time at which it came in."""

    payload: bytes
    retained: bool
    at_s: float


Wait = Callable[[float], Awaitable[Arrived]]
"""Returns its next message; raises NoReply at a monotonic time, LinkLost, or Refused."""


class MqttProbe:
    """A probe that reports by itself. Get one from `Broker.listen`."""

    def __init__(self, device: Device, profile: MqttProfile, wait: Wait, clock: Clock) -> None:
        self.id = device.id
        self.refused: Counter[str] = Counter()
        """How many messages were not taken, by reason."""
        self._wait = wait
        self._profile = profile
        self._clock = clock
        self._patience_s = MISSES * device.every_s
        self._heard_s = clock.monotonic()
        self._newest: Report | None = None

    async def read_climate(self) -> AirReading:
        """Wait for the next report that is one.

        Raises NoReply if none was young for three of the probe's intervals, LinkLost if the broker
        is away for long. An old report, which a broker had kept, comes with its own time.
        """
        while True:
            arrived = await self._wait(self._heard_s + self._patience_s)
            try:
                report = parse_report(arrived.payload, self._profile)
            except UnreadableReport as error:
                self._refuse("unreadable", str(error))
                continue
            if arrived.retained and report.at is None:
                self._refuse("retained", "kept by the broker, and nobody knows since when")
                continue
            if report.at is not None and report == self._newest:
                self._refuse("repeated", "told before, with the same time")
                continue
            self._newest = report
            return self._reading(report, arrived)

    def _reading(self, report: Report, arrived: Arrived) -> AirReading:
        now, now_s = self._clock.now(), self._clock.monotonic()
        came_at = now - timedelta(seconds=now_s - arrived.at_s)
        if report.at is not None and report.at > came_at + AHEAD:
            self._heard_s = arrived.at_s
            return AirReading(
                probe_id=self.id,
                values=report.values,
                suspect=dict.fromkeys(report.values, "future"),
                at_s=arrived.at_s,
            )
        told_at = None if report.at is None else min(report.at, came_at)
        at_s = arrived.at_s if told_at is None else now_s - (now - told_at).total_seconds()
        if now_s - at_s < self._patience_s:
            self._heard_s = max(self._heard_s, at_s)
        return AirReading(
            probe_id=self.id,
            values=report.values,
            suspect=report.suspect,
            at_s=at_s,
            at=told_at,
        )

    def _refuse(self, kind: str, why: str) -> None:
        self.refused[kind] += 1
        if self.refused[kind] == 1 and kind != "repeated":
            _log.warning("%s: a message is not taken: %s", self.id, why)

    def is_young(self, reading: AirReading) -> bool:
        """Say whether a reading proves that the probe is there."""
        return self._clock.monotonic() - reading.at_s < self._patience_s
