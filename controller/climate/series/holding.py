"""Rolls readings up into hours: each holds until the next, for three usual intervals at most.

Pure. Every hour is made of its own readings and of the one that still holds when it begins, in
order of time, so it comes out the same to the last digit whatever else is rolled up beside it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from config.air import absolute_humidity_g_m3
from controller.climate.metrics.held import LONGEST_INTERVALS
from controller.climate.metrics.lifetime import ageing
from controller.climate.metrics.mould_days import mould_dose
from controller.climate.metrics.pi import preservation_index_y
from controller.climate.series.model import Basis

HOUR_MS = 3_600_000
FOR_EVER = 2**62
USUAL_INTERVAL_S = 60.0
"""Taken for a probe of which nobody said how often it reports."""

_MOST_YEARS = 1e300


class Pace(NamedTuple):
    """How often readings came in some time; `until_ms` is `FOR_EVER` for a probe of the room."""

    from_ms: int
    until_ms: int
    interval_s: float


class Paces:
    """How long a reading of a probe may hold, by when it was taken.

    Within the time of an imported file the file's own interval counts, otherwise that of the room
    file at the time; what was measured before the first is known counts as the first.
    """

    def __init__(self, paces: Iterable[Pace] = ()) -> None:
        every = sorted(paces)
        self._files = [pace for pace in every if pace.until_ms != FOR_EVER]
        self._room = [pace for pace in every if pace.until_ms == FOR_EVER]

    def interval_s(self, at_ms: int) -> float:
        """Return how far apart readings are at a time; of several files the slowest counts."""
        files = [p.interval_s for p in self._files if p.from_ms <= at_ms <= p.until_ms]
        if files:
            return max(files)
        if not self._room:
            return USUAL_INTERVAL_S
        place = bisect_right(self._room, at_ms, key=lambda pace: pace.from_ms)
        return self._room[max(place - 1, 0)].interval_s

    def longest_ms(self, at_ms: int) -> int:
        """Return how long a reading of this time may hold."""
        return round(LONGEST_INTERVALS * self.interval_s(at_ms) * 1000)

    def furthest_ms(self) -> int:
        """Return how long any reading may hold."""
        intervals = [pace.interval_s for pace in (*self._files, *self._room)]
        return round(LONGEST_INTERVALS * max(intervals, default=USUAL_INTERVAL_S) * 1000)

    def is_one(self) -> bool:
        """Say whether there is one pace for all times."""
        return not self._files and len(self._room) < 2


@dataclass(slots=True)
class Channel:
    """Sums of one quantity in one hour."""

    n: int = 0
    seconds: float = 0.0
    total: float = 0.0
    low: float | None = None
    high: float | None = None

    def add(self, value: float, seconds: float) -> None:
        """Add a value that held so long."""
        self.seconds += seconds
        self.total += value * seconds
        if self.low is None or value < self.low:
            self.low = value
        if self.high is None or value > self.high:
            self.high = value


@dataclass(slots=True)
class PairHour:
    """Sums of temperature and humidity in one hour, and what both did together."""

    n: int = 0
    temperature: Channel = field(default_factory=Channel)
    humidity: Channel = field(default_factory=Channel)
    pair_s: float = 0.0
    ah_sum: float = 0.0
    inv_pi: float = 0.0
    inv_lm: float = 0.0
    mould_dose: float = 0.0

    def add_pair(self, temperature_c: float, humidity_pct: float, seconds: float) -> None:
        """Add what temperature and humidity did together while both held."""
        absolute, per_pi, per_lm, dose = effects(temperature_c, humidity_pct)
        self.pair_s += seconds
        self.ah_sum += absolute * seconds
        self.inv_pi += per_pi * seconds
        self.inv_lm += per_lm * seconds
        self.mould_dose += dose * seconds

    def values(self) -> dict[str, object]:
        """Give the columns of a row."""
        t, rh = self.temperature, self.humidity
        return {
            "n": self.n,
            "t_s": t.seconds,
            "t_sum": t.total,
            "t_min": t.low,
            "t_max": t.high,
            "rh_s": rh.seconds,
            "rh_sum": rh.total,
            "rh_min": rh.low,
            "rh_max": rh.high,
            "pair_s": self.pair_s,
            "ah_sum": self.ah_sum,
            "inv_pi": self.inv_pi,
            "inv_lm": self.inv_lm,
            "mould_dose": self.mould_dose,
            "basis": int(Basis.RAW),
        }


@lru_cache(maxsize=50_000)
def effects(temperature_c: float, humidity_pct: float) -> tuple[float, float, float, float]:
    """Give what a second of this air counts: g/m³, 1/PI, 1/LM, and the part of the mould dose."""
    index = preservation_index_y(temperature_c, humidity_pct)
    return (
        absolute_humidity_g_m3(temperature_c, humidity_pct),
        1.0 / min(index, _MOST_YEARS),
        ageing(temperature_c, humidity_pct),
        mould_dose(temperature_c, humidity_pct, 1.0),
    )


PairReading = tuple[int, float | None, float | None]
"""Milliseconds since 1970, °C, %; `None` where it is not known or not believed."""


def roll_pairs(
    readings: Sequence[PairReading], paces: Paces, *, first_hour: int, end_hour: int
) -> dict[int, PairHour]:
    """Roll readings in order of time up into the hours from the first to before the end.

    Readings before the first hour are those that may still hold in it. Hours in which nothing holds
    are left out.
    """
    hours: dict[int, PairHour] = {}
    window = first_hour * HOUR_MS, end_hour * HOUR_MS
    pairs = [(at, t, rh) for at, t, rh in readings if t is not None and rh is not None]
    if len(pairs) == len(readings):
        for place, hour, seconds in _spans([at for at, _, _ in pairs], paces, window):
            _, t, rh = pairs[place]
            figures = hours.setdefault(hour, PairHour()) if hour not in hours else hours[hour]
            figures.temperature.add(t, seconds)
            figures.humidity.add(rh, seconds)
            figures.add_pair(t, rh, seconds)
    else:
        _roll_apart(readings, pairs, paces, window, hours)
    for at, _, _ in readings:
        if at // HOUR_MS in hours:
            hours[at // HOUR_MS].n += 1
    return hours


def roll_values(
    readings: Sequence[tuple[int, float]], paces: Paces, *, first_hour: int, end_hour: int
) -> dict[int, Channel]:
    """Roll readings of one further quantity up into hours, as `roll_pairs` does."""
    hours: dict[int, Channel] = {}
    window = first_hour * HOUR_MS, end_hour * HOUR_MS
    for place, hour, seconds in _spans([at for at, _ in readings], paces, window):
        hours.setdefault(hour, Channel()).add(readings[place][1], seconds)
    for at, _ in readings:
        if at // HOUR_MS in hours:
            hours[at // HOUR_MS].n += 1
    return hours


def _roll_apart(
    readings: Sequence[PairReading],
    pairs: Sequence[tuple[int, float, float]],
    paces: Paces,
    window: tuple[int, int],
    hours: dict[int, PairHour],
) -> None:
    """Roll up where one of the two is missing at times: each holds until its own next one."""
    warm = [(at, t) for at, t, _ in readings if t is not None]
    damp = [(at, rh) for at, _, rh in readings if rh is not None]
    channels: tuple[tuple[list[tuple[int, float]], Callable[[PairHour], Channel]], ...] = (
        (warm, lambda figures: figures.temperature),
        (damp, lambda figures: figures.humidity),
    )
    for values, channel in channels:
        for place, hour, seconds in _spans([at for at, _ in values], paces, window):
            channel(hours.setdefault(hour, PairHour())).add(values[place][1], seconds)
    for place, hour, seconds in _spans([at for at, _, _ in pairs], paces, window):
        _, t, rh = pairs[place]
        hours.setdefault(hour, PairHour()).add_pair(t, rh, seconds)


def _spans(
    times: Sequence[int], paces: Paces, window: tuple[int, int]
) -> Iterator[tuple[int, int, float]]:
    """Give (which reading, hour, seconds) while each holds, cut at hours and the window."""
    first, end = window
    only = paces.longest_ms(first) if paces.is_one() else None
    last = len(times) - 1
    for place, at in enumerate(times):
        until = at + (paces.longest_ms(at) if only is None else only)
        if place < last and times[place + 1] < until:
            until = times[place + 1]
        since, until = max(at, first), min(until, end)
        while since < until:
            hour = since // HOUR_MS
            border = (hour + 1) * HOUR_MS
            here = border if border < until else until
            yield place, hour, (here - since) / 1000
            since = here
