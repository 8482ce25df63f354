"""Motion under any interleaving, for three classes of controller: no command against the rules.

Two people, two segments of one bank, and everything that can happen there (tests/core/motion_acts).
`./stackroom bench motion` plays the same acts a million times.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.core.motion_acts import ACTS, Act, build, list_offences
from tests.core.motion_lives import KINDS, Life, live, play, shorten, tell
from tests.core.motion_model import PEOPLE, Site
from tests.core.motion_steel import Kind


class Drawn:
    """Lets Hypothesis choose, so that it can shrink what it finds."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def choose(self, options: Any) -> Any:
        return options[self._data.draw(st.integers(0, len(options) - 1))]


class AnyInterleaving(RuleBasedStateMachine):
    """Requests, people, faults, lost and late messages and restarts in any order."""

    @initialize(kind=st.sampled_from(KINDS), data=st.data())
    def begin(self, kind: Kind, data: st.DataObject) -> None:
        self.site = build(kind, Drawn(data))

    @rule(act=st.sampled_from(ACTS), data=st.data())
    def something_happens(self, act: Act, data: st.DataObject) -> None:
        act(self.site, Drawn(data))

    @invariant()
    def nothing_was_against_the_rules(self) -> None:
        if hasattr(self, "site"):
            assert list_offences(self.site) == []


AnyInterleaving.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnyInterleaving = AnyInterleaving.TestCase


@pytest.mark.parametrize("kind", KINDS)
def test_long_random_lives_break_no_rule_and_the_steel_moves_in_them(kind: Kind) -> None:
    """Many more steps than Hypothesis takes, without its care: fixed seeds, long days."""
    lives = [live(f"fixed-{number}", kind, 250) for number in range(12)]
    bad = [life for life in lives if life.offences]
    assert not bad, tell(shorten(bad[0]))
    assert sum(life.drives for life in lives) > 40


def test_lives_on_two_processes_are_those_that_the_seed_names() -> None:
    """So a seed that the bench prints can be played again."""
    lives = play(7, 400)
    assert [(life.seed, life.kind, life.steps) for life in lives] == [
        ("7-0", "fenced", 250),
        ("7-1", "acknowledged", 150),
    ]
    assert lives == play(7, 400)
    assert lives[0] == live("7-0", "fenced", 250)


def seen(kind: Kind, **how: Any) -> Site:
    """A bank that stands and was seen long enough to trust its heartbeat."""
    site = Site(kind, **how)
    site.poll()
    return site


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gaps", [1, 2])
def test_the_judge_lets_rightful_requests_through(kind: Kind, gaps: int) -> None:
    site = seen(kind, gaps=gaps)
    for number in (1, 2):
        request_id = site.opens(number, 3)
        site.poll(20)
        assert site.sides[number].judge.statuses[request_id] == ["accepted", "started", "done"]
        assert 3 in site.sides[number].steel.open
    parks = site.opens(1, None, verb="park")
    for _ in range(8):
        site.poll(4)
        site.goes_on(1)
    assert site.sides[1].judge.statuses[parks][-1] == "done"
    assert site.sides[1].steel.lock.value == "locked"
    spread = site.opens(2, None, verb="ventilate")
    assert site.sides[2].judge.statuses[spread] == ["refused"]
    site.hold(2, "release", PEOPLE[0], "controller", None, None)
    spread = site.opens(2, None, verb="ventilate")
    site.poll(20)
    assert site.sides[2].judge.statuses[spread][-1] == "done"
    assert site.offences == []


def test_the_judge_lets_an_armed_request_and_a_program_through() -> None:
    site = seen("fenced", remote_start=False)
    armed = site.opens(1, 2, origin="controller")
    site.poll(100, 0.5)
    site.press(1, armed, "button", None, frozenset())
    site.goes_on(1)
    site.poll(20)
    assert site.sides[1].judge.statuses[armed] == ["armed", "accepted", "started", "done"]
    site.hold(1, "release", PEOPLE[0], "controller", None, None)
    site.propose("night_closing", None)
    site.start_program(PEOPLE[0])
    for _ in range(120):
        site.poll(1, 0.5)
        for number in (1, 2):
            site.goes_on(number)
    assert site.programs.program is not None
    assert site.programs.program.status == "done"
    assert [side.steel.open for side in site.sides.values()] == [frozenset({4}), frozenset({4})]
    assert site.offences == []


def test_an_offence_comes_with_the_shortest_trace_that_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bench is worth what it finds: with the holds forgotten it finds that, and shortens it."""
    from drivers.room.motion import rules

    monkeypatch.setattr(rules, "RULES", {n: r for n, r in rules.RULES.items() if n != "hold"})
    lives: list[Life] = [live(f"blind-{number}", "fenced", 250) for number in range(30)]
    bad = [life for life in lives if any("holds" in offence for offence in life.offences)]
    assert bad
    short = shorten(bad[0])
    assert short.offences
    assert len(short.moves) < len(bad[0].moves)
    assert f"seed {short.seed}" in tell(short)
