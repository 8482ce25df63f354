"""How ThingMagic modules speak: which frame answers what, how long they may take. Pure."""

from __future__ import annotations

from typing import Final, TypeVar

from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.session import MORE, Asked, Dialogue, Stray, StrayKind
from drivers.rfid.thingmagic.answers import is_streamed, parse_buffer, parse_streamed
from drivers.rfid.thingmagic.commands import Code, Command
from drivers.rfid.thingmagic.frames import Frame, Splitter, write_question

REPLY_S: Final = 1.0
"""Nothing takes a module longer, beside the time that the question itself gives it."""
_NEVER_EQUAL: Final = (Code.GET_BUFFER,)
"""What is asked again and again, and never answered with the same twice."""

Result = TypeVar("Result")
Script = Dialogue[Command, Frame, Result]


class ThingMagicTongue:
    """The tongue of these modules, which have no addresses."""

    def splitter(self) -> Splitter:
        return Splitter()

    def to_bytes(self, command: Command) -> bytes:
        return write_question(command.code, command.data)

    def name(self, command: Command) -> str:
        return f"0x{command.code:02X}"

    def patience_s(self, command: Command) -> float:
        return command.busy_s + REPLY_S

    def stray(self, frame: Frame, asked: Asked[Command, Frame] | None) -> Stray | None:
        try:
            if is_streamed(frame):
                parse_streamed(frame)
                return Stray("a tag of a search without end", StrayKind.PUSHED)
            if _answers(frame, asked):
                return None
            if frame.opcode == Code.GET_BUFFER:
                parse_buffer(frame)
        except Malformed as error:
            return Stray(str(error), StrayKind.GARBLED)
        return Stray(f"an answer to no question, 0x{frame.opcode:02X}")

    def hear_out(self, asked: Command) -> Script[None]:
        yield MORE


def _answers(frame: Frame, asked: Asked[Command, Frame] | None) -> bool:
    if asked is None or not asked.sent or frame.opcode != asked.command.code:
        return False
    return frame.opcode not in _NEVER_EQUAL or frame != asked.before
