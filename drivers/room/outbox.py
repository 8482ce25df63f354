"""Keeps what happened until the archive has it: on disk first, in memory while the disk fails.

A thread of its own does all disk work, so that a slow or broken disk never holds up whoever calls,
stop least of all. Only what is safely on disk is ever sent; else a restart could use a sequence
number twice.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from config.clock import Clock
from drivers.messages import Event, Sample
from drivers.room.outbox_file import OutboxFile, StoredEvent, StoredSamples

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

KEEP_ACKED = timedelta(days=7)
PATIENCE_S = 1.0
RETRY_S = 1.0
_PRUNE_EVERY_S = 3600.0
_SAMPLES_PER_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLimits:
    """How much may pile up: samples on disk, and what waits in memory for a failing disk."""

    samples: int = 200_000
    unwritten_events: int = 10_000
    unwritten_samples: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxHealth:
    """How the outbox is doing: events waiting for the archive, and those waiting for the disk."""

    waiting: int
    unwritten: int
    dropped: int
    """Events lost because disk and memory both failed to hold them; 0 unless a disk is broken."""
    thinned: int
    failing: str | None
    """What the disk said when it last failed; `None` if it works."""


@dataclass(slots=True)
class _Pending:
    body: str
    written: Future[int]


class Outbox:
    """The room's events and samples on their way to the archive. Never raises for a bad disk."""

    def __init__(self, path: Path, clock: Clock, limits: OutboxLimits | None = None) -> None:
        self._path = path
        self._clock = clock
        self._limits = limits or OutboxLimits()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._events: deque[_Pending] = deque()
        self._samples: deque[tuple[str, str]] = deque(maxlen=self._limits.unwritten_samples)
        self._file: OutboxFile | None = None
        self._retry: threading.Timer | None = None
        self._listener: Callable[[], None] = _nobody
        self._pruned_at_s: float | None = None
        self._failing: str | None = None
        self._dropped = 0
        self._thinned = 0
        self._uuid: str | None = None
        self._acked = 0
        self._last = 0
        self._closed = False
        self._wake()

    async def append(self, event: Event) -> int | None:
        """Write an event and return its sequence number; `None` if the disk took too long.

        The event is then kept in memory, in order, and written when the disk is back.
        """
        written = self._put(event)
        if written is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.shield(asyncio.wrap_future(written))
        except TimeoutError:
            return None

    def append_soon(self, event: Event) -> None:
        """Write an event in order with all others, without waiting: for what must not wait."""
        self._put(event)

    def add_sample(self, device: str, sample: Sample) -> None:
        """Keep a climate sample until it is sent; the oldest give way when there are too many."""
        with self._lock:
            self._samples.append((device, sample.model_dump_json()))
        self._wake()

    def health(self) -> OutboxHealth:
        """Say how much waits, and whether the disk works."""
        with self._lock:
            return OutboxHealth(
                waiting=self._last - self._acked + len(self._events),
                unwritten=len(self._events),
                dropped=self._dropped,
                thinned=self._thinned,
                failing=self._failing,
            )

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in the outbox's thread, whenever something new is on disk."""
        self._listener = listener

    @property
    def uuid(self) -> str | None:
        """The identity of this outbox; `None` while the disk was never readable."""
        return self._uuid

    @property
    def written(self) -> int:
        """The last sequence number that is on disk."""
        return self._last

    @property
    def acked(self) -> int:
        """The last sequence number that the archive has for sure."""
        return self._acked

    async def batch(self, after: int, limit: int) -> list[StoredEvent]:
        """List what is on disk after a sequence number, in order; nothing while the disk fails."""
        return await self._on_disk(lambda file: file.list_events(after, limit), [])

    async def oldest(self) -> int:
        """Name the smallest sequence number still held."""
        return await self._on_disk(OutboxFile.oldest, 1)

    async def mark_acked(self, outbox: str, seq: int) -> None:
        """Believe the archive: it has all up to `seq`. A smaller one than before sends again."""
        await self._on_disk(lambda file: self._mark_acked(file, outbox, seq), None)

    async def next_samples(self) -> StoredSamples | None:
        """Pick the samples to send next; the same ones until they are marked stored."""
        return await self._on_disk(lambda file: file.next_samples(_SAMPLES_PER_BATCH), None)

    async def mark_samples_stored(self, outbox: str, seq: int) -> None:
        """Forget the batch of samples that ended with `seq`."""
        if outbox == self._uuid:
            await self._on_disk(lambda file: file.drop_samples(seq), None)

    def close(self) -> None:
        """Write what waits, for two seconds at most, and close the file."""
        with self._lock:
            self._closed = True
            if self._retry is not None:
                self._retry.cancel()
        last = self._thread.submit(self._close_file)
        self._thread.shutdown(wait=False)
        try:
            last.result(timeout=2)
        except TimeoutError:
            _log.error("outbox %s: the disk hangs, %s", self._path, self.health())

    def _put(self, event: Event) -> Future[int] | None:
        pending = _Pending(event.model_dump_json(), Future())
        with self._lock:
            if len(self._events) >= self._limits.unwritten_events:
                self._dropped += 1
                return None
            self._events.append(pending)
        self._wake()
        return pending.written

    def _wake(self) -> None:
        with self._lock:
            if not self._closed:
                self._thread.submit(self._drain)

    def _try_again(self) -> None:
        with self._lock:
            self._retry = None
        self._wake()

    def _drain(self) -> None:
        try:
            self._drain_events(self._open())
            self._drain_samples(self._open())
        except (sqlite3.Error, OSError) as error:
            self._went_wrong(error)
            return
        self._went_well()

    def _drain_events(self, file: OutboxFile) -> None:
        with self._lock:
            waiting = list(self._events)
        if not waiting:
            return
        try:
            first = file.write_events([pending.body for pending in waiting])
        except sqlite3.OperationalError:
            self._thinned += file.thin_samples(file.count_samples() // 2)
            first = file.write_events([pending.body for pending in waiting])
        self._settle(file, first)

    def _settle(self, file: OutboxFile, first: int) -> None:
        """Tell those whose events are on disk from `first` on."""
        with self._lock:
            written = [self._events.popleft() for _ in range(file.last + 1 - first)]
            self._last = file.last
        for seq, pending in enumerate(written, start=first):
            pending.written.set_result(seq)
        self._listener()

    def _drain_samples(self, file: OutboxFile) -> None:
        with self._lock:
            waiting = list(self._samples)
            self._samples.clear()
        if not waiting:
            return
        try:
            file.write_samples(waiting)
            self._thinned += file.thin_samples(self._limits.samples)
        except sqlite3.OperationalError as error:
            self._thinned += file.thin_samples(file.count_samples() // 2)
            self._thinned += len(waiting)
            _log.warning("outbox %s: %d samples given up: %s", self._path, len(waiting), error)
        self._listener()

    def _open(self) -> OutboxFile:
        if self._file is not None:
            return self._file
        self._file = file = OutboxFile(self._path)
        if file.uuid == self._uuid and file.last > self._last:
            self._settle(file, self._last + 1)  # the disk reported an error, yet kept them
        with self._lock:
            self._uuid, self._acked, self._last = file.uuid, file.acked, file.last
        self._listener()
        return file

    def _mark_acked(self, file: OutboxFile, outbox: str, seq: int) -> None:
        if outbox != file.uuid or seq == file.acked:
            return
        if seq > file.last:
            _log.error(
                "outbox %s ends at %d, but the archive has %d of it: the disk lost what it said it "
                "kept; going on under a new identity",
                self._path,
                file.last,
                seq,
            )
            file.start_anew()
        else:
            file.mark_acked(seq, self._clock.now())
            self._prune(file)
        with self._lock:
            self._uuid, self._acked = file.uuid, file.acked

    def _prune(self, file: OutboxFile) -> None:
        now_s = self._clock.monotonic()
        if self._pruned_at_s is None or now_s - self._pruned_at_s >= _PRUNE_EVERY_S:
            self._pruned_at_s = now_s
            file.prune(self._clock.now(), KEEP_ACKED)

    async def _on_disk(self, work: Callable[[OutboxFile], _T], otherwise: _T) -> _T:
        """Do work in the disk's thread; give back `otherwise` if the disk fails."""

        def guarded() -> _T:
            try:
                return work(self._open())
            except (sqlite3.Error, OSError) as error:
                self._went_wrong(error)
                return otherwise

        if self._closed:
            return otherwise
        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    def _went_wrong(self, error: Exception) -> None:
        if self._failing is None:
            _log.error("outbox %s: %s; events stay in memory until it works", self._path, error)
        self._drop_file()
        with self._lock:
            self._failing = str(error)
            if self._retry is None and not self._closed:
                self._retry = threading.Timer(RETRY_S, self._try_again)
                self._retry.daemon = True
                self._retry.start()

    def _went_well(self) -> None:
        if self._failing is not None:
            _log.warning("outbox %s: the disk works again", self._path)
        with self._lock:
            self._failing = None

    def _drop_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except sqlite3.Error:
                pass  # it is being given up

    def _close_file(self) -> None:
        self._drain()
        self._drop_file()


def _nobody() -> None:
    """Listen to nothing."""
