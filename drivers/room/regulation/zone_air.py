"""The air of a zone from what its probes say: healthy, young values, and the median of them.

A value is old when its probe has not reported for long, never because it stays the same: in a real
archive the humidity stood still for 260 hours (Home Assistant's hygrostat took that for a dead
sensor, core issue #89873).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from drivers.room.regulation.values import Air


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSays:
    """What a probe reported last; a value that is suspect or absent is None."""

    probe: str
    zone: str
    at_s: float
    temperature_c: float | None = None
    humidity_pct: float | None = None
    surface_c: float | None = None


def air_of(
    probes: Iterable[ProbeSays], zone: str, now_s: float, *, stale_after_s: float
) -> Air | None:
    """Give the air of a zone; None if no probe of it says both values, healthy and young."""
    healthy = [
        (each.temperature_c, each.humidity_pct, each)
        for each in probes
        if each.zone == zone and now_s - each.at_s <= stale_after_s
    ]
    pairs = [(t, rh, each) for t, rh, each in healthy if t is not None and rh is not None]
    if not pairs:
        return None
    return Air(
        temperature_c=median(t for t, _, _ in pairs),
        humidity_pct=median(rh for _, rh, _ in pairs),
        age_s=max(0.0, now_s - max(each.at_s for _, _, each in pairs)),
        probes=tuple(sorted(each.probe for _, _, each in pairs)),
    )


def coldest_of(
    probes: Iterable[ProbeSays], zones: Iterable[str], now_s: float, *, stale_after_s: float
) -> float | None:
    """Give the coldest surface or air that young, healthy values of some zones tell of."""
    wanted = frozenset(zones)
    young = [p for p in probes if p.zone in wanted and now_s - p.at_s <= stale_after_s]
    told = [value for p in young for value in (p.surface_c, p.temperature_c) if value is not None]
    return min(told, default=None)
