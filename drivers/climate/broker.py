"""Probes that report to an MQTT broker: one connection for each broker, one mailbox for each probe.

The broker is the site's own, not the one of the link between room and archive. A connection that
breaks is opened again after a jittered pause. What a client is sent it must take in whole, so the
64 kB that a report may have bound what is read as JSON, not what the network carries.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import aiomqtt
from pydantic import SecretStr

from config.clock import Clock
from config.mqtt import KEEPALIVE_S, TIMEOUT_S, Backoff, end_if_cancelled
from config.room import MqttProbe as Device
from config.room import TcpAddress
from config.settings import is_loopback
from drivers.climate.mqtt_probe import Arrived, MqttProbe
from drivers.climate.profile import BadProfile, load_profile
from drivers.climate.reports import MqttProfile
from drivers.errors import NoReply, NotReached, Refused

_log = logging.getLogger(__name__)

PATIENCE_S = 60.0
"""A connection that is away for less is nobody's news."""
_MOST_WAITING = 50
_MOST_INCOMING = 1000
_REFUSED = 0x80
"""Answer to a subscription that the broker does not grant (MQTT 3.1.1, 3.9.3)."""
_NOT_TRIED = "not tried yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the room's settings know about the brokers of its probes."""

    passwords: Mapping[str, SecretStr] = field(default_factory=dict)
    """By the user's name."""
    ca_file: Path | None = None
    """Certificate of the authority that signed the brokers' own; with it all are encrypted."""


def list_brokers(devices: Iterable[Device], access: Access, clock: Clock) -> list[Broker]:
    """Return one broker for each address and user among the probes."""
    groups: dict[tuple[TcpAddress, str | None], list[Device]] = {}
    for device in devices:
        groups.setdefault((device.at, device.user), []).append(device)
    return [Broker(group, access, clock) for group in groups.values()]


class Broker:
    """One broker with all the probes that report to it."""

    def __init__(self, devices: Iterable[Device], access: Access, clock: Clock) -> None:
        self._devices = {device.id: device for device in devices}
        first = next(iter(self._devices.values()))
        self.name = first.at.words()
        self._at = first.at
        self._user = first.user
        self._access = access
        self._clock = clock
        self._boxes: dict[str, deque[Arrived]] = {
            name: deque(maxlen=_MOST_WAITING) for name in self._devices
        }
        self._news = {name: asyncio.Event() for name in self._devices}
        self._not_granted: frozenset[str] = frozenset()
        self._why: str | None = _NOT_TRIED
        self._turned = asyncio.Event()
        self._since_s = clock.monotonic()

    @property
    def devices(self) -> tuple[Device, ...]:
        """Return the probes that report to it."""
        return tuple(self._devices.values())

    @property
    def why_away(self) -> str | None:
        """Say why there is no connection; None while there is one."""
        return self._why

    async def turn(self) -> str | None:
        """Wait until a connection opened, broke or could not be opened; return why it is away."""
        await self._turned.wait()
        return self._why

    async def run(self) -> None:
        """Hold the connection, and open it again, until cancelled."""
        backoff = Backoff()
        async with asyncio.TaskGroup() as connections:
            while True:
                # A task of its own: in Python 3.11 one whose timeout met an answer counts as
                # cancelled from then on.
                await connections.create_task(self._connect(backoff), name=f"broker {self.name}")
                end_if_cancelled()
                await asyncio.sleep(backoff.next_s())

    @asynccontextmanager
    async def listen(
        self, device: Device, profile: MqttProfile | None = None
    ) -> AsyncIterator[MqttProbe]:
        """Open a probe; without a profile it is the one that the room file names.

        Raises NotReached if the broker is away for long, Refused if the broker does not grant the
        topic (not_granted) or the profile cannot be used (bad_profile).
        """
        try:
            known = profile or load_profile("probes", device.profile, MqttProfile)
        except BadProfile as error:
            raise Refused(device.id, "bad_profile", str(error)) from error
        self._mind_link(device.id)
        yield MqttProbe(device, known, partial(self.wait, device.id), self._clock)

    async def wait(self, device_id: str, until_s: float) -> Arrived:
        """Return the next message of a probe; raise NoReply at `until_s`, LinkLost, or Refused."""
        box, news = self._boxes[device_id], self._news[device_id]
        while not box:
            self._mind_link(device_id)
            now_s = self._clock.monotonic()
            if now_s >= until_s:
                raise NoReply(device_id, f"nothing on {self._devices[device_id].topic} for long")
            ends_s = until_s if self._why is None else min(until_s, self._since_s + PATIENCE_S)
            news.clear()
            try:
                async with asyncio.timeout(max(ends_s - now_s, 0.01)):
                    await news.wait()
            except TimeoutError:
                pass
        return box.popleft()

    def _mind_link(self, device_id: str) -> None:
        if device_id in self._not_granted:
            topic = self._devices[device_id].topic
            raise Refused(device_id, "not_granted", f"the broker lets us not hear {topic}")
        away_s = self._clock.monotonic() - self._since_s
        if self._why is not None and away_s >= PATIENCE_S:
            raise NotReached(device_id, f"broker {self.name} is away: {self._why}")

    async def _connect(self, backoff: Backoff) -> None:
        try:
            client = self._client()
        except (OSError, ValueError) as error:
            self._note_down(str(error))
            return
        try:
            async with client:
                end_if_cancelled()
                await self._subscribe(client)
                backoff.reset()
                await self._take_messages(client)
        except aiomqtt.MqttError as error:
            self._note_down(str(error))

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        names = list(self._devices)
        granted = await client.subscribe([(self._devices[name].topic, 1) for name in names])
        end_if_cancelled()
        self._not_granted = frozenset(
            name for name, code in zip(names, granted, strict=False) if _code(code) >= _REFUSED
        )
        self._note(None)
        _log.warning("broker %s is there", self.name)

    async def _take_messages(self, client: aiomqtt.Client) -> None:
        topics: dict[str, list[str]] = {}
        for device in self._devices.values():
            topics.setdefault(device.topic, []).append(device.id)
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            arrived = Arrived(payload, bool(message.retain), self._clock.monotonic())
            for name in topics.get(message.topic.value, ()):
                self._boxes[name].append(arrived)
                self._news[name].set()

    def _note_down(self, why: str) -> None:
        if self._why is None or self._why == _NOT_TRIED:
            _log.warning("broker %s is away: %s", self.name, why)
        self._note(why)

    def _note(self, why: str | None) -> None:
        if (why is None) != (self._why is None):
            self._since_s = self._clock.monotonic()
        self._why = why
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()
        for news in self._news.values():
            news.set()

    def _client(self) -> aiomqtt.Client:
        password = self._access.passwords.get(self._user or "")
        trust = None
        if self._access.ca_file is not None:
            trust = ssl.create_default_context(cafile=str(self._access.ca_file))
        elif password is not None and not is_loopback(self._at.host):
            raise ValueError(
                f"the password of {self._user} would go to {self._at.host} for everybody to read; "
                "set STACKROOM_ROOM_PROBE_CA_FILE"
            )
        return aiomqtt.Client(
            self._at.host,
            self._at.port,
            username=self._user,
            password=None if password is None else password.get_secret_value(),
            identifier=f"stackroom-{uuid4().hex[:12]}",
            clean_session=True,
            timeout=TIMEOUT_S,
            keepalive=KEEPALIVE_S,
            max_queued_incoming_messages=_MOST_INCOMING,
            tls_context=trust,
        )


def _code(granted: object) -> int:
    """Return the code of a granted subscription, which MQTT 5 wraps."""
    value = getattr(granted, "value", granted)
    return value if isinstance(value, int) else 0
