"""Which conditions a profile asks for, and their limits in a month. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from config.limits import HYSTERESIS_SHARE, Bounds, LimitProfile
from config.quantities import HUMIDITY, TEMPERATURE
from controller.alarms.kinds import LIMIT, MEAN_24H, MOULD, RATE
from controller.climate.conditions.model import Change, Norms, Switches
from controller.climate.conditions.sides import Limit, Side
from controller.climate.conditions.swing import Swing
from controller.climate.conditions.windows import HOUR_S

VTT, MRF = "vtt", "mrf"
_RATE_ON_S = 300.0
_RUSH_S = HOUR_S + _RATE_ON_S
"""A rush of the air shows in the rate of an hour, and the rate then waits: so long after a swing
began it is known whether a rush made it."""
_SLOW_INTERVAL_S = 150.0
"""From here on two readings lie so far apart that waiting for a second one would hide a jump."""


class Sheet:
    """Every condition of one profile, and the limits that each has now."""

    def __init__(self, profile: LimitProfile, switches: Switches, interval_s: float) -> None:
        self._profile = profile
        self._switches = switches
        limited = dict.fromkeys(
            [*profile.limits, *(name for season in profile.seasons for name in season.limits)]
        )
        self.of_value = {name: _pair(LIMIT, name) for name in limited}
        self.of_year = {name: _pair(LIMIT, name, "year_") for name in profile.around_year}
        self.of_mean = {name: _pair(MEAN_24H, name) for name in profile.mean_24h}
        self.of_rate = {name: Side(RATE, name, name, rising=True) for name in profile.rate_per_h}
        self.of_band = _pair(LIMIT, HUMIDITY, "historic_") if profile.historic_band else ()
        self.of_mould = (
            {name: Side(MOULD, name, name, rising=True) for name in (VTT, MRF)}
            if profile.mould
            else {}
        )
        for name, per_hour in profile.rate_per_h.items():
            on_s = _RATE_ON_S if interval_s < _SLOW_INTERVAL_S and switches.delays else 0.0
            width = switches.width(per_hour * HYSTERESIS_SHARE)
            limit = Limit(per_hour, width, on_s, switches.off_s(profile.warning))
            self.of_rate[name].set(limit, None, 0.0)
        self._set_mould()

    def sides(self) -> dict[str, Side]:
        """List every condition by kind and key."""
        pairs = (*self.of_value.values(), *self.of_year.values(), *self.of_mean.values())
        each = [side for pair in (*pairs, self.of_band) for side in pair]
        each += [*self.of_rate.values(), *self.of_mould.values()]
        return {f"{side.kind} {side.key}": side for side in each}

    def swings(self, longest_s: float) -> list[Swing]:
        """Make the swings of the day; a reading holds for `longest_s` at most."""
        profile, switches = self._profile, self._switches
        daily = profile.daily_swing
        if daily is None:
            return []
        found = []
        for name in (TEMPERATURE, HUMIDITY):
            limit = daily.limit_of(name)
            if limit is None:
                continue
            width = switches.width(limit * HYSTERESIS_SHARE)
            waits_s = _RUSH_S if name in profile.rate_per_h and switches.delays else 0.0
            found.append(
                Swing(name, limit, width, daily.reading, longest_s=longest_s, waits_s=waits_s)
            )
        return found

    def set_month(self, month: int, norms: Norms, at_s: float) -> list[Change]:
        """Set the limits of a month; what was active beyond a limit that is gone ends."""
        bounds = self._profile.limits_in(month)
        changes = [
            *self._set(self.of_value, bounds, at_s),
            *self._set(self.of_mean, self._profile.mean_24h, at_s),
            *self._set(self.of_year, self._around_year(norms), at_s),
        ]
        if self.of_band:
            band = norms.band_pct
            found = None if band is None else Bounds(low=band[0], high=band[1])
            given = {} if found is None else {HUMIDITY: found}
            changes += self._set({HUMIDITY: self.of_band}, given, at_s)
        return changes

    def _around_year(self, norms: Norms) -> dict[str, Bounds]:
        return {
            name: Bounds(
                low=mean - around.down - around.short, high=mean + around.up + around.short
            )
            for name, around in self._profile.around_year.items()
            if (mean := norms.year_mean.get(name)) is not None
        }

    def _set(
        self, pairs: Mapping[str, tuple[Side, ...]], bounds: Mapping[str, Bounds], at_s: float
    ) -> list[Change]:
        found = [
            side.set(*self._limits(side, bounds.get(name)), at_s)
            for name, pair in pairs.items()
            for side in pair
        ]
        return [change for change in found if change is not None]

    def _limits(self, side: Side, bounds: Bounds | None) -> tuple[Limit | None, Limit | None]:
        if bounds is None:
            return None, None
        if side.rising:
            return self._limit(side, bounds.high, "high"), self._limit(
                side, bounds.critical_high, "critical_high"
            )
        return self._limit(side, bounds.low, "low"), self._limit(
            side, bounds.critical_low, "critical_low"
        )

    def _limit(self, side: Side, at: float | None, bound: str) -> Limit | None:
        if at is None:
            return None
        delays = self._profile.critical if bound.startswith("critical") else self._profile.warning
        on_s = 0.0 if side.kind == MEAN_24H else self._switches.on_s(delays)
        width = self._switches.width(delays.hysteresis_of(side.quantity, at))
        return Limit(at, width, on_s, self._switches.off_s(delays))

    def _set_mould(self) -> None:
        mould = self._profile.mould
        if mould is None:
            return
        for name, warning, critical in (
            (VTT, mould.vtt_warning, mould.vtt_critical),
            (MRF, mould.mrf_warning, mould.mrf_critical),
        ):
            self.of_mould[name].set(self._of_mould(warning), self._of_mould(critical), 0.0)

    def _of_mould(self, at: float) -> Limit:
        """A risk of 1 is reached, not only passed: the limit lies a hair below."""
        return Limit(at - 1e-9, self._switches.width(at * HYSTERESIS_SHARE), 0.0, 0.0)


def _pair(kind: str, quantity: str, prefix: str = "") -> tuple[Side, Side]:
    return (
        Side(kind, f"{quantity}/{prefix}low", quantity, rising=False),
        Side(kind, f"{quantity}/{prefix}high", quantity, rising=True),
    )
