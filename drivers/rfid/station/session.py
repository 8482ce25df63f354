"""The conversation with a reader that answers one question at a time, each by a frame or more.

Pure: bytes and times go in, bytes to send come out. What is asked is the business of a script, a
generator that yields a command to ask it, or MORE to hear more of the last answer, and is sent what
arrived. Silence is thrown into it as NoReply. How a kind of reader speaks is its `Tongue`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Generic, Protocol, TypeVar

from drivers.errors import Garbled, NoReply
from drivers.rfid.station.splitter import Aside, FrameSplitter, Skipped
from drivers.rfid.station.tally import Tally

CommandT = TypeVar("CommandT")
FrameT = TypeVar("FrameT")
Result = TypeVar("Result")


MOST_FRAMES: Final = 20_000
"""Of one answer: no reader has so many tags to tell in one turn, so one without end is given up."""


class More(Enum):
    """What a script yields to wait for the next frame of the answer it is hearing."""

    MORE = "more"


MORE: Final = More.MORE


@dataclass(frozen=True, slots=True)
class Arrived(Generic[FrameT]):
    """One frame that answers the question; `clean` if no noise came since the question."""

    frame: FrameT
    at_s: float
    clean: bool = True
    asked_s: float = 0.0
    """When the question was asked."""


Dialogue = Generator[CommandT | More, Arrived[FrameT], Result]
"""A script: what it yields is asked, what arrives is sent to it, what it returns is its result."""


class StrayKind(Enum):
    """Why a good frame answers nothing."""

    REPEATED = "it came twice, or to no question"
    GARBLED = "it cannot have been meant for us"
    PUSHED = "the reader tells tags without being asked"


@dataclass(frozen=True, slots=True)
class Stray:
    """A good frame that answers nothing now."""

    words: str
    kind: StrayKind = StrayKind.REPEATED


@dataclass(frozen=True, slots=True)
class Asked(Generic[CommandT, FrameT]):
    """The question that is open."""

    command: CommandT
    sent: bool = True
    """Whether it has left: what came in one piece with the answer before it cannot answer it."""
    before: FrameT | None = None
    """The frame that ended the answer before it, as long as nothing else came since."""


class Tongue(Protocol[CommandT, FrameT]):
    """How one kind of reader speaks."""

    def splitter(self) -> FrameSplitter[FrameT]:
        """Make what finds its frames in the stream."""
        ...

    def to_bytes(self, command: CommandT) -> bytes:
        """Write a command as it goes over the wire."""
        ...

    def name(self, command: CommandT) -> str:
        """Name a command in an error."""
        ...

    def patience_s(self, command: CommandT) -> float:
        """Say how long a reader may be silent after it, and between the frames of its answer."""
        ...

    def stray(self, frame: FrameT, asked: Asked[CommandT, FrameT] | None) -> Stray | None:
        """Say why a frame is no answer to what was asked; None if it is one."""
        ...

    def hear_out(self, asked: CommandT) -> Dialogue[CommandT, FrameT, None]:
        """Bring to its end what is owed to a question whose script was dropped."""
        ...


class Session(Generic[CommandT, FrameT]):
    """Carries one script at a time through the conversation."""

    def __init__(self, reader_id: str, tongue: Tongue[CommandT, FrameT], tally: Tally) -> None:
        self._reader_id = reader_id
        self._tongue = tongue
        self._tally = tally
        self._splitter = tongue.splitter()
        self._outgoing = bytearray()
        self._script: Dialogue[CommandT, FrameT, None] | None = None
        self._asked: CommandT | None = None
        self._asked_s = 0.0
        self._frames = 0
        self._clean = True
        self._fresh = False
        self._in_noise = False
        self._last: FrameT | None = None
        self.deadline_s = 0.0

    @property
    def running(self) -> bool:
        """Whether a script is not at its end."""
        return self._script is not None

    @property
    def settled(self) -> bool:
        """Whether the reader owes no answer."""
        return self._asked is None

    def begin(self, script: Dialogue[CommandT, FrameT, None], at_s: float) -> None:
        """Begin a script, after what the reader still owes from one that was dropped."""
        owed = self._asked
        self._script = script if owed is None else _after(self._tongue.hear_out(owed), script)
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
        """Take bytes of any cut. Raises what the script raises; Garbled at an endless answer."""
        self._sort(self._splitter.feed(received), at_s)

    def tick(self, at_s: float) -> None:
        """Note that the deadline has passed. Raises what the script raises."""
        if at_s < self.deadline_s or self._script is None:
            return
        asked, deadline_s = self._asked, self.deadline_s
        self._sort(self._splitter.give_up(), at_s)
        if self._script is not None and (self._asked, self.deadline_s) == (asked, deadline_s):
            name = "" if asked is None else f" to {self._tongue.name(asked)}"
            self._asked = None
            silence = NoReply(self._reader_id, f"no whole answer{name} in time")
            self._step(silence, at_s)

    def _sort(self, parts: list[FrameT | Aside | Skipped], at_s: float) -> None:
        for part in parts:
            if isinstance(part, Skipped):
                self._clean = False
                self._tally.note_skipped(len(part.noise), part.why, goes_on=self._in_noise)
                self._in_noise = True
                continue
            self._in_noise = False
            if not isinstance(part, Aside):
                self._take(part, at_s)

    def _take(self, frame: FrameT, at_s: float) -> None:
        asked = self._asked
        stray = self._tongue.stray(frame, None if asked is None else self._question(asked))
        if asked is not None and stray is None:
            self._frames += 1
            if self._frames > MOST_FRAMES:
                raise Garbled(self._reader_id, f"answers with more than {MOST_FRAMES} frames")
            self._last = frame
            self.deadline_s = at_s + self._tongue.patience_s(asked)
            self._step(Arrived(frame, at_s, self._clean, self._asked_s), at_s)
        else:
            self._note(stray or Stray("an answer to no question"))

    def _question(self, asked: CommandT) -> Asked[CommandT, FrameT]:
        return Asked(asked, not self._outgoing, self._last if self._fresh else None)

    def _note(self, stray: Stray) -> None:
        match stray.kind:
            case StrayKind.REPEATED:
                self._tally.note_repeated(stray.words)
            case StrayKind.GARBLED:
                self._tally.note_garbled(stray.words)
            case StrayKind.PUSHED:
                self._tally.note_pushed(stray.words)

    def _step(self, event: Arrived[FrameT] | NoReply | None, at_s: float) -> None:
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
        if not isinstance(wanted, More):
            self._ask(wanted, at_s)

    def _ask(self, command: CommandT, at_s: float) -> None:
        self._asked = command
        self._asked_s = at_s
        self._frames = 0
        self._fresh = True
        self._clean = True
        self.deadline_s = at_s + self._tongue.patience_s(command)
        self._outgoing += self._tongue.to_bytes(command)


def _after(owed: Dialogue[Any, Any, None], script: Dialogue[Any, Any, None]) -> Any:
    """Hear what is owed, if it comes, then carry out the script."""
    try:
        yield from owed
    except NoReply:
        pass
    yield from script
