"""A connected reader as a `TagReader`: its antennas take turns, tags are written between two turns.

What is said to the reader is the business of its protocol's scripts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from config.readers import Reader
from drivers.errors import Refused
from drivers.ports import Plan, TagWritten, WriteTag
from drivers.readings import Heard, ReaderHealth
from drivers.rfid.station.asking import READER_ERROR
from drivers.rfid.station.line import Line
from drivers.rfid.station.session import Dialogue

Script = Dialogue[Any, Any, Any]
"""Of whatever protocol; the line carries it out."""


class Turns(Protocol):
    """What one reader's antennas do and hear."""

    def begin(self) -> None:
        """Note that a new inventory begins."""
        ...

    def check_up(self, now_s: float) -> Script:
        """Measure how the reader and its antennas are, if it is time."""
        ...

    def dwell(self, antenna: int) -> Script:
        """Let one antenna take its turn."""
        ...

    def take_heard(self) -> list[Heard]:
        """Hand over what was heard, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """The scripts of one protocol."""

    turns: Turns
    write_tag: Callable[[WriteTag], Script]
    set_output: Callable[[int, bool], Script]


class ConnectedReader:
    """A reader that is as the room file says. Its field is on only within a turn or a writing."""

    def __init__(self, settings: Reader, line: Line[Any, Any], skills: Skills) -> None:
        self._id = settings.id
        self._antennas = tuple(antenna.antenna for antenna in settings.antennas)
        self._line = line
        self._skills = skills

    @asynccontextmanager
    async def inventory(self, plan: Plan | None = None) -> AsyncIterator[AsyncIterator[Heard]]:
        """Hand out what the antennas hear as they take turns, until the block ends."""
        self._skills.turns.begin()
        try:
            yield _Readings(self, plan)
        finally:
            await self._line.fall_silent()

    async def write_tag(self, order: WriteTag) -> TagWritten:
        """Write a tag between two turns, as `TagReader` says."""
        if order.antenna not in self._antennas:
            words = f"has no antenna {order.antenna}; there are {list(self._antennas)}"
            raise Refused(self._id, "not_offered", words)
        try:
            written: TagWritten = await self._line.carry_out(self._skills.write_tag(order))
        except Refused as refused:
            if refused.code != READER_ERROR:
                raise
            raise Refused(self._id, "write_failed", refused.message) from refused
        return written

    async def set_output(self, number: int, on: bool) -> None:
        """Switch an output, if the reader has it."""
        await self._line.carry_out(self._skills.set_output(number, on))

    def health(self) -> ReaderHealth:
        """Say how the reader and its line are."""
        return self._line.tally.health()

    async def dwell(self, antenna: int) -> list[Heard]:
        """Let one antenna take its turn, and return what it heard."""
        turns = self._skills.turns
        await self._line.carry_out(turns.check_up(self._line.monotonic()))
        await self._line.carry_out(turns.dwell(antenna))
        return turns.take_heard()

    def choose_round(self, plan: Plan | None) -> Sequence[int]:
        """Name the antennas of the next round; those the reader does not have are left out."""
        chosen = () if plan is None else tuple(a for a in plan() if a in self._antennas)
        return chosen or self._antennas


class _Readings:
    """Iterates over what is heard, one turn after the other."""

    def __init__(self, reader: ConnectedReader, plan: Plan | None) -> None:
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


def without_outputs(reader_id: str) -> Callable[[int, bool], Script]:
    """Make what refuses every output, for readers that have none."""

    def refuse(number: int, _: bool) -> Script:
        words = f"has no output {number}; such readers have none"
        raise Refused(reader_id, "not_offered", words)
        yield

    return refuse
