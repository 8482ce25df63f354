"""The two sides of the link as processes that kill themselves at a named point.

The points lie between the steps of the way of an event: commit | publish | broker ack | effect |
application ack. A dying part is the shipped class with one method that ends the process.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import aiomqtt

from config.clock import SystemClock
from controller.context import Context
from controller.link.inbox import Inbox, Taken
from controller.link.link import ControllerLink, Takers
from controller.live import LiveChange
from controller.store.engine import WriteSession
from drivers.messages import Ack, Event, EventBatch, Payload
from drivers.room.homes import HomesCopy
from drivers.room.link import Link, LinkTiming
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.topics import AgentTopics
from tests.link.brokers import SITE, settings_for
from tests.link.parts import (
    SilentMirror,
    inbox_of,
    numbered,
    open_context,
    source,
    tell,
    until,
)

ROOM_POINTS = ("committed", "published", "broker acked", "told", "marked")
CONTROLLER_POINTS = ("received", "effect", "stored", "acked")
QUICK = LinkTiming(heartbeat_s=0.5, resend_s=0.4, resend_most_s=0.8, backoff_s=0.05)


def die() -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingLink(Link):
    """The room's link, ending its process at a point."""

    point: str | None = None

    async def _send(
        self, client: aiomqtt.Client, topic: str, payload: Payload, *, retain: bool = False
    ) -> None:
        if not isinstance(payload, EventBatch):
            await super()._send(client, topic, payload, retain=retain)
            return
        if self.point == "published":
            await client.publish(topic, payload.to_bytes(), qos=0)  # sent, and nobody confirms
            die()
        await super()._send(client, topic, payload, retain=retain)
        if self.point == "broker acked":
            die()

    async def _take_ack(self, ack: Ack) -> None:
        if self.point == "told":
            die()
        await super()._take_ack(ack)
        if self.point == "marked":
            die()


def run_room(
    port: int, folder: Path, parent: Connection, numbers: range, point: str | None
) -> None:
    """Write numbered events and relay them; say `drained` whenever the archive has them all."""

    async def live() -> None:
        clock = SystemClock()
        outbox = Outbox(folder / "outbox.db", clock)
        for number in numbers:
            await outbox.append(numbered(number))
        if point == "committed":
            die()
        link = DyingLink(
            settings_for(port, "S1"),
            AgentTopics(SITE, "S1"),
            outbox,
            clock,
            boot_id="boot",
            homes=HomesCopy(folder / "homes", clock),
            loans=LoansCopy(folder / "loans", clock),
            timing=QUICK,
        )
        link.point = point
        async with asyncio.TaskGroup() as group:
            group.create_task(link.run())
            group.create_task(_tell_when_drained(outbox, parent))
            group.create_task(_tell_requests(link, parent))
            group.create_task(_tell_ups(link, parent))

    asyncio.run(live())


async def _tell_when_drained(outbox: Outbox, parent: Connection) -> None:
    await until(lambda: outbox.uuid is not None and not outbox.health().waiting)
    parent.send("drained")


async def _tell_requests(link: Link, parent: Connection) -> None:
    while True:
        received = await link.requests.get()
        parent.send(f"request {received.request.id}")


async def _tell_ups(link: Link, parent: Connection) -> None:
    """Say `up` at every new connection."""
    while True:
        await until(lambda: link.view().connected)
        parent.send("up")
        await until(lambda: not link.view().connected)


class DyingInbox(Inbox):
    """The archive's inbox, ending its process at a point."""

    point: str | None = None

    def take(self, agent: str, payload: bytes) -> Taken:
        if self.point == "received":
            die()
        taken = super().take(agent, payload)
        if self.point == "stored":
            die()
        return taken


class DyingControllerLink(ControllerLink):
    """The archive's link, ending its process after it sent the acknowledgement of an event."""

    point: str | None = None

    async def _ack(self, agent: str, ack: Ack) -> None:
        await super()._ack(agent, ack)
        if self.point == "acked" and ack.seq:
            die()


def tell_and_die(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Have the effect, and end before it is committed."""
    tell(session, context, agent, events)
    session.flush()
    die()
    return []


def run_controller(port: int, folder: Path, parent: Connection, point: str | None) -> None:
    """Store what the room tells; say `up` once connected."""

    async def live() -> None:
        context = open_context(folder)
        apply_many = tell_and_die if point == "effect" else tell
        effects = inbox_of(context, apply_many)._effects
        inbox = DyingInbox(context, effects)
        inbox.point = point
        takers = Takers(
            inbox=inbox,
            mirror=SilentMirror(),
            reply=lambda _agent, _reply: [],
            samples=lambda _agent, _samples: [],
            bench=lambda _agent, _bench: None,
            heard=lambda _agent, _heard: None,
            homes=source(lambda: (1, [])),
            loans=source(lambda: (1, [])),
        )
        link = DyingControllerLink(context, settings_for(port, "controller"), takers)
        link.point = point
        async with asyncio.TaskGroup() as group:
            group.create_task(link.run())
            group.create_task(_tell_when_up(link, parent))

    asyncio.run(live())


async def _tell_when_up(link: ControllerLink, parent: Connection) -> None:
    await until(lambda: link.why_down is None)
    parent.send("up")
