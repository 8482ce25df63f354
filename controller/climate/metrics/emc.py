"""Equilibrium moisture content: how wet wood and paper become in this air.

The Hailwood-Horrobin equation with the SI coefficients of W. T. Simpson, "Equilibrium moisture
content of wood in outdoor locations" (USDA Forest Products Laboratory, FPL-RN-0268). IPI gives
the same values, rounded to a tenth.
"""

from __future__ import annotations

from controller.climate.metrics.rating import Rating

MECHANICAL_LOW_PCT = 5.0
MECHANICAL_HIGH_PCT = 12.5
CORROSION_OK_FROM_PCT = 7.0
CORROSION_RISK_FROM_PCT = 10.5


def equilibrium_moisture_pct(temperature_c: float, humidity_pct: float) -> float:
    """Give the water in wood (and nearly so in paper) in % of its dry mass, for 0 to 100 %RH."""
    t = temperature_c
    h = min(max(humidity_pct, 0.0), 100.0) / 100.0
    w = 349.0 + 1.29 * t + 0.0135 * t * t
    kh = (0.805 + 0.000736 * t - 0.00000273 * t * t) * h
    k1 = 6.27 - 0.00938 * t - 0.000303 * t * t
    k2 = 1.91 + 0.0407 * t - 0.000293 * t * t
    first = k1 * kh
    second = k1 * k2 * kh * kh
    return 1800.0 / w * (kh / (1.0 - kh) + (first + 2.0 * second) / (1.0 + first + second))


def rate_mechanical(moisture_pct: float) -> Rating:
    """Rate the risk of brittle or warped paper: ok from 5 to 12.5 % (preservationeval, MIT)."""
    fits = MECHANICAL_LOW_PCT <= moisture_pct <= MECHANICAL_HIGH_PCT
    return Rating.OK if fits else Rating.RISK


def rate_corrosion(moisture_pct: float) -> Rating:
    """Rate the corrosion of metal parts: good below 7 %, a risk from 10.5 % (as above)."""
    if moisture_pct < CORROSION_OK_FROM_PCT:
        return Rating.GOOD
    return Rating.OK if moisture_pct < CORROSION_RISK_FROM_PCT else Rating.RISK
