"""How M100 modules speak: which frame answers what, how long they may take, how they stop. Pure."""

from __future__ import annotations

from typing import Final, TypeVar

from drivers.errors import NoReply
from drivers.rfid.m100.answers import NO_TAG_IN_ROUND
from drivers.rfid.m100.commands import Code, Command
from drivers.rfid.m100.frames import Frame, Kind, Splitter
from drivers.rfid.station.session import MORE, Asked, Dialogue, Stray, StrayKind

REPLY_S: Final = 1.0
"""No setting, question or empty round takes a module longer."""
ACCESS_S: Final = 3.0
"""A module looks for its tag and tries a few times before it gives up."""
STOP_S: Final = 2.0
"""A module that still tells tags so long after it was told to stop does not hear us."""
_PATIENCE_S: Final = {
    Code.READ_TAG: ACCESS_S,
    Code.WRITE_TAG: ACCESS_S,
    Code.LOCK_TAG: ACCESS_S,
}
_ERRORS_OF: Final = {
    Code.READ_TAG: (0x09, 0xA0),
    Code.WRITE_TAG: (0x10, 0xB0),
    Code.LOCK_TAG: (0x13, 0xC0),
}
"""An error does not name its command, but these belong to one; the second is a range of 16."""

Result = TypeVar("Result")
Script = Dialogue[Command, Frame, Result]


class M100Tongue:
    """The tongue of these modules, which have no addresses."""

    def __init__(self, reader_id: str) -> None:
        self._reader_id = reader_id

    def splitter(self) -> Splitter:
        return Splitter()

    def to_bytes(self, command: Command) -> bytes:
        return Frame(Kind.COMMAND, command.code, command.parameters).to_bytes()

    def name(self, command: Command) -> str:
        return f"0x{command.code:02X}"

    def patience_s(self, command: Command) -> float:
        return _PATIENCE_S.get(command.code, REPLY_S)

    def stray(self, frame: Frame, asked: Asked[Command, Frame] | None) -> Stray | None:
        if frame.kind is Kind.COMMAND:
            words = f"a command, 0x{frame.command:02X}, instead of an answer"
            return Stray(words, StrayKind.GARBLED)
        if asked is None or not _answers(frame, asked.command.code):
            return Stray(f"an answer to no question, 0x{frame.command:02X}")
        if not asked.sent and (asked.command.code is not Code.STOP or frame.command == Code.STOP):
            return Stray(f"an answer to no question, 0x{frame.command:02X}")
        return None

    def hear_out(self, asked: Command) -> Script[None]:
        if asked.code in (Code.MULTI_POLL, Code.STOP):
            yield from stop_polling(self._reader_id)
        else:
            yield MORE


def stop_polling(reader_id: str) -> Script[None]:
    """End whatever rounds are running; raise NoReply if the module goes on and on."""
    arrived = yield Command(Code.STOP)
    began_s = arrived.at_s
    while arrived.frame.command != Code.STOP:
        if arrived.at_s - began_s > STOP_S:
            raise NoReply(reader_id, f"goes on polling {STOP_S:g} s after it was told to stop")
        arrived = yield MORE


def _answers(frame: Frame, asked: Code) -> bool:
    """Say whether a frame may answer a command; what a round tells may follow the stop, too."""
    polls = asked in (Code.MULTI_POLL, Code.STOP)
    if frame.kind is Kind.NOTICE:
        return polls and frame.command == Code.POLL
    if frame.command == Code.ERROR:
        return polls or _error_fits(frame.parameters[:1], asked)
    return frame.command == asked


def _error_fits(code: bytes, asked: Code) -> bool:
    if code == bytes((NO_TAG_IN_ROUND,)):
        return False
    return not code or all(
        command is asked or (code[0] != plain and code[0] & 0xF0 != of_tag)
        for command, (plain, of_tag) in _ERRORS_OF.items()
    )
