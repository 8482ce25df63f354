"""The questions and the JSON answers of MjjWebApi. Pure.

Sources: a Vue client's src/api/system/move.js (operations, fields) and its dashboard (Ventilate).
An operation is answered {"data": "1"} if it is taken. A status is answered {"data": [{...}]},
numbers as numbers or as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from config.shelving import ShelvingProfile

PATH = "/MjjWebApi"
STATUS = "GetMjjStatus"
LOCK = "Lock"
UNLOCK = "UnLock"
STOP = "StopMove"
CLOSE_ALL = "Reset"
VENTILATE = "Ventilate"
WAKE = "PowerOn_YDL"
MOVE_LEFT = "LeftMove"
MOVE_RIGHT = "RightMove"
_TAKEN = "1"
_LONGEST_TEXT = 40
_MOST_COLUMNS = 200


class Unreadable(ValueError):
    """An answer that is none to the question; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a fixed column says of its zone, in the maker's words."""

    code: str
    name: str
    column: int | None
    """The column it speaks of, as painted on the steel; `None` if it names none."""
    digits: tuple[int, ...]
    """One per column, from the maker's left to right."""
    alarm: bool
    flags: Mapping[str, bool]
    """vent, power and lock as they came; the profile says what true means."""

    def is_on(self, flag: str, profile: ShelvingProfile) -> bool | None:
        """Say whether something is on; `None` if the status or the profile does not tell."""
        flags = {str(name): sense for name, sense in profile.true_means.items()}
        if flag not in self.flags or flag not in flags:
            return None
        return self.flags[flag] == (flags[flag] == "on")


def target(operation: str, column: int | None = None) -> str:
    """Write the target of a GET."""
    asked = f"{PATH}?Op={operation}"
    return asked if column is None else f"{asked}&ColumnNo={column}"


def parse_taken(body: bytes) -> str | None:
    """Read the answer to an operation; return `None` if it was taken, else what was said instead.

    Raises Unreadable.
    """
    said = _field(body)
    if not isinstance(said, str | int) or isinstance(said, bool):
        raise Unreadable("its data is neither text nor number")
    text = str(said)[:_LONGEST_TEXT]
    return None if text == _TAKEN else text


def parse_status(body: bytes) -> Status:
    """Read a status of one zone; raise Unreadable."""
    rows = _field(body)
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        raise Unreadable("its data is not a list with one zone")
    row: dict[str, object] = rows[0]
    flags = {"vent": "IsVent", "power": "IsPower", "lock": "IsLock"}
    column = _text(row, "COLNO", "")
    return Status(
        code=_text(row, "MJJZTLX"),
        name=_text(row, "MJJZTLXName", ""),
        column=int(column) if column.isascii() and column.isdigit() and int(column) else None,
        digits=_digits(_text(row, "ColumnStatus", limit=_MOST_COLUMNS)),
        alarm=_flag(row, "IsBJ"),
        flags={ours: _flag(row, theirs) for ours, theirs in flags.items() if theirs in row},
    )


def _field(body: bytes) -> object:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON: {error}") from None
    if not isinstance(answer, dict) or "data" not in answer:
        raise Unreadable("it has no data")
    said: object = answer["data"]
    return said


def _text(
    row: Mapping[str, object], key: str, absent: str | None = None, *, limit: int = _LONGEST_TEXT
) -> str:
    value = row.get(key, absent)
    if value is None or isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(f"{key} is missing or no text")
    text = str(value).strip()
    if len(text) > limit:
        raise Unreadable(f"{key} is longer than {limit} characters")
    if not text.isprintable():
        raise Unreadable(f"{key} has characters that nobody can write down")
    return text


def _flag(row: Mapping[str, object], key: str) -> bool:
    value = row.get(key)
    if isinstance(value, bool):
        return value
    if value in (0, "0"):
        return False
    if value in (1, "1"):
        return True
    raise Unreadable(f"{key} is neither 0 nor 1")


def _digits(text: str) -> tuple[int, ...]:
    if not text or not (text.isascii() and text.isdigit()):
        raise Unreadable("ColumnStatus is no row of digits")
    return tuple(int(digit) for digit in text)
