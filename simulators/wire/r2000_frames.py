"""Frames and tables of R2000 readers on the reader's side, restated from their manual. Pure.

Source: "UHF RFID Reader Serial Interface Protocol" V2.2 and what its V3 editions changed.
`A0 length address command data check`; the length counts all that follows it, and all bytes of a
frame add up to a multiple of 256.
"""

from __future__ import annotations

from collections.abc import Iterator

BROADCAST = 0xFF
OK, FAIL = 0x10, 0x11
ANTENNA_MISSING = 0x22
WRITE_FAILED = 0x33
NO_TAG = 0x36
ACCESS_FAILED = 0x37
WRONG_PASSWORD = 0x40
BAD_PARAMETER = 0x41
TOO_MANY_WORDS = 0x42
BAD_BANK = 0x43
BAD_LOCK_BANK = 0x44
BAD_LOCK = 0x45
BAD_ANTENNA = 0x47
BAD_POWER = 0x48
BAD_REGION = 0x49
BAD_MATCH_LENGTH = 0x4D
BAD_MATCH_MODE = 0x4E
BAD_FREQUENCIES = 0x4F


def frame(address: int, command: int, data: bytes) -> bytes:
    """Write one frame."""
    text = bytes([0xA0, 3 + len(data), address, command, *data])
    return text + bytes([(256 - sum(text) % 256) % 256])


def frames_in(heard: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """Take whole commands out of what was heard: address, command, data. Noise is thrown away."""
    while len(heard) >= 5:
        if heard[0] != 0xA0 or heard[1] < 3:
            del heard[0]
            continue
        size = heard[1] + 2
        if len(heard) < size:
            return
        if sum(heard[:size]) % 256:
            del heard[0]
            continue
        yield heard[2], heard[3], bytes(heard[4 : size - 1])
        del heard[:size]


def rssi_byte(level_dbm: float) -> int:
    """Return the byte that the table of V2.2 gives a level: 31 is -99 dBm, 98 is -31 dBm."""
    level = round(level_dbm)
    byte = level + 129 if level >= -39 else level + 130
    return min(max(byte, 31), 98)
