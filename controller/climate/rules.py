"""Judges readings against limits and thins a series without losing its extremes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import isfinite

from controller.climate.model import ClimateSample, Judgement, Profile, Range, SeriesPoint

STALE_AFTER = timedelta(minutes=5)
FEWEST_POINTS = 8

_POSSIBLE_C = (-40.0, 85.0)
_POSSIBLE_PCT = (0.0, 100.0)
_PER_BUCKET = 6
_ORDER = tuple(Judgement)


def is_possible(temperature_c: float, humidity_pct: float) -> bool:
    """Say whether a probe can have measured this at all."""
    return (
        _POSSIBLE_C[0] <= temperature_c <= _POSSIBLE_C[1]
        and _POSSIBLE_PCT[0] <= humidity_pct <= _POSSIBLE_PCT[1]
    )


def is_number(temperature_c: float, humidity_pct: float) -> bool:
    """Say whether both figures are numbers that can be stored."""
    return isfinite(temperature_c) and isfinite(humidity_pct)


def judge(sample: ClimateSample | None, profile: Profile, now: datetime) -> Judgement:
    """Judge the latest reading of a probe: the graver of its temperature and its humidity.

    An unchanged value is never stale; only the time of the last report counts.
    """
    if sample is None:
        return Judgement.NONE
    if now - sample.at > STALE_AFTER:
        return Judgement.STALE
    if sample.suspect:
        return Judgement.SUSPECT
    return max(
        judge_value(sample.temperature_c, profile.temperature_c),
        judge_value(sample.humidity_pct, profile.humidity_pct),
        key=_ORDER.index,
    )


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
