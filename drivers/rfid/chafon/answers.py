"""What a UHFReader18's or 288's answers mean. Pure; what says nothing sensible is Malformed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from drivers.rfid.chafon.frames import Frame
from drivers.rfid.station.asking import Failure, Malformed

Model = Literal["18", "288"]

OK: Final = 0x00
MORE_FOLLOW: Final = 0x03
FULL: Final = 0x04
WRONG_PASSWORD: Final = 0x05
ANTENNA_ERROR: Final = 0xF8
POOR_LINK: Final = 0xFA
NO_TAG: Final = 0xFB
TAG_ERROR: Final = 0xFC
_ROUND: Final = (0x00, 0x01, 0x02, MORE_FOLLOW, FULL)
"""Done, done, out of time, more frames follow, out of memory: all of them tell tags."""
STATUSES: Final = {
    0x04: "its memory is full",
    0x05: "the password is wrong",
    0x0B: "the tag does not know this command",
    0x0C: "the access password must not be 0",
    0x13: "the setting could not be saved",
    0x14: "its power cannot be set",
    0xF8: "the antenna is faulty or missing",
    0xF9: "the command could not be carried out",
    0xFA: "a tag is there, but the radio link is too poor",
    0xFB: "no tag answered",
    0xFC: "the tag refused",
    0xFD: "the command has a wrong length",
    0xFE: "it does not know this command, or it came garbled",
    0xFF: "a parameter is out of range",
}
_TAGS_OWN: Final = {
    0x0: "another error",
    0x3: "it has no such memory",
    0x4: "its memory is locked",
    0xB: "it gets too little power",
    0xF: "an error it does not name",
}
_FAST_ID: Final = 0x80
_TID_SIZE: Final = 12
_LONGEST_EPC: Final = 62
_PUSHED_NUMBER: Final = 8
_SERIAL_SIZE: Final = 4


@dataclass(frozen=True, slots=True)
class Failed(Failure):
    """The reader says no, and why; `own` is the tag's own code, where it was the tag."""

    status: int
    own: int | None = None

    def __str__(self) -> str:
        words = STATUSES.get(self.status, "a status the manual does not know")
        if self.own is not None:
            words += f": {_TAGS_OWN.get(self.own, 'an error no standard knows')}"
        return f"{words} (0x{self.status:02X})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagHeard:
    """One answer of one tag."""

    epc: str
    tid: str | None = None
    """Where a chip's FastID was asked for."""
    rssi_raw: int | None = None
    """As it came; no source gives its scale in dBm. Model 18 does not tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one frame tells of a round."""

    status: int
    antennas: int | None
    """A bit for each, 1 for the first; None where the reader does not say."""
    tags: tuple[TagHeard, ...]

    @property
    def is_last(self) -> bool:
        return self.status != MORE_FOLLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What a reader says of itself."""

    firmware: str
    kind: int
    """The maker's number of the model."""
    band: int
    first: int
    """The first channel of the band that it uses."""
    last: int
    power_dbm: int
    longest_round_s: float


@dataclass(frozen=True, slots=True)
class WorkMode:
    """When a UHFReader18 speaks; `rest` belongs to it and is written back as it is."""

    mode: int
    rest: bytes


def parse_inventory(frame: Frame, model: Model) -> Batch | Failed:
    """Read one frame that came after 0x01; raise Malformed.

    18: count, then length and EPC of each. 288: antennas, count, then length, EPC and RSSI of each.
    """
    if frame.status == NO_TAG:
        return Batch(status=frame.status, antennas=None, tags=())
    if frame.status not in _ROUND:
        return _failed(frame)
    data = frame.data
    if not data:
        return Batch(status=frame.status, antennas=None, tags=())
    antennas = None
    if model == "288":
        antennas, data = data[0], data[1:]
    if not data:
        raise Malformed("a round that does not count its tags")
    tags, rest = [], data[1:]
    for _ in range(data[0]):
        tag, rest = _parse_tag(rest, model)
        tags.append(tag)
    if rest:
        raise Malformed(f"{len(rest)} bytes after the last of {data[0]} tags")
    return Batch(status=frame.status, antennas=antennas, tags=tuple(tags))


def _parse_tag(text: bytes, model: Model) -> tuple[TagHeard, bytes]:
    if not text:
        raise Malformed("fewer tags than were counted")
    size = text[0] & ~_FAST_ID
    tid_size = _TID_SIZE if text[0] & _FAST_ID else 0
    epc_size = size - tid_size
    if not 2 <= epc_size <= _LONGEST_EPC or epc_size % 2:
        raise Malformed(f"a tag with an EPC of {max(epc_size, 0)} bytes")
    end = 1 + size + (1 if model == "288" else 0)
    if len(text) < end:
        raise Malformed(f"a tag of {size} bytes in {len(text) - 1}")
    tag = TagHeard(
        epc=text[1 : 1 + epc_size].hex().upper(),
        tid=text[1 + epc_size : 1 + size].hex().upper() if tid_size else None,
        rssi_raw=text[1 + size] if model == "288" else None,
    )
    return tag, text[end:]


def parse_info(frame: Frame) -> Info | Failed:
    """Read the answer to 0x21; 288 tells more at its end, which is not needed here."""
    if frame.status != OK:
        return _failed(frame)
    data = frame.data
    if len(data) < 8:
        raise Malformed(f"only {len(data)} bytes about itself")
    return Info(
        firmware=f"{data[0]}.{data[1]}",
        kind=data[2],
        band=data[4] >> 6 << 2 | data[5] >> 6,
        first=data[5] & 0x3F,
        last=data[4] & 0x3F,
        power_dbm=data[6],
        longest_round_s=data[7] / 10,
    )


def parse_work_mode(frame: Frame) -> WorkMode | Failed:
    """Read the answer to 0x36: four bytes of a Wiegand output, the mode, what belongs to it."""
    if frame.status != OK:
        return _failed(frame)
    if len(frame.data) < 10:
        raise Malformed(f"a work mode of {len(frame.data)} bytes")
    return WorkMode(frame.data[4], frame.data[5:10])


def parse_serial(frame: Frame) -> bytes | Failed:
    """Read the answer to 0x4C: four bytes that no two readers share; raise Malformed."""
    if frame.status != OK:
        return _failed(frame)
    if len(frame.data) != _SERIAL_SIZE:
        raise Malformed(f"a serial number of {len(frame.data)} bytes")
    return frame.data


def parse_words(frame: Frame) -> bytes | Failed:
    """Read the answer to 0x02: the words that were read."""
    return frame.data if frame.status == OK else _failed(frame)


def parse_done(frame: Frame) -> Failed | None:
    """Read the answer to a command that only does something: None if it was done."""
    return None if frame.status == OK else _failed(frame)


def pushed_number(frame: Frame) -> str:
    """Name what a reader pushed: its first eight bytes, as the published capture reads it.

    The frame does not say how long the number is, so it is never taken for a tag's EPC.
    """
    return frame.data[:_PUSHED_NUMBER].hex().upper()


def _failed(frame: Frame) -> Failed:
    of_tag = frame.status == TAG_ERROR and len(frame.data) > 0
    return Failed(frame.status, frame.data[0] if of_tag else None)
