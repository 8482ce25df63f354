"""What drivers need of a stream of bytes; the wire itself is somebody else's business."""

from __future__ import annotations

from typing import Protocol


class ByteStream(Protocol):
    """An open wire. Every call raises LinkLost once the wire is gone."""

    async def read(self, max_bytes: int) -> bytes:
        """Wait for the next bytes, at least one and at most `max_bytes`."""
        ...

    async def write(self, payload: bytes) -> None:
        """Hand all bytes over to the wire."""
        ...

    async def close(self) -> None:
        """Let go of the wire; never raises, may be called twice."""
        ...
