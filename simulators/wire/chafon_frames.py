"""Frames and tables of UHFReader18 and 288 on the reader's side, restated from their manual. Pure.

`length address command data crc`, low byte of the CRC first; answers have a status before the data.
"""

from __future__ import annotations

from collections.abc import Iterator

BROADCAST = 0xFF
HEARTBEAT = b"\x56\0\0\0\0\0"
OK, DONE, MORE, WRONG_PASSWORD = 0x00, 0x01, 0x03, 0x05
PASSWORD_IS_ZERO = 0x0C
ANTENNA_ERROR, FAILED, NO_TAG, TAG_ERROR = 0xF8, 0xF9, 0xFB, 0xFC
BAD_LENGTH, BAD_COMMAND, BAD_PARAMETER = 0xFD, 0xFE, 0xFF
OVERRUN, LOCKED = 3, 4


def check(text: bytes | bytearray) -> bytes:
    """Compute the two bytes of the check: x^16+x^12+x^5+1 with the lowest bit first, from FFFF."""
    value = 0xFFFF
    for byte in text:
        for bit in range(8):
            differs = (value ^ byte >> bit) & 1
            value >>= 1
            if differs:
                value ^= 0x8408
    return bytes((value & 0xFF, value >> 8))


def answer(address: int, command: int, status: int, data: bytes = b"") -> bytes:
    """Write one answer."""
    text = bytes((5 + len(data), address, command, status)) + data
    return text + check(text)


def frames_in(heard: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """Take whole commands out of what was heard: address, command, data. Noise is thrown away."""
    while len(heard) >= 5:
        size = heard[0] + 1
        if size < 5:
            del heard[0]
            continue
        if len(heard) < size:
            return
        if check(heard[: size - 2]) != heard[size - 2 : size]:
            del heard[0]
            continue
        yield heard[1], heard[2], bytes(heard[3 : size - 2])
        del heard[:size]
