"""Each rule that may refuse a wish, and each interlock, says its own code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.readings import Check, LockState, SleepState, SteelState, Trip
from drivers.room.motion import Finding, Hold, Limits, LockOut, Segment, StopAsked, step
from drivers.room.motion.interlocks import list_objections
from drivers.room.motion.rules import RULES
from tests.core.motion_parts import (
    LIMITS,
    SAFE,
    WANG,
    asks,
    bank_at,
    driving,
    linked,
    sees,
    tripped,
)


def codes(segment: Segment, **changes: Any) -> list[str]:
    return [finding.code for finding in reasons(segment, **changes)]


def reasons(segment: Segment, now_s: float = 100.1, **changes: Any) -> list[Finding]:
    """List all that speaks against a wish, not only what is told first."""
    asked = asks(**changes).asked
    rules = [finding for rule in RULES.values() for finding in rule(segment, asked, now_s)]
    return [*rules, *list_objections(segment, now_s, asked)]


def seen(limits: Limits = LIMITS, **steel: object) -> Segment:
    return step(linked(limits), sees(100.0, **steel))[0]


def test_nothing_speaks_against_steel_that_may_move() -> None:
    assert codes(linked()) == []


@pytest.mark.parametrize(
    ("segment", "changes", "code"),
    [
        (linked(), {"aisle": 9}, "no_such_aisle"),
        (linked(replace(LIMITS, orders=frozenset())), {}, "not_offered"),
        (linked(replace(LIMITS, remote_start=False)), {}, "start_at_bank"),
        (linked(), {"origin": "program"}, "walk_too_old"),
        (tripped(), {}, "faulted"),
        (Segment(limits=LIMITS), {}, "link_lost"),
        (replace(linked(), bank=bank_at(100.0, simulated=False)), {}, "not_commissioned"),
        (replace(linked(), mode="fire"), {}, "fire"),
        (seen(state=SteelState.UNKNOWN), {}, "steel_unknown"),
        (driving(), {}, "already_moving"),
        (seen(lock=LockState.LOCKED), {}, "locked_at_steel"),
        (seen(sleep=SleepState.ASLEEP), {}, "asleep"),
        (replace(linked(), holds=(Hold(aisle=0, actor=WANG, since_s=1.0),)), {}, "held_by_other"),
        (
            replace(linked(), lock_outs=(LockOut(column=1, actor=WANG, since_s=1.0),)),
            {},
            "column_locked_out",
        ),
        (seen(entrance=Check.UNSAFE), {}, "entrance"),
        (seen(hindrance=Trip("smoke", "2E")), {}, "hindered"),
    ],
)
def test_each_rule_is_told(segment: Segment, changes: dict[str, Any], code: str) -> None:
    assert code in codes(segment, **changes)


def test_all_reasons_are_told_at_once_the_rooms_rules_first() -> None:
    bank = bank_at(100.0, interlocks={**SAFE, "crank": Check.UNSAFE, "fire": Check.UNKNOWN})
    blind = replace(LIMITS, interlocks_seen=LIMITS.interlocks_seen - {"obstruction"})
    steel = sees(100.0, lock=LockState.LOCKED, entrance=Check.UNSAFE)
    segment, _ = step(linked(replace(blind, remote_start=False)), replace(steel, bank=bank))
    segment = replace(
        segment,
        holds=(Hold(aisle=0, actor=WANG, since_s=1.0),),
        lock_outs=tuple(LockOut(column=c, actor=WANG, since_s=1.0) for c in (1, 2, 3)),
    )
    found = reasons(segment)
    assert [(finding.code, finding.seen_by) for finding in found] == [
        ("start_at_bank", None),
        ("locked_at_steel", None),
        ("held_by_other", None),
        ("column_locked_out", None),
        ("column_locked_out", None),
        ("crank", "controller"),
        ("interlock_unknown", "controller"),
        ("entrance", "controller"),
        ("interlock_unknown", "nobody"),
    ]
    assert [f.detail["column"] for f in found if f.name == "lock_out"] == [1, 2]


def test_a_trip_says_what_comes_next() -> None:
    found = reasons(tripped(), 102.0, verb="close_all", aisle=None, at_s=102.0)
    (trip,) = [finding for finding in found if finding.name == "trip"]
    assert trip.detail == {"why": "person_entered", "needs": "reset", "raw": "6"}


def test_what_a_person_vouches_for_is_no_reason_any_more() -> None:
    blind = linked(replace(LIMITS, interlocks_seen=LIMITS.interlocks_seen - {"crank"}))
    assert codes(blind) == ["interlock_unknown"]
    assert codes(blind, origin="bank_page", vouched=frozenset({"crank"})) == []


@pytest.mark.parametrize("segment", [linked(), tripped(), driving(), seen(entrance=Check.UNSAFE)])
def test_what_refuses_is_always_among_the_reasons(segment: Segment) -> None:
    _, commands = step(segment, asks("r2", at_s=100.0))
    told = [command.code for command in commands if hasattr(command, "code")]
    assert set(told) <= set(codes(segment))
    assert step(segment, StopAsked(100.0))[1]
