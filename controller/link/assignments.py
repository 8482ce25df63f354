"""Gives each room its sets, homes and loans: announces versions, serves the rows in chunks."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Generic, TypeVar

from config.clock import Clock
from drivers.messages import (
    AssignedSet,
    Chunk,
    Fetch,
    Home,
    Loan,
    LoansChunk,
    Manifest,
    Payload,
    homes_digest,
    loans_digest,
)
from drivers.topics import AgentTopics

_log = logging.getLogger(__name__)

ROWS_PER_CHUNK = 500
LOOK_EVERY_S = 2.0
REPEAT_EVERY_S = 60.0
FETCH_CHUNK_S = 0.25
"""So long a room may take for each chunk but one before a set gives way to a newer version.

While a room is paired its homes change with every box; it would never hold a whole set.
"""

Send = Callable[[str, Payload, bool], Awaitable[bool]]
"""Sends (topic, payload, retain); `False` if there is no connection."""
Row = TypeVar("Row", Home, Loan)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSource(Generic[Row]):
    """How to read a set of a room: both block, and run in a thread."""

    version: Callable[[str], int]
    """Differs after every change of the room's rows."""
    rows: Callable[[str], Iterable[Row]]
    """They may come one by one: nobody holds a room's hundred thousand rows as values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One version of a room's set, ready to be served; chunks are kept as compressed JSON."""

    manifest: Manifest
    chunks: tuple[bytes, ...]
    made_at_s: float
    announced_at_s: float | None = None

    def is_fetched_by(self, at_s: float) -> bool:
        """Say whether a room has had the time to fetch it."""
        return at_s - self.made_at_s >= (len(self.chunks) - 1) * FETCH_CHUNK_S


class Assignments:
    """Keeps every room's sets up to date. Lives in the event loop of the link."""

    def __init__(
        self,
        site: str,
        rooms: Iterable[str],
        send: Send,
        clock: Clock,
        *,
        homes: SetSource[Home],
        loans: SetSource[Loan],
    ) -> None:
        self._topics = {room: AgentTopics(site, room) for room in rooms}
        self._homes = homes
        self._loans = loans
        self._send = send
        self._clock = clock
        self._offers: dict[tuple[str, AssignedSet], _Offer] = {}
        self._connected = asyncio.Event()

    def greet(self) -> None:
        """Announce every set now: a new connection stands, and rooms answer with a heartbeat."""
        self._connected.set()

    async def run(self) -> None:
        """Announce every set, again when it changes and every minute, until cancelled."""
        while True:
            greeting = self._connected.is_set()
            self._connected.clear()
            for room, name in self._each():
                try:
                    await self.announce(room, name, now=greeting)
                except Exception:
                    _log.exception("the %s of %s could not be announced", name, room)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._connected.wait()

    async def announce(self, room: str, name: AssignedSet, *, now: bool = False) -> None:
        """Announce a room's set if it is new or was last announced a minute ago."""
        offer = await self._offer(room, name)
        at_s = self._clock.monotonic()
        told_at_s = offer.announced_at_s
        if not now and told_at_s is not None and at_s - told_at_s < REPEAT_EVERY_S:
            return
        if await self._send(self._topics[room].assign(name), offer.manifest, True):
            self._offers[room, name] = replace(offer, announced_at_s=at_s)

    async def serve(self, room: str, name: str | None, fetch: Fetch) -> None:
        """Send the chunk a room asked for; for a version that is gone, announce the new one.

        A set that nobody knows is not answered: the room is newer than we are.
        """
        known = _known(name)
        if known is None:
            return
        offer = await self._offer(room, known)
        if fetch.version != offer.manifest.version:
            await self.announce(room, known, now=True)
        elif 0 <= fetch.chunk < len(offer.chunks):
            chunk = _unpack(known, offer.chunks[fetch.chunk])
            await self._send(self._topics[room].chunk(known), chunk, False)

    def _each(self) -> Iterator[tuple[str, AssignedSet]]:
        for room in self._topics:
            yield room, "homes"
            yield room, "loans"

    async def _offer(self, room: str, name: AssignedSet) -> _Offer:
        source = self._homes if name == "homes" else self._loans
        offer = self._offers.get((room, name))
        if offer is not None and not offer.is_fetched_by(self._clock.monotonic()):
            return offer
        version = await asyncio.to_thread(source.version, room)
        if offer is None or offer.manifest.version != version:
            make = self._offer_homes if name == "homes" else self._offer_loans
            offer = self._offers[room, name] = await asyncio.to_thread(make, room, version)
        return offer

    def _offer_homes(self, room: str, version: int) -> _Offer:
        packing = _Packing[Home](
            lambda number, some: Chunk(version=version, chunk=number, rows=some)
        )
        sha256 = homes_digest(packing.each(self._homes.rows(room)))
        return self._make_offer("homes", version, packing, sha256)

    def _offer_loans(self, room: str, version: int) -> _Offer:
        packing = _Packing[Loan](
            lambda number, some: LoansChunk(version=version, chunk=number, rows=some)
        )
        sha256 = loans_digest(packing.each(self._loans.rows(room)))
        return self._make_offer("loans", version, packing, sha256)

    def _make_offer(
        self, name: AssignedSet, version: int, packing: _Packing[Row], sha256: str
    ) -> _Offer:
        chunks = tuple(packing.chunks)
        manifest = Manifest(
            assigned_set=name,
            version=version,
            count=packing.count,
            chunks=len(chunks),
            sha256=sha256,
        )
        return _Offer(manifest=manifest, chunks=chunks, made_at_s=self._clock.monotonic())


class _Packing(Generic[Row]):
    """Writes chunks down while their rows pass by."""

    def __init__(self, make: Callable[[int, tuple[Row, ...]], Payload]) -> None:
        self.chunks: list[bytes] = []
        self.count = 0
        self._make: Callable[[int, tuple[Row, ...]], Payload] = make

    def each(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass the rows on; once all are through, all chunks are there."""
        left = iter(rows)
        while some := tuple(islice(left, ROWS_PER_CHUNK)):
            chunk = self._make(len(self.chunks), some)
            self.chunks.append(zlib.compress(chunk.model_dump_json().encode(), level=1))
            self.count += len(some)
            yield from some


def _known(name: str | None) -> AssignedSet | None:
    return "homes" if name == "homes" else "loans" if name == "loans" else None


def _unpack(name: AssignedSet, chunk: bytes) -> Chunk | LoansChunk:
    said = zlib.decompress(chunk)
    return (
        Chunk.model_validate_json(said) if name == "homes" else LoansChunk.model_validate_json(said)
    )
