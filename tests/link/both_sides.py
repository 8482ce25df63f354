"""An archive and a room on one broker, with all that each is told, for the tests of the link."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt

from config.clock import SystemClock
from config.mqtt import open_client
from controller.context import Context
from controller.link.link import ControllerLink, Takers
from controller.shelving.mirror import RoomMirror
from drivers.messages import (
    BenchState,
    Home,
    Loan,
    Reply,
    TagsHeard,
    Telemetry,
)
from drivers.room.homes import HomesCopy
from drivers.room.link import Link, LinkTiming
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.topics import AgentTopics
from tests.link.brokers import SITE, TestBroker, settings_for
from tests.link.parts import (
    background,
    close_context,
    inbox_of,
    open_context,
    source,
    until,
)
from tests.link.processes import QUICK

TOPICS = AgentTopics(SITE, "S1")


@dataclass(slots=True)
class Archive:
    """The archive side, and what it was told."""

    context: Context
    link: ControllerLink
    mirror: RoomMirror
    homes: list[tuple[int, list[Home]]]
    loans: list[tuple[int, list[Loan]]]
    replies: list[Reply] = field(default_factory=list)
    samples: list[Telemetry] = field(default_factory=list)
    benches: list[tuple[str, BenchState]] = field(default_factory=list)
    heard: list[tuple[str, TagsHeard]] = field(default_factory=list)


@asynccontextmanager
async def archive(broker: TestBroker, folder: Path) -> AsyncIterator[Archive]:
    context = open_context(folder)
    homes: list[tuple[int, list[Home]]] = [(1, [])]
    mirror = RoomMirror(context.clock, context.hub)
    replies: list[Reply] = []
    samples: list[Telemetry] = []
    loans: list[tuple[int, list[Loan]]] = [(1, [])]
    benches: list[tuple[str, BenchState]] = []
    heard: list[tuple[str, TagsHeard]] = []
    takers = Takers(
        inbox=inbox_of(context),
        mirror=mirror,
        reply=lambda _agent, reply: replies.append(reply) or [],  # type: ignore[func-returns-value]  # append returns nothing, so the empty list
        samples=lambda _agent, batch: samples.append(batch) or [],  # type: ignore[func-returns-value]
        bench=lambda agent, bench: benches.append((agent, bench)),
        heard=lambda agent, each: heard.append((agent, each)),
        homes=source(lambda: homes[-1]),
        loans=source(lambda: loans[-1]),
    )
    link = ControllerLink(context, settings_for(broker.port, "controller"), takers)
    async with background(link.run()):
        await until(lambda: link.why_down is None)
        yield Archive(context, link, mirror, homes, loans, replies, samples, benches, heard)
    close_context(context)


class KnownLink(Link):
    """The room's link, whose connection a test may cut."""

    last: aiomqtt.Client | None = None

    def _client(self) -> aiomqtt.Client:
        self.last = super()._client()
        return self.last

    def cut(self) -> None:
        """Break the connection without a goodbye, as a power cut does."""
        assert self.last is not None
        sock = self.last._client.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(2)


@asynccontextmanager
async def room(
    broker: TestBroker, folder: Path, timing: LinkTiming = QUICK
) -> AsyncIterator[KnownLink]:
    clock = SystemClock()
    outbox = Outbox(folder / "outbox.db", clock)
    homes = HomesCopy(folder / "homes.jsonl", clock)
    settings = settings_for(broker.port, "S1")
    link = KnownLink(
        settings,
        TOPICS,
        outbox,
        clock,
        boot_id="boot-1",
        homes=homes,
        loans=LoansCopy(folder / "loans.jsonl", clock),
        timing=timing,
    )
    async with background(link.run()):
        await until(lambda: link.view().connected)
        yield link
    outbox.close()


@asynccontextmanager
async def raw(broker: TestBroker, user: str) -> AsyncIterator[aiomqtt.Client]:
    settings = settings_for(broker.port, user)
    async with open_client(settings, identifier=user, clean=True) as client:
        yield client


async def next_payload(client: aiomqtt.Client) -> bytes:
    async for message in client.messages:
        return bytes(message.payload)
    raise AssertionError("the connection ended")
