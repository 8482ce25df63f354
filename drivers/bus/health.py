"""What can be said of a port and its units: who answers, since when, how long it takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.readings import Quality


def quality_of(at_s: float | None, now_s: float, *, stale_after_s: float) -> Quality:
    """Judge a value by its age; `None` says that there is none."""
    if at_s is None:
        return Quality.NEVER_READ
    return Quality.STALE if now_s - at_s > stale_after_s else Quality.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHealth:
    """How one unit answers."""

    unit: int
    answered_at_s: float | None
    """Monotonic time of its last answer, a refusal included; `None` if it never gave one."""
    failing: int
    """Requests in a row without a right answer."""
    retry_in_s: float
    """How long it is left alone; 0 if it may be asked."""

    def quality(self, now_s: float, *, stale_after_s: float) -> Quality:
        """Judge what is known of the unit."""
        return quality_of(self.answered_at_s, now_s, stale_after_s=stale_after_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusHealth:
    """How one port is."""

    name: str
    away: str | None
    """Why the wire cannot be used; `None` if it can."""
    units: tuple[UnitHealth, ...]
    cycle_s: float | None
    """Measured: how long one round of all that is polled holds the line; `None` if nothing is."""
    budget_s: float | None
    """What the room file says that it takes; `None` if the bus was not told."""
