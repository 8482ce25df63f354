"""An LLRP reader as a `TagReader`. The conversation itself is session.py."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from config.clock import Clock
from config.room import LlrpReader
from drivers.errors import DriverError, LinkLost
from drivers.ports import Connect, Plan, TagReader
from drivers.readings import AntennaCycle, TagRead
from drivers.rfid.llrp.frames import Capabilities
from drivers.rfid.llrp.session import REPLY_S, Phase, Session
from drivers.streams.stream import ByteStream
from drivers.streams.tcp import connect_tcp

READ_BYTES: Final = 65536
GOODBYE_S: Final = 2.0
GRACE_S: Final = 0.2
"""Time that bytes get to arrive even if the deadline passed while this program was busy."""


def llrp_connector(settings: LlrpReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the reader of a room file."""
    return partial(open_llrp, settings, clock)


@asynccontextmanager
async def open_llrp(settings: LlrpReader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, configure the reader, hand it out, say goodbye.

    Raises LinkLost if it is away or busy, Refused if it cannot do what the room file asks.
    """
    stream = await connect_tcp(settings.id, settings.at)
    try:
        reader = _ConnectedReader(settings, clock, stream)
        await reader.advance_to(Phase.READY)
        try:
            yield reader
        finally:
            await reader.leave()
    finally:
        await stream.close()


async def read_capabilities(settings: LlrpReader, clock: Clock) -> Capabilities:
    """Ask a reader what it can do, and go away without changing anything in it."""
    stream = await connect_tcp(settings.id, settings.at)
    try:
        reader = _ConnectedReader(settings, clock, stream)
        return await reader.read_capabilities()
    finally:
        await stream.close()


class _ConnectedReader:
    """A reader that has been greeted. It answers keepalives only while something is awaited."""

    def __init__(self, settings: LlrpReader, clock: Clock, stream: ByteStream) -> None:
        antennas = [antenna.antenna for antenna in settings.antennas]
        self._clock = clock
        self._stream = stream
        self._session = Session(settings.id, antennas, at_s=clock.monotonic())
        self._lost = False

    @asynccontextmanager
    async def inventory(
        self, plan: Plan | None = None
    ) -> AsyncIterator[AsyncIterator[TagRead | AntennaCycle]]:
        """Switch the field on, hand out what is heard, switch the field off."""
        self._session.start(self._clock.monotonic(), plan)
        try:
            heard = await self.advance_to(Phase.RUNNING)
            yield _Readings(heard, self.advance)
        except BaseException:
            with suppress(DriverError):
                await self._switch_off()
            raise
        await self._switch_off()

    async def read_capabilities(self) -> Capabilities:
        """Go on until the reader has said what it can do; what would follow is not sent."""
        while self._session.phase in (Phase.GREETING, Phase.ASKING):
            await self._send()
            async with asyncio.timeout(REPLY_S):
                received = await self._stream.read(READ_BYTES)
            self._session.receive(received, self._clock.monotonic())
        return self._session.capabilities

    async def advance_to(self, phase: Phase) -> list[TagRead | AntennaCycle]:
        """Go on with the conversation until it reaches a phase; return what is heard meanwhile."""
        heard: list[TagRead | AntennaCycle] = []
        while self._session.phase is not phase:
            heard += await self.advance()
        return heard

    async def advance(self) -> list[TagRead | AntennaCycle]:
        """Send what is due, wait for the next bytes or the next deadline, take them."""
        try:
            return await self._exchange()
        except LinkLost:
            self._lost = True
            raise

    async def leave(self) -> None:
        """Say goodbye if the line still stands; the connection is closed in any case."""
        with suppress(DriverError):
            await self._finish(self._session.leave, Phase.LEFT)

    async def _exchange(self) -> list[TagRead | AntennaCycle]:
        await self._send()
        wait_s = max(self._session.deadline_s - self._clock.monotonic(), GRACE_S)
        try:
            async with asyncio.timeout(wait_s):
                received = await self._stream.read(READ_BYTES)
        except TimeoutError:
            self._session.tick(self._clock.monotonic())
            return []
        readings = self._session.receive(received, self._clock.monotonic())
        await self._send()
        return readings

    async def _send(self) -> None:
        outgoing = self._session.take_outgoing()
        if outgoing:
            await self._stream.write(outgoing)

    async def _switch_off(self) -> None:
        await self._finish(self._session.stop, Phase.READY)

    async def _finish(self, begin: Callable[[float], None], phase: Phase) -> None:
        """End something within a bound; the reader goes silent by itself if this fails."""
        if self._lost:
            return
        begin(self._clock.monotonic())
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self.advance_to(phase)
        except TimeoutError:
            self._lost = True


class _Readings:
    """Iterates over what is heard, as it is heard."""

    def __init__(
        self,
        heard: list[TagRead | AntennaCycle],
        more: Callable[[], Awaitable[list[TagRead | AntennaCycle]]],
    ) -> None:
        self._more = more
        self._waiting = deque(heard)

    def __aiter__(self) -> _Readings:
        return self

    async def __anext__(self) -> TagRead | AntennaCycle:
        while not self._waiting:
            self._waiting.extend(await self._more())
        return self._waiting.popleft()
