"""Entries of the book as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

Slot = Literal["morning", "afternoon"]
SLOTS: Final[tuple[Slot, ...]] = ("morning", "afternoon")
By = Literal["probe", "hand"]
CellState = Literal["noted", "proposed", "missed", "to_come"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was written of one zone, by whom; a later one of the same place replaces it."""

    id: int
    day: date
    slot: Slot
    zone: str
    temperature_c: float | None
    humidity_pct: float | None
    by: By
    instrument: str
    """Number of the instrument, or the probes whose middle value it is."""
    read_at: datetime
    noted_by: str
    noted_at: datetime
    reason: str
    """Why it was noted by hand or corrected; empty for what the probes said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the probes of a zone said at the time of a slot, calibrated: the middle of them."""

    temperature_c: float | None
    humidity_pct: float | None
    probes: tuple[str, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who answers for a slot; nothing in it changes after."""

    day: date
    slot: Slot
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One zone at one slot: the note that counts, those it replaced, or what is proposed."""

    zone: str
    state: CellState
    note: Note | None = None
    replaced: tuple[Note, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One slot of one day."""

    day: date
    slot: Slot
    due_at: datetime
    inside: tuple[Cell, ...]
    outside: tuple[Cell, ...]
    signature: Signature | None
