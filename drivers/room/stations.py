"""The readers that are connected now, for whoever wants to write a tag, switch an output, or know.

What a reader counts is counted since it was connected; here it is added up over all connections.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from drivers.ports import TagReader
from drivers.readings import ReaderHealth


class Stations:
    """Who is connected. The ears enter a reader while they listen to it."""

    def __init__(self) -> None:
        self._readers: dict[str, TagReader] = {}
        self._before: dict[str, ReaderHealth] = {}

    @contextmanager
    def holding(self, device: str, reader: TagReader) -> Iterator[None]:
        """Have a reader found by others while the block lasts."""
        self._readers[device] = reader
        try:
            yield
        finally:
            self._before[device] = self._since_start(device, reader)
            del self._readers[device]

    def find(self, device: str) -> TagReader | None:
        """Find a reader; `None` while it is not connected."""
        return self._readers.get(device)

    def find_health(self, device: str) -> ReaderHealth | None:
        """Say how a reader is, its counters since this program began; `None` if not connected."""
        reader = self._readers.get(device)
        return None if reader is None else self._since_start(device, reader)

    def _since_start(self, device: str, reader: TagReader) -> ReaderHealth:
        now, before = reader.health(), self._before.get(device, ReaderHealth())
        return replace(
            now,
            garbled=before.garbled + now.garbled,
            skipped_bytes=before.skipped_bytes + now.skipped_bytes,
            repeated=before.repeated + now.repeated,
            clock_jumps=before.clock_jumps + now.clock_jumps,
            last_error=now.last_error or before.last_error,
        )
