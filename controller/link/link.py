"""The archive's side of the link: hears every room, stores what it tells, answers what it asks.

Database work runs in threads. Who says what on which topic stands in drivers/topics.py; what it
means is not decided here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import aiomqtt
from pydantic import ValidationError

from config.mqtt import Backoff, end_if_cancelled, open_client, publish
from config.settings import BrokerSettings
from controller.context import Context
from controller.link.assignments import Assignments, SetSource
from controller.link.climate_asking import ClimateRequestSender
from controller.link.inbox import TRANSIENT, Inbox
from controller.link.ledger import RequestSender
from controller.link.tag_asking import TagRequestSender
from controller.live import LiveChange
from drivers.messages import (
    STATE,
    Ack,
    BenchState,
    Fetch,
    Home,
    Identifier,
    Loan,
    Message,
    Payload,
    Reply,
    State,
    Status,
    TagsHeard,
    Telemetry,
)
from drivers.topics import AgentTopics, ParsedTopic, from_agents, parse_topic

_log = logging.getLogger(__name__)
_WAITING = 1000
_TICK_S = 1.0
_KEPT_BY_BROKER = ("event", "tele/+")
"""What the broker keeps for us while we are away; all else is worth nothing when it is late."""


class Mirror(Protocol):
    """Shows the rooms as they are. Called in the event loop; must not block."""

    def take_status(self, agent: str, status: Status, *, retained: bool) -> None:
        """Take a heartbeat, a last will, or the broker's memory of one."""
        ...

    def take_state(self, agent: str, state: State, *, retained: bool) -> None:
        """Take a snapshot, or the broker's memory of one."""
        ...

    def tick(self) -> None:
        """Notice who has fallen silent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Takers:
    """Who takes what rooms send. All but mirror and bench block, and run in threads."""

    inbox: Inbox
    mirror: Mirror
    reply: Callable[[str, Reply], Sequence[LiveChange]]
    samples: Callable[[str, Telemetry], Sequence[LiveChange]]
    bench: Callable[[str, BenchState], None]
    heard: Callable[[str, TagsHeard], None]
    homes: SetSource[Home]
    loans: SetSource[Loan]


class _SamplesFrame(Message):
    """What must be readable of a batch of samples, so that a bad one is not sent for ever."""

    outbox: Identifier
    seq: int


@dataclass(frozen=True, slots=True)
class _Heard:
    topic: ParsedTopic
    payload: bytes


class ControllerLink:
    """Keeps the archive in touch with all rooms of the site."""

    def __init__(self, context: Context, settings: BrokerSettings, takers: Takers) -> None:
        self._context = context
        self._settings = settings
        self._takers = takers
        self._client: aiomqtt.Client | None = None
        self._to_store: asyncio.Queue[_Heard] = asyncio.Queue(_WAITING)
        self._to_answer: asyncio.Queue[_Heard] = asyncio.Queue(_WAITING)
        self._strangers: set[str] = set()
        self._why: str | None = "not tried yet"
        site = context.site.site
        self.requests = RequestSender(site, self._send)
        self.tag_requests = TagRequestSender(site, self._send)
        self.climate_requests = ClimateRequestSender(site, self._send)
        self.assignments = Assignments(
            site,
            context.rooms,
            self._send,
            context.clock,
            homes=takers.homes,
            loans=takers.loans,
        )

    @property
    def why_down(self) -> str | None:
        """Why there is no connection to the broker; `None` if there is one."""
        return self._why

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay_connected(), name="link connection")
            group.create_task(self._take_all(self._to_store, self._store), name="link inbox")
            group.create_task(self._take_all(self._to_answer, self._answer), name="link answers")
            group.create_task(self.assignments.run(), name="link assignments")
            group.create_task(self._tick(), name="link mirror")

    async def _stay_connected(self) -> None:
        backoff = Backoff()
        name = self._settings.user or f"{self._context.site.site}-controller"
        while True:
            try:
                async with open_client(self._settings, identifier=name, clean=False) as client:
                    end_if_cancelled()
                    backoff.reset()
                    await self._converse(client)
            except aiomqtt.MqttError as error:
                if self._why is None:
                    _log.warning("link to the broker is down: %s", error)
                self._why = str(error)
            end_if_cancelled()
            await asyncio.sleep(backoff.next_s())

    async def _converse(self, client: aiomqtt.Client) -> None:
        filters = from_agents(self._context.site.site)
        await client.subscribe([(each, int(each.endswith(_KEPT_BY_BROKER))) for each in filters])
        end_if_cancelled()
        self._client, self._why = client, None
        self.assignments.greet()
        _log.info("link to the broker is up")
        try:
            for agent, ack in await asyncio.to_thread(self._takers.inbox.list_acks):
                await self._ack(agent, ack)
            async for message in client.messages:
                self._hear(message)
        finally:
            self._client = None

    def _hear(self, message: aiomqtt.Message) -> None:
        topic = parse_topic(message.topic.value)
        if topic is None or topic.site != self._context.site.site:
            return
        if topic.agent not in self._context.rooms:
            if topic.agent not in self._strangers:
                self._strangers.add(topic.agent)
                _log.warning("%s is no room of this site; what it says is dropped", topic.agent)
            return
        heard = _Heard(topic, bytes(message.payload))
        try:
            self._sort(heard, retained=message.retain)
        except ValidationError as error:
            _log.warning("%s: unreadable: %s", message.topic.value, error.errors()[:3])
        except asyncio.QueueFull:
            _log.warning("%s: dropped, too much waits; it is sent again", message.topic.value)

    def _sort(self, heard: _Heard, *, retained: bool) -> None:
        agent, payload = heard.topic.agent, heard.payload
        match heard.topic.kind:
            case "event" | "tele":
                self._to_store.put_nowait(heard)
            case "heard" if not retained:
                self._to_store.put_nowait(heard)
            case "reply" | "fetch" if not retained:
                self._to_answer.put_nowait(heard)
            case "bench" if not retained:
                self._takers.bench(agent, BenchState.model_validate_json(payload))
            case "status":
                status = Status.model_validate_json(payload)
                self._takers.mirror.take_status(agent, status, retained=retained)
            case "state":
                self._takers.mirror.take_state(
                    agent, STATE.validate_json(payload), retained=retained
                )

    async def _take_all(
        self, queue: asyncio.Queue[_Heard], take: Callable[[_Heard], Awaitable[None]]
    ) -> None:
        """Take one after the other; what fails is told and not acknowledged, so it comes again."""
        while True:
            heard = await queue.get()
            try:
                await take(heard)
            except Exception:
                _log.exception("%s/%s could not be taken", heard.topic.agent, heard.topic.kind)

    async def _store(self, heard: _Heard) -> None:
        agent = heard.topic.agent
        if heard.topic.kind == "tele":
            await self._store_samples(agent, heard.payload)
            return
        if heard.topic.kind == "heard":
            await self._store_heard(agent, heard.payload)
            return
        taken = await asyncio.to_thread(self._takers.inbox.take, agent, heard.payload)
        self._context.hub.publish(*taken.changes)
        if taken.ack is not None:
            await self._ack(agent, taken.ack)

    async def _store_samples(self, agent: str, payload: bytes) -> None:
        frame = _SamplesFrame.model_validate_json(payload)
        ack = Ack(outbox=frame.outbox, stream="telemetry", seq=frame.seq)
        try:
            telemetry = Telemetry.model_validate_json(payload)
            changes = await asyncio.to_thread(self._takers.samples, agent, telemetry)
        except TRANSIENT:
            raise
        except Exception as error:
            why = f"samples: {type(error).__name__}: {error}"
            inbox = self._takers.inbox
            changes = await asyncio.to_thread(inbox.set_aside, agent, payload, why)
        self._context.hub.publish(*changes)
        await self._ack(agent, ack)

    async def _store_heard(self, agent: str, payload: bytes) -> None:
        try:
            told = TagsHeard.model_validate_json(payload)
        except ValidationError as error:
            _log.warning("%s: what it hears is unreadable: %s", agent, error.errors()[:3])
            return
        await asyncio.to_thread(self._takers.heard, agent, told)

    async def _answer(self, heard: _Heard) -> None:
        agent = heard.topic.agent
        if heard.topic.kind == "fetch":
            fetch = Fetch.model_validate_json(heard.payload)
            await self.assignments.serve(agent, heard.topic.rest, fetch)
            return
        reply = Reply.model_validate_json(heard.payload)
        if self.tag_requests.answer(reply) or self.climate_requests.answer(reply):
            return
        try:
            changes = await asyncio.to_thread(self._takers.reply, agent, reply)
            self._context.hub.publish(*changes)
        finally:
            self.requests.answer(reply)

    async def _ack(self, agent: str, ack: Ack) -> None:
        await self._send(AgentTopics(self._context.site.site, agent).ack, ack)

    async def _send(self, topic: str, payload: Payload, retain: bool = False) -> bool:
        client = self._client
        if client is None:
            return False
        with suppress(aiomqtt.MqttError):
            await publish(client, topic, payload.to_bytes(), qos=1, retain=retain)
            return True
        return False

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self._takers.mirror.tick()
