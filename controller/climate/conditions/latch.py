"""A condition with hysteresis and two waits. Pure.

It becomes active once a value was beyond its limit for `on_s` without a break, and ends once the
value was at or inside its ending limit for `off_s` without a break. Between the two limits it
stays what it is. Waits run from the first reading that qualified, by the readings' own times, so
the time a program was off neither adds nor takes away.
"""

from __future__ import annotations

from collections.abc import Sequence


class Latch:
    """One limit of one value."""

    __slots__ = ("active", "began_s", "ends_at", "limit", "off_s", "on_s", "rising", "since_s")

    def __init__(
        self, *, limit: float, width: float, rising: bool, on_s: float, off_s: float
    ) -> None:
        self.rising = rising
        self.on_s = on_s
        self.off_s = off_s
        self.active = False
        self.since_s: float | None = None
        """Since when the value qualifies for the other state; `None` while it does not."""
        self.began_s = 0.0
        """When what is active now began to be beyond the limit."""
        self.move(limit, width)

    def move(self, limit: float, width: float) -> None:
        """Set another limit; what is active stays so until it ends by the new one."""
        self.limit = limit
        self.ends_at = limit - width if self.rising else limit + width

    @property
    def busy(self) -> bool:
        """Whether an ordinary value would change anything."""
        return self.active or self.since_s is not None

    def take(self, at_s: float, value: float) -> bool:
        """Take a reading; say whether the condition began or ended."""
        if self.active:
            qualifies = value <= self.ends_at if self.rising else value >= self.ends_at
        else:
            qualifies = value > self.limit if self.rising else value < self.limit
        if not qualifies:
            self.since_s = None
            return False
        if self.since_s is None:
            self.since_s = at_s
        if at_s - self.since_s < (self.off_s if self.active else self.on_s):
            return False
        self.began_s = self.began_s if self.active else self.since_s
        self.active = not self.active
        self.since_s = None
        return True

    def break_off(self) -> None:
        """Readings were missing: what waited begins anew, what is active stays."""
        self.since_s = None

    def saved(self) -> list[float | bool | None]:
        """Return what a restart must not lose."""
        return [self.active, self.since_s, self.began_s]

    def restore(self, saved: Sequence[object]) -> None:
        """Go on from what was saved."""
        active, since_s, began_s = saved
        self.active = bool(active)
        self.since_s = float(since_s) if isinstance(since_s, int | float) else None
        self.began_s = float(began_s) if isinstance(began_s, int | float) else 0.0
