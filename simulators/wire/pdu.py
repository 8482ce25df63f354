"""Modbus requests as a device reads them (Modbus Application Protocol 1.1b3, section 6). Pure."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

READ_COILS = 0x01
READ_DISCRETE = 0x02
READ_HOLDING = 0x03
READ_INPUT = 0x04
WRITE_COIL = 0x05
WRITE_ONE = 0x06
WRITE_MANY = 0x10
_MOST_READ = 125
_MOST_BITS = 2000
_MOST_WRITTEN = 123
_LEVELS = {0xFF00: True, 0x0000: False}


class Exceptional(IntEnum):
    """Why a device will not do it."""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3
    DEVICE_FAILURE = 4
    NO_TARGET = 11


@dataclass(frozen=True, slots=True)
class Read:
    """Read `count` registers, or bits, from `address`."""

    function: int
    address: int
    count: int


@dataclass(frozen=True, slots=True)
class Write:
    """Write registers from `address`; `function` decides the form of the echo."""

    function: int
    address: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WriteCoil:
    """Switch one coil; the reply is the request itself."""

    address: int
    on: bool


class Illegal(Exception):
    """A request that gets an exception reply."""

    def __init__(self, code: Exceptional) -> None:
        super().__init__(code.name)
        self.code = code


def parse_request(pdu: bytes) -> Read | Write:
    """Read a request PDU; raise Illegal for what no device does."""
    function = pdu[0] if pdu else 0
    try:
        match function:
            case 0x01 | 0x02:
                address, count = struct.unpack(">HH", pdu[1:])
                return Read(function, address, _counted(count, _MOST_BITS))
            case 0x03 | 0x04:
                address, count = struct.unpack(">HH", pdu[1:])
                return Read(function, address, _counted(count, _MOST_READ))
            case 0x06:
                address, value = struct.unpack(">HH", pdu[1:])
                return Write(function, address, (value,))
            case 0x10:
                address, count, size = struct.unpack(">HHB", pdu[1:6])
                _counted(count, _MOST_WRITTEN)
                if size != 2 * count:
                    raise Illegal(Exceptional.ILLEGAL_VALUE)
                return Write(function, address, struct.unpack(f">{count}H", pdu[6:]))
            case _:
                raise Illegal(Exceptional.ILLEGAL_FUNCTION)
    except struct.error as error:
        raise Illegal(Exceptional.ILLEGAL_VALUE) from error


def parse_coil(pdu: bytes) -> WriteCoil | None:
    """Read a request to switch one coil, None if it is another; raise Illegal for a bad level."""
    if pdu[:1] != bytes((WRITE_COIL,)):
        return None
    try:
        address, level = struct.unpack(">HH", pdu[1:])
    except struct.error as error:
        raise Illegal(Exceptional.ILLEGAL_VALUE) from error
    if level not in _LEVELS:
        raise Illegal(Exceptional.ILLEGAL_VALUE)
    return WriteCoil(address, _LEVELS[level])


def pick(known: Mapping[int, int], read: Read) -> tuple[int, ...]:
    """Take registers from those a device has; raise Illegal where it has none."""
    addresses = range(read.address, read.address + read.count)
    if any(address not in known for address in addresses):
        raise Illegal(Exceptional.ILLEGAL_ADDRESS)
    return tuple(known[address] for address in addresses)


def signed(word: int) -> int:
    """Read a register as two's complement."""
    return word - 0x10000 if word & 0x8000 else word


def word_of(value: float) -> int:
    """Write a number into a register, below zero as two's complement."""
    return round(value) & 0xFFFF


def read_reply(request: Read, values: tuple[int, ...]) -> bytes:
    """Write the reply to a read."""
    return struct.pack(f">BB{len(values)}H", request.function, 2 * len(values), *values)


def bits_reply(request: Read, bits: Sequence[bool]) -> bytes:
    """Write the reply to a read of bits: the first in the lowest bit of the first byte."""
    packed = bytearray((len(bits) + 7) // 8)
    for place, bit in enumerate(bits):
        packed[place // 8] |= bit << place % 8
    return bytes((request.function, len(packed))) + packed


def write_reply(request: Write) -> bytes:
    """Write the echo of a write."""
    last = request.values[0] if request.function == WRITE_ONE else len(request.values)
    return struct.pack(">BHH", request.function, request.address, last)


def exception_reply(pdu: bytes, code: Exceptional) -> bytes:
    """Write the refusal of a request."""
    return bytes(((pdu[0] if pdu else 0) | 0x80, code))


def _counted(count: int, most: int) -> int:
    if not 1 <= count <= most:
        raise Illegal(Exceptional.ILLEGAL_VALUE)
    return count
