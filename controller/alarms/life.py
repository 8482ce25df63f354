"""The life of an alarm as a table: which state follows which, by ISA-18.2 / IEC 62682. Pure.

States and transitions are those of the standards' figure, as OPC UA part 9 (AlarmConditionType)
names them too. An occurrence ends in NORM; one that comes again is a row of its own, so the
figure's way back from RTNUN to UNACK is walked by the next row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

State = Literal["NORM", "UNACK", "ACKED", "RTNUN", "SHELVED", "DSUPR", "OOSRV"]
Happening = Literal[
    "raise",
    "ack",
    "return",
    "reset",
    "worsen",
    "shelve",
    "unshelve",
    "expire",
    "suppress",
    "unsuppress",
    "remove_from_service",
    "return_to_service",
]

NORM: Final = "NORM"
"""Nothing to do: not raised yet, or over and acknowledged."""
UNACK: Final = "UNACK"
"""The cause is there and nobody has taken note; a latched one also after the cause is gone."""
ACKED: Final = "ACKED"
"""The cause is there and somebody has taken note."""
RTNUN: Final = "RTNUN"
"""The cause is gone and nobody has taken note."""
SHELVED: Final = "SHELVED"
"""A person set it aside with a reason, until a time."""
DSUPR: Final = "DSUPR"
"""Another cause, or a maintenance window, explains it: suppressed by design."""
OOSRV: Final = "OOSRV"
"""What it is about is out of service."""

STATES: tuple[State, ...] = (NORM, UNACK, ACKED, RTNUN, SHELVED, DSUPR, OOSRV)
HELD: frozenset[State] = frozenset({SHELVED, DSUPR, OOSRV})
"""States in which nobody is told that the cause is there."""

_FREE: tuple[State, ...] = (NORM, UNACK, ACKED, RTNUN)
_RECOMPUTED: Final = "recomputed"

_TABLE: Mapping[tuple[State, Happening], State | Literal["recomputed"]] = MappingProxyType(
    {
        (NORM, "raise"): UNACK,
        (RTNUN, "raise"): UNACK,
        (UNACK, "ack"): ACKED,
        (RTNUN, "ack"): NORM,
        (UNACK, "return"): RTNUN,
        (ACKED, "return"): NORM,
        (SHELVED, "return"): NORM,
        (DSUPR, "return"): NORM,
        (OOSRV, "return"): NORM,
        (UNACK, "reset"): RTNUN,
        (ACKED, "reset"): NORM,
        (ACKED, "worsen"): UNACK,
        **{(state, "shelve"): SHELVED for state in _FREE},
        **{(state, "suppress"): DSUPR for state in STATES},
        **{(state, "remove_from_service"): OOSRV for state in STATES},
        (SHELVED, "unshelve"): _RECOMPUTED,
        (SHELVED, "expire"): _RECOMPUTED,
        (DSUPR, "unsuppress"): _RECOMPUTED,
        (OOSRV, "return_to_service"): _RECOMPUTED,
    }
)
_STAYS_LATCHED = HELD | {UNACK, ACKED}


def next_state(
    state: State, happening: Happening, *, active: bool, latched: bool = False
) -> State | None:
    """Say which state follows; `None` where this cannot happen or changes nothing.

    `active` says whether the cause is there after it happened; what ends a hold goes by that. A
    `latched` one stays as it is when its cause is gone, until it is reset; only it can be reset,
    and only then.
    """
    if happening == "return" and latched and state in _STAYS_LATCHED:
        return None
    if happening == "reset" and (active or not latched):
        return None
    after = _TABLE.get((state, happening))
    if after == _RECOMPUTED:
        return UNACK if active else NORM
    return None if after == state else after
