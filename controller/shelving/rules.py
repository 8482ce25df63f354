"""What may be asked of the steel, by whom, and in which order a request can change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from config.geometry import segments_of
from config.room import Bank, Room
from controller.shelving.model import LedgerStatus
from drivers.messages import WHOLE_ROOM, LockOutVerb, MotionVerb, Program, SettingVerb, Verb

_RANK: Mapping[LedgerStatus, int] = MappingProxyType(
    {
        "asked": 0,
        "unanswered": 1,
        "armed": 2,
        "accepted": 3,
        "started": 4,
        "done": 5,
        "refused": 5,
        "failed": 5,
        "expired": 5,
    }
)
ENDED: tuple[LedgerStatus, ...] = ("done", "refused", "failed", "expired")

_ENTER = frozenset({"aisle.open"})
_LOCK = frozenset({"steel.lock"})
_LOCK_OUT = frozenset({"steel.lock_out"})
_STOP = frozenset({"motion.stop"})
PERMISSIONS: Mapping[Verb, frozenset[str]] = MappingProxyType(
    {
        "open_aisle": _ENTER,
        "close_all": _ENTER,
        "ventilate": _ENTER,
        "park": _ENTER | _LOCK,
        "stop": _STOP,
        "lock": _LOCK,
        "unlock": _LOCK,
        "sleep": _LOCK,
        "wake": _LOCK,
        "release": _ENTER,
        "hand_over": _ENTER,
        "take_over": _ENTER,
        "lock_out": _LOCK_OUT,
        "lift_lock_out": _LOCK_OUT,
        "propose": frozenset({"program.propose"}),
        "cancel": _STOP,
    }
)
"""What a person must hold, all of it, to ask for a verb."""

MOTIONS: frozenset[Verb] = frozenset(get_args(MotionVerb))
_NEED_VIEW: frozenset[Verb] = MOTIONS | frozenset(get_args(SettingVerb))
_OF_COLUMN: frozenset[Verb] = frozenset(get_args(LockOutVerb))
_OF_ROOM: frozenset[Verb] = frozenset({"propose", "cancel"})

Part = Literal["bank", "segment", "aisle", "column"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a wish names."""

    bank: int | None = None
    segment: int | None = None
    aisle: int | None = None
    column: int | None = None


def moves_on(now: LedgerStatus, then: LedgerStatus) -> bool:
    """Say whether a request goes from `now` to `then`; what is over stays as it ended."""
    return _RANK[then] > _RANK[now]


def place_of(status: LedgerStatus) -> int:
    """Say where a step stands among the steps of a request; times come from two clocks."""
    return _RANK[status]


def find_missing(room: Room, verb: Verb, target: Target) -> Part | None:
    """Name what a request lacks or names that the room does not have; `None` if all is there."""
    if verb in _OF_ROOM:
        return None if target.bank in (None, WHOLE_ROOM) else "bank"
    if target.bank is None:
        whole_room = verb == "stop" and target.segment is None and target.aisle is None
        return None if whole_room else "bank"
    bank = next((each for each in room.banks if each.bank == target.bank), None)
    if bank is None:
        return "bank"
    if verb in _OF_COLUMN:
        return _missing_column(bank, target.column)
    return _missing_place(bank, verb, target)


def find_incomplete(
    verb: Verb, *, saw: bool, person: str | None, program: Program | None
) -> Literal["saw", "person", "program"] | None:
    """Name what else a request lacks: the state that was looked at, a person, a program."""
    if verb in _NEED_VIEW and not saw:
        return "saw"
    if verb == "hand_over" and person is None:
        return "person"
    if verb == "propose" and program is None:
        return "program"
    return None


def segment_of_column(bank: Bank, column: int) -> int | None:
    """Name the segment a column moves in; `None` for a fixed one."""
    found = (each.segment for each in segments_of(bank) if column in each.columns)
    return next(found, None)


def _missing_column(bank: Bank, column: int | None) -> Part | None:
    return None if column is not None and 1 <= column <= bank.columns else "column"


def _missing_place(bank: Bank, verb: Verb, target: Target) -> Part | None:
    if target.segment is None:
        return None if verb == "stop" and target.aisle is None else "segment"
    where = next((each for each in segments_of(bank) if each.segment == target.segment), None)
    if where is None:
        return "segment"
    if target.aisle is None:
        return "aisle" if verb == "open_aisle" else None
    return None if target.aisle in where.aisles else "aisle"
