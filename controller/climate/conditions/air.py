"""Judges the air at one probe by one profile of limits. Pure.

A month has its own limits (seasons, and what is usual here); they are looked up when the first
reading of the month comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from config.limits import LimitProfile
from config.quantities import HUMIDITY, TEMPERATURE
from controller.alarms.kinds import SWING
from controller.climate.calendar import day_around, month_around
from controller.climate.conditions.model import NO_NORMS, Change, FindNorms, Norms, Switches
from controller.climate.conditions.mould import MouldWatch
from controller.climate.conditions.report import Span
from controller.climate.conditions.sheet import MRF, VTT, Sheet
from controller.climate.conditions.sides import Band
from controller.climate.conditions.windows import Hour, HourSums, LastHour, RunningMean

_HOURS_A_DAY = 24
_SEASON_DAYS = 30
_NEVER = float("-inf")
_NO_RATE: tuple[LastHour | None, Band | None] = (None, None)


class AirJudge:
    """Every condition of the profile, and what must be remembered for them."""

    def __init__(
        self,
        profile: LimitProfile,
        *,
        zone: tzinfo,
        interval_s: float,
        longest_s: float,
        switches: Switches,
        find_norms: FindNorms,
    ) -> None:
        self._zone = zone
        self._find_norms = find_norms
        self._month_end_s = self._day_end_s = _NEVER
        self._day_s = 86_400.0
        self._norms = NO_NORMS
        self._hours = HourSums(longest_s)
        self._sheet = sheet = Sheet(profile, switches, interval_s)
        pairs = {name: [*sheet.of_value.get(name, ())] for name in sheet.of_value}
        for name, pair in sheet.of_year.items():
            pairs.setdefault(name, []).extend(pair)
        self._bands = {name: Band(tuple(sides)) for name, sides in pairs.items()}
        self._rates = {name: (LastHour(), Band((side,))) for name, side in sheet.of_rate.items()}
        self._swings = {each.quantity: each for each in sheet.swings(longest_s)}
        self._watched = {
            name: (self._bands.get(name), self._swings.get(name), *self._rates.get(name, _NO_RATE))
            for name in {**self._bands, **self._rates, **self._swings}
        }
        self._means = {
            name: RunningMean(name, count=_HOURS_A_DAY, hours=1) for name in sheet.of_mean
        }
        self._mould = MouldWatch(profile.mould) if profile.mould else None
        self._season = (
            RunningMean(HUMIDITY, count=_SEASON_DAYS, hours=_HOURS_A_DAY) if sheet.of_band else None
        )
        self._season_pct: float | None = None

    def take(
        self,
        at_s: float,
        values: Mapping[str, float],
        spans: Mapping[str, Span],
        found: list[Change],
    ) -> None:
        """Take a reading; add what it changes."""
        if at_s >= self._month_end_s:
            self._begin_month(at_s, found)
        if at_s >= self._day_end_s:
            self._begin_day(at_s, found)
        hour = self._hours.hold(at_s, values)
        if hour is not None:
            self._end_hour(hour, at_s, found)
        for name, value in values.items():
            watched = self._watched.get(name)
            if watched is None:
                continue
            band, swing, last_hour, rate = watched
            if band is not None:
                band.take(at_s, value, found)
            if last_hour is not None and rate is not None:
                rate.take(at_s, last_hour.add(at_s, value), found)
            if swing is not None:
                change = swing.take(at_s, value, spans.get(name))
                if change is not None:
                    found.append(change)
        if self._season_pct is not None and HUMIDITY in values:
            self._judge_departure(at_s, values[HUMIDITY], found)

    def break_off(self) -> None:
        """Readings were missing: whatever waits begins anew."""
        for band in self._all_bands():
            band.break_off()
        for side in self._sheet.sides().values():
            side.break_off()

    def rest(self) -> None:
        """Forget what is active or waits, and keep what was learnt of the past."""
        for side in self._sheet.sides().values():
            side.rest()
        for swing in self._swings.values():
            swing.rest()
        self._look_again()

    def saved(self) -> dict[str, Any]:
        """Return what a restart must not lose."""
        sides = self._sheet.sides().items()
        return {
            "ends": [self._month_end_s, self._day_end_s, self._day_s] if self._begun else None,
            "norms": [dict(self._norms.year_mean), self._norms.band_pct],
            "sides": {key: saved for key, side in sides if (saved := side.saved())},
            "hours": self._hours.saved(),
            "swings": {name: each.saved() for name, each in self._swings.items()},
            "rates": {name: each[0].saved() for name, each in self._rates.items()},
            "means": {name: each.saved() for name, each in self._means.items()},
            "season": self._season.saved() if self._season else [],
            "mould": self._mould.saved() if self._mould else None,
        }

    def restore(self, saved: dict[str, Any], at_s: float) -> list[Change]:
        """Go on from what was saved, perhaps by another profile; list what ends by that.

        `at_s` is the time of the last reading.
        """
        means, band = saved["norms"]
        self._norms = Norms(means, None if band is None else (band[0], band[1]))
        found: list[Change] = []
        if saved["ends"] is not None:
            self._month_end_s, self._day_end_s, self._day_s = saved["ends"]
            month = month_around(self._month_end_s - 1.0, self._zone)[0]
            self._sheet.set_month(month, self._norms, at_s)
            if self._needs_norms and self._norms == NO_NORMS:
                self._month_end_s = _NEVER
        self._hours.restore(saved["hours"])
        found += self._restore_sides(saved["sides"], at_s)
        found += self._restore_swings(saved["swings"], at_s)
        for name, (window, _) in self._rates.items():
            window.restore(saved["rates"].get(name, []))
        for name, mean in self._means.items():
            mean.restore(saved["means"].get(name, []))
        if self._season is not None:
            self._season.restore(saved["season"])
            self._season_pct = self._season.now()
        if self._mould is not None and saved["mould"] is not None:
            self._mould.restore(saved["mould"])
        self._look_again()
        return found

    @property
    def mould(self) -> tuple[float, float] | None:
        """VTT index and risk factor now; `None` where the profile does not watch mould."""
        return None if self._mould is None else (self._mould.index, self._mould.risk_factor)

    @property
    def _needs_norms(self) -> bool:
        return bool(self._sheet.of_year or self._sheet.of_band)

    @property
    def _begun(self) -> bool:
        return self._month_end_s != _NEVER

    def _begin_month(self, at_s: float, found: list[Change]) -> None:
        month, start_s, self._month_end_s = month_around(at_s, self._zone)
        if self._needs_norms:
            self._norms = self._find_norms(start_s)
        found += self._sheet.set_month(month, self._norms, at_s)
        self._look_again()

    def _begin_day(self, at_s: float, found: list[Change]) -> None:
        ended_s, length_s = self._day_end_s, self._day_s
        start_s, self._day_end_s = day_around(at_s, self._zone)
        self._day_s = self._day_end_s - start_s
        for swing in self._swings.values():
            change = swing.end_day(at_s, ended_s=ended_s, began_s=start_s, length_s=length_s)
            if change is not None:
                found.append(change)

    def _end_hour(self, hour: Hour, at_s: float, found: list[Change]) -> None:
        changes = []
        for name, running in self._means.items():
            mean = running.add(hour)
            if mean is not None:
                changes += [side.take(at_s, mean) for side in self._sheet.of_mean[name]]
        if self._season is not None:
            self._season_pct = self._season.add(hour)
        if self._mould is not None and TEMPERATURE in hour.sums:
            self._mould.add(hour)
            changes.append(self._sheet.of_mould[VTT].take(at_s, self._mould.index))
            changes.append(self._sheet.of_mould[MRF].take(at_s, self._mould.risk_factor))
        found += [change for change in changes if change is not None]

    def _judge_departure(self, at_s: float, humidity_pct: float, found: list[Change]) -> None:
        """Judge how far humidity departs from its mean of 30 days; tell it as humidity."""
        season = self._season_pct
        assert season is not None
        for side in self._sheet.of_band:
            change = side.take(at_s, humidity_pct - season)
            if change is not None:
                found.append(change.moved_by(season))

    def _all_bands(self) -> Iterator[Band]:
        yield from self._bands.values()
        for _, band in self._rates.values():
            yield band

    def _look_again(self) -> None:
        for band in self._all_bands():
            band.look_again()

    def _restore_sides(self, saved: dict[str, Any], at_s: float) -> Iterator[Change]:
        sides = self._sheet.sides()
        for key, state in saved.items():
            side = sides.get(key)
            change = side.restore(state, at_s) if side else _ended(key, state, at_s)
            if change is not None:
                yield change

    def _restore_swings(self, saved: dict[str, Any], at_s: float) -> Iterator[Change]:
        for name, state in saved.items():
            swing = self._swings.get(name)
            if swing is not None:
                swing.restore(state)
            elif state[0]:
                yield _swing_ended(name, state, at_s)


def end_all(saved: dict[str, Any], at_s: float) -> Iterator[Change]:
    """End whatever was active, for air that has no limits any more."""
    for key, state in saved["sides"].items():
        change = _ended(key, state, at_s)
        if change is not None:
            yield change
    for name, state in saved["swings"].items():
        if state[0]:
            yield _swing_ended(name, state, at_s)


def _swing_ended(name: str, state: list[Any], at_s: float) -> Change:
    return Change(kind=SWING, key=name, grade=None, at_s=at_s, since_s=state[1])


def _ended(key: str, state: dict[str, list[Any]], at_s: float) -> Change | None:
    """End a condition that the profile of today does not know."""
    active = [each for each in state.values() if each[0]]
    if not active:
        return None
    kind, _, name = key.partition(" ")
    return Change(kind=kind, key=name, grade=None, at_s=at_s, since_s=active[0][2])
