"""Whether a probe reports, and whether what it reports can be true. Pure.

Silence is measured from the last report, never from the last change: in one archive store a sound
probe of whole percents said the same for 260 hours. A probe is stuck only where temperature and
humidity together stay the same to the last bit, for longer than any sound one did: the longest at
whole percents was 54 hours, at a tenth 4, at a hundredth 0.7 (TRH-database and two Danish sites).
"""

from __future__ import annotations

from typing import Any

from controller.alarms.kinds import OFFLINE, STUCK, SUSPECT
from controller.climate.conditions.model import Change, Grade, Switches
from controller.climate.conditions.sides import Limit, Side
from controller.climate.metrics.held import LONGEST_INTERVALS

OFFLINE_AFTER_S = 900.0
BACK_AFTER_S = 300.0
"""So long a probe must report again without a break before it counts as back."""
SUSPECT_AFTER_S = 1800.0
SOUND_AFTER_S = 1800.0

_STUCK_FINE_S, _STUCK_TENTH_S, _STUCK_COARSE_S = 12 * 3600.0, 24 * 3600.0, 72 * 3600.0
_FINE, _TENTH = 0.025, 0.15


class Silence:
    """How long nothing was heard of a probe."""

    __slots__ = ("_back_s", "active", "after_s", "last_s")

    def __init__(self, interval_s: float) -> None:
        self.after_s = max(OFFLINE_AFTER_S, LONGEST_INTERVALS * interval_s)
        self.last_s: float | None = None
        self.active = False
        self._back_s: float | None = None

    def began(self, at_s: float, from_s: float) -> bool:
        """Say whether, with nothing heard between the two moments, the probe becomes offline."""
        if self.active or at_s - from_s < self.after_s:
            return False
        self.active = True
        self._back_s = None
        return True

    def report(self, at_s: float) -> bool:
        """Take a report, good or suspect; say whether it ends the silence."""
        gap = self.last_s is not None and at_s - self.last_s >= self.after_s
        self.last_s = at_s
        if not self.active:
            return False
        if self._back_s is None or gap:
            self._back_s = at_s
        if at_s - self._back_s < BACK_AFTER_S:
            return False
        self.active = False
        self._back_s = None
        return True

    def saved(self) -> list[float | bool | None]:
        """Return what a restart must not lose."""
        return [self.last_s, self.active, self._back_s]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        self.last_s, self.active, self._back_s = saved


class Flat:
    """For how long temperature and humidity both stayed the same to the last bit."""

    __slots__ = ("_pair", "active", "since_s", "step_pct")

    def __init__(self) -> None:
        self._pair: tuple[float, float] | None = None
        self.since_s = 0.0
        self.active = False
        self.step_pct = float("inf")
        """The least step of humidity ever seen, which tells how finely the probe measures."""

    @property
    def after_s(self) -> float:
        """How long the same pair is still nothing."""
        if self.step_pct <= _FINE:
            return _STUCK_FINE_S
        return _STUCK_TENTH_S if self.step_pct <= _TENTH else _STUCK_COARSE_S

    def take(self, at_s: float, temperature_c: float, humidity_pct: float) -> bool:
        """Take a reading; say whether the probe became stuck or came loose."""
        pair = self._pair
        if pair is not None and pair[0] == temperature_c and pair[1] == humidity_pct:
            if self.active or at_s - self.since_s < self.after_s:
                return False
            self.active = True
            return True
        if pair is not None and pair[1] != humidity_pct:
            self.step_pct = min(self.step_pct, abs(pair[1] - humidity_pct))
        self._pair = (temperature_c, humidity_pct)
        self.since_s = at_s
        was, self.active = self.active, False
        return was

    def break_off(self, at_s: float) -> None:
        """Readings were missing: what stayed the same is counted from here on."""
        self.since_s = at_s

    def saved(self) -> list[Any]:
        """Return what a restart must not lose."""
        step = None if self.step_pct == float("inf") else self.step_pct
        return [self._pair, self.since_s, self.active, step]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        pair, self.since_s, self.active, step = saved
        self._pair = None if pair is None else (pair[0], pair[1])
        self.step_pct = float("inf") if step is None else step


class Health:
    """Offline, stuck and suspect, of one probe."""

    __slots__ = ("_doubt", "_doubtful", "_flat", "_silence")

    def __init__(self, interval_s: float, switches: Switches) -> None:
        self._silence = Silence(interval_s)
        self._flat = Flat()
        self._doubt = Side(SUSPECT, "", "", rising=True)
        self._doubt.set(_doubt(switches), None, 0.0)
        self._doubtful = False

    def report(self, at_s: float, *, suspect: bool, found: list[Change]) -> None:
        """Take a report; add what it changes to what was found."""
        since_s = self._silence.last_s
        if self._silence.report(at_s):
            found.append(_change(OFFLINE, None, at_s, at_s if since_s is None else since_s))
        if not suspect and not self._doubtful:
            return
        doubt = self._doubt.take(at_s, 1.0 if suspect else 0.0)
        self._doubtful = self._doubt.busy
        if doubt is not None:
            found.append(_change(SUSPECT, doubt.grade, at_s, doubt.since_s))

    def take(self, at_s: float, temperature_c: float, humidity_pct: float) -> Change | None:
        """Take a good pair; say whether the probe became stuck or came loose."""
        since_s = self._flat.since_s
        if not self._flat.take(at_s, temperature_c, humidity_pct):
            return None
        return _change(STUCK, "warning" if self._flat.active else None, at_s, since_s)

    def expect(self, now_s: float, heard_since_s: float | None = None) -> Change | None:
        """Say whether, with nothing newer heard up to now, the probe is offline.

        A probe that never reported is waited for from the first time this is asked.
        """
        heard_s = self._silence.last_s
        if heard_s is None:
            self._silence.last_s = now_s
            return None
        from_s = max(heard_s, heard_s if heard_since_s is None else heard_since_s)
        if not self._silence.began(now_s, from_s):
            return None
        return _change(OFFLINE, "warning", from_s + self._silence.after_s, heard_s)

    @property
    def heard_s(self) -> float | None:
        """The moment from which silence is counted; `None` before the first."""
        return self._silence.last_s

    def end_all(self, at_s: float) -> list[Change]:
        """List the end of what is active."""
        active = {
            OFFLINE: self._silence.active,
            STUCK: self._flat.active,
            SUSPECT: self._doubt.grade is not None,
        }
        return [_change(kind, None, at_s, at_s) for kind, is_on in active.items() if is_on]

    def break_off(self, at_s: float) -> None:
        """Readings were missing."""
        self._flat.break_off(at_s)
        self._doubt.break_off()

    def rest(self) -> None:
        """Forget what is active or waits."""
        self._flat.active = self._silence.active = False
        self._doubt.rest()

    def saved(self) -> dict[str, Any]:
        """Return what a restart must not lose."""
        return {
            "silence": self._silence.saved(),
            "flat": self._flat.saved(),
            "doubt": self._doubt.saved(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from what was saved."""
        self._silence.restore(saved["silence"])
        self._flat.restore(saved["flat"])
        self._doubt.restore(saved["doubt"], 0.0)
        self._doubtful = self._doubt.busy


def _doubt(switches: Switches) -> Limit:
    delays = switches.delays
    return Limit(0.5, 0.0, SUSPECT_AFTER_S if delays else 0.0, SOUND_AFTER_S if delays else 0.0)


def _change(kind: str, grade: Grade | None, at_s: float, since_s: float) -> Change:
    return Change(kind=kind, key="", grade=grade, at_s=at_s, since_s=since_s, of_probe=True)
