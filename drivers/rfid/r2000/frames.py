"""The 0xA0 frame of R2000 readers: bytes to frames and back. Pure.

`A0 len address command data check`: len counts what follows it, check makes the sum of the whole
frame 0 modulo 256. Source: "UHF RFID Reader Serial Interface Protocol" V2.2, chapter 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.rfid.station.splitter import FrameSplitter

HEAD: Final = 0xA0
_SHORTEST: Final = 3
"""Address, command and check; a frame that says less is none."""
LONGEST_FRAME: Final = 2 + 0xFF
"""One byte holds the length, so no frame and no rest in the buffer is ever longer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame with a right check."""

    address: int
    command: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the frame as it goes over the wire; raise ValueError if it is too long."""
        size = len(self.data) + _SHORTEST
        if size > 0xFF:
            raise ValueError(f"{len(self.data)} bytes do not fit into one frame")
        text = bytes((HEAD, size, self.address, self.command)) + self.data
        return text + bytes((-sum(text) & 0xFF,))


class Splitter(FrameSplitter[Frame]):
    """Finds frames in a stream, however it is cut; holds less than one longest frame."""

    def _fault(self) -> str | None:
        if self._buffer[0] != HEAD:
            return "no frame begins here"
        if len(self._buffer) < 2:
            return None
        size = self._buffer[1] + 2
        if size < _SHORTEST + 2:
            return f"a frame of length {self._buffer[1]}"
        if len(self._buffer) < size:
            return None
        if sum(self._buffer[:size]) & 0xFF:
            check = -sum(self._buffer[: size - 1]) & 0xFF
            return f"check {self._buffer[size - 1]:02X} instead of {check:02X}"
        return ""

    def _take(self) -> Frame:
        size = self._buffer[1] + 2
        frame = Frame(self._buffer[2], self._buffer[3], bytes(self._buffer[4 : size - 1]))
        del self._buffer[:size]
        return frame
