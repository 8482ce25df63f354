"""What we say to a UHFReader18 or 288. Pure.

Numbers are those of "UHF RFID Reader UHFReader18 User's Manual" V2.0, chapters 4 and 8; what 288
adds (antenna, session, time of one inventory) is of the "UR series User Manual" v1.14, chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.rfid.station.gen2 import EPC_BANK

REPLY_S: Final = 1.0
"""No setting or question takes a reader longer."""
ACCESS_S: Final = 3.0
"""A reader looks for its tag and tries a few times before it gives up."""


class Code(IntEnum):
    """Commands by the manual's numbers."""

    INVENTORY = 0x01
    READ_TAG = 0x02
    WRITE_TAG = 0x03
    WRITE_EPC = 0x04
    LOCK_TAG = 0x06
    GET_INFO = 0x21
    SET_REGION = 0x22
    SET_POWER = 0x2F
    SET_WORK_MODE = 0x35
    GET_WORK_MODE = 0x36
    GET_SERIAL_288 = 0x4C
    SET_WORK_MODE_288 = 0x76
    PUSHED = 0xEE


ANSWER_MODE: Final = 0
"""The reader speaks when it is asked; 1 scans by itself, 2 and 3 scan on a trigger."""
LONGEST_CHOICE: Final = 15
"""Words of an EPC by which a tag can be chosen."""
_FIRST_ANTENNA: Final = 0x80
_Q: Final = 4
_SHORTEST_TIME: Final = 3
_LOCK_EPC: Final = 2
"""Locking counts the banks its own way: 0 and 1 the passwords, 2 EPC, 3 TID, 4 user."""
_LOCKED: Final = 2
"""Writable with the password only; 1 and 3 would be for ever."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with what belongs to it, and how long its answer may take to come."""

    code: Code
    data: bytes = b""
    patience_s: float = REPLY_S

    @property
    def antenna(self) -> int | None:
        """The antenna that an inventory of a 288 is for, counted from 1."""
        if self.code is not Code.INVENTORY or not self.data:
            return None
        return self.data[-2] - _FIRST_ANTENNA + 1


def inventory_18(longest_s: float) -> Command:
    """Run the antenna for one round, which ends after this time at the latest."""
    return Command(Code.INVENTORY, b"", REPLY_S + longest_s)


def inventory_288(antenna: int, longest_s: float) -> Command:
    """Run one antenna, counted from 1, for one round of at most this time (from 0.3 s on).

    Q, session 0, no mask (bank, address, length 0), target A, antenna, time in tenths of a second.
    """
    tenths = min(max(_SHORTEST_TIME, round(longest_s * 10)), 0xFF)
    place = bytes((_FIRST_ANTENNA + antenna - 1, tenths))
    return Command(Code.INVENTORY, bytes((_Q, 0, 1, 0, 0, 0, 0)) + place, REPLY_S + tenths / 10)


def set_region(highest: int, lowest: int) -> Command:
    """Set the band and its last and first channel, in the bytes `band_bytes` makes. Is kept."""
    return Command(Code.SET_REGION, bytes((highest, lowest)))


def band_bytes(band: int, first: int, last: int) -> tuple[int, int]:
    """Write a band and its channels as two bytes: the two high bits of each are the band's."""
    return (band >> 2) << 6 | last, (band & 0b11) << 6 | first


def set_power(power_dbm: int) -> Command:
    """Set the power of all antennas in whole dBm. Is kept."""
    return Command(Code.SET_POWER, bytes((power_dbm,)))


def set_work_mode_18(mode: int, rest: bytes) -> Command:
    """Set the mode; the rest is as the reader tells it."""
    return Command(Code.SET_WORK_MODE, bytes((mode,)) + rest)


def set_work_mode_288(mode: int) -> Command:
    """Set the mode."""
    return Command(Code.SET_WORK_MODE_288, bytes((mode,)))


def read_epc_bank(epc: str, word: int, count: int) -> Command:
    """Read words of the EPC bank of one tag, as a tag without password lets anyone."""
    data = _chosen(epc) + bytes((EPC_BANK, word, count)) + bytes(4)
    return Command(Code.READ_TAG, data, ACCESS_S)


def write_epc_bank(epc: str, password: int, word: int, words: bytes) -> Command:
    """Write whole words of the EPC bank of one tag.

    0x04 would write any one tag of the field; this one is chosen by its number.
    """
    count = bytes((len(words) // 2,))
    data = count + _chosen(epc) + bytes((EPC_BANK, word)) + words + password.to_bytes(4, "big")
    return Command(Code.WRITE_TAG, data, ACCESS_S)


def lock_epc_bank(epc: str, password: int) -> Command:
    """Let the EPC bank of one tag be written with the password only."""
    data = _chosen(epc) + bytes((_LOCK_EPC, _LOCKED)) + password.to_bytes(4, "big")
    return Command(Code.LOCK_TAG, data, ACCESS_S)


def _chosen(epc: str) -> bytes:
    number = bytes.fromhex(epc)
    return bytes((len(number) // 2,)) + number
