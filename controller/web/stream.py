"""GET /stream: the live feed as server-sent events, to whoever may see each kind.

The subscription lives exactly as long as the response's own call, so a page that stalls, leaves or
signs out frees its place at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from controller.context import Context
from controller.live import Hub, Numbered, Subscription
from controller.people.access import SignedIn, is_still_signed_in, permit

PING_S = 15.0
STALL_S = 30.0
_RETRY_MS = 2000

KIND_PERMISSIONS = {
    "item": "box.read",
    "request": "request.read",
    "trip": "request.read",
    "turn": "request.read",
    "alarm": "alarm.read",
    "climate": "climate.read",
    "unit": "climate.read",
    "unit_decision": "climate.read",
    "air_contact": "climate.read",
    "bench": "box.read",
    "tag": "box.read",
    "unknown_tag": "box.read",
    "pairing": "box.read",
}
"""What a kind of change needs beyond `live.read`."""


class EventStream(Response):
    """Sends changes as they come, `resync` when some were lost, a comment when there are none."""

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: Hub,
        *,
        after: int | None = None,
        missed: bool = False,
        wanted: Callable[[str], bool] = lambda kind: True,
        still_allowed: Callable[[], bool] = lambda: True,
        ping_s: float = PING_S,
        stall_s: float = STALL_S,
    ) -> None:
        """`missed` says that the client comes from a feed we cannot continue."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._after = after
        self._missed = missed
        self._wanted = wanted
        self._still_allowed = still_allowed
        self._ping_s = ping_s
        self._stall_s = stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

        with self._hub.subscribe(wake, after=self._after) as subscription:
            if self._missed:
                subscription.lose()
            async with asyncio.TaskGroup() as group:
                feed = group.create_task(self._feed(subscription, changed, send), name="feed")
                gone = group.create_task(_until_gone(receive), name="until gone")
                feed.add_done_callback(lambda _: gone.cancel())
                gone.add_done_callback(lambda _: feed.cancel())

    async def _feed(self, subscription: Subscription, changed: asyncio.Event, send: Send) -> None:
        try:
            await self._send(
                send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            )
            await self._send_text(send, f"retry: {_RETRY_MS}\n\n")
            while not self._hub.closing:
                lost, changes = subscription.take()
                text = self._text(lost, changes)
                if text:
                    await self._send_text(send, text)
                elif not changed.is_set() and not await _is_set_within(changed, self._ping_s):
                    if not await asyncio.to_thread(self._still_allowed):
                        break
                    await self._send_text(send, ":\n\n")
                changed.clear()
            await self._send(send, {"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, TimeoutError):
            return  # the page stalled or left; its place is free again

    def _text(self, lost: bool, changes: tuple[Numbered, ...]) -> str:
        parts = ["event: resync\ndata: {}\n\n"] if lost else []
        for numbered in changes:
            if self._wanted(numbered.change.kind):
                body = to_json(numbered.change.body).decode()
                parts.append(
                    f"id: {self._hub.run}.{numbered.number}\n"
                    f"event: {numbered.change.kind}\ndata: {body}\n\n"
                )
        return "".join(parts)

    async def _send_text(self, send: Send, text: str) -> None:
        await self._send(
            send, {"type": "http.response.body", "body": text.encode(), "more_body": True}
        )

    async def _send(self, send: Send, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._stall_s):
            await send(message)


def routes(context: Context) -> APIRouter:
    """Offer the live feed."""
    router = APIRouter()

    @router.get("/stream", response_class=Response, responses={200: {"content": {}}})
    async def stream(
        request: Request,
        who: Annotated[SignedIn, Depends(permit("live.read"))],
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> EventStream:
        after, missed = _place(context.hub, last_event_id)
        return EventStream(
            context.hub,
            after=after,
            missed=missed,
            wanted=lambda kind: KIND_PERMISSIONS.get(kind, "live.read") in who.permissions,
            still_allowed=lambda: is_still_signed_in(context, who.session_id),
        )

    return router


def _place(hub: Hub, last_event_id: str | None) -> tuple[int | None, bool]:
    """Say where a returning client stood; numbers of another run of the program mean nothing."""
    if not last_event_id:
        return None, False
    run, _, number = last_event_id.partition(".")
    if run != hub.run or not number.isdecimal():
        return None, True
    return int(number), False


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
