"""The binary frames `55 LEN TYPE ZONE COLUMN COMMAND DATA.. CRC 68`, both ways. Pure.

No manual of the maker is public. What stands here comes from the public sources of one client,
Java package com.xdtech.project.lot.mjj; each constant names its class there. Not confirmed by any
source, so decided when a bank is commissioned:

- LEN. The client splits merged datagrams at LEN + 3, so LEN counts LEN..DATA. A frame quoted in its
  comments is one byte shorter than its own LEN says by that rule.
- Which command the answer to an open or a close bears, and what its one data byte means. The client
  waits for any answer and never looks at the byte.
- What the numbers of warnings mean.
- Whether the controller tells a column's status query (0x81 without data) from "open" (0x81 with
  three data bytes) by anything but the length. The aisles should be empty at the first query.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

START = 0x55
"""MJJMessagePackage.MSG_BEGIN."""
END = 0x68
"""MJJMessagePackage.MSG_END."""
REQUEST = 0x00
"""MJJMessageContent.MSG_TYPE as the client sends it; what controllers send is not looked at."""

OPEN_FIXED_LEFT = 0x81
"""MJJBridgeAPI.OPEN_BY_LEFT: the fixed column stands on the left."""
OPEN_FIXED_RIGHT = 0x82
"""MJJBridgeAPI.OPEN_BY_RIGHT."""
CLOSE_ALL = 0x84
"""MJJBridgeAPI.CLOSE; the column field bears the number of columns (close())."""
VENTILATE = 0x8F
"""MJJBridgeAPI.VENTILATE; column field as above. Answered with 0x8F (MJJVentilateResultData)."""
ASK_COLUMN = 0x81
"""MJJBridgeAPI.COLUMN_STATUS: the same number as OPEN_FIXED_LEFT, but without data."""
COLUMN_STATUS = 0x01
"""MJJColumnStatusResultData: one byte, 0 to 4 (MJJStatus.operate)."""
ASK_CLIMATE = 0x8E
"""MJJBridgeAPI.getHT; column field bears the number of columns."""
CLIMATE = 0x0E
"""MJJHTResultData: humidity, then temperature, in tenths, high byte first."""
MOVING = 0x8C
"""MJJBridgeAPI.MOVING, pushed; one byte as in a column's status (MJJMoveResultData)."""
ARRIVED = 0x8B
"""MJJBridgeAPI.END_MOVE, pushed; likewise."""
WARNING = 0x89
"""MJJBridgeAPI.WARN, pushed; one byte (MJJWarnResultData.VALUE)."""

_REPLY_BIT = 0x80
_HEAD = 5
"""LEN, TYPE, ZONE, COLUMN, COMMAND."""
_AROUND = 3
"""START, CRC and END, which LEN does not count."""
LONGEST = _HEAD + 99
"""LEN of a frame with one byte for each of 99 columns, the most a zone has."""
_POLYNOMIAL = 0x8C
"""x^8 + x^5 + x^4 + 1, low bit first, from 0 (CRC-8/MAXIM) over START..DATA.

The range is that of MJJMessagePackage.toBytes; the polynomial is found by the frame quoted in
DCPService, `55 08 00 02 06 82 01 67 3F 68`, which it alone of the usual ones fits over that range.
"""


class StoredOn(IntEnum):
    """MJJOpenData.direction: the side of the column where the files stand (STORE_DIRECTION_...)."""

    LEFT = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame, whoever sent it."""

    kind: int = REQUEST
    zone: int
    column: int
    command: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Write the frame with its checksum."""
        body = bytes([self.kind, self.zone, self.column, self.command]) + self.data
        covered = bytes([START, len(body) + 1]) + body
        return covered + bytes([crc8(covered), END])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a zone's own probe says."""

    humidity_pct: float
    temperature_c: float


def open_column(zone: int, column: int, *, fixed_left: bool, stored_on: StoredOn) -> Frame:
    """Ask for the gap at one face of a column; layer and section only light a display."""
    command = OPEN_FIXED_LEFT if fixed_left else OPEN_FIXED_RIGHT
    return Frame(zone=zone, column=column, command=command, data=bytes([stored_on, 1, 1]))


def close_all(zone: int, columns: int) -> Frame:
    """Ask to push all columns together."""
    return Frame(zone=zone, column=columns, command=CLOSE_ALL)


def ventilate(zone: int, columns: int) -> Frame:
    """Ask to spread the columns."""
    return Frame(zone=zone, column=columns, command=VENTILATE)


def ask_column(zone: int, column: int) -> Frame:
    """Ask for one column's status digit."""
    return Frame(zone=zone, column=column, command=ASK_COLUMN)


def ask_climate(zone: int, columns: int) -> Frame:
    """Ask for temperature and humidity of the zone."""
    return Frame(zone=zone, column=columns, command=ASK_CLIMATE)


def acknowledges(request: Frame, frame: Frame) -> bool:
    """Say whether a frame can only be the answer to an order.

    Two forms are known: the command itself, and the command without its high bit. For 0x81 the
    latter is a column's status too, which may be a late one; so it proves nothing.
    """
    if (frame.zone, frame.column) != (request.zone, request.column):
        return False
    without_bit = request.command & ~_REPLY_BIT
    is_bare = frame.command == without_bit != COLUMN_STATUS
    return frame.command == request.command or is_bare


def status_digit(frame: Frame) -> int | None:
    """Return the one data byte of a status, a push or a warning; `None` if it has another shape."""
    return frame.data[0] if len(frame.data) == 1 else None


def parse_climate(frame: Frame) -> Sample | None:
    """Read a climate answer; `None` if it has another shape."""
    if frame.command != CLIMATE or len(frame.data) != 4:
        return None
    return Sample(
        humidity_pct=int.from_bytes(frame.data[:2], "big") / 10,
        temperature_c=int.from_bytes(frame.data[2:], "big", signed=True) / 10,
    )


def crc8(covered: bytes) -> int:
    """Return the checksum of START..DATA."""
    value = 0
    for byte in covered:
        value = _STEPS[value ^ byte]
    return value


def _step(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_STEPS = bytes(_step(value) for value in range(256))


class Decoder:
    """Finds frames in what arrives, however it is split, merged, or spoiled.

    Never holds more than one longest frame. A frame that claims to be longer than what has come
    does not hold up a good one behind its start.
    """

    def __init__(self) -> None:
        self._kept = b""
        self._spoiled: frozenset[int] = frozenset()
        """Where in `_kept` frames start that were refused already."""
        self.refused = 0
        """Frames with a wrong checksum or a wrong end."""

    @property
    def held(self) -> int:
        """Count the bytes that wait for the rest of their frame."""
        return len(self._kept)

    def feed(self, received: bytes) -> list[Frame]:
        """Take what arrived; return the frames that are complete now."""
        held = self._kept + received
        frames: list[Frame] = []
        spoiled = set(self._spoiled)
        waiting: int | None = None
        at = held.find(START)
        while at >= 0:
            length = _total(held, at)
            if length is None:
                waiting = at if waiting is None else waiting
            elif length and at not in spoiled:
                frame = _check(held[at : at + length])
                if frame is None:
                    spoiled.add(at)
                    self.refused += 1
                else:
                    frames.append(frame)
                    waiting = None
                    at += length - 1
            at = held.find(START, at + 1)
        self._keep(held, len(held) if waiting is None else waiting, spoiled)
        return frames

    def _keep(self, held: bytes, start: int, spoiled: set[int]) -> None:
        self._kept = held[start:]
        self._spoiled = frozenset(at - start for at in spoiled if at >= start)


def _check(raw: bytes) -> Frame | None:
    if raw[-1] != END or crc8(raw[:-2]) != raw[-2]:
        return None
    return Frame(kind=raw[2], zone=raw[3], column=raw[4], command=raw[5], data=raw[6:-2])


def _total(held: bytes, at: int) -> int | None:
    """Say how long the frame at a start is; 0 if it is none, `None` if more must come."""
    if at + 1 >= len(held):
        return None
    if not _HEAD <= held[at + 1] <= LONGEST:
        return 0
    total = held[at + 1] + _AROUND
    return total if at + total <= len(held) else None
