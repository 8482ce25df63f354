"""Where somebody is who walks through a door, or stands near it, as time passes. Pure.

The line through the door is measured in metres from its middle: the room is before it (minus), the
corridor behind it (plus).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

WALKS_M_S = 1.1
FROM_M = 3.0
"""Where people come from and go to: nothing hears them there."""
TURNS_AT_M = 0.1
TURNS_FOR_S = 1.5
STANDS_AT_M = -1.1
STANDS_FOR_S = 20.0
BEAM_REACH_M = 0.25
"""A person with a box breaks the beam so far before and behind it."""
TROLLEY_AT_M = -1.4
"""Where a trolley stands that is parked near a door."""
_ANTENNA_AT_M = 0.6

_CROSSES_S = 2 * FROM_M / WALKS_M_S
_TURNS_S = 2 * (FROM_M + TURNS_AT_M) / WALKS_M_S + TURNS_FOR_S
_STANDS_S = 2 * (FROM_M + STANDS_AT_M) / WALKS_M_S + STANDS_FOR_S


def _out(age_s: float) -> float:
    return -FROM_M + WALKS_M_S * age_s


def _in(age_s: float) -> float:
    return FROM_M - WALKS_M_S * age_s


def _to_and_fro(age_s: float, as_far_as_m: float, stays_s: float) -> float:
    """Walk up to a place, stay, and go back the same way."""
    walks_s = (FROM_M + as_far_as_m) / WALKS_M_S
    away_s = max(walks_s - age_s, age_s - walks_s - stays_s, 0.0)
    return as_far_as_m - WALKS_M_S * away_s


WAYS: Mapping[str, tuple[float, Callable[[float], float]]] = MappingProxyType(
    {
        "out": (_CROSSES_S, _out),
        "in": (_CROSSES_S, _in),
        "back": (_TURNS_S, lambda age_s: _to_and_fro(age_s, TURNS_AT_M, TURNS_FOR_S)),
        "near": (_STANDS_S, lambda age_s: _to_and_fro(age_s, STANDS_AT_M, STANDS_FOR_S)),
    }
)
"""How long each way takes, and the place on it by its age."""


def place_m(way: str, age_s: float) -> float:
    """Say where somebody is on a way, in metres from the door."""
    return WAYS[way][1](age_s)


def is_over(way: str, age_s: float) -> bool:
    """Say whether somebody has come to the end of a way."""
    return age_s >= WAYS[way][0]


def antenna_at_m(side: str | None) -> float:
    """Say where a door's antenna hangs; one that names no side hangs inside."""
    return _ANTENNA_AT_M if side == "outside" else -_ANTENNA_AT_M
