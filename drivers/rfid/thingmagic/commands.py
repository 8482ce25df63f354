"""What we say to a ThingMagic module. Pure.

Opcodes and layouts are those of the Mercury5e developer's guide and of the maker's own library for
serial readers (`serial_reader_l3.c`, MIT). Both agree wherever both speak.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from drivers.rfid.station.gen2 import EPC_BANK


class Code(IntEnum):
    """Opcodes by the maker's numbers."""

    VERSION = 0x03
    BOOT = 0x04
    PROGRAM = 0x0C
    HARDWARE = 0x10
    SEARCH = 0x22
    WRITE_TAG = 0x24
    LOCK_TAG = 0x25
    READ_TAG = 0x28
    GET_BUFFER = 0x29
    CLEAR_BUFFER = 0x2A
    STREAM = 0x2F
    GET_ANTENNAS = 0x61
    GET_READ_POWER = 0x62
    GET_PROTOCOL = 0x63
    GET_WRITE_POWER = 0x64
    GET_PINS = 0x66
    GET_REGION = 0x67
    GET_REGIONS = 0x71
    GET_TEMPERATURE = 0x72
    SET_ANTENNAS = 0x91
    SET_READ_POWER = 0x92
    SET_PROTOCOL = 0x93
    SET_WRITE_POWER = 0x94
    SET_PIN = 0x96
    SET_REGION = 0x97
    SET_OPTION = 0x9A


class Told(IntFlag):
    """What a module tells of a tag beside its number; the order is that of the bits."""

    COUNT = 0x01
    RSSI = 0x02
    ANTENNA = 0x04
    FREQUENCY = 0x08
    TIME = 0x10
    PHASE = 0x20
    PROTOCOL = 0x40
    DATA = 0x80
    PINS = 0x100


class Option(IntEnum):
    """Settings of a module that has a number for them."""

    LONG_EPC = 2
    RSSI_IN_DBM = 9


WANTED: Final = Told.COUNT | Told.RSSI | Told.ANTENNA | Told.FREQUENCY | Told.PHASE | Told.PROTOCOL
GEN2: Final = 5
ACCESS_MS: Final = 1000
"""How long a module looks for the tag it is to read, write or lock."""
SEARCH_LISTED, SEARCH_LARGE = 0x03, 0x10
"""Search with the listed antennas; count tags in four bytes."""
SELECT_EPC, SELECT_LONG, WITH_METADATA = 0x01, 0x20, 0x10
_LIST, _PORT_POWERS, _DETECTED = 2, 4, 5
_LOCK_EPC: Final = 0b0000100000
"""Writable with the password only; two bits each for kill, access, EPC, TID and user memory."""


@dataclass(frozen=True, slots=True)
class Command:
    """One question with what belongs to it."""

    code: Code
    data: bytes = b""
    busy_s: float = 0.0
    """How long the module is at work before it can answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortPower:
    """The powers of one antenna in hundredths of a dBm, its settling time in microseconds."""

    port: int
    read: int
    write: int
    settling_us: int


def ask_serial() -> Command:
    """Ask for the serial number, as its label bears it."""
    return Command(Code.HARDWARE, b"\0\x40")


def set_region(region: int) -> Command:
    """Set the band by its number."""
    return Command(Code.SET_REGION, bytes((region,)))


def set_gen2() -> Command:
    """Let it speak to Gen2 tags."""
    return Command(Code.SET_PROTOCOL, struct.pack(">H", GEN2))


def set_option(option: Option) -> Command:
    """Switch a setting on."""
    return Command(Code.SET_OPTION, bytes((1, option, 1)))


def get_port_powers() -> Command:
    """Ask for the power of each antenna."""
    return Command(Code.GET_ANTENNAS, bytes((_PORT_POWERS,)))


def set_port_powers(powers: Sequence[PortPower]) -> Command:
    """Set the power of each antenna; what is not named is forgotten."""
    rows = (struct.pack(">BhhH", p.port, p.read, p.write, p.settling_us) for p in powers)
    return Command(Code.SET_ANTENNAS, bytes((_PORT_POWERS,)) + b"".join(rows))


def get_power(code: Code) -> Command:
    """Ask for the power of all antennas that have none of their own."""
    return Command(code, b"\0")


def set_power(code: Code, power: int) -> Command:
    """Set the power of all antennas that have none of their own, in hundredths of a dBm."""
    return Command(code, struct.pack(">h", power))


def detect_antennas() -> Command:
    """Ask which antennas there are, and at which of them something hangs."""
    return Command(Code.GET_ANTENNAS, bytes((_DETECTED,)))


def get_pins() -> Command:
    """Ask for the directions and levels of all pins."""
    return Command(Code.GET_PINS, b"\x01")


def set_pin(number: int, on: bool) -> Command:
    """Set the level of a pin that is an output."""
    return Command(Code.SET_PIN, bytes((number, on)))


def search_with(antenna: int) -> Command:
    """Let searches use this antenna alone, to send and to listen."""
    return Command(Code.SET_ANTENNAS, bytes((_LIST, antenna, antenna)))


def access_with(antenna: int) -> Command:
    """Let reading, writing and locking a tag use this antenna."""
    return Command(Code.SET_ANTENNAS, bytes((antenna, antenna)))


def search(search_ms: int) -> Command:
    """Look for all tags for a time; they are kept in the module's buffer."""
    data = struct.pack(">BHH", 0, SEARCH_LISTED | SEARCH_LARGE, search_ms)
    return Command(Code.SEARCH, data, search_ms / 1000)


def get_buffer(*, again: bool = False) -> Command:
    """Take the next tags out of the buffer, or those again that were told last."""
    return Command(Code.GET_BUFFER, struct.pack(">HB", WANTED, again))


def stop_stream() -> Command:
    """End a search without end, which tells tags without being asked."""
    return Command(Code.STREAM, b"\0\0\x02")


def read_epc_bank(epc: str | None, word: int, count: int) -> Command:
    """Read words of the EPC bank of a tag, as one without password lets anyone.

    The newer modules want the field of metadata, though none is asked for; the older take it.
    """
    option, selection = _select(epc)
    place = struct.pack(">HBIB", 0, EPC_BANK, word, count)
    password = b"" if epc is None else bytes(4)
    return _access(Code.READ_TAG, option | WITH_METADATA, place + password + selection)


def write_epc_bank(epc: str | None, password: int, word: int, words: bytes) -> Command:
    """Write whole words of the EPC bank of a tag."""
    option, selection = _select(epc)
    place = struct.pack(">IB", word, EPC_BANK)
    known = b"" if epc is None else struct.pack(">I", password)
    return _access(Code.WRITE_TAG, option, place + known + selection + words)


def lock_epc_bank(epc: str | None, password: int) -> Command:
    """Let the EPC bank of a tag be written with the password only; not for ever."""
    option, selection = _select(epc)
    bits = struct.pack(">IHH", password, _LOCK_EPC, _LOCK_EPC)
    return _access(Code.LOCK_TAG, option, bits + selection)


def _access(code: Code, option: int, rest: bytes) -> Command:
    data = struct.pack(">HB", ACCESS_MS, option) + rest
    return Command(code, data, ACCESS_MS / 1000)


def _select(epc: str | None) -> tuple[int, bytes]:
    """Choose the tag of an EPC: the option's bits, then the length of the EPC in bits and it."""
    if epc is None:
        return 0, b""
    number = bytes.fromhex(epc)
    bits = 8 * len(number)
    if bits > 255:
        return SELECT_EPC | SELECT_LONG, bits.to_bytes(2, "big") + number
    return SELECT_EPC, bytes((bits,)) + number
