"""The room's side of the link: facts up in order, requests down, and it lives without either.

It relays the outbox and never decides anything. An event counts as delivered when the archive says
that it is stored, never when the broker says that it got it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiomqtt
from pydantic import ValidationError

from config.clock import Clock
from config.mqtt import Backoff, end_if_cancelled, open_client, publish
from config.settings import BrokerSettings
from drivers.messages import (
    Ack,
    BenchState,
    Payload,
    Reply,
    State,
    Status,
    TagsHeard,
)
from drivers.room.assigned import AssignedSets
from drivers.room.homes import HomesCopy
from drivers.room.intake import Intake, Take
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.room.relay import LinkTiming, Relay, happens
from drivers.room.snapshots import Snapshots
from drivers.topics import AgentTopics

__all__ = ["Link", "LinkTiming", "LinkView"]

_log = logging.getLogger(__name__)

_REPLIES_WAITING = 1000
_ACKS_WAITING = 100
_GOODBYE_S = 1.0
_NOT_TRIED = "not tried yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """How the link is doing, for the room's own page."""

    connected: bool
    since_s: float
    """How long it has been so."""
    why: str | None
    """Why there is no connection."""
    dropped: int
    """Messages thrown away unanswered: retained requests, unreadable or unasked ones."""


class Link:
    """Keeps a room and the archive in touch. Every method works with the link up or down."""

    def __init__(
        self,
        settings: BrokerSettings,
        topics: AgentTopics,
        outbox: Outbox,
        clock: Clock,
        *,
        boot_id: str,
        homes: HomesCopy,
        loans: LoansCopy,
        timing: LinkTiming | None = None,
    ) -> None:
        intake = Intake(topics, clock, self.reply)
        self.requests, self.climate_requests = intake.requests, intake.climate_requests
        self.tag_requests, self.silences = intake.tag_requests, intake.silences
        self.homes = homes
        self.loans = loans
        self._settings = settings
        self._topics = topics
        self._outbox = outbox
        self._clock = clock
        self._boot_id = boot_id
        self._timing = timing or LinkTiming()
        self._snapshots = Snapshots(topics, clock)
        self._replies: asyncio.Queue[Reply] = asyncio.Queue(_REPLIES_WAITING)
        self._acks: asyncio.Queue[Ack] = asyncio.Queue(_ACKS_WAITING)
        self._greeted = asyncio.Event()
        self._relay = Relay(outbox, topics, self._timing, self._send)
        # A controller that announces a set is there, perhaps just now: let it see us alive.
        self._sets = AssignedSets(
            homes, loans, topics, retry_s=self._timing.resend_s, greeted=self._greeted.set
        )
        self._takers: Mapping[str, Take] = {
            topics.ack: self._on_ack,
            **intake.takers,
            **self._sets.takers,
        }
        self._connected = False
        self._changed_at_s = clock.monotonic()
        self._why: str | None = _NOT_TRIED
        self._dropped = 0

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        self._relay.listen(asyncio.get_running_loop())
        backoff = Backoff(first_s=self._timing.backoff_s)
        async with asyncio.TaskGroup() as connections:
            while True:
                # A task of its own, because in Python 3.11 a task whose group failed counts as
                # cancelled from then on.
                await connections.create_task(self._connect(backoff), name="link connection")
                end_if_cancelled()
                await asyncio.sleep(backoff.next_s())

    async def _connect(self, backoff: Backoff) -> None:
        """Hold one connection until it breaks."""
        client = self._find_client()
        if client is None:
            return
        try:
            async with client:
                end_if_cancelled()
                backoff.reset()
                await self._converse(client)
        except aiomqtt.MqttError as error:
            self._note_down(error)
        except ExceptionGroup as group:
            lost, bugs = group.split(aiomqtt.MqttError)
            if bugs is not None:
                raise bugs from None
            self._note_down(_first(lost))

    def reply(self, reply: Reply) -> None:
        """Send what became of a request; without a connection the outbox's event tells it later."""
        if self._connected:
            with suppress(asyncio.QueueFull):
                self._replies.put_nowait(reply)

    def publish_state(self, state: State) -> None:
        """Show the newest state of a device; it is sent again after every reconnect."""
        self._snapshots.show(state)

    def publish_bench(self, bench: BenchState) -> None:
        """Show what lies before an antenna now; without a connection nobody needs it."""
        if self._connected:
            self._snapshots.show_bench(bench)

    def publish_heard(self, heard: TagsHeard) -> None:
        """Tell what is heard as before; without a connection it is not kept."""
        if self._connected:
            self._snapshots.show_heard(heard)

    def view(self) -> LinkView:
        """Say how the link is doing."""
        return LinkView(
            connected=self._connected,
            since_s=self._clock.monotonic() - self._changed_at_s,
            why=self._why,
            dropped=self._dropped,
        )

    def _find_client(self) -> aiomqtt.Client | None:
        """Prepare a client; `None` while the authority's certificate cannot be read."""
        try:
            return self._client()
        except OSError as error:
            path = self._settings.ca_file
            self._note_down(f"STACKROOM_MQTT_CA_FILE {path} cannot be used: {error.strerror}")
            return None

    def _client(self) -> aiomqtt.Client:
        will = aiomqtt.Will(
            self._topics.status, self._status(alive=False).to_bytes(), qos=1, retain=True
        )
        name = self._settings.user or self._topics.agent
        return open_client(self._settings, identifier=name, clean=True, will=will)

    async def _converse(self, client: aiomqtt.Client) -> None:
        await client.subscribe([(topic, 1) for topic in self._takers])
        end_if_cancelled()
        await self._send(client, self._topics.status, self._status(alive=True), retain=True)
        self._note_up()
        self._snapshots.show_all_again()
        try:
            async with asyncio.TaskGroup() as group:
                for name, work in self._duties(client).items():
                    group.create_task(work, name=f"link {name}")
        except asyncio.CancelledError:
            await self._say_goodbye(client)
            raise
        finally:
            self._connected = False
            while not self._replies.empty():
                self._replies.get_nowait()

    def _duties(self, client: aiomqtt.Client) -> dict[str, Coroutine[Any, Any, None]]:
        return {
            "listen": self._listen(client),
            "acks": self._take_acks(),
            "beat": self._beat(client),
            "states": self._snapshots.send(client),
            "replies": self._send_replies(client),
            "events": self._relay.relay_events(client),
            "samples": self._relay.relay_samples(client),
            **self._sets.duties(client),
        }

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        with suppress(aiomqtt.MqttError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await self._send(
                    client, self._topics.status, self._status(alive=False), retain=True
                )

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            take = self._takers.get(message.topic.value, _take_nothing)
            try:
                why = take(message)
            except ValidationError as error:
                why = f"unreadable: {error.errors(include_url=False)[:3]}"
            if why is not None:
                self._dropped += 1
                _log.warning("%s: dropped a message: %s", message.topic.value, why)

    def _on_ack(self, message: aiomqtt.Message) -> str | None:
        """Pass it on: marking needs the disk, and no request may wait behind a slow disk."""
        ack = Ack.model_validate_json(bytes(message.payload))
        if self._acks.full():
            return "too many acknowledgements wait; the events are sent again"
        self._acks.put_nowait(ack)
        return None

    async def _take_acks(self) -> None:
        while True:
            await self._take_ack(await self._acks.get())

    async def _take_ack(self, ack: Ack) -> None:
        await self._relay.take_ack(ack)

    async def _beat(self, client: aiomqtt.Client) -> None:
        while True:
            await happens(self._greeted, self._timing.heartbeat_s)
            self._greeted.clear()
            await self._send(client, self._topics.status, self._status(alive=True), retain=True)

    async def _send_replies(self, client: aiomqtt.Client) -> None:
        while True:
            reply = await self._replies.get()
            await self._send(client, self._topics.reply(reply.request_id), reply)

    async def _send(
        self, client: aiomqtt.Client, topic: str, payload: Payload, *, retain: bool = False
    ) -> None:
        await publish(client, topic, payload.to_bytes(), qos=1, retain=retain)

    def _status(self, *, alive: bool) -> Status:
        return Status(
            alive=alive,
            boot_id=self._boot_id,
            at=self._clock.now(),
            outbox_waiting=self._outbox.health().waiting,
            sets=self._sets.versions(),
        )

    def _note_up(self) -> None:
        _log.info("link of %s is up", self._topics.agent)
        self._connected, self._why = True, None
        self._changed_at_s = self._clock.monotonic()

    def _note_down(self, error: BaseException | str | None) -> None:
        if self._why in (None, _NOT_TRIED):
            _log.warning("link of %s is down: %s", self._topics.agent, error)
            self._changed_at_s = self._clock.monotonic()
        self._connected, self._why = False, str(error)


def _take_nothing(message: aiomqtt.Message) -> str:
    return "nobody here asked for it"


def _first(group: BaseExceptionGroup[Any] | None) -> BaseException | None:
    error: BaseException | None = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
