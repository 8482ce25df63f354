"""Judges readings against limits and thins a series without losing its extremes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from config.limits import Bounds
from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.model import Judgement, SeriesPoint
from controller.climate.series.model import Measured

STALE_AFTER = timedelta(minutes=5)
FEWEST_POINTS = 8

_PER_BUCKET = 6
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
    if now - sample.at > max(STALE_AFTER, timedelta(seconds=3 * every_s)):
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


def thin(
    samples: Iterable[SeriesPoint], *, from_s: float, to_s: float, points: int
) -> list[SeriesPoint]:
    """Pick at most `points` real readings out of a series in order of time.

    Time is cut into equal buckets; of each the first, last, coldest, warmest, driest and dampest
    reading stay, so that no peak is lost, however short, and a step is not drawn as a slope (M4
    thinning of two quantities at once).
    """
    buckets = max(1, points // _PER_BUCKET)
    width_s = (to_s - from_s) / buckets
    kept: list[SeriesPoint] = []
    waiting: list[SeriesPoint] = []
    current = 0
    for sample in samples:
        bucket = min(buckets - 1, int((sample.at_s - from_s) / width_s))
        if bucket != current:
            kept += _extremes(waiting)
            waiting, current = [], bucket
        waiting.append(sample)
    return kept + _extremes(waiting)


def _extremes(bucket: Sequence[SeriesPoint]) -> list[SeriesPoint]:
    if len(bucket) <= _PER_BUCKET:
        return list(bucket)
    chosen = {
        bucket[0],
        bucket[-1],
        min(bucket, key=_temperature),
        max(bucket, key=_temperature),
        min(bucket, key=_humidity),
        max(bucket, key=_humidity),
    }
    return sorted(chosen, key=lambda point: point.at_s)


def _temperature(point: SeriesPoint) -> float:
    return point.temperature_c


def _humidity(point: SeriesPoint) -> float:
    return point.humidity_pct
