"""Who holds which aisle, and how it changes hands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.messages import Actor
from drivers.readings import Check, CommandResult
from drivers.room.motion import Answer, DriveTo, Faulted, Hold, HoldAsked, ReportConfirmed, step
from tests.core.motion_parts import (
    LI,
    WANG,
    asks,
    code_of,
    held_by_li,
    interlocks,
    linked,
    moving,
    refusal,
    released,
    run,
    sees,
)


@pytest.mark.parametrize(
    "changes", [{"aisle": 0}, {"aisle": 2}, {"verb": "close_all", "aisle": None}]
)
def test_nobody_else_moves_a_segment_that_somebody_holds(changes: dict[str, Any]) -> None:
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


def test_the_hold_of_an_aisle_that_closes_while_faulted_ends_too() -> None:
    fault = Faulted(why="agent_broke", latched=False)
    segment, _ = step(replace(held_by_li(), phase=fault), sees(105.0, open_aisles=(3,)))
    assert segment.holds == ()
    assert isinstance(segment.phase, Faulted)


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


def asks_hold(verb: str, actor: Actor = LI, **changes: object) -> HoldAsked:
    event = HoldAsked(
        at_s=101.0,
        request_id="h1",
        verb="release",
        aisle=None,
        actor=actor,
        origin="controller",
    )
    return replace(event, verb=verb, **changes)  # type: ignore[arg-type]  # fields by name


def refused(code: str, **detail: str | int) -> tuple[Answer]:
    return (Answer(request_id="h1", status="refused", code=code, detail=detail),)


DONE = Answer(request_id="h1", status="done")


def test_the_holder_releases_from_anywhere() -> None:
    segment, commands = step(held_by_li(), asks_hold("release"))
    assert (segment.holds, commands) == ((), (DONE,))


def test_nobody_else_releases_it_from_afar() -> None:
    segment, commands = step(held_by_li(), asks_hold("release", WANG))
    assert commands == refused("held_by_other", holder="Li", aisle=0)
    assert segment.holds


def test_an_aisle_is_handed_over_only_to_who_was_named_and_only_when_taken() -> None:
    segment, commands = step(held_by_li(), asks_hold("hand_over", to=WANG))
    assert commands == (DONE,)
    assert (segment.holds[0].actor, segment.holds[0].offered_to) == (LI, WANG)
    assert code_of(segment, asks("r2", 2, actor=WANG, at_s=101.5)) == "held_by_other"
    zhao = Actor(id="zhao", name="Zhao")
    assert step(segment, asks_hold("take_over", zhao))[1] == refused("not_offered_to_you")
    segment, commands = step(segment, asks_hold("take_over", WANG))
    assert commands == (DONE,)
    assert segment.holds == (Hold(aisle=0, actor=WANG, since_s=101.0),)
    assert code_of(segment, asks("r2", 2, actor=LI, at_s=101.5)) == "held_by_other"


def test_what_was_not_offered_is_not_taken_and_what_is_not_held_not_offered() -> None:
    assert step(held_by_li(), asks_hold("take_over", WANG))[1] == refused("not_offered_to_you")
    offers = asks_hold("hand_over", WANG, to=WANG)
    assert step(held_by_li(), offers)[1] == refused("held_by_other", holder="Li", aisle=0)
    assert step(linked(), asks_hold("hand_over", to=WANG))[1] == refused("not_held")
    assert step(held_by_li(), asks_hold("release", aisle=1))[1] == refused("not_held")
    for nobody in (None, LI):
        assert step(held_by_li(), asks_hold("hand_over", to=nobody))[1] == refused("nobody_named")


def test_an_offer_ends_with_the_hold() -> None:
    segment, _ = run(held_by_li(), asks_hold("hand_over", to=WANG), asks_hold("release"))
    assert step(segment, asks_hold("take_over", WANG))[1] == refused("not_held")


def test_of_two_held_aisles_a_second_person_says_which() -> None:
    holds = (Hold(aisle=0, actor=LI, since_s=90.0), Hold(aisle=2, actor=LI, since_s=90.0))
    segment = replace(linked(), holds=holds)
    zhao = Actor(id="zhao", name="Zhao")
    which = asks_hold("release", zhao, origin="bank_page")
    assert step(segment, which)[1] == refused("which_aisle")
    assert step(segment, asks_hold("release"))[1] == refused("which_aisle")
    segment, commands = step(segment, replace(which, aisle=2))
    assert commands == (ReportConfirmed(zhao, "hold_released"), DONE)
    assert segment.holds == holds[:1]


def test_of_two_held_aisles_each_holder_means_their_own() -> None:
    holds = (Hold(aisle=0, actor=WANG, since_s=90.0), Hold(aisle=2, actor=LI, since_s=90.0))
    segment, commands = step(replace(linked(), holds=holds), asks_hold("release"))
    assert (segment.holds, commands) == (holds[:1], (DONE,))


def test_nobody_ventilates_while_any_aisle_is_held() -> None:
    asked = asks("r2", None, verb="ventilate", at_s=100.2)
    assert code_of(held_by_li(), asked) == "release_first"
    assert code_of(held_by_li(), replace(asked, asked=replace(asked.asked, actor=WANG))) == (
        "held_by_other"
    )


def test_asking_again_for_the_aisle_one_holds_keeps_the_hold_and_its_offer() -> None:
    segment, _ = step(held_by_li(), asks_hold("hand_over", to=WANG))
    segment, commands = run(segment, asks("r2", 0, at_s=101.5), interlocks("r2", 101.6))
    assert commands == (Answer(request_id="r2", status="done"),)
    assert segment.holds == (Hold(aisle=0, actor=LI, since_s=100.1, offered_to=WANG),)


def test_a_name_holds_the_same_aisle_at_a_desk_and_by_pin_at_the_bank() -> None:
    li_by_pin = Actor(id="pin-0123456789abcdef", name="Li")
    answer = refusal(held_by_li(), asks("r2", actor=WANG, at_s=100.2))
    assert answer.code == "held_by_other"
    given = HoldAsked(
        at_s=100.2, request_id="h1", verb="release", aisle=0, actor=li_by_pin, origin="controller"
    )
    segment, commands = step(held_by_li(), given)
    assert not segment.holds
    assert commands == (Answer(request_id="h1", status="done"),)


def test_an_aisle_offered_to_a_pin_is_taken_over_from_that_persons_desk() -> None:
    wang_by_pin = Actor(id="pin-0123456789abcdef", name="Wang")
    offer = HoldAsked(
        at_s=100.2,
        request_id="h1",
        verb="hand_over",
        aisle=0,
        actor=LI,
        origin="bank_page",
        to=wang_by_pin,
    )
    segment, _ = step(held_by_li(), offer)
    taken = HoldAsked(
        at_s=100.3, request_id="h2", verb="take_over", aisle=0, actor=WANG, origin="controller"
    )
    segment, _ = step(segment, taken)
    assert [hold.actor for hold in segment.holds] == [WANG]
