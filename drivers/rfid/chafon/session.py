"""How UHFReader18 and 288 speak: which frame answers what, what they say unasked. Pure."""

from __future__ import annotations

from typing import TypeVar

from drivers.rfid.chafon.answers import (
    MORE_FOLLOW,
    Failed,
    Model,
    parse_inventory,
    pushed_number,
)
from drivers.rfid.chafon.commands import Code, Command
from drivers.rfid.chafon.frames import Frame, Splitter, command_to_bytes
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.session import MORE, Asked, Dialogue, Stray, StrayKind

Result = TypeVar("Result")
Script = Dialogue[Command, Frame, Result]


class ChafonTongue:
    """The tongue of the reader at one address."""

    def __init__(self, address: int, model: Model) -> None:
        self._address = address
        self._model = model

    def splitter(self) -> Splitter:
        return Splitter(self._address)

    def to_bytes(self, command: Command) -> bytes:
        return command_to_bytes(self._address, command.code, command.data)

    def name(self, command: Command) -> str:
        return f"0x{command.code:02X}"

    def patience_s(self, command: Command) -> float:
        return command.patience_s

    def stray(self, frame: Frame, asked: Asked[Command, Frame] | None) -> Stray | None:
        if frame.command == Code.PUSHED:
            words = f"tells tags by itself, lastly {pushed_number(frame)}"
            return Stray(words, StrayKind.PUSHED)
        if asked is None or not asked.sent or frame.command != asked.command.code:
            return Stray(f"an answer to no question, 0x{frame.command:02X}")
        if self._is_of_another_antenna(frame, asked.command):
            return Stray("a round of an antenna that was not asked for")
        return None

    def hear_out(self, asked: Command) -> Script[None]:
        while (yield MORE).frame.status == MORE_FOLLOW and asked.code is Code.INVENTORY:
            pass

    def _is_of_another_antenna(self, frame: Frame, asked: Command) -> bool:
        antenna = asked.antenna
        if antenna is None:
            return False
        try:
            said = parse_inventory(frame, self._model)
        except Malformed:
            return False
        if isinstance(said, Failed) or not said.antennas:
            return False
        return said.antennas != 1 << (antenna - 1)
