"""Where motion starts: from afar, or armed and started at the bank by button, badge or page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.ports import Guarantee
from drivers.room.motion import (
    Answer,
    DriveTo,
    HoldAsked,
    Limits,
    ReadInterlocks,
    Segment,
    StartPressed,
    StopAsked,
    StopMotion,
    TimePassed,
    step,
)
from tests.core.motion_parts import (
    LI,
    LIMITS,
    WANG,
    asks,
    code_of,
    interlocks,
    linked,
    refusal,
    run,
)

AT_BANK = replace(LIMITS, remote_start=False)
UNNUMBERED = (Guarantee.ACKNOWLEDGED, Guarantee.POLLED)


def armed(limits: Limits = AT_BANK) -> Segment:
    """Li asked for aisle 2 from the desk, and has to walk to the bank."""
    segment, commands = step(linked(limits), asks())
    assert commands == (Answer(request_id="r1", status="armed", detail={"within_s": 300.0}),)
    return segment


def presses(request_id: str = "r1", at_s: float = 160.0, **changes: object) -> StartPressed:
    pressed = StartPressed(at_s=at_s, request_id=request_id, via="button")
    return replace(pressed, **changes)  # type: ignore[arg-type]  # fields by name


def expired(code: str, request_id: str = "r1") -> Answer:
    return Answer(request_id=request_id, status="expired", code=code)


def beating(segment: Segment, at_s: float) -> Segment:
    return replace(segment, beat_changed_at_s=at_s)


def test_an_armed_request_reads_and_moves_nothing() -> None:
    segment = armed()
    assert segment.pending is None
    assert run(segment, TimePassed(200.0), interlocks(at_s=200.0))[1] == ()


@pytest.mark.parametrize("via", ["button", "badge", "page"])
def test_started_at_the_bank_it_is_a_fresh_request_of_that_moment(via: str) -> None:
    segment, commands = step(armed(), presses(via=via))
    assert commands == (ReadInterlocks("r1"),)
    assert segment.pending is not None
    assert (segment.pending.at_s, segment.pending.deadline_s(10.0)) == (160.0, 170.0)
    assert segment.armed is None
    segment, commands = step(beating(segment, 160.0), interlocks(at_s=160.1))
    assert isinstance(commands[-1], DriveTo)


def test_interlocks_read_before_the_start_do_not_count() -> None:
    segment, _ = step(armed(), presses())
    assert code_of(beating(segment, 160.0), interlocks(at_s=159.9)) == "interlocks_stale"


def test_who_starts_it_with_a_name_holds_the_aisle_and_a_button_leaves_it_to_who_asked() -> None:
    by_button, _ = step(armed(), presses())
    by_wang, _ = step(armed(), presses(via="page", actor=WANG))
    assert by_button.pending is not None
    assert by_wang.pending is not None
    assert (by_button.pending.actor, by_wang.pending.actor) == (LI, WANG)


@pytest.mark.parametrize("via", ["button", "badge", "page"])
def test_only_a_named_person_at_the_page_vouches(via: str) -> None:
    blind = replace(AT_BANK, interlocks_seen=AT_BANK.interlocks_seen - {"crank"})
    start = presses(via=via, vouched=frozenset({"crank"}))
    named, nameless = step(armed(blind), replace(start, actor=LI)), step(armed(blind), start)
    read = interlocks(at_s=160.1)
    moves = isinstance(step(beating(named[0], 160.0), read)[1][-1], DriveTo)
    assert moves == (via == "page")
    assert code_of(beating(nameless[0], 160.0), read) == "interlock_unknown"


def test_what_was_vouched_from_afar_counts_for_nothing_at_the_start() -> None:
    blind = replace(AT_BANK, interlocks_seen=AT_BANK.interlocks_seen - {"crank"})
    segment, _ = run(linked(blind), asks(vouched=frozenset({"crank"})), presses(via="page"))
    assert code_of(beating(segment, 160.0), interlocks(at_s=160.1)) == "interlock_unknown"


def test_nobody_starts_what_is_not_armed_or_another_request_than_was_meant() -> None:
    nothing = Answer(request_id="r1", status="refused", code="not_armed")
    assert step(linked(AT_BANK), presses())[1] == (nothing,)
    segment, commands = step(armed(), presses("r0"))
    assert commands == (replace(nothing, request_id="r0"),)
    assert segment.armed is not None
    started, _ = step(armed(), presses())
    assert step(started, presses())[1] == (nothing,)


def test_after_five_minutes_it_is_over() -> None:
    segment = armed()
    assert step(segment, TimePassed(400.0))[1] == ()
    segment, commands = step(segment, TimePassed(400.1))
    assert commands == (expired("not_started_at_bank"),)
    assert segment.armed is None


def test_a_start_later_than_five_minutes_moves_nothing_even_if_no_clock_was_looked_at() -> None:
    _, commands = step(armed(), presses(at_s=400.1))
    assert commands == (Answer(request_id="r1", status="refused", code="not_armed"),)


def test_a_newer_request_of_the_same_person_replaces_it_and_another_persons_is_refused() -> None:
    segment, commands = step(armed(), asks("r2", 1))
    assert commands[0] == expired("replaced")
    assert segment.armed is not None
    assert segment.armed.asked.aisle == 1
    answer = refusal(armed(), asks("r2", actor=WANG))
    assert (answer.code, answer.detail) == ("armed_by_other", {"by": "Li"})


def test_stop_and_release_take_it_back() -> None:
    segment, commands = step(armed(), StopAsked(101.0))
    assert commands == (StopMotion(), expired("not_started_at_bank"))
    assert segment.armed is None
    releases = HoldAsked(
        at_s=101.0,
        request_id="h1",
        verb="release",
        aisle=None,
        actor=LI,
        origin="controller",
    )
    segment, commands = step(armed(), releases)
    done = Answer(request_id="h1", status="done")
    assert commands == (expired("not_started_at_bank"), done)
    assert step(armed(), replace(releases, actor=WANG))[0].armed is not None
    assert step(armed(), replace(releases, aisle=1))[0].armed is not None


def test_what_the_room_can_already_see_to_be_wrong_is_not_armed() -> None:
    assert code_of(linked(AT_BANK), asks(aisle=9)) == "no_such_aisle"
    assert code_of(linked(AT_BANK), asks(seen_at_s=80.0)) == "stale_view"


def test_the_rules_of_that_moment_hold_when_it_is_started() -> None:
    held, _ = run(armed(), asks("r2", 0, actor=WANG, origin="bank_page"), interlocks("r2"))
    assert code_of(held, presses()) == "held_by_other"


def test_in_a_room_that_starts_at_the_bank_its_own_page_starts_at_once() -> None:
    _, commands = run(linked(AT_BANK), asks(origin="bank_page"), interlocks())
    assert isinstance(commands[-1], DriveTo)


@pytest.mark.parametrize(
    "limits",
    [
        *(replace(LIMITS, guarantee=guarantee) for guarantee in UNNUMBERED),
        replace(LIMITS, stops=False),
    ],
)
def test_without_numbers_or_a_stop_motion_starts_at_the_bank_only(limits: Limits) -> None:
    assert code_of(linked(limits), asks()) == "start_at_bank"
    assert code_of(linked(limits), asks(origin="program", walked_at_s=99.0)) == "start_at_bank"
    _, commands = run(linked(limits), asks(origin="bank_page"), interlocks())
    assert isinstance(commands[-1], DriveTo)
    segment, _ = step(armed(replace(limits, remote_start=False)), presses())
    _, commands = step(beating(segment, 160.0), interlocks(at_s=160.1))
    assert isinstance(commands[-1], DriveTo)


@pytest.mark.parametrize(("walked_at_s", "moves"), [(99.0, True), (-501.0, False), (None, False)])
def test_a_program_moves_only_what_was_walked_in_the_last_ten_minutes(
    walked_at_s: float | None, moves: bool
) -> None:
    event = asks(verb="close_all", aisle=None, origin="program", walked_at_s=walked_at_s)
    if not moves:
        assert code_of(linked(), event) == "walk_too_old"
        return
    _, commands = run(linked(), event, interlocks())
    assert isinstance(commands[-1], DriveTo)
