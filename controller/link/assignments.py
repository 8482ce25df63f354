"""Tells each room where its boxes belong: announces the version, serves the list in chunks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from config.clock import Clock
from drivers.messages import Chunk, Fetch, Home, Manifest, Payload, homes_digest
from drivers.topics import AgentTopics

_log = logging.getLogger(__name__)

ROWS_PER_CHUNK = 500
LOOK_EVERY_S = 2.0
REPEAT_EVERY_S = 60.0

Send = Callable[[str, Payload, bool], Awaitable[bool]]
"""Sends (topic, payload, retain); `False` if there is no connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesSource:
    """How to read the homes of a room: both block, and run in a thread."""

    version: Callable[[str], int]
    """Grows with every change of any home of the room."""
    rows: Callable[[str], Sequence[Home]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One version of a room's list, ready to be served."""

    manifest: Manifest
    chunks: tuple[Chunk, ...]
    announced_at_s: float | None = None


class Assignments:
    """Keeps every room's list of homes up to date. Lives in the event loop of the link."""

    def __init__(
        self, site: str, rooms: Iterable[str], source: HomesSource, send: Send, clock: Clock
    ) -> None:
        self._topics = {room: AgentTopics(site, room) for room in rooms}
        self._source = source
        self._send = send
        self._clock = clock
        self._offers: dict[str, _Offer] = {}
        self._connected = asyncio.Event()

    def greet(self) -> None:
        """Announce every list now: a new connection stands, and rooms answer with a heartbeat."""
        self._connected.set()

    async def run(self) -> None:
        """Announce every list, again when it changes and every minute, until cancelled."""
        while True:
            greeting = self._connected.is_set()
            self._connected.clear()
            for room in self._topics:
                try:
                    await self.announce(room, now=greeting)
                except Exception:
                    _log.exception("the homes of %s could not be announced", room)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._connected.wait()

    async def announce(self, room: str, *, now: bool = False) -> None:
        """Announce a room's list if it is new or was last announced a minute ago."""
        offer = await self._offer(room)
        at_s = self._clock.monotonic()
        told_at_s = offer.announced_at_s
        if not now and told_at_s is not None and at_s - told_at_s < REPEAT_EVERY_S:
            return
        if await self._send(self._topics[room].assign("homes"), offer.manifest, True):
            self._offers[room] = _Offer(
                manifest=offer.manifest, chunks=offer.chunks, announced_at_s=at_s
            )

    async def serve(self, room: str, fetch: Fetch) -> None:
        """Send the chunk a room asked for; for a version that is gone, announce the new one."""
        offer = await self._offer(room)
        if fetch.version != offer.manifest.version:
            await self.announce(room, now=True)
        elif 0 <= fetch.chunk < len(offer.chunks):
            chunk = offer.chunks[fetch.chunk]
            await self._send(self._topics[room].chunk("homes"), chunk, False)

    async def _offer(self, room: str) -> _Offer:
        version = await asyncio.to_thread(self._source.version, room)
        offer = self._offers.get(room)
        if offer is None or offer.manifest.version != version:
            rows = await asyncio.to_thread(self._source.rows, room)
            offer = self._offers[room] = _make_offer(version, rows)
        return offer


def _make_offer(version: int, rows: Sequence[Home]) -> _Offer:
    starts = range(0, len(rows), ROWS_PER_CHUNK)
    chunks = tuple(
        Chunk(version=version, chunk=number, rows=tuple(rows[start : start + ROWS_PER_CHUNK]))
        for number, start in enumerate(starts)
    )
    manifest = Manifest(
        version=version, count=len(rows), chunks=len(chunks), sha256=homes_digest(rows)
    )
    return _Offer(manifest=manifest, chunks=chunks)
