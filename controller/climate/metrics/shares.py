"""How much of the time the air kept its limits."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

Bounds = tuple[float, float]
"""Least and most, both still within."""

ANY: Bounds = (-inf, inf)


def within_pct(
    temperatures_c: Iterable[float],
    humidities_pct: Iterable[float],
    seconds: Iterable[float],
    *,
    temperature_c: Bounds = ANY,
    humidity_pct: Bounds = ANY,
) -> float | None:
    """Give the share of the measured time, in %, in which both were within their bounds.

    Gives `None` where nothing was measured.
    """
    total = kept = 0.0
    for t, rh, held in zip(temperatures_c, humidities_pct, seconds, strict=True):
        total += held
        if temperature_c[0] <= t <= temperature_c[1] and humidity_pct[0] <= rh <= humidity_pct[1]:
            kept += held
    return 100.0 * kept / total if total > 0 else None
