"""A bank behind a network bridge that speaks binary frames over UDP, restated from its clients.

Frame: 55, length of what follows up to the data (itself included), 00, zone, column, command,
data, CRC-8 (x^8 + x^5 + x^4 + 1 reflected) over all before it, 68. Source: the public Java client
com.xdtech.project.lot.mjj (MJJMessagePackage, MJJMessageContent, MJJBridgeAPI, MJJStatus).

What that client leaves open is chosen here: an order is answered with its own command and one byte,
and a refusal or a fault is pushed as a warning that bears this program's own number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from config.geometry import segments_of
from config.room import Udp55Shelving
from simulators.physics.codes import Fault, Result
from simulators.physics.plc import CMD_CLOSE_ALL, CMD_OPEN_AISLE, CMD_VENTILATE, plain_order
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.stage import Stage
from simulators.wire.judge import Judge
from simulators.world import World

OPEN_LEFT, OPEN_RIGHT = 0x81, 0x82
STATUS_REPLY, AIR_REPLY = 0x01, 0x0E
MOVING, ARRIVED, WARNING = 0x8C, 0x8B, 0x89
_ACCEPTED = b"\x01"
_TOUCHING_MM = 0.5
_REFUSED_FROM = 0x40
"""Warnings below are faults by their number; from here on they are reasons of a refusal."""


def frame(zone: int, column: int, command: int, given: bytes = b"") -> bytes:
    """Write one frame."""
    text = bytes([0x55, 5 + len(given), 0x00, zone, column, command]) + given
    return text + bytes([checksum(text), 0x68])


def checksum(text: bytes) -> int:
    """Shift every bit of a text through the check register, low bits first."""
    register = 0
    for byte in text:
        for bit in range(8):
            carry = (register ^ (byte >> bit)) & 1
            register >>= 1
            if carry:
                register ^= 0b10001100
    return register


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame as it came."""

    zone: int
    column: int
    command: int
    given: bytes


def frames_in(datagram: bytes) -> Iterator[Heard]:
    """Walk the frames of a datagram; what is no frame ends the walk, as in the client."""
    while len(datagram) >= 8 and datagram[0] == 0x55:
        size = datagram[1] + 3
        text, check, end = datagram[: size - 2], datagram[size - 2 : size - 1], datagram[size - 1 :]
        if size < 8 or not end or end[0] != 0x68 or check[0] != checksum(text):
            return
        yield Heard(text[3], text[4], text[5], text[6:])
        datagram = datagram[size:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a maker leaves open: his left, and the form of his answers to orders."""

    left: Literal["low", "high"] = "low"
    bare_answers: bool = False
    """Whether the command of an answer lacks its high bit, as that of a status does."""


class Udp55Bridge:
    """Answers for one bank, pushes what happens, and lets a judge count what it was asked."""

    def __init__(self, device: Udp55Shelving, stage: Stage, words: Words | None = None) -> None:
        self.judge = Judge(device.id, device.bank)
        self.push: Callable[..., None] = lambda *_: None
        """Where frames go that nobody asked for."""
        self._zone = device.zone
        self._bank = device.bank
        self._stage = stage
        self.words = words or Words()
        steel = stage.steel_of(device.bank)
        self._asked: dict[int, set[int]] = {s.segment: set() for s in steel.segments}
        self._before = steel
        self.judge.see(steel, stage.clock.monotonic())
        stage.watch(self._see)

    def answer(self, datagram: bytes) -> tuple[bytes, ...]:
        """Do what a datagram asks; return the frames that answer it."""
        replies = (self._reply(heard) for heard in frames_in(datagram) if heard.zone == self._zone)
        return tuple(reply for reply in replies if reply)

    def _reply(self, heard: Heard) -> bytes | None:
        numbers = tuple(self._asked)
        match heard.command, len(heard.given):
            case 0x81, 0:
                return self._tell_column(heard.column)
            case ((0x81 | 0x82), 3):
                return self._open(heard)
            case 0x84, 0:
                closing = tuple((n, CMD_CLOSE_ALL, self._outer(n)) for n in numbers)
                return self._obey(heard, closing)
            case 0x8F, 0:
                return self._obey(heard, tuple((n, CMD_VENTILATE, 0) for n in numbers))
            case 0x8E, 0:
                return self._tell_air(heard.column)
        return None

    def _open(self, heard: Heard) -> bytes | None:
        found = self._aisle_at(heard.column, heard.command, heard.given[0])
        if found is None:
            return None
        segment, aisle = found
        return self._obey(heard, ((segment, CMD_OPEN_AISLE, aisle),))

    def _obey(self, heard: Heard, orders: tuple[tuple[int, int, int], ...]) -> bytes:
        now_s = self._stage.clock.monotonic()
        steel = self._stage.steel_of(self._bank)
        for segment, cmd, param in orders:
            self.judge.weigh_plain(steel, segment, cmd, param, now_s)
            self._asked[segment].clear()
        for segment, cmd, param in orders:
            order = plain_order(self._stage.steel_of(self._bank).segment(segment), cmd, param)
            self._stage.obey(self._bank, segment, order)
        command = heard.command & 0x7F if self.words.bare_answers else heard.command
        return frame(self._zone, heard.column, command, _ACCEPTED)

    def _tell_column(self, column: int) -> bytes | None:
        steel = self._stage.steel_of(self._bank)
        digits = digits_of(steel, self.words)
        if column not in digits:
            return None
        for segment in steel.segments:
            columns = {c.column for c in segment.columns}
            asked = self._asked[segment.segment]
            asked |= columns & {column}
            if asked == columns:
                asked.clear()
                now_s = self._stage.clock.monotonic()
                self.judge.note_read(
                    bank_block=True, segments=(segment.segment,), now_s=now_s, tells=False
                )
        return frame(self._zone, column, STATUS_REPLY, bytes([digits[column]]))

    def _tell_air(self, column: int) -> bytes:
        at = self._stage.steel_of(self._bank).plan.at_mm
        air = self._stage.world.climate((at.x, at.y))
        humidity, temperature = round(air.humidity_pct * 10), round(air.temperature_c * 10)
        given = humidity.to_bytes(2, "big") + temperature.to_bytes(2, "big", signed=True)
        return frame(self._zone, column, AIR_REPLY, given)

    def _aisle_at(self, column: int, command: int, face: int) -> tuple[int, int] | None:
        """Find the aisle at a face of a column; `None` if the command is for another block."""
        plan = self._stage.steel_of(self._bank).plan
        towards_high = (face == 2) == (self.words.left == "low")
        for part in segments_of(plan):
            fixed_low = part.first - 1 in plan.fixed
            wanted = OPEN_LEFT if fixed_low == (self.words.left == "low") else OPEN_RIGHT
            aisle = part.aisle_beside(column, higher_side=towards_high)
            if aisle is not None and column in part.columns and command == wanted:
                return part.segment, aisle
        return None

    def _outer(self, segment: int) -> int:
        """Name the aisle that is left when all columns are pushed to the fixed one."""
        plan = self._stage.steel_of(self._bank).plan
        part = segments_of(plan)[segment - 1]
        return part.aisles[-1] if part.first - 1 in plan.fixed else 0

    def _see(self, world: World) -> None:
        """Push what has changed."""
        before, self._before = self._before, world.steel_of(self._bank)
        self.judge.see(self._before, self._stage.clock.monotonic())
        if before is self._before:
            return
        digits = digits_of(self._before, self.words)
        pushed: list[bytes] = []
        for was, now in zip(before.segments, self._before.segments, strict=True):
            for column, command in _turns_of_motors(was, now):
                given = bytes([digits[column]])
                pushed.append(frame(self._zone, column, command, given))
            warning = _warning(was, now)
            if warning is not None:
                column, number = warning
                pushed.append(frame(self._zone, column, WARNING, bytes([number])))
        self.push(*pushed)


def digits_of(steel: BankSteel, words: Words) -> dict[int, int]:
    """Say of every column: 0 both sides touch, 1 the right one, 2 the left one, 3 none; 4 locked.

    Source: the comment on MJJStatus.operate. Of the fixed column nothing is known; it says 0.
    """
    digits = dict.fromkeys(range(1, steel.plan.columns + 1), 0)
    touching_high, touching_low = (1, 2) if words.left == "low" else (2, 1)
    for segment in steel.segments:
        for place, column in enumerate(segment.columns):
            low = segment.gap_mm(place) <= _TOUCHING_MM
            high = segment.gap_mm(place + 1) <= _TOUCHING_MM
            one_side = touching_low if low else touching_high
            digit = (0 if low and high else one_side) if low or high else 3
            digits[column.column] = 4 if segment.locked else digit
    return digits


def _turns_of_motors(was: SegmentSteel, now: SegmentSteel) -> Iterator[tuple[int, int]]:
    """Name the columns whose motor went on, and those that arrived."""
    stopped_short = now.halted or now.fault is not Fault.NONE
    for before, column in zip(was.columns, now.columns, strict=True):
        if column.motor_on and not before.motor_on:
            yield column.column, MOVING
        elif before.motor_on and not column.motor_on and not stopped_short:
            yield column.column, ARRIVED


def _warning(was: SegmentSteel, now: SegmentSteel) -> tuple[int, int] | None:
    """Name column and number of what has just gone wrong."""
    column = next((c.column for c in now.columns if c.fault), now.columns[0].column)
    if now.fault is not Fault.NONE and was.fault is not now.fault:
        return column, int(now.fault)
    refused = now.last_result is Result.REFUSED
    if refused and (was.last_result is not Result.REFUSED or was.last_seq != now.last_seq):
        return column, _REFUSED_FROM + int(now.last_reason)
    return None
