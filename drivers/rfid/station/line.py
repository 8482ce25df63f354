"""The line to a reader, on which one script after another is carried out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar

from config.clock import Clock
from drivers.errors import DriverError, LinkLost
from drivers.rfid.station.session import Dialogue, Session, Tongue
from drivers.rfid.station.tally import Tally
from drivers.rfid.station.telling import Teller
from drivers.streams.stream import ByteStream

READ_BYTES: Final = 4096
GOODBYE_S: Final = 2.0
GRACE_S: Final = 0.2
"""Time that bytes get to arrive even if the deadline passed while this program was busy."""

CommandT = TypeVar("CommandT")
FrameT = TypeVar("FrameT")
Result = TypeVar("Result")


class Line(Generic[CommandT, FrameT]):
    """Sends, waits and tells the session; scripts take turns."""

    def __init__(
        self, reader_id: str, tongue: Tongue[CommandT, FrameT], clock: Clock, stream: ByteStream
    ) -> None:
        self.tally = Tally()
        self._id = reader_id
        self._clock = clock
        self._stream = stream
        self._session = Session(reader_id, tongue, self.tally)
        self._turn = asyncio.Lock()
        self._lost = False
        self._teller = Teller(reader_id)

    def monotonic(self) -> float:
        """Say what time it is for the session."""
        return self._clock.monotonic()

    async def carry_out(self, script: Dialogue[CommandT, FrameT, Result]) -> Result:
        """Carry out a script when it is its turn, and return its result."""
        async with self._turn:
            results: list[Result] = []
            try:
                self._session.begin(_kept(script, results), self._clock.monotonic())
                while self._session.running:
                    await self._exchange()
            except LinkLost:
                self._lost = True
                raise
            finally:
                self._session.drop()
            return results[0]

    async def fall_silent(self) -> None:
        """Wait until a round that was left alone is at its end, for a bounded time."""
        if self._session.settled or self._lost:
            return
        with suppress(DriverError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self.carry_out(_nothing())

    async def _exchange(self) -> None:
        """Send what is due, wait for the next bytes or the deadline, take them."""
        outgoing = self._session.take_outgoing()
        if outgoing:
            await self._stream.write(outgoing)
        wait_s = max(self._session.deadline_s - self._clock.monotonic(), GRACE_S)
        try:
            async with asyncio.timeout(wait_s):
                received = await self._stream.read(READ_BYTES)
        except TimeoutError:
            self._session.tick(self._clock.monotonic())
        else:
            self._session.receive(received, self._clock.monotonic())
        finally:
            self._teller.tell(self.tally.health())


def _kept(
    script: Dialogue[CommandT, FrameT, Result], results: list[Result]
) -> Dialogue[CommandT, FrameT, None]:
    results.append((yield from script))


def _nothing() -> Dialogue[Any, Any, None]:
    """Ask nothing; what is still owed is heard before it."""
    return
    yield
