"""Fetches a set chunk by chunk when the archive announces a version that the room does not have."""

from __future__ import annotations

import asyncio
import logging
from typing import Generic

import aiomqtt

from config.mqtt import publish
from drivers.messages import Chunk, Fetch, LoansChunk, Manifest
from drivers.room.set_copy import Row, SetCopy
from drivers.topics import AgentTopics

_log = logging.getLogger(__name__)
_MOST_CHUNKS = 10_000


class SetFetch(Generic[Row]):
    """Brings the room's copy up to the announced version; starts over if that changes meanwhile."""

    def __init__(self, copy: SetCopy[Row], topics: AgentTopics, *, retry_s: float) -> None:
        self._copy = copy
        self._topics = topics
        self._retry_s = retry_s
        self._wanted: Manifest | None = None
        self._announced = asyncio.Event()
        self._chunks: asyncio.Queue[Chunk | LoansChunk | None] = asyncio.Queue(16)

    def announce(self, manifest: Manifest, *, alive: bool) -> None:
        """Take a manifest; `alive` if a controller just sent it, and no broker's memory."""
        changed = self._wanted != manifest
        self._wanted = manifest
        if changed and not self._chunks.full():
            self._chunks.put_nowait(None)  # whoever waits for a chunk of another version looks up
        if alive and self._copy.is_the_one_of(manifest):
            self._copy.confirm()
        self._announced.set()

    def deliver(self, chunk: Chunk | LoansChunk) -> None:
        """Take a chunk that was asked for; one too many is dropped and asked for again."""
        if not self._chunks.full():
            self._chunks.put_nowait(chunk)

    async def run(self, client: aiomqtt.Client) -> None:
        """Fetch whenever a new version is announced, until cancelled."""
        while True:
            await self._announced.wait()
            self._announced.clear()
            manifest = self._wanted
            if manifest is None or self._copy.is_the_one_of(manifest):
                continue
            if manifest.chunks > _MOST_CHUNKS:
                _log.warning("%s: a set of %d chunks is refused", self._copy.name, manifest.chunks)
                continue
            rows = await self._fetch_all(client, manifest)
            if rows is not None:
                await self._take(manifest, rows)

    async def _fetch_all(self, client: aiomqtt.Client, manifest: Manifest) -> list[Row] | None:
        rows: list[Row] = []
        for number in range(manifest.chunks):
            chunk = await self._fetch_one(client, manifest, number)
            if chunk is None:
                return None
            rows.extend(row for row in chunk.rows if isinstance(row, self._copy.row_type))
        return rows

    async def _fetch_one(
        self, client: aiomqtt.Client, manifest: Manifest, number: int
    ) -> Chunk | LoansChunk | None:
        """Ask until the chunk comes; `None` if another version was announced meanwhile."""
        ask = Fetch(version=manifest.version, chunk=number).to_bytes()
        while self._wanted == manifest:
            await publish(client, self._topics.fetch(self._copy.name), ask, qos=1)
            try:
                async with asyncio.timeout(self._retry_s):
                    while (chunk := await self._chunks.get()) is not None:
                        if (chunk.version, chunk.chunk) == (manifest.version, number):
                            return chunk
            except TimeoutError:
                continue
        return None

    async def _take(self, manifest: Manifest, rows: list[Row]) -> None:
        try:
            self._copy.install(manifest, rows)
            await asyncio.to_thread(self._copy.save)
        except ValueError as error:
            _log.warning("%s", error)
            await asyncio.sleep(self._retry_s)
            self._announced.set()
        except OSError as error:
            _log.warning("%s: the copy is in use, not saved: %s", self._copy.name, error)
