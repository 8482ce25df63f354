"""Water in the air: dew point over water, absolute humidity, and outdoor air made warm."""

from __future__ import annotations

from math import exp, log

_DEW_A = 17.625
_DEW_B_C = 243.04
_LOG_100 = log(100.0)
_ZERO_C_K = 273.15
_G_K_J = 216.679


def dew_point_c(temperature_c: float, humidity_pct: float) -> float | None:
    """Give the dew point over liquid water, also below 0 °C; dry air has none.

    Magnus formula with the coefficients of Alduchov and Eskridge. For dew points above 0 °C it
    differs from PsychroLib 2.5.0 by 0.024 K and from Vaisala's calculator by 0.037 K at most;
    below, those two give the frost point over ice, which is up to 2.7 K higher.
    """
    if humidity_pct <= 0:
        return None
    warmth = _DEW_A * temperature_c / (_DEW_B_C + temperature_c)
    gamma = log(humidity_pct) - _LOG_100 + warmth
    return _DEW_B_C * gamma / (_DEW_A - gamma)


def saturation_hpa(temperature_c: float) -> float:
    """Give the vapour pressure of air saturated over liquid water (Magnus form, after Sonntag)."""
    return 6.112 * exp(17.62 * temperature_c / (243.12 + temperature_c))


def saturation_g_m3(temperature_c: float) -> float:
    """Give the water that air of this temperature can hold."""
    return _G_K_J * saturation_hpa(temperature_c) / (temperature_c + _ZERO_C_K)


def absolute_humidity_g_m3(temperature_c: float, humidity_pct: float) -> float:
    """Give the water in a cubic metre: `216.679 e / T`, e in hPa, T in K.

    Within 0.74 % of Vaisala's calculator. At 20 °C one %RH is 0.172 g.
    """
    return max(humidity_pct, 0.0) / 100.0 * saturation_g_m3(temperature_c)


def humidity_if_heated_pct(outside_c: float, outside_pct: float, room_c: float) -> float:
    """Give the humidity that outdoor air takes on in the room, its water unchanged per m³.

    The small expansion of the air as it warms is not counted. Above 100 % water would condense.
    """
    return 100.0 * absolute_humidity_g_m3(outside_c, outside_pct) / saturation_g_m3(room_c)
