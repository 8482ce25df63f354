"""What the probes of a room say of its zones, as regulators see it, and how the day went so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from config.clock import Clock
from config.quantities import HUMIDITY, TEMPERATURE
from config.room import Room
from drivers.room.picture import Moment
from drivers.room.probes import Believed
from drivers.room.regulation import Air, ProbeSays, Said, air_of, coldest_of
from drivers.room.regulators_file import Humidity

_SURFACE = "surface_temperature_c"
_STEP = timedelta(minutes=15)
_DAY = timedelta(days=1)

BelievedOf = Callable[[], Mapping[str, Mapping[str, Believed]]]
"""The last believed value of each quantity, by probe."""


class AirSight:
    """Looks at the zones of a room; the one writer of how humid they were in the last day."""

    def __init__(
        self,
        room: Room,
        believed: BelievedOf,
        clock: Clock,
        day: Mapping[str, tuple[Humidity, ...]] | None = None,
    ) -> None:
        """`day` is what an earlier life of the program noted."""
        self._zones = {probe.id: room.zone_of_probe(probe) for probe in room.probes()}
        zones = room.climate.all_zones()
        self._outside = next((zone.zone for zone in zones if zone.kind == "outside"), None)
        self._inside = tuple(zone.zone for zone in zones if zone.kind != "outside")
        self._believed = believed
        self._clock = clock
        self.day: dict[str, tuple[Humidity, ...]] = dict(day or {})

    def air(self, zone: str, stale_after_s: float) -> Air | None:
        """Say how the air of a zone is; None if nobody knows."""
        return air_of(self._probes(), zone, self._clock.monotonic(), stale_after_s=stale_after_s)

    def outside(self, stale_after_s: float) -> Air | None:
        """Say how the air outside is; None if nobody knows."""
        return None if self._outside is None else self.air(self._outside, stale_after_s)

    def coldest_c(self, stale_after_s: float) -> float | None:
        """Give the coldest that anything inside measures."""
        now_s = self._clock.monotonic()
        return coldest_of(self._probes(), self._inside, now_s, stale_after_s=stale_after_s)

    def fell_pct(self, zone: str, air: Air | None) -> float:
        """Say how far the humidity of a zone stands below its highest of the last day."""
        highest = max((each.pct for each in self.day.get(zone, ())), default=None)
        return 0.0 if air is None or highest is None else max(0.0, highest - air.humidity_pct)

    def note(self, zone: str, air: Air | None) -> bool:
        """Take the humidity of now into the day; say whether a new part of the day began."""
        now = self._clock.now()
        if air is None:
            return False
        known = [each for each in self.day.get(zone, ()) if _is_of_day(each.at, now)]
        if known and now - known[-1].at < _STEP:
            last = known[-1]
            known[-1] = Humidity(at=last.at, pct=max(last.pct, air.humidity_pct))
            self.day[zone] = tuple(known)
            return False
        self.day[zone] = (*known, Humidity(at=now, pct=air.humidity_pct))
        return True

    def _probes(self) -> list[ProbeSays]:
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        return [
            ProbeSays(
                probe=probe,
                zone=self._zones[probe],
                temperature_c=_said(values.get(TEMPERATURE), now),
                humidity_pct=_said(values.get(HUMIDITY), now),
                surface_c=_said(values.get(_SURFACE), now),
            )
            for probe, values in self._believed().items()
            if probe in self._zones
        ]


def _said(believed: Believed | None, now: Moment) -> Said | None:
    """Take a value; it is as old as its probe says, if that is older."""
    if believed is None:
        return None
    at_s = believed.at_s
    return Said(believed.value, at_s if believed.at is None else min(at_s, now.tell(believed.at)))


def _is_of_day(at: datetime, now: datetime) -> bool:
    """Drop what is older than a day, and what a clock that jumped says is yet to come."""
    return now - _DAY < at <= now
