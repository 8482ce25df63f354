"""How R2000 readers speak: which frame answers what, how long they may take. Pure."""

from __future__ import annotations

from typing import Final, TypeVar

from drivers.rfid.r2000.answers import RoundEnded, TagHeard, parse_inventory
from drivers.rfid.r2000.commands import Code, Command
from drivers.rfid.r2000.frames import Frame, Splitter
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.session import MORE, Asked, Dialogue, Stray, StrayKind

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
Script = Dialogue[Command, Frame, Result]


class R2000Tongue:
    """The tongue of the reader at one address."""

    def __init__(self, address: int) -> None:
        self._address = address

    def splitter(self) -> Splitter:
        return Splitter()

    def to_bytes(self, command: Command) -> bytes:
        return Frame(self._address, command.code, command.data).to_bytes()

    def name(self, command: Command) -> str:
        return f"0x{command.code:02X}"

    def patience_s(self, command: Command) -> float:
        return _PATIENCE_S.get(command.code, REPLY_S)

    def stray(self, frame: Frame, asked: Asked[Command, Frame] | None) -> Stray | None:
        if frame.address != self._address:
            return Stray(f"an answer of address {frame.address}", StrayKind.GARBLED)
        if asked is None or not asked.sent or frame.command != asked.command.code:
            return Stray(f"an answer to no question, 0x{frame.command:02X}")
        if _is_late_copy(frame, asked.before):
            return Stray(f"an answer to no question, 0x{frame.command:02X}")
        return None

    def hear_out(self, asked: Command) -> Script[None]:
        while not _is_last((yield MORE).frame):
            pass


def _is_late_copy(frame: Frame, before: Frame | None) -> bool:
    """Say whether the last round's end comes again before anything of the round that runs.

    Only an end that counts tags can be told: none of them came.
    """
    if frame != before or frame.command != Code.INVENTORY:
        return False
    try:
        said = parse_inventory(frame)
    except Malformed:
        return False
    return isinstance(said, RoundEnded) and said.total > 0


def _is_last(frame: Frame) -> bool:
    if frame.command != Code.INVENTORY:
        return True
    try:
        return not isinstance(parse_inventory(frame), TagHeard)
    except Malformed:
        return False
