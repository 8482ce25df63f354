"""Requests as they come over the link: read, refused, or put where their desk takes them.

What was retained is stale, and of what cannot be read whoever asked is told which field is wrong.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import aiomqtt

from config.clock import Clock
from drivers.messages import ClimateRequest, Reply, Request, TagRequest, wire_time
from drivers.room.request_reader import (
    Unreadable,
    read_climate_request,
    read_request,
    read_tag_request,
)
from drivers.topics import AgentTopics

_log = logging.getLogger(__name__)
_R = TypeVar("_R")

_WAITING = 100

Take = Callable[[aiomqtt.Message], str | None]
"""Takes a message; says why it drops it, if it does."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request, and the monotonic time at which it arrived."""

    request: Request
    at_s: float


@dataclass(frozen=True, slots=True)
class ReceivedTagRequest:
    """A request about tags, and the monotonic time at which it arrived."""

    request: TagRequest
    at_s: float


@dataclass(frozen=True, slots=True)
class ReceivedClimateRequest:
    """A request about a unit of the air, and the monotonic time at which it arrived."""

    request: ClimateRequest
    at_s: float


class Intake:
    """Holds what desks have not taken yet; a stop is let in however many wait."""

    def __init__(self, topics: AgentTopics, clock: Clock, reply: Callable[[Reply], None]) -> None:
        self.requests: asyncio.Queue[ReceivedRequest] = asyncio.Queue()
        self.tag_requests: asyncio.Queue[ReceivedTagRequest] = asyncio.Queue(_WAITING)
        self.silences: asyncio.Queue[ReceivedTagRequest] = asyncio.Queue(_WAITING)
        self.climate_requests: asyncio.Queue[ReceivedClimateRequest] = asyncio.Queue(_WAITING)
        self._clock = clock
        self._reply = reply
        self.takers: Mapping[str, Take] = {
            topics.request: partial(self._take, read_request, self._put),
            topics.tags: partial(self._take, read_tag_request, self._put_tags),
            topics.climate: partial(self._take, read_climate_request, self._put_climate),
        }
        """By topic, who takes what comes on it."""

    def _take(
        self,
        read: Callable[[bytes], _R | Unreadable],
        put: Callable[[_R], None],
        message: aiomqtt.Message,
    ) -> str | None:
        if message.retain:
            return "requests are never retained, so this one is stale"
        request = read(bytes(message.payload))
        if isinstance(request, Unreadable):
            return self._refuse(request)
        try:
            put(request)
        except asyncio.QueueFull:
            return "too many requests wait"
        return None

    def _put(self, request: Request) -> None:
        if self.requests.qsize() >= _WAITING and request.verb != "stop":
            raise asyncio.QueueFull
        self.requests.put_nowait(ReceivedRequest(request, self._clock.monotonic()))

    def _put_tags(self, request: TagRequest) -> None:
        waiting = self.silences if request.kind == "silence" else self.tag_requests
        waiting.put_nowait(ReceivedTagRequest(request, self._clock.monotonic()))

    def _put_climate(self, request: ClimateRequest) -> None:
        received = ReceivedClimateRequest(request, self._clock.monotonic())
        self.climate_requests.put_nowait(received)

    def _refuse(self, found: Unreadable) -> str | None:
        """Tell whoever asked which field is wrong; where that cannot be told, it is dropped."""
        if found.request_id is None:
            return f"unreadable: {found.field} {found.why}"
        _log.warning("request %s is refused: %s %s", found.request_id, found.field, found.why)
        self._reply(
            Reply(
                request_id=found.request_id,
                status="refused",
                code="wrong_field",
                detail={"field": found.field, "why": found.why},
                at=wire_time(self._clock.now()),
            )
        )
        return None
