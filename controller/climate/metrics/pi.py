"""The Preservation Index: how long an organic thing would last if the air stayed as it is.

The Image Permanence Institute (IPI) defined it in 1995 by the chemical decay of acetate film
(imagepermanenceinstitute.org, "PI and TWPI"; Heritage 2023, 6(5), 4202). IPI computes it from
a table that carries no licence and is not used here. The expression below is a fit that occurs in
public JavaScript code; who made it is unconfirmed. It was compared with IPI's values: 5 to 30 °C
and 30 to 70 % within 2 % beyond the rounding to whole years, -10 to 35 °C and 10 to 90 % within
3.2 %. The constant-energy formula of Padfield (2004) misses them by up to 28 % in the narrower
range, so it is not offered.
"""

from __future__ import annotations

from math import exp

from controller.climate.metrics.rating import Rating
from controller.climate.metrics.years import PI_DAYS_A_YEAR

GOOD_FROM_YEARS = 75.0
OK_FROM_YEARS = 45.0

_GAS_J_MOL_K = 8.314
_ZERO_C_K = 273.15


def preservation_index_y(temperature_c: float, humidity_pct: float) -> float:
    """Give the Preservation Index in years; checked from -10 to 35 °C and 10 to 90 %."""
    energy = (95220.0 - 134.9 * humidity_pct) / (_GAS_J_MOL_K * (temperature_c + _ZERO_C_K))
    return exp(energy + 0.0284 * humidity_pct - 28.023) / PI_DAYS_A_YEAR


def rate_preservation(years: float) -> Rating:
    """Rate a PI or TWPI: good from 75 years, a risk below 45.

    Source: preservationeval (MIT), after IPI; Conserv, "Understanding TWPI", citing Nishimura 2011.
    """
    if years >= GOOD_FROM_YEARS:
        return Rating.GOOD
    return Rating.OK if years >= OK_FROM_YEARS else Rating.RISK
