"""Frames of M100 modules on the module's side, restated from their firmware manual. Pure.

`BB type command length(2) parameters check 7E`; the check is the low byte of what is added up from
the type to the last parameter.
"""

from __future__ import annotations

from collections.abc import Iterator

COMMAND, ANSWER, NOTICE = 0, 1, 2
ERROR = 0xFF
READ_FAILED, WRITE_FAILED, LOCK_FAILED = 0x09, 0x10, 0x13
NO_TAG, ACCESS_FAILED, BAD_COMMAND = 0x15, 0x16, 0x17
READ_ERROR, WRITE_ERROR, LOCK_ERROR = 0xA0, 0xB0, 0xC0
OVERRUN, LOCKED = 3, 4


def frame(kind: int, command: int, parameters: bytes) -> bytes:
    """Write one frame."""
    body = bytes((kind, command, len(parameters) >> 8, len(parameters) & 0xFF)) + parameters
    return b"\xbb" + body + bytes((sum(body) % 256, 0x7E))


def frames_in(heard: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole commands out of what was heard; noise is thrown away."""
    while len(heard) >= 7:
        size = 7 + (heard[3] << 8) + heard[4]
        if heard[0] != 0xBB or heard[1] != COMMAND or size > 300:
            del heard[0]
            continue
        if len(heard) < size:
            return
        if heard[size - 1] != 0x7E or heard[size - 2] != sum(heard[1 : size - 2]) % 256:
            del heard[0]
            continue
        yield heard[2], bytes(heard[5 : size - 2])
        del heard[:size]


def rssi_byte(level_dbm: float) -> int:
    """Write a level as the signed byte of dBm that it is."""
    return round(level_dbm) & 0xFF


def about(tag: bytes) -> bytes:
    """Name the tag an answer is about: how long its word and number are, then both."""
    return bytes((len(tag),)) + tag
