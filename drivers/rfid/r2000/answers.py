"""What an R2000 reader's answers mean. Pure; a frame that says nothing sensible is Malformed.

Source: "UHF RFID Reader Serial Interface Protocol" V2.2, chapters 2 and 3, and what its V3 editions
changed: ends of rounds, eight antennas, phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from drivers.rfid.r2000.commands import Code
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.station.asking import Failure, Malformed
from drivers.rfid.station.gen2 import tag_crc

Dialect = Literal["v2.2", "v3"]

OK: Final = 0x10
_FAILED: Final = 0x11
ANTENNA_MISSING: Final = 0x22
NO_TAG: Final = 0x36
ERRORS: Final = {
    0x11: "it failed",
    0x20: "the processor was reset",
    0x21: "the carrier could not be switched on",
    0x22: "the antenna is missing",
    0x23: "its memory could not be written",
    0x24: "its memory could not be read",
    0x25: "the power could not be set",
    0x31: "the inventory failed",
    0x32: "the tag could not be read",
    0x33: "the tag could not be written",
    0x34: "the tag could not be locked",
    0x35: "the tag could not be killed",
    0x36: "no tag answered",
    0x37: "the tag answered and refused",
    0x38: "its buffer is empty",
    0x40: "access failed or the password is wrong",
    0x50: "the tag's number for this talk was not received",
    0x52: "the oscillator does not lock",
    0x53: "the radio chip does not answer",
    0x54: "the power is not reached",
    0x56: "the frequency is against the regulation",
    0x57: "the power is too low",
}
"""Chapter 3; 0x41 to 0x4F each name a parameter that is out of range."""

_ANTENNA_BITS: Final = 0b11
_HIGH_ANTENNA: Final = 0x80
"""Readers with eight antennas say here that one of 5 to 8 heard the tag."""
_LAST_FREQUENCY: Final = 59
_HIGHEST_POWER_DBM: Final = 33
_FIRST_ERROR: Final = 0x20
_END_SIZE: Final[dict[int, Dialect]] = {5: "v2.2", 7: "v3"}


@dataclass(frozen=True, slots=True)
class Failed(Failure):
    """The reader says no, and why; `antenna` only where a fast switch names it."""

    code: int
    antenna: int | None = None

    def __str__(self) -> str:
        return f"{error_words(self.code)} (0x{self.code:02X})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagHeard:
    """One answer of one tag."""

    antenna_low: int
    """The antenna from 0, its lowest two bits."""
    antenna_high: bool
    """Whether it is said to be one of 5 to 8; readers that never say so exist."""
    frequency: int
    """Index into the table of `frequency_mhz`."""
    pc: int
    epc: str
    rssi_dbm: int
    phase: int | None = None
    """As it came, if phase was asked for; no source gives its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEnded:
    """The last frame of a round."""

    antenna: int | None
    """Counted from 1; None after a fast switch over several."""
    total: int
    """How many tag frames the round had."""
    dialect: Dialect
    took_ms: int | None = None


def error_words(code: int) -> str:
    """Put an error code into words."""
    if 0x41 <= code <= 0x4F:
        return "a parameter is out of range"
    return ERRORS.get(code, "an error the manual does not know")


def frequency_mhz(index: int) -> float:
    """Return the frequency of an index: 0 to 6 from 865.0 MHz, 7 to 59 from 902.0, by 0.5."""
    if not 0 <= index <= _LAST_FREQUENCY:
        raise ValueError(f"there is no frequency {index}")
    return 865.0 + 0.5 * index if index < 7 else 902.0 + 0.5 * (index - 7)


def rssi_dbm(value: int) -> int:
    """Return the level of an RSSI byte in dBm.

    The V2.2 table skips -40 between 89 and 90; its -55 at 0x41 is a misprint for -65.
    """
    return value - 129 if value >= 90 else value - 130


def parse_inventory(frame: Frame, *, phase: bool = False) -> TagHeard | RoundEnded | Failed:
    """Read one frame that came after an inventory command; raise Malformed.

    A V2.2 fast switch ends with as many bytes as the frame of a 32-bit tag has: it is the tag's if
    the protocol-control word counts two words, which as an end would be a million tags.
    """
    data = frame.data
    fast = frame.command == Code.FAST_SWITCH_INVENTORY
    if len(data) == 1:
        return Failed(data[0])
    if fast and len(data) == 2:
        return Failed(data[1], data[0] + 1)
    if fast and len(data) == 7:
        return RoundEnded(
            antenna=None, total=_number(data[:3]), took_ms=_number(data[3:]), dialect="v3"
        )
    if fast and len(data) == 8 and _words(data[1:3]) != 2:
        return RoundEnded(
            antenna=None, total=_number(data[:4]), took_ms=_number(data[4:]), dialect="v2.2"
        )
    dialect = _END_SIZE.get(len(data))
    if dialect is not None and not fast:
        return RoundEnded(antenna=data[0] + 1, total=_number(data[-4:]), dialect=dialect)
    return _parse_tag(data, phase)


def _parse_tag(data: bytes, phase: bool) -> TagHeard:
    tail = 3 if phase else 1
    size = len(data) - 3 - tail
    if size < 2 or size % 2:
        raise Malformed(f"a tag with an EPC of {max(size, 0)} bytes")
    if _words(data[1:3]) * 2 != size:
        raise Malformed(f"a tag whose PC counts {_words(data[1:3])} words before {size} bytes")
    level = data[3 + size]
    frequency = data[0] >> 2
    if frequency > _LAST_FREQUENCY:
        raise Malformed(f"a tag on frequency {frequency}, which does not exist")
    return TagHeard(
        antenna_low=data[0] & _ANTENNA_BITS,
        antenna_high=bool(level & _HIGH_ANTENNA),
        frequency=frequency,
        pc=_number(data[1:3]),
        epc=data[3 : 3 + size].hex().upper(),
        rssi_dbm=rssi_dbm(level & ~_HIGH_ANTENNA),
        phase=_number(data[-2:]) if phase else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one tag answered to reading, writing or locking."""

    tags: int
    """How many tags answered."""
    epc: str
    read: bytes
    """The words that were read; empty after writing and locking."""
    code: int
    """What became of it; reading has no word for that but OK."""


def parse_access(frame: Frame) -> Access | Failed:
    """Read an answer to 0x81, 0x82 or 0x83; raise Malformed.

    count(2) size(1) PC(2) EPC CRC(2) read, then the length of what was read or the result, the
    antenna and how often (1 each). The CRC is the tag's own and has to fit.
    """
    data = frame.data
    if len(data) == 1:
        return Failed(data[0])
    if len(data) < 12 or data[2] != len(data) - 6:
        raise Malformed(f"an answer of a tag of {len(data)} bytes that do not add up")
    reads = frame.command == Code.READ_TAG
    read_size = data[-3] if reads else 0
    text = data[3:-3]
    named = text[: len(text) - read_size]
    words = _words(named[:2])
    if len(named) != 4 + 2 * words or not words:
        raise Malformed(f"an answer of a tag whose PC counts {words} words in {len(named)} bytes")
    if tag_crc(named[:-2]) != _number(named[-2:]):
        raise Malformed("an answer of a tag whose own check is wrong")
    return Access(
        tags=_number(data[:2]),
        epc=named[2:-2].hex().upper(),
        read=text[len(text) - read_size :] if read_size else b"",
        code=OK if reads else data[-3],
    )


@dataclass(frozen=True, slots=True)
class Band:
    """A region by its number, first and last frequency; None where the site chose its own."""

    region: int
    first: int | None = None
    last: int | None = None


def parse_band(frame: Frame) -> Band | Failed:
    """Read the answer to 0x79; raise Malformed."""
    data = frame.data
    match len(data):
        case 1:
            return Failed(data[0])
        case 3:
            return Band(data[0], data[1], data[2])
        case 6:
            return Band(data[0])
    raise Malformed(f"a region of {len(data)} bytes")


def parse_powers(frame: Frame) -> tuple[int, ...] | Failed:
    """Read an answer to 0x77 or 0x97: one power in dBm for all antennas, or one each.

    One byte may be an error as well: above 33 dBm it is, and 0x11 after 0x97 says that the reader
    does not know the command; one that really runs at 17 dBm says so after 0x77.
    """
    data = frame.data
    unknown = frame.command == Code.GET_POWER_OF_EIGHT and data == bytes((_FAILED,))
    if unknown or (len(data) == 1 and data[0] > _HIGHEST_POWER_DBM):
        return Failed(data[0])
    if len(data) not in (1, 4, 8):
        raise Malformed(f"powers of {len(data)} bytes")
    return tuple(data)


def parse_bytes(frame: Frame, size: int) -> bytes | Failed:
    """Read an answer of a fixed size of two bytes or more, or an error; raise Malformed."""
    if len(frame.data) == 1:
        return Failed(frame.data[0])
    if len(frame.data) != size:
        raise Malformed(f"{len(frame.data)} bytes after 0x{frame.command:02X} instead of {size}")
    return frame.data


def parse_db(frame: Frame) -> int | Failed:
    """Read the answer to 0x63 or 0x7E, a loss in dB; raise Malformed.

    A loss and an error are told in the same single byte: from 0x20 on, which no antenna reaches, it
    is an error. A mere 0x11 ("it failed") cannot be told from 17 dB.
    """
    if len(frame.data) != 1:
        raise Malformed(f"{len(frame.data)} bytes after 0x{frame.command:02X} instead of 1")
    value = frame.data[0]
    return Failed(value) if value >= _FIRST_ERROR else value


def parse_done(frame: Frame) -> Failed | None:
    """Read the answer to a command that only does something: None if it was done."""
    if len(frame.data) != 1:
        raise Malformed(f"{len(frame.data)} bytes after 0x{frame.command:02X} instead of 1")
    return None if frame.data[0] == OK else Failed(frame.data[0])


def _words(pc: bytes) -> int:
    """Read how many words of EPC a protocol-control word counts."""
    return pc[0] >> 3


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")
