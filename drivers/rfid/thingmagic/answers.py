"""What a ThingMagic module's answers mean. Pure; a frame that makes no sense is Malformed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from drivers.rfid.station.asking import Failure, Malformed
from drivers.rfid.thingmagic.commands import Code, PortPower, Told
from drivers.rfid.thingmagic.frames import Frame
from drivers.rfid.thingmagic.records import TagHeard, parse_record

NO_TAG: Final = 0x400
ANTENNA_MISSING: Final = 0x503
_NO_SUCH_FUNCTION: Final = 0x109
_MOST_TAGS: Final = 20_000
_STATUSES: Final = {
    0x100: "the question has the wrong length",
    0x101: "it does not know this opcode",
    0x102: "it does not have this function",
    0x103: "the power is above its highest",
    0x105: "a value is out of its range",
    0x106: "the power is below its lowest",
    0x109: "it does not have this function",
    0x10B: "it does not have this region",
    0x400: "no tag answered",
    0x401: "it has not been told which tags to speak to",
    0x404: "the tag was not read",
    0x405: "its radio is off; it has been told no region",
    0x406: "the tag was not written",
    0x408: "the tag cannot hold such words",
    0x409: "the tag has no such place",
    0x40A: "the tag or the way to it failed",
    0x40B: "that is more than it reads at once",
    0x40C: "the password is wrong",
    0x420: "the tag gives an error of its own",
    0x423: "the tag has no such memory",
    0x424: "the tag's memory is locked",
    0x42B: "the tag gets too little power",
    0x42F: "the tag gives an error it does not name",
    0x430: "the tag gives an error no standard knows",
    0x501: "the channel is in use",
    0x503: "no antenna hangs at this port",
    0x504: "it is too hot or too cold",
    0x505: "the antenna throws its power back",
    0x507: "it has no such antenna",
    0x600: "its buffer has no more tags",
    0x601: "its buffer is full",
}
_FAMILIES: Final = {
    0x00: "Mercury5e",
    0x01: "Mercury5e-Compact",
    0x02: "Mercury5e EU",
    0x03: "Mercury4e",
    0x18: "M6e",
    0x19: "M6e-I",
    0x20: "Micro",
    0x30: "M6e Nano",
    0x38: "M7e",
}


@dataclass(frozen=True, slots=True)
class Failed(Failure):
    """The module says no, and why."""

    status: int

    def __str__(self) -> str:
        words = _STATUSES.get(self.status, "a status the maker's list does not know")
        return f"{words} (0x{self.status:03X})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which module it is, and what runs in it."""

    family: int
    hardware: str
    firmware: str

    @property
    def model(self) -> str:
        return _FAMILIES.get(self.family, f"hardware {self.hardware}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One of the module's own inputs and outputs."""

    number: int
    is_output: bool
    on: bool


def parse_done(frame: Frame) -> Failed | None:
    """Read the answer to what only does something: None if it was done.

    Modules differ in what they say after the status, and nothing of it matters.
    """
    return Failed(frame.status) if frame.status else None


def parse_version(frame: Frame) -> Version | Failed:
    """Read the answer to 0x03 or 0x04: boot loader, hardware, date, firmware, protocols, 4 each."""
    said = _parse_at_least(frame, 20)
    if isinstance(said, Failed):
        return said
    hardware, firmware = said[4:8], said[12:16]
    return Version(family=hardware[0], hardware=hardware.hex("."), firmware=firmware.hex("."))


def parse_serial(frame: Frame) -> bytes | Failed:
    """Read the answer to 0x10 for the serial number: three bytes, its length, the number.

    A module into which none was burnt says so, or tells one without a character.
    """
    said = _parse_at_least(frame, 4)
    if isinstance(said, Failed):
        return said
    size = said[3]
    if 4 + size > len(said):
        raise Malformed(f"a serial number of {size} bytes in {len(said) - 4}")
    return said[4 : 4 + size] or Failed(_NO_SUCH_FUNCTION)


def parse_byte(frame: Frame) -> int | Failed:
    """Read an answer of one byte: the program that runs, the region."""
    said = _parse_at_least(frame, 1)
    return said if isinstance(said, Failed) else said[0]


def parse_temperature(frame: Frame) -> int | Failed:
    """Read the answer to 0x72: degrees, below zero as a signed byte (unconfirmed)."""
    said = parse_byte(frame)
    return said - 256 if isinstance(said, int) and said > 127 else said


def parse_protocol(frame: Frame) -> int | Failed:
    """Read the answer to 0x63: which kind of tags it speaks to."""
    said = _parse_at_least(frame, 2)
    return said if isinstance(said, Failed) else int.from_bytes(said[:2], "big")


def parse_regions(frame: Frame) -> tuple[int, ...] | Failed:
    """Read the answer to 0x71: the numbers of the regions it has."""
    return Failed(frame.status) if frame.status else tuple(frame.data)


def parse_power(frame: Frame) -> int | Failed:
    """Read the answer to 0x62 or 0x64: the option, then hundredths of a dBm."""
    said = _parse_at_least(frame, 3)
    return said if isinstance(said, Failed) else int.from_bytes(said[1:3], "big", signed=True)


def parse_port_powers(frame: Frame) -> tuple[PortPower, ...] | Failed:
    """Read the answer to 0x61 with option 4: port, read and write power, settling time of each."""
    rows = _parse_rows(frame, 7)
    if isinstance(rows, Failed):
        return rows
    return tuple(
        PortPower(port=port, read=read, write=write, settling_us=settling)
        for port, read, write, settling in (struct.unpack(">BhhH", row) for row in rows)
    )


def parse_detected(frame: Frame) -> dict[int, bool] | Failed:
    """Read the answer to 0x61 with option 5: each port, and whether an antenna hangs there."""
    rows = _parse_rows(frame, 2)
    return rows if isinstance(rows, Failed) else {port: there == 1 for port, there in rows}


def parse_pins(frame: Frame) -> tuple[Pin, ...] | Failed:
    """Read the answer to 0x66 with option 1: number, direction (1 is out) and level of each pin."""
    rows = _parse_rows(frame, 3)
    if isinstance(rows, Failed):
        return rows
    return tuple(Pin(number=number, is_output=out == 1, on=on == 1) for number, out, on in rows)


def parse_found(frame: Frame) -> int | Failed:
    """Read the answer to 0x22: option, search flags (2), then how many tags the buffer has.

    The count is of four bytes, of one in older modules; a byte may stand before it.
    """
    if frame.status == NO_TAG:
        return 0
    if frame.status:
        return Failed(frame.status)
    size = len(frame.data)
    if size not in (4, 5, 7, 8):
        raise Malformed(f"a count of tags in {size} bytes")
    count = int.from_bytes(frame.data[-4 if size > 5 else -1 :], "big")
    if count > _MOST_TAGS:
        raise Malformed(f"a count of {count} tags")
    return count


def parse_buffer(frame: Frame) -> tuple[TagHeard, ...] | Failed:
    """Read the answer to 0x29: what is told (2), option, count, then so many tags."""
    said = _parse_at_least(frame, 4)
    if isinstance(said, Failed):
        return said
    told, count = Told(int.from_bytes(said[:2], "big")), said[3]
    tags, at = [], 4
    for _ in range(count):
        tag, at = parse_record(said, at, told)
        tags.append(tag)
    if at != len(said):
        raise Malformed(f"{len(said) - at} bytes after {count} tags")
    return tuple(tags)


def is_streamed(frame: Frame) -> bool:
    """Say whether a frame tells a tag of a search without end: nobody asked for it."""
    return frame.opcode == Code.SEARCH and frame.status == 0 and len(frame.data) > 8


def parse_streamed(frame: Frame) -> TagHeard:
    """Read one tag of a search without end: option, flags (2), what is told (2), 1, the tag."""
    data = frame.data
    if len(data) < 6 or data[5] != 1:
        raise Malformed("a frame of a search without end that tells no tag")
    tag, at = parse_record(data, 6, Told(int.from_bytes(data[3:5], "big")))
    if at != len(data):
        raise Malformed(f"{len(data) - at} bytes after a tag")
    return tag


def parse_words(frame: Frame, count: int) -> bytes | Failed:
    """Read the answer to 0x28: option, what is told of the tag (nothing), then so many words."""
    if frame.status:
        return Failed(frame.status)
    if len(frame.data) != 3 + 2 * count or frame.data[1:3] != b"\0\0":
        raise Malformed(f"{count} words in {len(frame.data)} bytes")
    return frame.data[3:]


def _parse_at_least(frame: Frame, size: int) -> bytes | Failed:
    if frame.status:
        return Failed(frame.status)
    if len(frame.data) < size:
        raise Malformed(f"{len(frame.data)} bytes after 0x{frame.opcode:02X}, not {size}")
    return frame.data


def _parse_rows(frame: Frame, size: int) -> tuple[bytes, ...] | Failed:
    """Read rows of one size after an option."""
    said = _parse_at_least(frame, 1)
    if isinstance(said, Failed):
        return said
    if (len(said) - 1) % size:
        raise Malformed(f"{len(said) - 1} bytes are no rows of {size}")
    return tuple(said[at : at + size] for at in range(1, len(said), size))
