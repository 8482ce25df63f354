"""What is usual in the air of a probe, from the hours before a moment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config.quantities import HUMIDITY
from controller.climate.conditions.model import Norms
from controller.climate.conditions.windows import HOUR_S
from controller.climate.metrics.en15757 import historic_climate
from controller.climate.metrics.held import LEAST_COVERED
from controller.climate.metrics.years import WHOLE_YEAR_S

LOOK_BACK_S: Final = 400 * 86_400.0
"""How much of the past is needed: a year of fluctuations, and 15 days at either end."""

Hours = dict[str, Sequence[tuple[float, float]]]
"""Hourly means by quantity: when the hour began, mean; in rising order."""


def find_norms(hours: Hours, before_s: float) -> Norms:
    """Work out what is usual before a moment; what is later is left out."""
    means = {}
    for quantity, rows in hours.items():
        year = [mean for at_s, mean in rows if before_s - WHOLE_YEAR_S <= at_s < before_s]
        if len(year) * HOUR_S >= LEAST_COVERED * WHOLE_YEAR_S:
            means[quantity] = sum(year) / len(year)
    return Norms(means, _band(hours.get(HUMIDITY, ()), before_s))


def _band(rows: Sequence[tuple[float, float]], before_s: float) -> tuple[float, float] | None:
    past = [row for row in rows if before_s - LOOK_BACK_S <= row[0] < before_s]
    if not past:
        return None
    climate = historic_climate([r[0] for r in past], [r[1] for r in past], interval_s=HOUR_S)
    return climate.band_pct if climate is not None and climate.is_whole_year else None
