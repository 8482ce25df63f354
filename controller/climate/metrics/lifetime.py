"""The lifetime multiplier: how much longer things last than at 20 °C and 50 %.

`LM = (50 / RH)^1.3 * exp(Ea / R * (1 / T - 1 / 293.15 K))` (Michalski 2002; Martens 2012). Over
a period the equivalent multiplier (eLM) is the harmonic mean, as with TWPI; that reading of eLM is
unconfirmed. For roll-ups keep the sum of time times `ageing`, which is finite in dry air too.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, inf

from controller.climate.metrics.twpi import HarmonicSum

PAPER_J_MOL = 100_000.0
"""Activation energy of the decay of cellulose."""

_GAS_J_MOL_K = 8.314
_ZERO_C_K = 273.15
_STANDARD_K = 293.15
_STANDARD_PCT = 50.0
_HUMIDITY_POWER = 1.3


def ageing(temperature_c: float, humidity_pct: float, *, ea_j_mol: float = PAPER_J_MOL) -> float:
    """Give `1 / LM`: how much faster things age than at 20 °C and 50 %; 0 in wholly dry air."""
    humid = float((max(humidity_pct, 0.0) / _STANDARD_PCT) ** _HUMIDITY_POWER)
    kelvin = temperature_c + _ZERO_C_K
    return humid * exp(ea_j_mol / _GAS_J_MOL_K * (1.0 / _STANDARD_K - 1.0 / kelvin))


def lifetime_multiplier(
    temperature_c: float, humidity_pct: float, *, ea_j_mol: float = PAPER_J_MOL
) -> float:
    """Give LM; infinite in wholly dry air, where the model ends."""
    speed = ageing(temperature_c, humidity_pct, ea_j_mol=ea_j_mol)
    return 1.0 / speed if speed > 0 else inf


def sum_ageing(
    temperatures_c: Iterable[float],
    humidities_pct: Iterable[float],
    seconds: Iterable[float],
    *,
    ea_j_mol: float = PAPER_J_MOL,
) -> HarmonicSum:
    """Add up readings for an eLM, which is the `mean` of the sum (infinite in dry air)."""
    total = per = 0.0
    for t, rh, held in zip(temperatures_c, humidities_pct, seconds, strict=True):
        total += held
        per += held * ageing(t, rh, ea_j_mol=ea_j_mol)
    return HarmonicSum(total, per)
