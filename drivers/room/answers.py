"""What became of each request: told to whoever asked, and written down for the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.clock import Clock
from drivers.messages import Actor, Origin, Reply, Request, RequestChanged, SteelHalted, wire_time
from drivers.room.link import Link
from drivers.room.motion import (
    Answer,
    Different,
    Ledger,
    New,
    ReportConfirmed,
    ReportFault,
    ReportHalt,
    ReportReset,
    Same,
)
from drivers.room.outbox import Outbox
from drivers.room.setbacks import Setback, Setbacks

_UNDER_WAY = ("armed", "accepted", "started")

Report = ReportHalt | ReportFault | ReportReset | ReportConfirmed


@dataclass(frozen=True, slots=True)
class _Start:
    """How an armed request was started at the bank, and by whom."""

    origin: Origin
    actor: Actor
    vouched: frozenset[str]


class Answers:
    """The one writer of the ledger of requests."""

    def __init__(self, *, outbox: Outbox, link: Link, clock: Clock) -> None:
        self._outbox = outbox
        self._link = link
        self._clock = clock
        self._ledger = Ledger()
        self._setbacks = Setbacks()
        self._waiting: dict[str, list[asyncio.Future[Answer]]] = {}
        self._starts: dict[str, _Start] = {}
        self._listeners: list[Callable[[Answer], None]] = []

    def listen(self, hear: Callable[[Answer], None]) -> None:
        """Have every new answer told, besides those who asked."""
        self._listeners.append(hear)

    def knows(self, request_id: str) -> bool:
        """Say whether a request was asked in this life of the agent."""
        return request_id in self._ledger.entries

    def list_setbacks(self) -> tuple[Setback, ...]:
        """List what was begun and came to nothing, where nobody asked again since."""
        return tuple(self._setbacks.by_place.values())

    def note_start(
        self, request_id: str, origin: Origin, actor: Actor, vouched: frozenset[str] = frozenset()
    ) -> None:
        """Note how an armed request was started; what is written down of it says so from now on."""
        self._starts[request_id] = _Start(origin, actor, vouched)

    def receive(self, request: Request, origin: Origin, at_s: float) -> New | Same | Different:
        """Enter a request in the ledger, or find that it was asked before."""
        self._ledger, found = self._ledger.receive(request, origin, at_s)
        return found

    async def accept(self, answer: Answer) -> bool:
        """Write down that motion begins, then tell; say whether it is safely written."""
        event = self._event(answer)
        if event is not None and await self._outbox.append(event) is None:
            return False
        self._say(answer)
        return True

    def tell(self, answer: Answer) -> None:
        """Tell at once and write it down without waiting for the disk."""
        self._say(answer)
        event = self._event(answer)
        if event is not None:
            self._outbox.append_soon(event)

    def repeat(self, answer: Answer) -> None:
        """Say again what was said before, or refuse a wrong id: neither is a step of a request."""
        self._reply(answer)

    def report(self, bank: int, segment: int, report: Report) -> None:
        """Write down that steel halted or faulted, was reset or confirmed."""
        if isinstance(report, ReportConfirmed):
            self._setbacks = self._setbacks.clear(bank, segment)
        self._outbox.append_soon(_story_of(report, bank, segment, self._clock.now()))

    def first_of(self, request_id: str) -> asyncio.Future[Answer]:
        """Promise the next answer to a request that is about to be asked or started."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(request_id, []).append(future)
        return future

    def forget(self, request_id: str, first: asyncio.Future[Answer]) -> None:
        """Nobody waits for the answer any more."""
        waiting = self._waiting.get(request_id, [])
        if first in waiting:
            waiting.remove(first)
        if not waiting:
            self._waiting.pop(request_id, None)

    def answer_here(self, answer: Answer) -> None:
        """Answer only who stands at the bank: it is no step of the request."""
        for waiting in self._waiting.pop(answer.request_id, []):
            if not waiting.done():
                waiting.set_result(answer)

    def _say(self, answer: Answer) -> None:
        entry = self._ledger.entries.get(answer.request_id)
        if entry is not None:
            self._setbacks = self._setbacks.note(entry, answer, self._clock.now())
        self._ledger = self._ledger.record(answer)
        self._reply(answer)
        for hear in self._listeners:
            hear(answer)

    def _reply(self, answer: Answer) -> None:
        self.answer_here(answer)
        self._link.reply(
            Reply(
                request_id=answer.request_id,
                status=answer.status,
                code=answer.code,
                detail=dict(answer.detail),
                at=wire_time(self._clock.now()),
            )
        )

    def _event(self, answer: Answer) -> RequestChanged | None:
        entry = self._ledger.entries.get(answer.request_id)
        if entry is None:
            return None
        request = entry.request
        asked = _Start(entry.origin, request.actor, request.vouched)
        start = self._starts.get(request.id, asked)
        if answer.status not in _UNDER_WAY:
            self._starts.pop(request.id, None)
        return RequestChanged(
            at=self._clock.now(),
            request_id=request.id,
            status=answer.status,
            code=answer.code,
            verb=request.verb,
            bank=request.bank,
            segment=request.segment,
            aisle=request.aisle,
            column=request.column,
            to=request.to,
            reason=request.reason,
            vouched=tuple(sorted(start.vouched)),
            actor=start.actor,
            origin=start.origin,
        )


def _story_of(report: Report, bank: int, segment: int, at: datetime) -> SteelHalted:
    """Say it as the archive keeps it: all events of one trip carry its id."""
    where = {"at": at, "bank": bank, "segment": segment}
    match report:
        case ReportHalt(why):
            return SteelHalted(kind="steel_halted", why=why, **where)
        case ReportReset(trip_id, why):
            return SteelHalted(kind="steel_reset", why=why, trip_id=trip_id or None, **where)
        case ReportConfirmed(actor, why, trip_id):
            return SteelHalted(
                kind="steel_confirmed", why=why, actor=actor, trip_id=trip_id or None, **where
            )
        case ReportFault():
            return SteelHalted(
                kind="steel_faulted",
                why=report.why,
                trip_id=report.trip_id or None,
                raw=report.raw or None,
                request_id=report.request_id,
                said=dict(report.said),
                **where,
            )
