"""What we say to an M100 module. Pure. Numbers are those of the modules' firmware manual."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.rfid.station.gen2 import EPC_BANK


class Code(IntEnum):
    """Commands by the manual's numbers."""

    INFO = 0x03
    SET_REGION = 0x07
    GET_REGION = 0x08
    GET_SELECT = 0x0B
    SET_SELECT = 0x0C
    SELECT_MODE = 0x12
    POLL = 0x22
    MULTI_POLL = 0x27
    STOP = 0x28
    READ_TAG = 0x39
    WRITE_TAG = 0x49
    LOCK_TAG = 0x82
    SET_POWER = 0xB6
    GET_POWER = 0xB7
    CHANNEL_RSSI = 0xF3
    ERROR = 0xFF


class Info(IntEnum):
    """What 0x03 can be asked for."""

    HARDWARE = 0
    SOFTWARE = 1
    MAKER = 2


class SelectMode(IntEnum):
    """When a module tells tags that do not fit its selection to keep silent."""

    ALWAYS = 0
    NEVER = 1
    NOT_FOR_INVENTORY = 2


_ROUNDS: Final = 0xFFFF
"""As many as it can count: stop ends them."""
_SELECT_EPC: Final = 0x01
"""Target S0, action 0 (those that fit answer), bank 1."""
_EPC_BIT: Final = 0x20
LONGEST_MASK: Final = 30
"""Bytes of a mask: one byte counts its bits."""
_LOCK_EPC: Final = 0b0000100000
"""Writable with the password only; the manual counts kill, access, EPC, TID, user by two bits."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with what belongs to it."""

    code: Code
    parameters: bytes = b""


def ask_info(what: Info) -> Command:
    """Ask for a text about the module."""
    return Command(Code.INFO, bytes((what,)))


def set_region(region: int) -> Command:
    """Set the band by its number."""
    return Command(Code.SET_REGION, bytes((region,)))


def set_power(power_dbm: float) -> Command:
    """Set the power, in hundredths of a dBm."""
    return Command(Code.SET_POWER, struct.pack(">H", round(100 * power_dbm)))


def multi_poll() -> Command:
    """Go round after round until told to stop; every round without a tag is told too."""
    return Command(Code.MULTI_POLL, struct.pack(">BH", Code.POLL, _ROUNDS))


def select_epc(epc: str) -> Command:
    """Choose the tags whose EPC begins so, up to the longest mask."""
    mask = bytes.fromhex(epc)[:LONGEST_MASK]
    return Command(
        Code.SET_SELECT, struct.pack(">BIBB", _SELECT_EPC, _EPC_BIT, 8 * len(mask), 0) + mask
    )


def select_mode(mode: SelectMode) -> Command:
    """Say when the choice counts."""
    return Command(Code.SELECT_MODE, bytes((mode,)))


def read_epc_bank(word: int, count: int) -> Command:
    """Read words of the EPC bank, as a tag without password lets anyone."""
    return Command(Code.READ_TAG, struct.pack(">IBHH", 0, EPC_BANK, word, count))


def write_epc_bank(password: int, word: int, words: bytes) -> Command:
    """Write whole words of the EPC bank."""
    place = struct.pack(">IBHH", password, EPC_BANK, word, len(words) // 2)
    return Command(Code.WRITE_TAG, place + words)


def lock_epc_bank(password: int) -> Command:
    """Let the EPC bank be written with the password only; not for ever."""
    bits = _LOCK_EPC << 10 | _LOCK_EPC
    return Command(Code.LOCK_TAG, struct.pack(">I", password) + bits.to_bytes(3, "big"))
