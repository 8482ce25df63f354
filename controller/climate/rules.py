"""Judges readings against limits and thins a series without losing its extremes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.model import Judgement, Profile, Range, SeriesPoint
from controller.climate.series.model import Measured

STALE_AFTER = timedelta(minutes=5)
FEWEST_POINTS = 8

_PER_BUCKET = 6
_ORDER = tuple(Judgement)


def judge(sample: Measured | None, profile: Profile, now: datetime) -> Judgement:
    """Judge the latest reading of a probe: the graver of its temperature and its humidity.

    An unchanged value is never stale; only the time of the last report counts.
    """
    if sample is None:
        return Judgement.NONE
    if now - sample.at > STALE_AFTER:
        return Judgement.STALE
    limits = {TEMPERATURE: profile.temperature_c, HUMIDITY: profile.humidity_pct}
    if not limits.keys().isdisjoint(sample.suspect):
        return Judgement.SUSPECT
    judged = [
        judge_value(sample.values[name], limits[name]) for name in limits if name in sample.values
    ]
    return max(judged, key=_ORDER.index, default=Judgement.NONE)


def judge_value(value: float, limits: Range) -> Judgement:
    """Judge one quantity; the limits themselves are still good."""
    if value < limits.low:
        return Judgement.LOW
    if value > limits.high:
        return Judgement.HIGH
    return Judgement.OK


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
