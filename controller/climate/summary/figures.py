"""Makes the figures of a period out of its hours. Pure.

Everything that adds up is added up by the hour, so the figures of a year are those of its months
(twpi.py says how far hourly sums can be from the readings: not at all).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from math import inf, isfinite

from config.air import dew_point_c
from config.limits import LimitProfile
from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.metrics.emc import (
    equilibrium_moisture_pct,
    rate_corrosion,
    rate_mechanical,
)
from controller.climate.metrics.en15757 import historic_climate
from controller.climate.metrics.held import coverage_pct
from controller.climate.metrics.pi import preservation_index_y, rate_preservation
from controller.climate.metrics.shares import ANY, Bounds, within_pct
from controller.climate.metrics.swing import list_day_swings, passing_pct
from controller.climate.metrics.twpi import HarmonicSum
from controller.climate.metrics.vtt import SURFACES
from controller.climate.series.model import HOUR_S, HourFigures
from controller.climate.summary.model import (
    Band,
    Extremes,
    MoistureRating,
    Mould,
    Shares,
    Summary,
    SwingPasses,
)


def summarise(
    hours: Sequence[HourFigures],
    *,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    profile: LimitProfile | None,
) -> Summary:
    """Put the hours of a period, in rising order, into figures.

    `zone` is whose days the daily swing is judged by; without a profile nothing is judged.
    """
    known = [hour for hour in hours if hour.pair_s > 0]
    seconds = sum(hour.pair_s for hour in known)
    preserved = HarmonicSum(seconds, sum(hour.inv_pi for hour in known))
    aged = HarmonicSum(seconds, sum(hour.inv_lm for hour in known))
    temperature = _extremes([(h.t_s, h.t_sum, h.t_min, h.t_max) for h in hours])
    humidity = _extremes([(h.rh_s, h.rh_sum, h.rh_min, h.rh_max) for h in hours])
    twpi = _finite(preserved.mean)
    moisture = _of_means(equilibrium_moisture_pct, temperature, humidity)
    return Summary(
        start=start,
        end=end,
        coverage_pct=coverage_pct(seconds, start_s=start.timestamp(), end_s=end.timestamp()),
        temperature_c=temperature,
        humidity_pct=humidity,
        absolute_g_m3=sum(hour.ah_sum for hour in known) / seconds if seconds else None,
        dew_point_c=_of_means(dew_point_c, temperature, humidity),
        twpi_y=twpi,
        pi_mean_y=_mean_pi(known),
        rating=None if twpi is None else rate_preservation(twpi),
        elm=_finite(aged.mean),
        emc_pct=moisture,
        emc_rating=None if moisture is None else _rate_moisture(moisture),
        shares=_shares(known, zone, profile),
        swing=_swing(hours, zone, profile),
        mould=_mould(known),
        band=_band(known),
    )


def _rate_moisture(moisture_pct: float) -> MoistureRating:
    return MoistureRating(
        mechanical=rate_mechanical(moisture_pct), corrosion=rate_corrosion(moisture_pct)
    )


def _extremes(
    parts: Iterable[tuple[float, float, float | None, float | None]],
) -> Extremes:
    seconds = total = 0.0
    least, most = inf, -inf
    for held, summed, low, high in parts:
        seconds += held
        total += summed
        least = least if low is None else min(least, low)
        most = most if high is None else max(most, high)
    if seconds <= 0:
        return Extremes(mean=None, least=None, most=None)
    return Extremes(mean=total / seconds, least=_finite(least), most=_finite(most))


def _mean_pi(hours: Sequence[HourFigures]) -> float | None:
    seconds = total = 0.0
    for hour in hours:
        t, rh = hour.temperature_c, hour.humidity_pct
        if t is not None and rh is not None:
            seconds += hour.pair_s
            total += hour.pair_s * preservation_index_y(t, rh)
    return _finite(total / seconds) if seconds else None


def _shares(hours: Sequence[HourFigures], zone: tzinfo, profile: LimitProfile | None) -> Shares:
    """By the hour's mean; the bounds are those of the hour's month."""
    if profile is None or not hours:
        return Shares(both=None, temperature=None, humidity=None)
    by_month: dict[int, list[HourFigures]] = {}
    for hour in hours:
        by_month.setdefault(hour.at.astimezone(zone).month, []).append(hour)
    kept = [_kept_in(month, part, profile) for month, part in by_month.items()]
    total = sum(hour.pair_s for hour in hours)
    both, warm, damp = (sum(column) / total for column in zip(*kept, strict=True))
    has_t, has_rh = (
        any(quantity in profile.limits_in(month) for month in by_month)
        for quantity in (TEMPERATURE, HUMIDITY)
    )
    return Shares(
        both=both if has_t or has_rh else None,
        temperature=warm if has_t else None,
        humidity=damp if has_rh else None,
    )


def _kept_in(
    month: int, hours: Sequence[HourFigures], profile: LimitProfile
) -> tuple[float, float, float]:
    """Give the percent-seconds of a month that kept both bounds, those of warmth, of humidity."""
    ts = [hour.temperature_c or 0.0 for hour in hours]
    rhs = [hour.humidity_pct or 0.0 for hour in hours]
    seconds = [hour.pair_s for hour in hours]
    t, rh = (_bounds(profile, quantity, month) for quantity in (TEMPERATURE, HUMIDITY))
    shares = (
        within_pct(ts, rhs, seconds, temperature_c=t, humidity_pct=rh),
        within_pct(ts, rhs, seconds, temperature_c=t),
        within_pct(ts, rhs, seconds, humidity_pct=rh),
    )
    both, warm, damp = ((share or 0.0) * sum(seconds) for share in shares)
    return both, warm, damp


def _bounds(profile: LimitProfile, quantity: str, month: int) -> Bounds:
    """The optimum's bounds; where only critical ones are given, those."""
    found = profile.limits_in(month).get(quantity)
    if found is None:
        return ANY
    low = found.low if found.low is not None else found.critical_low
    high = found.high if found.high is not None else found.critical_high
    return (-inf if low is None else low, inf if high is None else high)


def _swing(
    hours: Sequence[HourFigures], zone: tzinfo, profile: LimitProfile | None
) -> dict[str, SwingPasses]:
    limits = None if profile is None else profile.daily_swing
    if limits is None:
        return {}
    parts = {
        TEMPERATURE: [(h.start_s, h.t_min, h.t_max, h.t_s) for h in hours],
        HUMIDITY: [(h.start_s, h.rh_min, h.rh_max, h.rh_s) for h in hours],
    }
    passes: dict[str, SwingPasses] = {}
    for quantity, rows in parts.items():
        limit = limits.limit_of(quantity)
        known = [
            (at, low, high, held_s)
            for at, low, high, held_s in rows
            if low is not None and high is not None
        ]
        if limit is None or not known:
            continue
        days = list_day_swings(*zip(*known, strict=True), zone=zone)
        passes[quantity] = SwingPasses(
            limit=limit,
            days=len(days),
            half_range_pct=passing_pct(days, limit, "half_range"),
            range_pct=passing_pct(days, limit, "range"),
        )
    return passes


def _mould(hours: Sequence[HourFigures]) -> Mould | None:
    if not hours:
        return None
    last = hours[-1].mould_states
    most = [max(column) for column in zip(*(hour.mould_states for hour in hours), strict=True)]
    names = [surface.name for surface in SURFACES]
    return Mould(
        mrf=sum(hour.mould_dose for hour in hours),
        vtt={name: last[2 * place] for place, name in enumerate(names)},
        vtt_most={name: most[2 * place] for place, name in enumerate(names)},
    )


def _band(hours: Sequence[HourFigures]) -> Band | None:
    known = [(hour.start_s, hour.humidity_pct) for hour in hours if hour.humidity_pct is not None]
    found = historic_climate(
        [at for at, _ in known], [rh for _, rh in known], interval_s=float(HOUR_S)
    )
    if found is None:
        return None
    least, most = found.band_pct
    return Band(
        low_pct=found.low_pct,
        high_pct=found.high_pct,
        least_pct=least,
        most_pct=most,
        coverage_pct=found.coverage_pct,
        is_whole_year=found.is_whole_year,
    )


def _of_means(
    figure: Callable[[float, float], float | None], temperature: Extremes, humidity: Extremes
) -> float | None:
    if temperature.mean is None or humidity.mean is None:
        return None
    return figure(temperature.mean, humidity.mean)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
