"""The length-first frames of UHFReader18 and 288: bytes to frames and back. Pure.

`length address command [status] data crc(2)`: the length counts what follows it, commands have no
status, and the CRC-16 (0x8408 reflected, from FFFF, low byte first) over a whole good frame is 0.
Source: "UHF RFID Reader UHFReader18 User's Manual" V2.0, chapters 3 and 7.

Nothing marks where a frame begins, so what cannot be an answer of our reader is told by its address
and command before its rest is waited for.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from typing import Final

from drivers.rfid.chafon.commands import Code
from drivers.rfid.station.splitter import Aside, FrameSplitter, Skipped

_SHORTEST: Final = 5
"""Address, command, status and check."""
LONGEST_FRAME: Final = 1 + 0xFF
HEARTBEAT: Final = bytes((0x56, 0, 0, 0, 0, 0))
"""What readers of the HW-VX kind push now and then: six bytes without a check."""
_LONGER_READING: Final = 1 + HEARTBEAT[0]
_CODES: Final = frozenset(Code)
_TURNED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Every byte with its bits turned round."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole answer with a right check."""

    address: int
    command: int
    status: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the frame as it goes over the wire; raise ValueError if it is too long."""
        return _to_bytes(self.address, self.command, bytes((self.status,)) + self.data)


def command_to_bytes(address: int, code: int, data: bytes) -> bytes:
    """Write a command as it goes over the wire; raise ValueError if it is too long."""
    return _to_bytes(address, code, data)


def crc16(text: bytes | bytearray) -> int:
    """Compute CRC-16/MCRF4XX; over a whole good frame it is 0.

    It is the CRC of x^16+x^12+x^5+1 with the bits of every byte, and of the result, turned round.
    """
    turned = crc_hqx(text.translate(_TURNED), 0xFFFF)
    return _TURNED[turned & 0xFF] << 8 | _TURNED[turned >> 8]


class Splitter(FrameSplitter[Frame]):
    """Finds the answers of one reader in a stream; holds less than one longest frame."""

    def __init__(self, address: int) -> None:
        super().__init__()
        self._address = address

    def _fault(self) -> str | None:
        if HEARTBEAT.startswith(self._buffer[: len(HEARTBEAT)]):
            return None if self._is_heartbeat() is None else ""
        return self._fault_at(0)

    def _take(self) -> Frame | Aside:
        held = self._buffer
        size = held[0] + 1
        if held.startswith(HEARTBEAT) and (len(held) < size or crc16(held[:size])):
            del held[: len(HEARTBEAT)]
            return Aside(HEARTBEAT)
        frame = Frame(held[1], held[2], held[3], bytes(held[4 : size - 2]))
        del held[:size]
        return frame

    def _abandon(self) -> Frame | Aside | Skipped:
        return self._take() if self._buffer.startswith(HEARTBEAT) else super()._abandon()

    def _is_heartbeat(self) -> bool | None:
        """Tell a heartbeat from the beginning of a frame of 0x56 bytes; None as long as both go.

        The longer reading wins if its check is right. Whatever good frame comes right behind the
        heartbeats shows that it is none.
        """
        held = self._buffer
        if len(held) >= _LONGER_READING:
            return crc16(held[:_LONGER_READING]) != 0
        behind = 0
        while held.startswith(HEARTBEAT, behind):
            behind += len(HEARTBEAT)
        if not behind or behind == len(held):
            return None
        return True if self._fault_at(behind) == "" else None

    def _fault_at(self, at: int) -> str | None:
        """Say why no frame begins at a place; empty if a whole one does, None if it may."""
        held = self._buffer
        if held[at] < _SHORTEST:
            return f"a frame of length {held[at]}"
        if len(held) > at + 1 and held[at + 1] != self._address:
            return f"a frame of address {held[at + 1]}"
        if len(held) > at + 2 and held[at + 2] not in _CODES:
            return f"an answer to 0x{held[at + 2]:02X}, which is never asked"
        end = at + held[at] + 1
        if len(held) < end:
            return None
        if crc16(held[at:end]):
            told = int.from_bytes(held[end - 2 : end], "little")
            return f"check {told:04X} instead of {crc16(held[at : end - 2]):04X}"
        return ""


def _to_bytes(address: int, command: int, rest: bytes) -> bytes:
    size = len(rest) + 4
    if size > 0xFF:
        raise ValueError(f"{len(rest)} bytes do not fit into one frame")
    text = bytes((size, address, command)) + rest
    return text + crc16(text).to_bytes(2, "little")
