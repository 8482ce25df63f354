"""Mould, first model: days until spores germinate, in the manner of IPI ("IPI-like").

IPI reads the days from a table (dpcalc.org) that carries no licence. This is a closed form of our
own, fitted to how that table behaves: median error 0.5 day, 95 % within 5.5 days over 1,147 of
its cells, the large errors where the days are many. The mould risk factor (MRF) is the running
sum of time over days. How IPI lets it fall in dry times is not published, so here it never does,
and over years it says far more than the VTT index (5.45 against 0.009 in one church). The two
are shown side by side, never as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

GERMINATION_MRF = 1.0
"""From here germination is likely (IPI)."""
WARNING_MRF = 0.5
"""Common practice; unconfirmed."""

COLDEST_C = 2.0
WARMEST_C = 45.0
SECONDS_A_DAY = 86400.0

_TURN_C = 28.0
_TABLE_STEP_PCT = 1.0
_LOW_C, _HIGH_C, _BEST_C = 1.09131947, 45.07429517, 32.79939187
_LOW_POWER, _HIGH_POWER = 0.67531167, 0.40931231


def mould_days(temperature_c: float, humidity_pct: float) -> float | None:
    """Give the days until germination in air that stays so; `None` where there is no risk.

    Below 2 °C, above 45 °C and below the least humidity of a temperature there is none.
    """
    if not COLDEST_C <= temperature_c <= WARMEST_C:
        return None
    humidity = min(humidity_pct, 100.0)
    if humidity < least_humidity_pct(temperature_c):
        return None
    return exp(-3.85258954 + 231.92015355 / (humidity - 43.84604416)) / _warmth(temperature_c)


def mould_dose(temperature_c: float, humidity_pct: float, seconds: float) -> float:
    """Give what a reading that held so long adds to the mould risk factor."""
    days = mould_days(temperature_c, humidity_pct)
    return 0.0 if days is None else seconds / SECONDS_A_DAY / days


def mould_risk_factor(
    temperatures_c: Iterable[float], humidities_pct: Iterable[float], seconds: Iterable[float]
) -> float:
    """Add up the doses of a period, without any decay; parts of a period add up to the whole."""
    rows = zip(temperatures_c, humidities_pct, seconds, strict=True)
    return sum(mould_dose(t, rh, held) for t, rh, held in rows)


def least_humidity_pct(temperature_c: float) -> float:
    """Give the humidity from which mould germinates at all, between 2 and 45 °C.

    The cubics go through the first whole percent at risk; half a percent below, it rounds to that.
    """
    t = temperature_c
    if t <= _TURN_C:
        first = ((1.2967875e-3 * t - 3.6646878e-2) * t - 0.944137089) * t + 92.2324786
    else:
        first = ((1.16099071e-3 * t - 3.25077399e-2) * t - 0.902089783) * t + 90.7321981
    return first - _TABLE_STEP_PCT / 2


def _shape(temperature_c: float) -> float:
    low = float((temperature_c - _LOW_C) ** _LOW_POWER)
    return low * float((_HIGH_C - temperature_c) ** _HIGH_POWER)


_SHAPE_AT_BEST = _shape(_BEST_C)


def _warmth(temperature_c: float) -> float:
    """How fast mould grows at a temperature, 1 where it grows fastest."""
    return _shape(temperature_c) / _SHAPE_AT_BEST
