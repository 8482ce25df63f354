"""Asks rooms about tags and waits for the outcome. Nothing is ever sent a second time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from controller.link.ledger import Publish
from drivers.messages import Reply, TagRequest
from drivers.topics import AgentTopics

ANSWER_WITHIN_S = 12.0
"""A write may begin at the end of its ttl, and takes its time."""
_UNDER_WAY = "accepted"


@dataclass(slots=True)
class _Asked:
    final: asyncio.Future[Reply]
    last: Reply | None = None


class TagRequestSender:
    """Matches answers to requests about tags. Lives in the event loop of the link."""

    def __init__(self, site: str, publish: Publish) -> None:
        self._site = site
        self._publish = publish
        self._waiting: dict[str, _Asked] = {}

    async def ask(
        self, room: str, request: TagRequest, wait_s: float = ANSWER_WITHIN_S
    ) -> Reply | None:
        """Ask a room, as `controller.tags.asking.TagRequests` says."""
        asked = _Asked(asyncio.get_running_loop().create_future())
        self._waiting[request.id] = asked
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    if await self._publish(AgentTopics(self._site, room).tags, request):
                        return await asked.final
            return asked.last
        finally:
            self._waiting.pop(request.id, None)

    def answer(self, reply: Reply) -> bool:
        """Hand a room's answer to whoever waits for it; `False` if nobody here asked."""
        asked = self._waiting.get(reply.request_id)
        if asked is None:
            return False
        asked.last = reply
        if reply.status != _UNDER_WAY and not asked.final.done():
            asked.final.set_result(reply)
        return True
