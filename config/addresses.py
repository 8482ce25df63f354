"""Slot addresses as painted on the steel: R1-B2-C7-L-3-5-12, or any prefix of one.

A *place* may be known only coarsely (an antenna knows a section, a scan a shelf), so every part
after the room may be missing; once one is missing, all that follow are missing too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Face(StrEnum):
    """The two faces of a column, as the room file fixes them."""

    LEFT = "L"
    RIGHT = "R"


_PATTERN = re.compile(
    r"(?P<room>[A-Z][A-Z0-9]{0,15})"
    r"(?:-B(?P<bank>[1-9]\d{0,2})"
    r"(?:-C(?P<column>[1-9]\d{0,2})"
    r"(?:-(?P<face>[LR])"
    r"(?:-(?P<section>[1-9]\d{0,2})"
    r"(?:-(?P<shelf>[1-9]\d{0,2})"
    r"(?:-(?P<slot>[1-9]\d{0,3}))?)?)?)?)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAddress:
    """A place on the steel; missing parts are `None` and mean "somewhere in there"."""

    room: str
    bank: int | None = None
    column: int | None = None
    face: Face | None = None
    section: int | None = None
    shelf: int | None = None
    slot: int | None = None

    def __post_init__(self) -> None:
        parts = (self.bank, self.column, self.face, self.section, self.shelf, self.slot)
        given = [part is not None for part in parts]
        if given != sorted(given, reverse=True):
            raise ValueError("an address may end early but has no holes")

    def __str__(self) -> str:
        parts: list[str] = [self.room]
        if self.bank is not None:
            parts.append(f"B{self.bank}")
        if self.column is not None:
            parts.append(f"C{self.column}")
        parts += [str(p) for p in (self.face, self.section, self.shelf, self.slot) if p is not None]
        return "-".join(parts)

    def contains(self, other: SlotAddress) -> bool:
        """Say whether `other` is this place or lies within it."""
        mine, theirs = str(self), str(other)
        return theirs == mine or theirs.startswith(f"{mine}-")


def parse_address(text: str) -> SlotAddress:
    """Read an address or a prefix of one; raise ValueError that names the expected form."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"{text!r} is no address; expected e.g. R1-B2-C7-L-3-5-12 "
            "(room-bank-column-face-section-shelf-slot) or the beginning of one"
        )
    part = match.groupdict()
    number = {
        name: int(part[name]) if part[name] else None
        for name in ("bank", "column", "section", "shelf", "slot")
    }
    face = Face(part["face"]) if part["face"] else None
    return SlotAddress(room=part["room"], face=face, **number)


def room_of(address: str) -> str:
    """Return the room in which a written address lies: R1 for R1-B2-C7-L-3-5."""
    return address.partition("-")[0]
