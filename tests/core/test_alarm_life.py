"""The states of an alarm: every state with everything that can happen, as the standard has it."""

from __future__ import annotations

from typing import get_args

import pytest

from controller.alarms.life import HELD, STATES, Happening, State, next_state

HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
FREE = ("NORM", "UNACK", "ACKED", "RTNUN")

# ISA-18.2-2016 figure 3 and OPC UA part 9 (AlarmConditionType, ShelvedStateMachineType); one line
# per arrow. What stands in no line changes nothing.
ARROWS: dict[tuple[str, str], str] = {
    ("NORM", "raise"): "UNACK",
    ("UNACK", "ack"): "ACKED",
    ("UNACK", "return"): "RTNUN",
    ("ACKED", "return"): "NORM",
    ("RTNUN", "ack"): "NORM",
    ("RTNUN", "raise"): "UNACK",
    **{(state, "shelve"): "SHELVED" for state in FREE},
    ("SHELVED", "unshelve"): "by its cause",
    ("SHELVED", "expire"): "by its cause",
    **{(state, "suppress"): "DSUPR" for state in STATES if state != "DSUPR"},
    ("DSUPR", "unsuppress"): "by its cause",
    **{(state, "remove_from_service"): "OOSRV" for state in STATES if state != "OOSRV"},
    ("OOSRV", "return_to_service"): "by its cause",
}
# What the figure leaves open: an occurrence that ends while it is held is over, and one that gets
# worse wants to be noted anew.
OURS: dict[tuple[str, str], str] = {
    **{(state, "return"): "NORM" for state in HELD},
    ("ACKED", "worsen"): "UNACK",
}


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("active", [True, False])
def test_every_state_goes_where_the_standard_says_and_nowhere_else(
    state: State, happening: Happening, active: bool
) -> None:
    wanted = (ARROWS | OURS).get((state, happening))
    if wanted == "by its cause":
        wanted = "UNACK" if active else "NORM"
    assert next_state(state, happening, active=active) == wanted


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("active", [True, False])
def test_a_latched_one_stays_until_it_is_reset_and_only_it_can_be_reset(
    state: State, happening: Happening, active: bool
) -> None:
    after = next_state(state, happening, active=active, latched=True)
    if happening == "return" and state in ("UNACK", "ACKED", *HELD):
        assert after is None
    elif happening == "reset":
        resets = {} if active else {"UNACK": "RTNUN", "ACKED": "NORM"}
        assert after == resets.get(state)
    else:
        assert after == next_state(state, happening, active=active)


def test_no_state_is_a_dead_end() -> None:
    reached = {"NORM"}
    for _ in STATES:
        reached |= {
            after
            for state in STATES
            for happening in HAPPENINGS
            for active in (True, False)
            if state in reached
            and (after := next_state(state, happening, active=active)) is not None
        }
    assert reached == set(STATES)
    for state in STATES:
        ways = {next_state(state, h, active=False) for h in HAPPENINGS} - {None}
        assert ways, state
