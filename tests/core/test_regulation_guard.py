"""Whatever happens, a machine runs as long, rests as long and starts as seldom as its guard says.

The machine keeps the book itself, in time as it really passes. Home Assistant core #123799, #160967
and pull request #180494: there the minimal cycle was gone round by the keep-alive.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from config.climate import Guard
from tests.core.regulation_room import RegulatedRoom

HOUR_S = 3600.0


class Paths(RuleBasedStateMachine):
    """Everything that may reach a unit, in any order."""

    guard: ClassVar[Guard]
    spans_s: ClassVar[tuple[float, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.room = RegulatedRoom(
            guard=self.guard.model_dump(), fail="duty", duty={"on_s": 60, "off_s": 60}
        )
        self.dangers: list[float] = []
        self.room.humidity_pct = 70.0

    def teardown(self) -> None:
        self.room.close()

    @rule(which=st.integers(min_value=0, max_value=4))
    def time_passes(self, which: int) -> None:
        self.room.pass_time(self.spans_s[which])

    @rule(humidity_pct=st.sampled_from([None, 40.0, 53.5, 55.0, 57.5, 70.0]))
    def the_air_is(self, humidity_pct: float | None) -> None:
        self.room.humidity_pct = humidity_pct
        self.room.look()

    @rule(on=st.booleans())
    def a_person_overrides(self, on: bool) -> None:
        self.room.override(on)

    @rule()
    def a_person_gives_it_back(self) -> None:
        self.room.resume()

    @rule(open_=st.booleans())
    def the_door_is(self, open_: bool) -> None:
        self.room.contact("door", safe=not open_)

    @rule()
    def it_smokes_for_a_moment(self) -> None:
        self.dangers.append(self.room.machine.true_s)
        self.room.contact("smoke", safe=False)
        self.dangers.append(self.room.machine.true_s)
        self.room.contact("smoke", safe=True)

    @rule(away=st.booleans())
    def the_wire_is(self, away: bool) -> None:
        self.room.machine.away = away
        self.room.look()

    @rule(obeys=st.booleans(), loses=st.booleans(), mute=st.booleans())
    def the_unit_is(self, obeys: bool, loses: bool, mute: bool) -> None:
        self.room.machine.obeys = obeys
        self.room.machine.loses_answers = loses
        self.room.machine.says_nothing = mute and obeys

    @rule(on=st.booleans())
    def somebody_turns_it_by_its_own_key(self, on: bool) -> None:
        if not self.room.machine.says_nothing:
            self.room.machine.turn(on, by_us=False)
            self.room.look()

    @rule(hours=st.integers(min_value=-30, max_value=30))
    def the_wall_clock_jumps(self, hours: int) -> None:
        self.room.clock.jumped += timedelta(hours=hours)
        self.room.look()

    @rule()
    def the_program_ends_and_begins_again(self) -> None:
        self.room.restart()

    @rule(off_s=st.sampled_from([0.0, 30.0, 1000.0]))
    def the_computer_starts_again(self, off_s: float) -> None:
        self.room.reboot(off_s)

    @rule()
    def the_program_is_killed(self) -> None:
        self.room.kill()

    @invariant()
    def runs_are_long_enough(self) -> None:
        for (began_s, on, _), (ended_s, _, by_us) in self._pairs():
            if on and by_us and ended_s not in self.dangers:
                assert ended_s - began_s >= self.guard.min_on_s, self.room.machine.book

    @invariant()
    def rests_are_long_enough(self) -> None:
        for (ended_s, on, _), (began_s, _, by_us) in self._pairs():
            if not on and by_us:
                assert began_s - ended_s >= self.guard.min_off_s, self.room.machine.book

    @invariant()
    def starts_are_few(self) -> None:
        """Those by its own key count too, but only ours can be kept from happening."""
        starts = [(at_s, by_us) for at_s, on, by_us in self.room.machine.book if on]
        for number, (at_s, by_us) in enumerate(starts):
            if by_us:
                before = [each for each, _ in starts[: number + 1] if at_s - each < HOUR_S]
                assert len(before) <= self.guard.max_starts_per_h, self.room.machine.book

    def _pairs(self) -> Any:
        book = self.room.machine.book
        return pairwise(book)


class Slow(Paths):
    """A compressor."""

    guard = Guard(min_on_s=600, min_off_s=600, max_on_s=2000, max_starts_per_h=6)
    spans_s = (5.0, 590.0, 620.0, 1200.0, 3000.0)


class Quick(Paths):
    """A fan that may not start often: the count of starts is what binds."""

    guard = Guard(min_on_s=20, min_off_s=20, max_starts_per_h=2)
    spans_s = (1.0, 10.0, 25.0, 60.0, 3000.0)


_FEW = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestRunsAndRests = Slow.TestCase
TestRunsAndRests.settings = _FEW
TestStarts = Quick.TestCase
TestStarts.settings = _FEW
