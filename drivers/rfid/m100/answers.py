"""What an M100 module's answers mean. Pure; a frame that says nothing sensible is Malformed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.rfid.m100.commands import Code
from drivers.rfid.m100.frames import Frame
from drivers.rfid.station.asking import Failure, Malformed
from drivers.rfid.station.gen2 import count_words, tag_crc

NO_TAG_IN_ROUND: Final = 0x15
_PLAIN: Final = {
    0x09: "the tag was not read",
    0x10: "the tag was not written",
    0x12: "the tag was not killed",
    0x13: "the tag was not locked",
    0x14: "the tag was not locked for ever",
    0x15: "no tag answered in this round",
    0x16: "access failed; the password may be wrong",
    0x17: "it does not know this command or its parameters",
    0x20: "no channel was free to hop to",
}
_OF_TAG: Final = {0xA0: "read", 0xB0: "written", 0xC0: "locked", 0xD0: "killed", 0xE0: "locked"}
"""The high half of an error that the tag itself gave; the low half is the tag's own code."""
_TAGS_OWN: Final = {
    0x0: "another error",
    0x3: "it has no such memory",
    0x4: "its memory is locked",
    0xB: "it gets too little power",
    0xF: "an error it does not name",
}


@dataclass(frozen=True, slots=True)
class Failed(Failure):
    """The module says no, and why."""

    code: int

    def __str__(self) -> str:
        return f"{error_words(self.code)} (0x{self.code:02X})"

    @property
    def of_tag(self) -> int | None:
        """The tag's own code, if it was the tag that said no."""
        return self.code & 0x0F if self.code & 0xF0 in _OF_TAG else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagHeard:
    """One answer of one tag; both its own check and its count of words fitted."""

    pc: int
    epc: str
    rssi_dbm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A tag that was read, written or locked."""

    epc: str
    read: bytes = b""


def error_words(code: int) -> str:
    """Put an error code into words."""
    done = _OF_TAG.get(code & 0xF0)
    if done is None:
        return _PLAIN.get(code, "an error the manual does not know")
    own = _TAGS_OWN.get(code & 0x0F, "an error no standard knows")
    return f"the tag was not {done}: {own}"


def parse_failed(frame: Frame) -> Failed:
    """Read an error: its code, after which the tag's length, PC and EPC may stand."""
    if not frame.parameters:
        raise Malformed("an error without a code")
    return Failed(frame.parameters[0])


def parse_notice(frame: Frame) -> TagHeard:
    """Read RSSI(1, signed dBm) PC(2) EPC CRC(2); raise Malformed.

    The CRC is the tag's own over PC and EPC: a frame's sum lets one error in 256 pass.
    """
    parameters = frame.parameters
    if len(parameters) < 7:
        raise Malformed(f"a tag of {len(parameters)} bytes")
    pc, epc = _parse_name(parameters[1:-2])
    if tag_crc(parameters[1:-2]) != int.from_bytes(parameters[-2:], "big"):
        raise Malformed("a tag whose own check is wrong")
    rssi_dbm = int.from_bytes(parameters[:1], "big", signed=True)
    return TagHeard(pc=pc, epc=epc, rssi_dbm=rssi_dbm)


def parse_access(frame: Frame) -> Access | Failed:
    """Read an answer to 0x39, 0x49 or 0x82: size(1) PC EPC, then the words or 00; or an error."""
    if frame.command == Code.ERROR:
        return parse_failed(frame)
    parameters = frame.parameters
    size = parameters[0] if parameters else 0
    if size + 1 > len(parameters):
        raise Malformed(f"a tag of {size} bytes in {len(parameters)}")
    _, epc = _parse_name(parameters[1 : 1 + size])
    rest = parameters[1 + size :]
    if frame.command == Code.READ_TAG:
        return Access(epc=epc, read=rest)
    if rest != b"\0":
        raise Malformed(f"{rest.hex().upper() or 'nothing'} after the tag where 00 should be")
    return Access(epc=epc)


def parse_done(frame: Frame) -> Failed | None:
    """Read the answer to a command that only does something: None if it was done."""
    if frame.command == Code.ERROR:
        return parse_failed(frame)
    if len(frame.parameters) != 1:
        raise Malformed(f"{len(frame.parameters)} bytes after 0x{frame.command:02X} instead of 1")
    return None if frame.parameters == b"\0" else Failed(frame.parameters[0])


def parse_text(frame: Frame) -> str | Failed:
    """Read the answer to 0x03: what was asked for, then text."""
    if frame.command == Code.ERROR:
        return parse_failed(frame)
    if not frame.parameters:
        raise Malformed("no text at all")
    return frame.parameters[1:].decode("ascii", "replace").strip("\0 ")


def parse_region(frame: Frame) -> int | Failed:
    """Read the answer to 0x08: the number of the band."""
    said = _parse_bytes(frame, 1)
    return said if isinstance(said, Failed) else said[0]


def parse_power(frame: Frame) -> float | Failed:
    """Read the answer to 0xB7: hundredths of a dBm."""
    said = _parse_bytes(frame, 2)
    return said if isinstance(said, Failed) else int.from_bytes(said, "big", signed=True) / 100


def parse_levels(frame: Frame) -> tuple[int, ...] | Failed:
    """Read the answer to 0xF3: first and last channel, then the level of each in dBm."""
    if frame.command == Code.ERROR:
        return parse_failed(frame)
    parameters = frame.parameters
    if len(parameters) < 3 or parameters[1] - parameters[0] + 3 != len(parameters):
        raise Malformed(f"the levels of channels in {len(parameters)} bytes that do not add up")
    return tuple(level - 256 if level > 127 else level for level in parameters[2:])


def parse_selection(frame: Frame) -> bytes | Failed:
    """Read the answer to 0x0B: what was set with 0x0C."""
    return parse_failed(frame) if frame.command == Code.ERROR else frame.parameters


def _parse_bytes(frame: Frame, size: int) -> bytes | Failed:
    if frame.command == Code.ERROR:
        return parse_failed(frame)
    if len(frame.parameters) != size:
        words = f"{len(frame.parameters)} bytes after 0x{frame.command:02X} instead of {size}"
        raise Malformed(words)
    return frame.parameters


def _parse_name(name: bytes) -> tuple[int, str]:
    """Read a tag's PC and EPC."""
    if len(name) < 4:
        raise Malformed(f"a tag of {len(name)} bytes")
    pc = int.from_bytes(name[:2], "big")
    if 2 * count_words(pc) != len(name) - 2:
        words = f"a tag whose PC counts {count_words(pc)} words before {len(name) - 2} bytes"
        raise Malformed(words)
    return pc, name[2:].hex().upper()
