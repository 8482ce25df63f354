"""An LLRP reader as a `TagReader`. The conversation itself is session.py."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from config.clock import Clock
from config.room import LlrpReader
from drivers.errors import DriverError, LinkLost, Refused
from drivers.ports import Connect, Plan, TagReader, TagWritten, WriteTag
from drivers.readings import Heard, ReaderHealth
from drivers.rfid.llrp.callers import await_call
from drivers.rfid.llrp.capabilities import Capabilities
from drivers.rfid.llrp.courses import Phase
from drivers.rfid.llrp.session import Session
from drivers.rfid.station.telling import Teller
from drivers.streams.stream import ByteStream
from drivers.streams.tcp import connect_tcp

READ_BYTES: Final = 65536
GOODBYE_S: Final = 2.0
WRITE_S: Final = 6.0
"""Longer than any write takes."""
MOST_WAITING: Final = 65536
"""What is heard and fetched by nobody; the oldest is lost first."""
GRACE_S: Final = 0.2
"""Time that bytes get to arrive even if the deadline passed while this program was busy."""


def llrp_connector(settings: LlrpReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the reader of a room file.

    One that hangs up before it has said what it can do is next time not asked for its versions.
    """
    asks_version = True

    @asynccontextmanager
    async def connect() -> AsyncIterator[TagReader]:
        nonlocal asks_version
        stream = await _connect(settings)
        try:
            reader = _ConnectedReader(settings, clock, stream, asks_version=asks_version)
            try:
                await reader.advance_to(Phase.READY)
            except LinkLost:
                if reader.capabilities is None:
                    asks_version = not asks_version
                raise
            try:
                yield reader
            finally:
                await reader.leave()
        finally:
            await stream.close()

    return connect


@asynccontextmanager
async def open_llrp(settings: LlrpReader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, configure the reader, hand it out, say goodbye.

    Raises LinkLost if it is away or busy, Refused if it is another reader or cannot do what the
    room file asks.
    """
    async with llrp_connector(settings, clock)() as reader:
        yield reader


async def read_capabilities(settings: LlrpReader, clock: Clock) -> Capabilities:
    """Ask a reader what it can do and who it is, and go away without changing anything in it."""
    stream = await _connect(settings)
    try:
        reader = _ConnectedReader(settings, clock, stream, introduces=True)
        return await reader.read_capabilities()
    finally:
        await stream.close()


async def _connect(settings: LlrpReader) -> ByteStream:
    if settings.calls == "us":
        return await await_call(settings.id, settings.at)
    return await connect_tcp(settings.id, settings.at)


class _ConnectedReader:
    """A reader that has been greeted.

    It answers keepalives only while something is awaited. Several tasks may await at once: one of
    them moves the conversation on, the others wait for their turn.
    """

    def __init__(
        self,
        settings: LlrpReader,
        clock: Clock,
        stream: ByteStream,
        *,
        asks_version: bool = True,
        introduces: bool = False,
    ) -> None:
        self._device = settings.id
        self._clock = clock
        self._stream = stream
        self._session = Session(
            settings, at_s=clock.monotonic(), asks_version=asks_version, introduces=introduces
        )
        self._turn = asyncio.Lock()
        self._orders = asyncio.Lock()
        self._waiting: deque[Heard] = deque(maxlen=MOST_WAITING)
        self._lost: str | None = None
        self._teller = Teller(settings.id)

    @property
    def capabilities(self) -> Capabilities | None:
        return self._session.capabilities

    def health(self) -> ReaderHealth:
        """Say what is known of the reader and its line. Never waits."""
        return self._session.health()

    @asynccontextmanager
    async def inventory(self, plan: Plan | None = None) -> AsyncIterator[AsyncIterator[Heard]]:
        """Switch the field on, hand out what is heard, switch the field off."""
        is_on = False
        try:
            # Nobody else may move a start on, or its refusal would come out at the wrong place.
            async with self._orders:
                await self._until(lambda: not self._session.is_writing)
                self._waiting.clear()
                self._session.start(self._clock.monotonic(), plan)
                is_on = True
                await self.advance_to(Phase.RUNNING)
            yield _Readings(self)
        except BaseException:
            if is_on:
                with suppress(DriverError):
                    await self._switch_off()
            raise
        await self._switch_off()

    async def write_tag(self, order: WriteTag) -> TagWritten:
        """Write a tag between two rounds, or at once where none runs."""
        async with self._orders:
            await self._until(lambda: not self._session.is_writing)
            self._session.write(order, self._clock.monotonic())
            await self._until(lambda: not self._session.is_writing)
            outcome = self._session.take_outcome()
        if isinstance(outcome, TagWritten):
            return outcome
        if outcome is None:
            raise LinkLost(self._device, "the inventory ended while a tag was written")
        raise outcome

    async def set_output(self, number: int, on: bool) -> None:
        """Switch a general purpose output; raises Refused if the reader will not."""
        async with self._orders:
            aside = self._session.set_output(number, on, self._clock.monotonic())
            await self._until(lambda: self._session.asides.is_answered(aside))
            status = self._session.asides.take(aside)
        if status.code:
            said = status.text or f"llrp.{status.code}"
            raise Refused(self._device, "not_offered", f"does not switch output {number}: {said}")

    async def read_capabilities(self) -> Capabilities:
        """Go on until the reader has said what it can do."""
        while (found := self._session.capabilities) is None:
            await self._exchange()
        return found

    async def advance_to(self, phase: Phase) -> None:
        """Go on with the conversation until it reaches a phase."""
        await self._until(lambda: self._session.phase is phase)

    async def next_heard(self) -> Heard:
        """Wait for the next thing that is heard."""
        await self._until(lambda: bool(self._waiting))
        return self._waiting.popleft()

    async def leave(self) -> None:
        """Say goodbye if the line still stands; the connection is closed in any case."""
        with suppress(DriverError):
            await self._finish(self._session.leave, Phase.LEFT)

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Move the conversation on, or let others do it, until something is so."""
        while not holds():
            if self._turn.locked():
                await self._send()  # who has the turn sleeps until something comes
            async with self._turn:
                if not holds():
                    await self._advance()

    async def _advance(self) -> None:
        """Send what is due, wait for the next bytes or the next deadline, take them."""
        if self._lost is not None:
            raise LinkLost(self._device, self._lost)
        try:
            await self._exchange()
        except LinkLost as error:
            self._lost = error.message
            raise
        self._teller.tell(self._session.health())

    async def _exchange(self) -> None:
        await self._send()
        wait_s = max(self._session.deadline_s - self._clock.monotonic(), GRACE_S)
        try:
            async with asyncio.timeout(wait_s):
                received = await self._stream.read(READ_BYTES)
        except TimeoutError:
            self._session.tick(self._clock.monotonic())
        else:
            self._waiting.extend(self._session.receive(received, self._clock.monotonic()))
        await self._send()

    async def _send(self) -> None:
        outgoing = self._session.take_outgoing()
        if outgoing:
            await self._stream.write(outgoing)

    async def _switch_off(self) -> None:
        async with self._orders:
            if self._lost is not None:
                return
            # A write goes on though who ordered it was cancelled; the tag is better left whole.
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITE_S):
                    await self._until(lambda: not self._session.is_writing)
            await self._finish(self._session.stop, Phase.READY)

    async def _finish(self, begin: Callable[[float], None], phase: Phase) -> None:
        """End something within a bound; the reader goes silent by itself if this fails."""
        if self._lost is not None:
            return
        begin(self._clock.monotonic())
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self.advance_to(phase)
        except TimeoutError:
            self._lost = "it did not end in time"


class _Readings:
    """Iterates over what is heard, as it is heard."""

    def __init__(self, reader: _ConnectedReader) -> None:
        self._reader = reader

    def __aiter__(self) -> _Readings:
        return self

    async def __anext__(self) -> Heard:
        return await self._reader.next_heard()
