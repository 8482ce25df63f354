"""What an export is asked for, and what it is made from. Frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from controller.holdings.model import Item, Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which movements: from a time on, up to but not at another, of one room or of all."""

    since: datetime | None = None
    until: datetime | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BorneTag:
    """The tag an item bore at a time; `scheme` says how its number was made, if we know."""

    epc: str
    scheme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A movement with what an exchange with others needs beside it."""

    movement: Movement
    tag: BorneTag | None
    """Of the item, at that time."""
    box_tags: tuple[BorneTag | None, BorneTag | None]
    """Of the box a file lies in, and of the one it came from, at that time."""
    was_in_box: bool
    """Only a file can have been out of its box before."""
    room: str | None
    """Where the box belongs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """An item got a tag, another one, or lost it."""

    id: int
    at: datetime
    item: Item
    cause: str
    tag: BorneTag | None
    before: BorneTag | None
    room: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An item passed a door; `direction` is `out`, `in` or `unsure`."""

    id: int
    at: datetime
    room: str
    door: str
    item: Item
    tag: BorneTag
    direction: str
    confidence: float
    alarmed: bool
