"""Who holds which aisle, and how it changes hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.readings import Check, CommandResult
from drivers.room.motion import Answer, DriveTo, Hold, ReportConfirmed, step
from tests.core.motion_parts import (
    LI,
    WANG,
    asks,
    code_of,
    held_by_li,
    interlocks,
    moving,
    refusal,
    released,
    sees,
)


@pytest.mark.parametrize(
    "changes", [{"aisle": 0}, {"aisle": 2}, {"verb": "close_all", "aisle": None}]
)
def test_nobody_else_moves_a_segment_that_somebody_holds(changes: dict[str, object]) -> None:
    answer = refusal(held_by_li(), asks("r2", actor=WANG, at_s=100.2, **changes))
    assert (answer.code, answer.detail) == ("held_by_other", {"holder": "Li", "aisle": 0})


def test_the_holder_moves_on_by_asking_again() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    segment, commands = step(segment, interlocks("r2", 100.3))
    assert isinstance(commands[-1], DriveTo)
    segment, _ = step(
        segment, sees(110.0, last_seq=0, open_aisles=(2,), last_result=CommandResult.DONE)
    )
    assert segment.holds == (Hold(aisle=2, actor=LI, since_s=110.0),)


def test_an_aisle_with_somebody_inside_moves_for_nobody_not_even_its_holder() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    inside = (Check.UNSAFE, Check.SAFE, Check.SAFE, Check.SAFE)
    assert code_of(segment, interlocks("r2", 100.3, occupancy=inside)) == "aisle_occupied"


def test_a_refused_move_leaves_the_hold() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    segment, _ = step(segment, interlocks("r2", 100.3))
    refused = sees(
        100.5, last_seq=0, last_result=CommandResult.REFUSED, last_reason="aisle_occupied"
    )
    segment, _ = step(segment, refused)
    assert segment.holds


def test_steel_moved_by_hand_ends_the_hold() -> None:
    segment, _ = step(held_by_li(), sees(105.0, open_aisles=(3,)))
    assert segment.holds == ()


def test_a_named_person_on_site_can_end_somebody_elses_hold() -> None:
    segment, commands = step(held_by_li(), released("h1"))
    assert commands == (
        ReportConfirmed(WANG, "hold_released"),
        Answer(request_id="h1", status="done"),
    )
    assert segment.holds == ()
    again = step(segment, released("h2"))[1]
    assert again == (Answer(request_id="h2", status="refused", code="not_held"),)


def test_no_hold_is_released_while_the_steel_moves() -> None:
    segment = replace(moving(), holds=(Hold(aisle=0, actor=LI, since_s=90.0),))
    commands = step(segment, released("h1"))[1]
    assert commands == (Answer(request_id="h1", status="refused", code="already_moving"),)
