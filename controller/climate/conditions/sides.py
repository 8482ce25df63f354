"""A quantity on one side of its band: a warning and a critical limit make one graded condition.

Whatever the two limits do, it is one occurrence: it begins with the first, becomes graver or
milder, and ends when neither holds. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from controller.climate.conditions.latch import Latch
from controller.climate.conditions.model import Change, Grade


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as a latch needs it."""

    at: float
    width: float
    on_s: float
    off_s: float


class Side:
    """One graded condition."""

    __slots__ = ("critical", "key", "kind", "quantity", "rising", "warning")

    def __init__(self, kind: str, key: str, quantity: str, *, rising: bool) -> None:
        self.kind = kind
        self.key = key
        self.quantity = quantity
        self.rising = rising
        self.warning: Latch | None = None
        self.critical: Latch | None = None

    @property
    def grade(self) -> Grade | None:
        """How grave it is now."""
        if self.critical is not None and self.critical.active:
            return "critical"
        return "warning" if self.warning is not None and self.warning.active else None

    @property
    def busy(self) -> bool:
        """Whether an ordinary value would change anything."""
        return any(latch.busy for latch in self.latches())

    def latches(self) -> Iterator[Latch]:
        """List the limits there are."""
        if self.warning is not None:
            yield self.warning
        if self.critical is not None:
            yield self.critical

    def set(self, warning: Limit | None, critical: Limit | None, at_s: float) -> Change | None:
        """Set or take away limits; what was active beyond one that is gone ends."""
        before, since_s = self.grade, self._began_s()
        self.warning = self._moved(self.warning, warning)
        self.critical = self._moved(self.critical, critical)
        return self._change(before, since_s, at_s, None)

    def take(self, at_s: float, value: float) -> Change | None:
        """Take a reading; say what became of the condition."""
        warning, critical = self.warning, self.critical
        turned_first = warning is not None and warning.take(at_s, value)
        turned_second = critical is not None and critical.take(at_s, value)
        if not turned_first and not turned_second:
            return None
        turned = [warning] * turned_first + [critical] * turned_second
        was = [latch for latch in self.latches() if latch.active != (latch in turned)]
        before: Grade | None = None
        if was:
            before = "critical" if critical in was else "warning"
        since_s = min((latch.began_s for latch in was), default=None)
        return self._change(before, since_s, at_s, value)

    def break_off(self) -> None:
        """Readings were missing."""
        for latch in self.latches():
            latch.break_off()

    def rest(self) -> None:
        """Forget what is active or waits."""
        for latch in self.latches():
            latch.active, latch.since_s = False, None

    def saved(self) -> dict[str, list[float | bool | None]]:
        """Return what a restart must not lose; nothing of what is at rest."""
        named = {"warning": self.warning, "critical": self.critical}
        return {name: latch.saved() for name, latch in named.items() if latch and latch.busy}

    def restore(self, saved: Mapping[str, list[object]], at_s: float) -> Change | None:
        """Go on from what was saved; what was active beyond a limit that is gone ends."""
        named = {"warning": self.warning, "critical": self.critical}
        lost = [name for name, state in saved.items() if state[0] and named.get(name) is None]
        for name, latch in named.items():
            if latch is not None and name in saved:
                latch.restore(saved[name])
        if not lost or self.grade == "critical":
            return None
        before: Grade = "critical" if "critical" in lost else "warning"
        began = saved[lost[0]][2]
        return self._change(before, float(began) if isinstance(began, float) else at_s, at_s, None)

    def _moved(self, latch: Latch | None, limit: Limit | None) -> Latch | None:
        if limit is None:
            return None
        if latch is None:
            return Latch(
                limit=limit.at,
                width=limit.width,
                rising=self.rising,
                on_s=limit.on_s,
                off_s=limit.off_s,
            )
        latch.move(limit.at, limit.width)
        latch.on_s, latch.off_s = limit.on_s, limit.off_s
        return latch

    def _began_s(self) -> float | None:
        began = [latch.began_s for latch in self.latches() if latch.active]
        return min(began) if began else None

    def _change(
        self, before: Grade | None, since_s: float | None, at_s: float, value: float | None
    ) -> Change | None:
        grade = self.grade
        if grade == before:
            return None
        bound = "high" if self.rising else "low"
        latch = self.critical if grade == "critical" else self.warning
        began = self._began_s()
        return Change(
            kind=self.kind,
            key=self.key,
            grade=grade,
            at_s=at_s,
            since_s=next(s for s in (since_s, began, at_s) if s is not None),
            quantity=self.quantity,
            bound=f"critical_{bound}" if grade == "critical" else bound,
            value=value,
            limit=latch.limit if latch is not None else None,
        )


class Band:
    """All conditions on one quantity's readings; quick where nothing can happen."""

    __slots__ = ("_busy", "_quiet_high", "_quiet_low", "sides")

    def __init__(self, sides: tuple[Side, ...]) -> None:
        self.sides = sides
        self.look_again()

    def look_again(self) -> None:
        """Learn anew between which values nothing begins; call it after any limit moved."""
        latches = [latch for side in self.sides for latch in side.latches()]
        low = [latch.limit for latch in latches if not latch.rising]
        high = [latch.limit for latch in latches if latch.rising]
        self._quiet_low = max(low, default=float("-inf"))
        self._quiet_high = min(high, default=float("inf"))
        self._busy = any(latch.busy for latch in latches)

    def take(self, at_s: float, value: float, found: list[Change]) -> None:
        """Take a reading; add what changed to what was found."""
        if not self._busy and self._quiet_low <= value <= self._quiet_high:
            return
        for side in self.sides:
            change = side.take(at_s, value)
            if change is not None:
                found.append(change)
        self._busy = any(side.busy for side in self.sides)

    def break_off(self) -> None:
        """Readings were missing."""
        for side in self.sides:
            side.break_off()
        self._busy = any(side.busy for side in self.sides)
