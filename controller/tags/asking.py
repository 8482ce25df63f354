"""How a subject asks a room about its tags; the link is who carries it there."""

from __future__ import annotations

from typing import Protocol

from drivers.messages import Reply, TagRequest


class TagRequests(Protocol):
    """Asks a room about its tags and waits for the outcome."""

    async def ask(self, room: str, request: TagRequest, wait_s: float = ...) -> Reply | None:
        """Ask a room once; return its final answer, or what it said last within `wait_s` seconds.

        Without a time it is long enough for a tag to be written. `None`: nothing came back, or
        nothing could be sent. That and an answer that is no more than `accepted` leave the outcome
        of a write unknown; only reading the tag can tell.
        """
        ...
