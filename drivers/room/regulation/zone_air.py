"""The air of a zone from what its probes say: healthy, young values, and the median of them.

A value that nobody believes switches nothing: the one before it counts until it is old. It is old
when its probe has told nothing believable for long, never because it stays the same: in a real
archive the humidity stood still for 260 hours (Home Assistant's hygrostat took that for a dead
sensor, core issue #89873).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeGuard

from drivers.room.regulation.values import Air


@dataclass(frozen=True, slots=True)
class Said:
    """A value that nothing speaks against, and when it was measured."""

    value: float
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSays:
    """What a probe last said that is believed; None: nothing yet, or it does not measure it."""

    probe: str
    zone: str
    temperature_c: Said | None = None
    humidity_pct: Said | None = None
    surface_c: Said | None = None


def air_of(
    probes: Iterable[ProbeSays], zone: str, now_s: float, *, stale_after_s: float
) -> Air | None:
    """Give the air of a zone; None if no probe of it says both values, healthy and young."""
    pairs = [
        (each.probe, warm.value, damp.value, min(warm.at_s, damp.at_s))
        for each in probes
        if each.zone == zone
        for warm, damp in [(each.temperature_c, each.humidity_pct)]
        if _is_young(warm, now_s, stale_after_s) and _is_young(damp, now_s, stale_after_s)
    ]
    if not pairs:
        return None
    return Air(
        temperature_c=median(t for _, t, _, _ in pairs),
        humidity_pct=median(rh for _, _, rh, _ in pairs),
        age_s=max(0.0, now_s - max(at_s for *_, at_s in pairs)),
        probes=tuple(sorted(probe for probe, *_ in pairs)),
    )


def coldest_of(
    probes: Iterable[ProbeSays], zones: Iterable[str], now_s: float, *, stale_after_s: float
) -> float | None:
    """Give the coldest surface or air that young, healthy values of some zones tell of."""
    wanted = frozenset(zones)
    told = (s for p in probes if p.zone in wanted for s in (p.surface_c, p.temperature_c))
    return min((s.value for s in told if _is_young(s, now_s, stale_after_s)), default=None)


def _is_young(said: Said | None, now_s: float, stale_after_s: float) -> TypeGuard[Said]:
    return said is not None and now_s - said.at_s <= stale_after_s
