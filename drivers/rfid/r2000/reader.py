"""An R2000 reader as a `TagReader`, over serial or TCP. The scripts say what it is told."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from config.clock import Clock
from config.readers import R2000Reader
from drivers.errors import DriverError, LinkLost, Refused
from drivers.ports import Connect, Plan, TagReader, TagWritten, WriteTag
from drivers.readings import Heard, ReaderHealth
from drivers.rfid.r2000.asking import do
from drivers.rfid.r2000.commands import OUTPUTS, write_gpio
from drivers.rfid.r2000.greeting import Described, configure, describe
from drivers.rfid.r2000.rounds import Rounds
from drivers.rfid.r2000.session import Result, Script, Session
from drivers.rfid.r2000.tally import Tally
from drivers.rfid.r2000.writing import write_tag
from drivers.streams.serial import connect_stream
from drivers.streams.stream import ByteStream

READ_BYTES: Final = 4096
GOODBYE_S: Final = 2.0
GRACE_S: Final = 0.2
"""Time that bytes get to arrive even if the deadline passed while this program was busy."""

_log = logging.getLogger(__name__)


def r2000_connector(settings: R2000Reader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the reader of a room file."""
    return partial(open_r2000, settings, clock)


@asynccontextmanager
async def open_r2000(settings: R2000Reader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, bring the reader to what the room file says, hand it out.

    Raises LinkLost if it is away, Refused if it stays in another region or at another power.
    """
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = _Line(settings, clock, stream)
        described = await line.carry_out(configure(settings, line.tally))
        yield _ConnectedReader(settings, clock, line, described)
    finally:
        await stream.close()


async def read_description(settings: R2000Reader, clock: Clock) -> Described:
    """Ask a reader who it is, and go away without changing anything in it."""
    stream = await connect_stream(settings.id, settings.at)
    try:
        return await _Line(settings, clock, stream).carry_out(describe(settings))
    finally:
        await stream.close()


class _Line:
    """The line to a reader, on which one script after another is carried out."""

    def __init__(self, settings: R2000Reader, clock: Clock, stream: ByteStream) -> None:
        self.tally = Tally()
        self._id = settings.id
        self._clock = clock
        self._stream = stream
        self._session = Session(settings.id, settings.address, self.tally)
        self._turn = asyncio.Lock()
        self._lost = False
        self._told = False

    async def carry_out(self, script: Script[Result]) -> Result:
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
            self._tell_garbage()

    def _tell_garbage(self) -> None:
        """Log the first garbled frame of a connection; the others are counted."""
        health = self.tally.health()
        if health.garbled and not self._told:
            self._told = True
            _log.warning("%s sends garbage: %s; from now on counted", self._id, health.last_error)


class _ConnectedReader:
    """A reader that is as the room file says. Its field is on only within a round."""

    def __init__(
        self, settings: R2000Reader, clock: Clock, line: _Line, described: Described
    ) -> None:
        self._settings = settings
        self._antennas = tuple(antenna.antenna for antenna in settings.antennas)
        self._clock = clock
        self._line = line
        self._rounds = Rounds(settings, described, line.tally)

    @asynccontextmanager
    async def inventory(self, plan: Plan | None = None) -> AsyncIterator[AsyncIterator[Heard]]:
        """Hand out what the antennas hear as they take turns, until the block ends."""
        self._rounds.begin()
        try:
            yield _Readings(self, plan)
        finally:
            await self._line.fall_silent()

    async def write_tag(self, order: WriteTag) -> TagWritten:
        """Write a tag between two rounds, as `TagReader` says."""
        if order.antenna not in self._antennas:
            words = f"has no antenna {order.antenna}; there are {list(self._antennas)}"
            raise Refused(self._settings.id, "not_offered", words)
        return await self._line.carry_out(write_tag(self._settings.id, order))

    async def set_output(self, number: int, on: bool) -> None:
        """Switch GPIO 3 or 4."""
        if number not in OUTPUTS:
            words = f"has no output {number}; its outputs are {OUTPUTS[0]} and {OUTPUTS[1]}"
            raise Refused(self._settings.id, "not_offered", words)
        what = f"switch output {number} {'on' if on else 'off'}"
        await self._line.carry_out(do(self._settings.id, write_gpio(number, on), what))

    def health(self) -> ReaderHealth:
        """Say how the reader and its line are."""
        return self._line.tally.health()

    async def dwell(self, antenna: int) -> list[Heard]:
        """Let one antenna take its turn, and return what it heard."""
        await self._line.carry_out(self._rounds.check_up(self._clock.monotonic()))
        await self._line.carry_out(self._rounds.dwell(antenna))
        return self._rounds.take_heard()

    def choose_round(self, plan: Plan | None) -> Sequence[int]:
        """Name the antennas of the next round; those the reader does not have are left out."""
        chosen = () if plan is None else tuple(a for a in plan() if a in self._antennas)
        return chosen or self._antennas


class _Readings:
    """Iterates over what is heard, one dwell after the other."""

    def __init__(self, reader: _ConnectedReader, plan: Plan | None) -> None:
        self._reader = reader
        self._plan = plan
        self._round: deque[int] = deque()
        self._waiting: deque[Heard] = deque()

    def __aiter__(self) -> _Readings:
        return self

    async def __anext__(self) -> Heard:
        while not self._waiting:
            if not self._round:
                self._round.extend(self._reader.choose_round(self._plan))
            self._waiting.extend(await self._reader.dwell(self._round.popleft()))
        return self._waiting.popleft()


def _kept(script: Script[Result], results: list[Result]) -> Script[None]:
    results.append((yield from script))


def _nothing() -> Script[None]:
    """Ask nothing; what is still owed is heard before it."""
    return
    yield
