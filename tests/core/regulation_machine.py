"""A machine that keeps its own book, as its maker would want it kept, and fails when asked to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from drivers.errors import LinkLost, Refused
from drivers.readings import UnitReading

BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class TwoClocks:
    """A monotonic clock, and a wall clock that may jump."""

    def __init__(self, at_s: float = 1000.0) -> None:
        self.at_s = at_s
        self.jumped = timedelta()

    def monotonic(self) -> float:
        return self.at_s

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.at_s) + self.jumped


@dataclass
class Machine:
    """What stands on the floor. `true_s` is time as it really passes, whatever boots and clocks."""

    on: bool = False
    true_s: float = 0.0
    obeys: bool = True
    away: bool = False
    loses_answers: bool = False
    clock: TwoClocks | None = None
    says_nothing: bool = False
    faults: tuple[str, ...] = ()
    book: list[tuple[float, bool, bool]] = field(default_factory=list)
    """(true seconds, on, whether we did it)."""
    writes: list[tuple[float, bool]] = field(default_factory=list)

    def turn(self, on: bool, *, by_us: bool) -> None:
        if on is not self.on:
            self.on = on
            self.book.append((self.true_s, on, by_us))

    async def switch(self, on: bool) -> None:
        if self.away:
            raise LinkLost("unit-1", "cut")
        self.writes.append((self.true_s, on))
        if self.obeys:
            self.turn(on, by_us=True)
        if self.loses_answers:
            raise LinkLost("unit-1", "no answer")
        if not self.obeys:
            raise Refused("unit-1", "not_switched", "stayed")

    async def read(self) -> UnitReading:
        if self.away:
            raise LinkLost("unit-1", "cut")
        assert self.clock is not None
        return UnitReading(
            on=None if self.says_nothing else self.on,
            faults=self.faults,
            at_s=self.clock.monotonic(),
        )
