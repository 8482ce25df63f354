"""Values of tag work. Frozen, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

TagStanding = Literal["current", "replaced", "unknown"]


class Refused(Exception):
    """Tag work that cannot be done as asked; `code` says why, `params` the facts."""

    def __init__(self, code: str, /, **params: JsonValue) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scanned or typed text may mean, in the forms in which things are looked up."""

    only: Literal["box", "file", "shelf"] | None
    """Said by one of our own labels; `None`: the text itself must tell."""
    text: str
    """As it came, without spaces around it."""
    key: str
    """Folded as codes are."""
    shelf: str | None
    """The address of a shelf, if it reads as one."""
    place: str | None
    """The address of a column, a face or a section, if it reads as one."""
    epc: str | None
    """A tag number, if it reads as one."""
