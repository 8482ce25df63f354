"""Relays the outbox to the archive: in order, in batches, again and again until it says stored."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import aiomqtt
from pydantic import ValidationError

from drivers.messages import (
    HEARTBEAT_S,
    Ack,
    EventBatch,
    Payload,
    Sample,
    Sequenced,
    Telemetry,
)
from drivers.room.outbox import Outbox
from drivers.room.outbox_file import StoredEvent
from drivers.topics import AgentTopics

_log = logging.getLogger(__name__)

BATCH = 200
_PAUSE_S = 0.1

Send = Callable[[aiomqtt.Client, str, Payload], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTiming:
    """How long the link waits before it says something again."""

    heartbeat_s: float = HEARTBEAT_S
    resend_s: float = 5.0
    resend_most_s: float = 60.0
    backoff_s: float = 0.2


class Relay:
    """One batch of events and one of samples are on their way at a time, so order is kept."""

    def __init__(self, outbox: Outbox, topics: AgentTopics, timing: LinkTiming, send: Send) -> None:
        self._outbox = outbox
        self._topics = topics
        self._timing = timing
        self._send = send
        self._written = asyncio.Event()
        self._samples_written = asyncio.Event()
        self._acked = asyncio.Event()
        self._samples_acked = asyncio.Event()

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake up in a loop whenever the outbox has something new on disk."""
        self._outbox.listen(lambda: _tell(loop, self._on_written))

    async def take_ack(self, ack: Ack) -> None:
        """Mark what the archive has stored."""
        if ack.stream == "telemetry":
            await self._outbox.mark_samples_stored(ack.outbox, ack.seq)
            self._samples_acked.set()
        else:
            await self._outbox.mark_acked(ack.outbox, ack.seq)
            self._acked.set()

    async def relay_events(self, client: aiomqtt.Client) -> None:
        """Send events until cancelled; a batch waits for its acknowledgement or is sent again."""
        wait_s = self._timing.resend_s
        while True:
            self._written.clear()
            self._acked.clear()
            acked, outbox = self._outbox.acked, self._outbox.uuid
            events = await self._outbox.batch(acked, BATCH)
            if not events or outbox is None:
                await self._written.wait()
                continue
            await self._send(client, self._topics.event, await self._batch(outbox, events))
            if not await happens(self._acked, wait_s):
                wait_s = min(wait_s * 2, self._timing.resend_most_s)
                continue
            wait_s = self._timing.resend_s
            if self._outbox.acked == acked:  # the archive is back and asks for what follows
                await asyncio.sleep(_PAUSE_S)

    async def _batch(self, outbox: str, events: list[StoredEvent]) -> EventBatch:
        sequenced = (Sequenced(seq=event.seq, body=_read_body(event.body)) for event in events)
        oldest = await self._outbox.oldest()
        return EventBatch(outbox=outbox, oldest=oldest, events=tuple(sequenced))

    async def relay_samples(self, client: aiomqtt.Client) -> None:
        """Send samples until cancelled, in the batches in which they were first sent."""
        wait_s = self._timing.resend_s
        while True:
            self._samples_written.clear()
            self._samples_acked.clear()
            stored = await self._outbox.next_samples()
            if stored is None or self._outbox.uuid is None:
                await self._samples_written.wait()
                continue
            samples = tuple(_readable(stored.bodies))
            if not samples:
                await self._outbox.mark_samples_stored(self._outbox.uuid, stored.seq)
                continue
            batch = Telemetry(
                device=stored.device,
                outbox=self._outbox.uuid,
                seq=stored.seq,
                samples=samples,
            )
            await self._send(client, self._topics.telemetry(stored.device), batch)
            if await happens(self._samples_acked, wait_s):
                wait_s = self._timing.resend_s
            else:
                wait_s = min(wait_s * 2, self._timing.resend_most_s)

    def _on_written(self) -> None:
        self._written.set()
        self._samples_written.set()


def _read_body(text: str) -> dict[str, object]:
    """Read a stored event; one that the disk spoilt is sent as it is, for the archive to keep."""
    with suppress(ValueError):
        body = json.loads(text)
        if isinstance(body, dict):
            return body
    return {"kind": "spoilt", "raw": text}


def _readable(bodies: Iterable[str]) -> Iterator[Sample]:
    for body in bodies:
        try:
            yield Sample.model_validate_json(body)
        except ValidationError:
            _log.error("a stored sample is unreadable and given up: %.200s", body)


async def happens(event: asyncio.Event, within_s: float) -> bool:
    """Wait for an event; say whether it came in time."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop may have ended before the outbox's thread
        loop.call_soon_threadsafe(callback)
