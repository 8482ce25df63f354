"""The 0xBB frame of M100 and QM100 modules: bytes to frames and back. Pure.

`BB type command length(2) parameters check 7E`: the check is the low byte of the sum from the type
to the last parameter. Both BB and 7E occur inside, so only the length tells where a frame ends.
Source: the modules' firmware manual, chapter "command frame definition".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.rfid.station.splitter import FrameSplitter

HEAD: Final = 0xBB
_END: Final = 0x7E
_AROUND: Final = 7
"""Head, type, command, length, check and end."""
LONGEST_PARAMETERS: Final = 255
"""We never ask for more than 32 words of a tag; what claims to be longer is noise."""
LONGEST_FRAME: Final = _AROUND + LONGEST_PARAMETERS


class Kind(IntEnum):
    """What a frame is, by the manual's numbers."""

    COMMAND = 0
    ANSWER = 1
    NOTICE = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame with a right check."""

    kind: Kind
    command: int
    parameters: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the frame as it goes over the wire; raise ValueError if it is too long."""
        size = len(self.parameters)
        if size > LONGEST_PARAMETERS:
            raise ValueError(f"{size} bytes are too long for one frame")
        text = bytes((self.kind, self.command)) + size.to_bytes(2, "big") + self.parameters
        return bytes((HEAD,)) + text + bytes((sum(text) & 0xFF, _END))


class Splitter(FrameSplitter[Frame]):
    """Finds frames in a stream, however it is cut; holds less than one longest frame."""

    def _fault(self) -> str | None:
        held = self._buffer
        if held[0] != HEAD:
            return "no frame begins here"
        if len(held) > 1 and held[1] > max(Kind):
            return f"a frame of type {held[1]:02X}"
        if len(held) < 5:
            return None
        if self._size() > LONGEST_FRAME:
            return f"a frame of {self._size()} bytes"
        if len(held) < self._size():
            return None
        end = self._size() - 1
        check = sum(held[1 : end - 1]) & 0xFF
        if held[end - 1] != check:
            return f"check {held[end - 1]:02X} instead of {check:02X}"
        return "" if held[end] == _END else f"{held[end]:02X} where its end should be"

    def _take(self) -> Frame:
        held, size = self._buffer, self._size()
        frame = Frame(Kind(held[1]), held[2], bytes(held[5 : size - 2]))
        del held[:size]
        return frame

    def _size(self) -> int:
        return _AROUND + int.from_bytes(self._buffer[3:5], "big")
