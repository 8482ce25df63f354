"""Judges the readings of one probe, one after the other. Pure.

The same judge runs live and in replay. It takes readings in order of their own times; what comes
late changes nothing. Everything it remembers goes into `saved()` and comes back by `restore()`, at
any point, without a difference. Missing readings neither begin nor end anything; they only break
waits off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, cast

from config.limits import LimitProfile
from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.conditions.air import AirJudge, end_all
from controller.climate.conditions.health import Health
from controller.climate.conditions.model import Change, FindNorms, State, Switches, no_norms
from controller.climate.conditions.report import Report
from controller.climate.metrics.held import LONGEST_INTERVALS

_LEAST_GAP_S = 900.0
_AS_MEANT = Switches()
_NOTHING: list[Change] = []


class ProbeJudge:
    """All conditions of one probe; without a profile only its health is watched."""

    def __init__(
        self,
        profile: LimitProfile | None,
        *,
        zone: tzinfo,
        interval_s: float,
        switches: Switches = _AS_MEANT,
        find_norms: FindNorms = no_norms,
    ) -> None:
        self._longest_s = LONGEST_INTERVALS * interval_s
        self._gap_s = max(self._longest_s, _LEAST_GAP_S)
        self._last_s: float | None = None
        self._seen_s: float | None = None
        self._health = Health(interval_s, switches)
        self._air: AirJudge | None = None
        if profile is not None:
            self._air = AirJudge(
                profile,
                zone=zone,
                interval_s=interval_s,
                longest_s=self._longest_s,
                switches=switches,
                find_norms=find_norms,
            )

    @property
    def cursor_s(self) -> float | None:
        """The time of the newest report that was judged; `None` before the first."""
        return self._seen_s

    @property
    def mould(self) -> tuple[float, float] | None:
        """VTT index and IPI-like risk factor now, where the profile watches mould."""
        return None if self._air is None else self._air.mould

    def take(
        self, at_s: float, values: Mapping[str, float], *, suspect: bool = False
    ) -> list[Change]:
        """Take a reading; list what it changes. `suspect` if some of it had to be left out."""
        return self.take_report(Report(at_s, values, suspect))

    def take_report(self, report: Report) -> list[Change]:
        """Take what a probe said; list what it changes."""
        at_s, values, suspect, spans = report
        if not values:
            return self._take_nothing(at_s)
        if self._seen_s is not None and at_s <= self._seen_s:
            return _NOTHING
        found: list[Change] = []
        if self._last_s is not None and at_s - self._last_s > self._gap_s:
            self._break_off(at_s)
        self._last_s = self._seen_s = at_s
        self._health.report(at_s, suspect=suspect, found=found)
        if self._air is not None:
            self._air.take(at_s, values, spans, found)
        temperature, humidity = values.get(TEMPERATURE), values.get(HUMIDITY)
        if temperature is not None and humidity is not None:
            stuck = self._health.take(at_s, temperature, humidity)
            if stuck is not None:
                found.append(stuck)
        return found

    def expect(self, now_s: float, heard_since_s: float | None = None) -> list[Change]:
        """Say whether, with nothing newer heard up to now, the probe is offline.

        Silence counts at the earliest from when its room is heard.
        """
        silent = self._health.expect(now_s, heard_since_s)
        return _NOTHING if silent is None else [silent]

    def is_ahead_of(self, moment_s: float) -> bool:
        """Say whether it knows of a later moment: then it would judge nothing until that comes."""
        known = (self._seen_s, self._health.heard_s)
        return any(at_s is not None and at_s > moment_s for at_s in known)

    def end_all(self, at_s: float) -> list[Change]:
        """List the end of everything that is active; for a judge that another one follows."""
        ended = self._health.end_all(at_s)
        if self._air is not None:
            ended += end_all(self._air.saved(), at_s)
        return ended

    def rest(self) -> None:
        """Forget what is active or waits, and keep what was learnt of the past.

        For a probe that is watched for the first time: what its history would have raised is over.
        """
        self._health.rest()
        if self._air is not None:
            self._air.rest()

    def saved(self) -> State:
        """Return everything a restart must not lose, as JSON knows it."""
        return {
            "seen_s": self._seen_s,
            "last_s": self._last_s,
            "health": self._health.saved(),
            "air": None if self._air is None else self._air.saved(),
        }

    def restore(self, state: State) -> list[Change]:
        """Go on from what was saved, perhaps under other limits; list what ends by that."""
        saved = cast(dict[str, Any], state)
        self._seen_s, self._last_s = saved["seen_s"], saved["last_s"]
        self._health.restore(saved["health"])
        air = saved["air"]
        if air is None:
            return []
        if self._air is None:
            return list(end_all(air, self._last_s or 0.0))
        return self._air.restore(air, self._last_s or 0.0)

    def _take_nothing(self, at_s: float) -> list[Change]:
        """Take note of a report that nobody should believe; it judges nothing of the air."""
        if self._seen_s is not None and at_s <= self._seen_s:
            return _NOTHING
        found: list[Change] = []
        self._seen_s = at_s
        self._health.report(at_s, suspect=True, found=found)
        return found

    def _break_off(self, at_s: float) -> None:
        self._health.break_off(at_s)
        if self._air is not None:
            self._air.break_off()
