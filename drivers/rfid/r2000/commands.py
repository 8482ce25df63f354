"""What we say to an R2000 reader. Pure.

Numbers are those of "UHF RFID Reader Serial Interface Protocol" V2.2, chapter 2; 0x97 and the eight
antennas are of its V3 editions.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.rfid.station.gen2 import EPC_BANK


class Code(IntEnum):
    """Commands by the manual's numbers."""

    READ_GPIO = 0x60
    WRITE_GPIO = 0x61
    GET_ANTENNA_DETECTOR = 0x63
    GET_IDENTIFIER = 0x68
    GET_FIRMWARE = 0x72
    SET_ANTENNA = 0x74
    SET_POWER = 0x76
    GET_POWER = 0x77
    SET_REGION = 0x78
    GET_REGION = 0x79
    GET_TEMPERATURE = 0x7B
    GET_RETURN_LOSS = 0x7E
    READ_TAG = 0x81
    WRITE_TAG = 0x82
    LOCK_TAG = 0x83
    SET_MATCH = 0x85
    GET_MATCH = 0x86
    INVENTORY = 0x89
    FAST_SWITCH_INVENTORY = 0x8A
    SESSION_INVENTORY = 0x8B
    GET_POWER_OF_EIGHT = 0x97


_LOCK_EPC: Final = 3
"""Locking counts the banks its own way: 1 user, 2 TID, 3 EPC, 4 and 5 the passwords."""
_LOCKED: Final = 1
"""Writable with the password only; 2 and 3 would be for ever."""
OUTPUTS: Final = (3, 4)
"""GPIO 1 and 2 are inputs, 3 and 4 outputs."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with what belongs to it."""

    code: Code
    data: bytes = b""


def set_antenna(antenna: int) -> Command:
    """Let an antenna, counted from 1, be the one that works."""
    return Command(Code.SET_ANTENNA, bytes((antenna - 1,)))


def set_powers(powers_dbm: tuple[int, ...]) -> Command:
    """Set the power of every antenna in whole dBm: one value for all, or one each. Is kept."""
    return Command(Code.SET_POWER, bytes(powers_dbm))


def set_region(region: int, first: int, last: int) -> Command:
    """Set the band and its first and last frequency by their index. Is kept."""
    return Command(Code.SET_REGION, bytes((region, first, last)))


def get_return_loss(frequency: int) -> Command:
    """Measure the return loss of the working antenna at a frequency, by its index."""
    return Command(Code.GET_RETURN_LOSS, bytes((frequency,)))


def inventory() -> Command:
    """Run the working antenna for one round and tell each tag as it answers."""
    return Command(Code.INVENTORY, b"\x01")


def set_match(epc: str) -> Command:
    """Let reading, writing and locking touch only the tag of this EPC."""
    number = bytes.fromhex(epc)
    return Command(Code.SET_MATCH, bytes((0, len(number))) + number)


def clear_match() -> Command:
    """Let reading, writing and locking touch any tag again."""
    return Command(Code.SET_MATCH, b"\x01")


def read_epc_bank(word: int, count: int) -> Command:
    """Read words of the EPC bank, as a tag without password lets anyone."""
    return Command(Code.READ_TAG, bytes((EPC_BANK, word, count)))


def write_epc_bank(password: int, word: int, words: bytes) -> Command:
    """Write whole words of the EPC bank."""
    place = struct.pack(">IBBB", password, EPC_BANK, word, len(words) // 2)
    return Command(Code.WRITE_TAG, place + words)


def lock_epc_bank(password: int) -> Command:
    """Let the EPC bank be written with the password only."""
    return Command(Code.LOCK_TAG, struct.pack(">IBB", password, _LOCK_EPC, _LOCKED))


def write_gpio(number: int, on: bool) -> Command:
    """Switch output 3 or 4."""
    return Command(Code.WRITE_GPIO, bytes((number, on)))
