"""The humidity above which mould grows at a given speed: a curve for charts.

Zeng et al. 2023, lowest isopleths for mould (LIM), with the coefficients as the R package ConSciR
0.3.0 has them: `LIM = 0.02633 cosh(0.10083 (T - 30)) + c`. The range of temperatures that the
authors tested is unconfirmed.
"""

from __future__ import annotations

from math import cosh

OFFSETS = {
    0.0: 0.7153,
    0.1: 0.7300,
    0.5: 0.7675,
    1.0: 0.7950,
    2.0: 0.8250,
    3.0: 0.8502,
    4.0: 0.8701,
}
"""Growth in mm a day, and the offset c of its curve."""


def growth_limit_pct(temperature_c: float, growth_mm_d: float = 0.0) -> float:
    """Give the humidity at which mould grows this fast; at 0 mm a day, the limit of any growth.

    Cut at 100 %: where the curve lies higher there is no such growth.

    Raises:
        ValueError: no curve is published for this growth.
    """
    try:
        offset = OFFSETS[growth_mm_d]
    except KeyError:
        known = ", ".join(f"{speed:g}" for speed in OFFSETS)
        raise ValueError(f"no growth curve for {growth_mm_d:g} mm a day; known: {known}") from None
    return min(100.0, 100.0 * (0.02633 * cosh(0.10083 * (temperature_c - 30.0)) + offset))
