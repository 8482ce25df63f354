"""Carries out what is asked about tags: write one, show an antenna, silence a door.

A tag is written at most once for each request. Where nobody can know what became of a write, the
answer says so, and only reading the tag tells.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

from config.clock import Clock
from drivers.errors import LinkLost, Refused
from drivers.messages import (
    NOTHING_WRITTEN,
    Reply,
    RequestStatus,
    TagRequest,
    TagWritten,
    wire_time,
)
from drivers.ports import TagReader, WriteTag
from drivers.room.benches import Benches
from drivers.room.doors import Doors
from drivers.room.intake import ReceivedTagRequest
from drivers.room.link import Link
from drivers.room.outbox import Outbox
from drivers.room.stations import Stations

_log = logging.getLogger(__name__)

WRITE_WITHIN_S = 8.0
DOUBT_S = 600.0
"""So long an antenna shows its tags after a write whose outcome nobody knows: its reader may have
to come back first, and the archive is told of a tag that lies still in no other way."""
_AT_ONCE = 8
_REMEMBERED = 500
_WORD_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: RequestStatus
    code: str | None = None
    detail: dict[str, str | int | float] | None = None


class TagDesk:
    """The one who answers requests about tags. The same id twice has the same answer."""

    def __init__(
        self,
        link: Link,
        *,
        stations: Stations,
        benches: Benches,
        doors: Doors,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._link = link
        self._stations = stations
        self._benches = benches
        self._doors = doors
        self._outbox = outbox
        self._clock = clock
        self._answered: OrderedDict[str, tuple[TagRequest, Reply | None]] = OrderedDict()
        self._writing: dict[str, asyncio.Lock] = {}

    async def run(self) -> None:
        """Answer whatever is asked, until cancelled; one slow reader holds up no other.

        Silencing a door waits for no tag: however many are to be written, it is done at once.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._silence_doors(), name="silences")
            group.create_task(self._serve_readers(), name="tag requests")

    async def _silence_doors(self) -> None:
        while True:
            await self._serve(await self._link.silences.get())

    async def _serve_readers(self) -> None:
        places = asyncio.Semaphore(_AT_ONCE)

        async def serve(received: ReceivedTagRequest) -> None:
            try:
                await self._serve(received)
            finally:
                places.release()

        async with asyncio.TaskGroup() as group:
            while True:
                await places.acquire()
                received = await self._link.tag_requests.get()
                group.create_task(serve(received), name=f"tags {received.request.id}")

    async def _serve(self, received: ReceivedTagRequest) -> None:
        request = received.request
        known = self._answered.get(request.id)
        if known is not None:
            self._repeat(request, *known)
            return
        self._answered[request.id] = (request, None)
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        self._answer(request, await self._carry_out(received))

    def _repeat(self, request: TagRequest, first: TagRequest, reply: Reply | None) -> None:
        if request != first:
            self._link.reply(self._reply(request, _Outcome("refused", "id_in_use")))
        elif reply is not None:
            self._link.reply(reply)

    async def _carry_out(self, received: ReceivedTagRequest) -> _Outcome:
        request = received.request
        if self._is_late(received):
            return _Outcome("refused", "too_late")
        if request.kind == "silence":
            known = self._doors.silence(request.door, request.actor)
            return _Outcome("done") if known else _Outcome("refused", "no_such_door")
        assert request.reader is not None
        assert request.antenna is not None
        if not self._benches.has(request.reader, request.antenna):
            return _Outcome("refused", "no_such_antenna")
        if request.kind == "watch":
            for_s = self._benches.watch(request.reader, request.antenna, self._clock.monotonic())
            return _Outcome("done", detail={"for_s": for_s})
        order = _order_of(request)
        if isinstance(order, str):
            return _Outcome("refused", order)
        async with self._writing.setdefault(request.reader, asyncio.Lock()):
            reader = self._stations.find(request.reader)
            if reader is None:
                return _Outcome("refused", "reader_away")
            if self._is_late(received):
                return _Outcome("refused", "too_late")
            self._answer(request, _Outcome("accepted"))
            outcome = await self._write(request, order, reader)
            if outcome.status == "failed":
                now_s = self._clock.monotonic()
                self._benches.watch(request.reader, request.antenna, now_s, DOUBT_S)
            return outcome

    async def _write(self, request: TagRequest, order: WriteTag, reader: TagReader) -> _Outcome:
        try:
            async with asyncio.timeout(WRITE_WITHIN_S):
                written = await reader.write_tag(order)
        except Refused as error:
            status: RequestStatus = "refused" if error.code in NOTHING_WRITTEN else "failed"
            return _Outcome(status, error.code, {"why": error.message[:500]})
        except (LinkLost, TimeoutError) as error:
            return _Outcome("failed", "outcome_unknown", {"why": str(error)[:500] or "no answer"})
        except Exception as error:
            _log.exception("%s: writing a tag broke", request.reader)
            return _Outcome("failed", "outcome_unknown", {"why": repr(error)[:500]})
        await self._outbox.append(
            TagWritten(
                at=self._clock.now(),
                request_id=request.id,
                reader=request.reader or "",
                antenna=order.antenna,
                epc=order.epc,
                new_epc=written.epc,
                locked=written.locked,
                actor=request.actor,
            )
        )
        return _Outcome("done", detail={"epc": written.epc, "locked": int(written.locked)})

    def _is_late(self, received: ReceivedTagRequest) -> bool:
        return self._clock.monotonic() - received.at_s > received.request.ttl_s

    def _answer(self, request: TagRequest, outcome: _Outcome) -> None:
        reply = self._reply(request, outcome)
        self._answered[request.id] = (request, reply)
        self._link.reply(reply)

    def _reply(self, request: TagRequest, outcome: _Outcome) -> Reply:
        return Reply(
            request_id=request.id,
            status=outcome.status,
            code=outcome.code,
            detail=outcome.detail or {},
            at=wire_time(self._clock.now()),
        )


def _order_of(request: TagRequest) -> WriteTag | str:
    """Say what to write, or the code of what is wrong with it."""
    assert request.antenna is not None
    assert request.epc is not None
    assert request.new_epc is not None
    if len(request.epc) % _WORD_DIGITS or len(request.new_epc) % _WORD_DIGITS:
        return "bad_number"
    password = request.password or 0
    if request.lock and not password:
        return "password_needed"
    return WriteTag(
        antenna=request.antenna,
        epc=request.epc,
        new_epc=request.new_epc,
        password=password,
        lock=request.lock,
    )
