"""Sends motion requests and waits a moment for the answer. Nothing is ever sent a second time.

The rows of the request ledger belong to the shelving subject; it writes them before it asks here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from drivers.messages import Payload, Reply, Request
from drivers.topics import AgentTopics

ANSWER_WITHIN_S = 3.0

Publish = Callable[[str, Payload], Awaitable[bool]]
"""Sends a payload to a topic once; `False` if there is no connection."""


class RequestSender:
    """Matches answers to requests. Lives in the event loop of the link."""

    def __init__(self, site: str, publish: Publish) -> None:
        self._site = site
        self._publish = publish
        self._waiting: dict[str, asyncio.Future[Reply]] = {}

    async def send(self, agent: str, request: Request) -> Reply | None:
        """Ask a room; return its first answer, or `None` if none comes within three seconds."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = answer
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                if not await self._publish(AgentTopics(self._site, agent).request, request):
                    return None
                return await answer
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(request.id, None)

    def answer(self, reply: Reply) -> None:
        """Hand a room's answer to whoever waits for it; later ones change the ledger only."""
        waiting = self._waiting.get(reply.request_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
