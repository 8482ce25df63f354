"""Asks rooms about units of the air and waits for the answer. Nothing is sent a second time."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from controller.link.ledger import Publish
from drivers.messages import ClimateRequest, Reply
from drivers.topics import AgentTopics

ANSWER_WITHIN_S = 6.0


class ClimateRequestSender:
    """Matches answers to requests about units. Lives in the event loop of the link."""

    def __init__(self, site: str, publish: Publish) -> None:
        self._site = site
        self._publish = publish
        self._waiting: dict[str, asyncio.Future[Reply]] = {}

    async def ask(
        self, room: str, request: ClimateRequest, wait_s: float = ANSWER_WITHIN_S
    ) -> Reply | None:
        """Ask a room, as `controller.climate.units.asking.ClimateRequests` says."""
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = waiting
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    if await self._publish(AgentTopics(self._site, room).climate, request):
                        return await waiting
            return None
        finally:
            self._waiting.pop(request.id, None)

    def answer(self, reply: Reply) -> bool:
        """Hand a room's answer to whoever waits for it; `False` if nobody here asked."""
        waiting = self._waiting.get(reply.request_id)
        if waiting is None:
            return False
        if not waiting.done():
            waiting.set_result(reply)
        return True
