"""The humidity above which mould grows at all: a curve for charts.

Zeng et al. 2023, lowest isopleth for mould (LIM), with the coefficients as the R package ConSciR
0.3.0 has them: `LIM = 0.02633 cosh(0.10083 (T - 30)) + 0.7153`. The range of temperatures that the
authors tested is unconfirmed.
"""

from __future__ import annotations

from math import cosh


def growth_limit_pct(temperature_c: float) -> float:
    """Give the humidity from which mould grows; 100 % where the curve lies higher."""
    return min(100.0, 100.0 * (0.02633 * cosh(0.10083 * (temperature_c - 30.0)) + 0.7153))
