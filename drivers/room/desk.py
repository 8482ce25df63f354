"""Where wishes arrive, from the link and from the room's own page, and find their bank."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import uuid4

from config.clock import Clock
from drivers.messages import Actor, Origin, Request
from drivers.room.answers import Answers
from drivers.room.link import Link
from drivers.room.motion import (
    Answer,
    Asked,
    Confirmed,
    Different,
    HoldAsked,
    New,
    Same,
)
from drivers.room.steel import BankSteel

_FIRST_ANSWER_S = 3.0


class Desk:
    """Hands requests to their bank. Stop never waits: not for the ledger, not for the disk."""

    def __init__(
        self, banks: Mapping[int, BankSteel], answers: Answers, link: Link, clock: Clock
    ) -> None:
        self.banks = banks
        self._answers = answers
        self._link = link
        self._clock = clock

    async def run(self) -> None:
        """Take requests from the link for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                received = await self._link.requests.get()
                request = received.request
                if request.verb == "stop":
                    stopping = self._stop(request, "controller")
                    group.create_task(stopping, name=f"stop {request.id}")
                else:
                    self._take(request, "controller", received.at_s)

    async def ask_here(self, request: Request) -> Answer:
        """Ask from the room's own page and wait for the first answer."""
        if request.verb == "stop":
            return await self._stop(request, "bank_page")
        first = self._answers.first_of(request.id)
        self._take(request, "bank_page", self._clock.monotonic())
        return await self._wait(request.id, first)

    async def confirm(self, bank: int, segment: int, actor: Actor) -> Answer:
        """Pass on that a named person on site found a faulted segment fit."""
        request_id = uuid4().hex
        event = Confirmed(at_s=self._clock.monotonic(), request_id=request_id, actor=actor)
        return await self._feed(bank, segment, event)

    async def release(self, bank: int, segment: int, actor: Actor) -> Answer:
        """Pass on that a named person on site looked into the aisle and ends its hold."""
        request_id = uuid4().hex
        event = HoldAsked(
            at_s=self._clock.monotonic(),
            request_id=request_id,
            verb="release",
            aisle=None,
            actor=actor,
            origin="bank_page",
        )
        return await self._feed(bank, segment, event)

    async def _feed(self, bank: int, segment: int, event: Confirmed | HoldAsked) -> Answer:
        steel = self.banks.get(bank)
        if steel is None or segment not in steel.segments:
            return Answer(request_id=event.request_id, status="refused", code="no_such_segment")
        first = self._answers.first_of(event.request_id)
        await steel.feed(segment, event)
        return await self._wait(event.request_id, first)

    async def _wait(self, request_id: str, first: asyncio.Future[Answer]) -> Answer:
        try:
            async with asyncio.timeout(_FIRST_ANSWER_S):
                return await first
        except TimeoutError:
            return Answer(request_id=request_id, status="failed", code="room_silent")
        finally:
            self._answers.forget(request_id)

    async def _stop(self, request: Request, origin: Origin) -> Answer:
        """Act first; only then look whether it was asked before, and write it down."""
        failure = await self._stop_steel(request)
        found = self._answers.receive(request, origin, self._clock.monotonic())
        answer = Answer(
            request_id=request.id,
            status="failed" if failure else "done",
            code=failure,
        )
        if isinstance(found, New):
            self._answers.tell(answer)
        else:
            self._answers.repeat(answer)
        return answer

    async def _stop_steel(self, request: Request) -> str | None:
        """Stop; say why it failed, if it did."""
        bank = self.banks.get(request.bank)
        if bank is None or request.segment not in (None, *bank.segments):
            return "no_such_segment"
        return None if await bank.stop(request.segment) else "link_lost"

    def _take(self, request: Request, origin: Origin, at_s: float) -> None:
        match self._answers.receive(request, origin, at_s):
            case New():
                self._pass_on(request, origin, at_s)
            case Same(answer) if answer is not None:
                self._answers.repeat(answer)
            case Different(code):
                refused = Answer(request_id=request.id, status="refused", code=code)
                self._answers.repeat(refused)

    def _pass_on(self, request: Request, origin: Origin, at_s: float) -> None:
        bank = self.banks.get(request.bank)
        if bank is None or request.segment is None or request.segment not in bank.segments:
            code = "no_such_segment"
            self._answers.tell(Answer(request_id=request.id, status="refused", code=code))
            return
        saw = request.saw
        asked = Asked(
            request_id=request.id,
            verb="close_all" if request.verb == "close_all" else "open_aisle",
            aisle=request.aisle,
            actor=request.actor,
            origin=origin,
            ttl_s=request.ttl_s,
            at_s=at_s,
            seen_at_s=None if saw is None else bank.seen_at_s(saw.boot_id, saw.version),
        )
        bank.ask(request.segment, asked)
