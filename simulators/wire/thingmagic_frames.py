"""Frames of ThingMagic modules on the module's side, restated from the Mercury5e guide. Pure.

A question is `FF length opcode data check(2)`; in the answer a status of two bytes stands before
the data, and the length does not count it. The check is a remainder modulo x^16+x^12+x^5+1 of what
stands after FF, begun with FFFF, with no zeros appended.
"""

from __future__ import annotations

from collections.abc import Iterator

LONGEST_QUESTION = 250
LONGEST_ANSWER = 248
DONE = 0x0000
WRONG_LENGTH, UNKNOWN_OPCODE = 0x0100, 0x0101
NO_FUNCTION = 0x0109
POWER_TOO_HIGH, BAD_VALUE, POWER_TOO_LOW, BAD_REGION = 0x0103, 0x0105, 0x0106, 0x010B
NO_TAG, NO_PROTOCOL, RADIO_OFF, WRITE_FAILED = 0x0400, 0x0401, 0x0405, 0x0406
TAG_ERROR = 0x040A
OVERRUN, LOCKED = 0x0423, 0x0424
ANTENNA_MISSING, BAD_ANTENNA = 0x0503, 0x0507
NO_MORE_TAGS, BUFFER_FULL = 0x0600, 0x0601


def check(text: bytes) -> bytes:
    """Compute the check of a frame without its FF, bit by bit."""
    remainder = 0xFFFF
    for byte in text:
        for bit in range(7, -1, -1):
            top = remainder >> 15
            remainder = remainder << 1 & 0xFFFF | byte >> bit & 1
            if top:
                remainder ^= 0x1021
    return remainder.to_bytes(2, "big")


def answer(opcode: int, status: int, data: bytes = b"") -> bytes:
    """Write one answer."""
    text = bytes((len(data), opcode)) + status.to_bytes(2, "big") + data
    return b"\xff" + text + check(text)


def questions_in(heard: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole questions out of what was heard; noise is thrown away."""
    while len(heard) >= 5:
        size = 5 + heard[1]
        if heard[0] != 0xFF or heard[1] > LONGEST_QUESTION:
            del heard[0]
            continue
        if len(heard) < size:
            return
        if bytes(heard[size - 2 : size]) != check(bytes(heard[1 : size - 2])):
            del heard[0]
            continue
        yield heard[2], bytes(heard[3 : size - 2])
        del heard[:size]


def record(
    text: bytes, tag_check: bytes, told: int, facts: dict[int, bytes], pins: int = 0x0F
) -> bytes:
    """Tell one tag: the facts that are asked for, then its size in bits, word, number and check."""
    said = b"".join(facts[bit] for bit in sorted(facts) if told & bit)
    said += b"\0\0" if told & 0x80 else b""
    said += bytes((pins,)) if told & 0x100 else b""
    return said + (8 * len(text) + 16).to_bytes(2, "big") + text + tag_check
