"""The readers that are connected now, for whoever wants to write a tag or switch an output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drivers.ports import TagReader


class Stations:
    """Who is connected. The ears enter a reader while they listen to it."""

    def __init__(self) -> None:
        self._readers: dict[str, TagReader] = {}

    @contextmanager
    def holding(self, device: str, reader: TagReader) -> Iterator[None]:
        """Have a reader found by others while the block lasts."""
        self._readers[device] = reader
        try:
            yield
        finally:
            del self._readers[device]

    def find(self, device: str) -> TagReader | None:
        """Find a reader; `None` while it is not connected."""
        return self._readers.get(device)
