"""The conversation with an R2000 reader: one question at a time, each answered by a frame or more.

Pure: bytes and times go in, bytes to send come out. What is asked is the business of a script, a
generator that yields a Command to ask it, or MORE to hear more of the last answer, and is sent what
arrived. Silence is thrown into it as NoReply.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from drivers.errors import NoReply
from drivers.rfid.r2000.answers import Malformed, RoundEnded, TagHeard, parse_inventory
from drivers.rfid.r2000.commands import Code, Command
from drivers.rfid.r2000.frames import Frame, Skipped, Splitter
from drivers.rfid.r2000.tally import Tally

REPLY_S: Final = 1.0
"""No setting or question takes a reader longer."""
ROUND_S: Final = 1.5
"""No round of one antenna is silent for longer."""
ACCESS_S: Final = 3.0
"""A reader looks for its tag and tries a few times before it gives up."""
_PATIENCE_S: Final = {
    Code.INVENTORY: ROUND_S,
    Code.READ_TAG: ACCESS_S,
    Code.WRITE_TAG: ACCESS_S,
    Code.LOCK_TAG: ACCESS_S,
}

Result = TypeVar("Result")


class More(Enum):
    """What a script yields to wait for the next frame of the answer it is hearing."""

    MORE = "more"


MORE: Final = More.MORE


@dataclass(frozen=True, slots=True)
class Arrived:
    """One frame that answers the question; `clean` if no noise came since the question."""

    frame: Frame
    at_s: float
    clean: bool = True


Script = Generator[Command | More, Arrived, Result]


class Session:
    """Carries one script at a time through the conversation."""

    def __init__(self, reader_id: str, address: int, tally: Tally) -> None:
        self._reader_id = reader_id
        self._address = address
        self._tally = tally
        self._splitter = Splitter()
        self._outgoing = bytearray()
        self._script: Script[None] | None = None
        self._asked: Command | None = None
        self._clean = True
        self._fresh = False
        self._in_noise = False
        self._last: Frame | None = None
        self.deadline_s = 0.0

    @property
    def running(self) -> bool:
        """Whether a script is not at its end."""
        return self._script is not None

    @property
    def settled(self) -> bool:
        """Whether the reader owes no answer."""
        return self._asked is None

    def begin(self, script: Script[None], at_s: float) -> None:
        """Begin a script, after what the reader still owes from one that was dropped."""
        self._script = script if self.settled else _hear_out_before(script)
        self._step(None, at_s)

    def drop(self) -> None:
        """Give the script up; what the reader still owes is heard before the next question."""
        if self._script is not None:
            self._script.close()
            self._script = None

    def take_outgoing(self) -> bytes:
        """Hand over what is to be sent."""
        outgoing = bytes(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def receive(self, received: bytes, at_s: float) -> None:
        """Take bytes of any cut. Raises what the script raises."""
        self._sort(self._splitter.feed(received), at_s)

    def tick(self, at_s: float) -> None:
        """Note that the deadline has passed. Raises what the script raises."""
        if at_s < self.deadline_s or self._script is None:
            return
        asked, deadline_s = self._asked, self.deadline_s
        self._sort(self._splitter.give_up(), at_s)
        if self._script is not None and (self._asked, self.deadline_s) == (asked, deadline_s):
            name = "" if asked is None else f" to 0x{asked.code:02X}"
            self._asked = None
            silence = NoReply(self._reader_id, f"no whole answer{name} in time")
            self._step(silence, at_s)

    def _sort(self, parts: list[Frame | Skipped], at_s: float) -> None:
        for part in parts:
            if isinstance(part, Frame):
                self._in_noise = False
                self._take(part, at_s)
            else:
                self._clean = False
                self._tally.note_skipped(len(part.noise), part.why, goes_on=self._in_noise)
                self._in_noise = True

    def _take(self, frame: Frame, at_s: float) -> None:
        asked = self._asked
        if frame.address != self._address:
            self._tally.note_garbled(f"an answer of address {frame.address}")
        elif asked is None or frame.command != asked.code or self._is_late_copy(frame):
            self._tally.note_repeated(f"an answer to no question, 0x{frame.command:02X}")
        else:
            self._last = frame
            self.deadline_s = at_s + _PATIENCE_S.get(asked.code, REPLY_S)
            self._step(Arrived(frame, at_s, self._clean), at_s)

    def _is_late_copy(self, frame: Frame) -> bool:
        """Say whether the last round's end comes again before anything of the round that runs.

        Only an end that counts tags can be told: none of them came.
        """
        if not self._fresh or frame != self._last or frame.command != Code.INVENTORY:
            return False
        try:
            said = parse_inventory(frame)
        except Malformed:
            return False
        return isinstance(said, RoundEnded) and said.total > 0

    def _step(self, event: Arrived | NoReply | None, at_s: float) -> None:
        script = self._script
        if script is None:
            return
        self._fresh = False
        try:
            if event is None:
                wanted = next(script)
            elif isinstance(event, NoReply):
                wanted = script.throw(event)
            else:
                wanted = script.send(event)
        except StopIteration:
            self._script, self._asked = None, None
            return
        except BaseException:
            self._script, self._asked = None, None
            raise
        if isinstance(wanted, Command):
            self._ask(wanted, at_s)

    def _ask(self, command: Command, at_s: float) -> None:
        self._asked = command
        self._fresh = True
        self._clean = True
        self.deadline_s = at_s + _PATIENCE_S.get(command.code, REPLY_S)
        self._outgoing += Frame(self._address, command.code, command.data).to_bytes()


def _hear_out_before(script: Script[None]) -> Script[None]:
    """Hear the answer that is still owed to a dropped script, then carry out the next one."""
    try:
        while not _is_last((yield MORE).frame):
            pass
    except NoReply:
        pass
    yield from script


def _is_last(frame: Frame) -> bool:
    if frame.command != Code.INVENTORY:
        return True
    try:
        return not isinstance(parse_inventory(frame), TagHeard)
    except Malformed:
        return False
