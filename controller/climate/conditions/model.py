"""Values of conditions: what changed, how patient they are, what the past says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from config.limits import Delays

Grade = Literal["warning", "critical"]
State = dict[str, object]
"""Numbers, texts, lists and dicts only, so that it goes through JSON and back unchanged."""

HEALTH_RULE = "probe-health"
"""The rule of what no profile says: whether a probe reports, and whether that can be true."""
HEALTH_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A condition that began, became graver or milder, or ended (`grade` is `None`).

    `key` tells conditions of one probe and one kind apart. `since_s` is when the cause began.
    """

    kind: str
    key: str
    grade: Grade | None
    at_s: float
    since_s: float
    quantity: str | None = None
    bound: str | None = None
    value: float | None = None
    limit: float | None = None
    of_probe: bool = False
    """Found by the rule of probes, not by limits."""

    def moved_by(self, shift: float) -> Change:
        """Return the same change with value and limit shifted: a departure told as a reading."""
        value = None if self.value is None else self.value + shift
        limit = None if self.limit is None else self.limit + shift
        return replace(self, value=value, limit=limit)


@dataclass(frozen=True, slots=True)
class Switches:
    """What is judged how: as it is meant, or bare, to show what hysteresis and delays do."""

    hysteresis: bool = True
    delays: bool = True

    def on_s(self, delays: Delays) -> float:
        """Return how long a bound must be broken."""
        return delays.on_s if self.delays else 0.0

    def off_s(self, delays: Delays) -> float:
        """Return how long it must be kept again."""
        return delays.off_s if self.delays else 0.0

    def width(self, width: float) -> float:
        """Return how far inside it must be."""
        return width if self.hysteresis else 0.0


@dataclass(frozen=True, slots=True)
class Norms:
    """What is usual here, from the readings before a month.

    `year_mean` has the quantities of which three quarters of that year were measured; `band_pct`
    is how far humidity departed from its season (EN 15757), where 13 months are known.
    """

    year_mean: Mapping[str, float] = field(default_factory=dict)
    band_pct: tuple[float, float] | None = None


NO_NORMS = Norms()
FindNorms = Callable[[float], Norms]
"""Answers what is usual, from all that was measured before a moment."""


def no_norms(_before_s: float) -> Norms:
    """Say that nothing is known of the past."""
    return NO_NORMS
