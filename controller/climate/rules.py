"""Judges readings against limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from config.limits import Bounds
from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.metrics.held import LONGEST_INTERVALS
from controller.climate.model import Judgement
from controller.climate.series.model import Measured

STALE_AFTER = timedelta(minutes=5)

_ORDER = tuple(Judgement)


def judge(
    sample: Measured | None, limits: Mapping[str, Bounds], now: datetime, every_s: float = 0.0
) -> Judgement:
    """Judge the latest reading of a probe: the gravest of what is limited.

    An unchanged value is never stale; only the time of the last report counts, and how often the
    probe reports.
    """
    if sample is None:
        return Judgement.NONE
    if now - sample.at > max(STALE_AFTER, timedelta(seconds=LONGEST_INTERVALS * every_s)):
        return Judgement.STALE
    if not {TEMPERATURE, HUMIDITY, *limits}.isdisjoint(sample.suspect):
        return Judgement.SUSPECT
    judged = [
        judge_value(value, limits.get(name))
        for name, value in sample.values.items()
        if name in (TEMPERATURE, HUMIDITY) or name in limits
    ]
    return max(judged, key=_ORDER.index, default=Judgement.NONE)


def judge_value(value: float, limits: Bounds | None) -> Judgement:
    """Judge one quantity; the limits themselves are still good, and without any all is."""
    if limits is None:
        return Judgement.OK
    lows = [bound for bound in (limits.low, limits.critical_low) if bound is not None]
    highs = [bound for bound in (limits.high, limits.critical_high) if bound is not None]
    if lows and value < max(lows):
        return Judgement.LOW
    return Judgement.HIGH if highs and value > min(highs) else Judgement.OK
