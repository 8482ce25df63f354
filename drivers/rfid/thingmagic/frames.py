"""The 0xFF frames of ThingMagic modules (Mercury5e, M6e, M6e Nano, M7e): bytes to frames. Pure.

A question is `FF length opcode data check(2)`, an answer has a status of 2 bytes before its data;
the length counts the data alone. FF occurs inside, so only the length tells where a frame ends.
Source: the Mercury5e developer's guide, "communication protocol".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.rfid.station.splitter import FrameSplitter

HEAD: Final = 0xFF
_AROUND: Final = 7
"""Head, length, opcode, status and check of an answer."""
LONGEST_QUESTION: Final = 250
"""Bytes of data; with what is around them 255."""
LONGEST_DATA: Final = 248
LONGEST_FRAME: Final = _AROUND + LONGEST_DATA


def check_of(text: bytes) -> int:
    """Compute the check of a frame without its head.

    It is no CCITT-FALSE, though it looks like one: the message goes in at the low end of the
    register, so its last 16 bits never meet the polynomial (0x1021, begun with FFFF).
    """
    check = 0xFFFF
    for byte in text:
        for nibble in (byte >> 4, byte & 0xF):
            check = (check << 4 & 0xFFFF | nibble) ^ (check >> 12) * 0x1021
    return check


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole answer with a right check."""

    opcode: int
    status: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the frame as it goes over the wire; raise ValueError if it is too long."""
        if len(self.data) > LONGEST_DATA:
            raise ValueError(f"{len(self.data)} bytes are too long for one answer")
        return _wrapped(self.opcode, len(self.data), self.status.to_bytes(2, "big") + self.data)


def write_question(opcode: int, data: bytes) -> bytes:
    """Write a question as it goes over the wire; raise ValueError if it is too long."""
    if len(data) > LONGEST_QUESTION:
        raise ValueError(f"{len(data)} bytes are too long for one question")
    return _wrapped(opcode, len(data), data)


def _wrapped(opcode: int, size: int, rest: bytes) -> bytes:
    text = bytes((size, opcode)) + rest
    return bytes((HEAD,)) + text + check_of(text).to_bytes(2, "big")


class Splitter(FrameSplitter[Frame]):
    """Finds answers in a stream, however it is cut; holds less than one longest frame."""

    def _fault(self) -> str | None:
        held = self._buffer
        if held[0] != HEAD:
            return "no frame begins here"
        if len(held) < 2:
            return None
        if held[1] > LONGEST_DATA:
            return f"a frame with {held[1]} bytes of data"
        size = _AROUND + held[1]
        if len(held) < size:
            return None
        said, check = (
            int.from_bytes(held[size - 2 : size], "big"),
            check_of(bytes(held[1 : size - 2])),
        )
        return "" if said == check else f"check {said:04X} instead of {check:04X}"

    def _take(self) -> Frame:
        held = self._buffer
        size = _AROUND + held[1]
        frame = Frame(held[2], int.from_bytes(held[3:5], "big"), bytes(held[5 : size - 2]))
        del held[:size]
        return frame
