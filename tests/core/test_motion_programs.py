"""Night closing and ventilation: proposed, walked, warned, one segment after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from drivers.messages import Actor
from drivers.ports import Guarantee
from drivers.room.motion import Answer, Limits
from drivers.room.motion.program import (
    ANSWER_S,
    PROPOSED_S,
    WALK_S,
    WARNING_S,
    Answered,
    AskSegment,
    Cancelled,
    Changed,
    Command,
    Event,
    Place,
    Programs,
    Proposed,
    Started,
    StopSegment,
    TimePassed,
    list_places,
    step,
)

LI = Actor(id="li", name="Li")
WANG = Actor(id="wang", name="Wang")
PLACES = (Place(1, 1), Place(1, 2), Place(2, 1))
Program = Literal["night_closing", "ventilation"]


def run(programs: Programs, *events: Event) -> tuple[Programs, tuple[Command, ...]]:
    commands: tuple[Command, ...] = ()
    for event in events:
        programs, commands = step(programs, event)
    return programs, commands


def proposed(program: Program = "night_closing", actor: Actor | None = None) -> Programs:
    proposes = Proposed(at_s=0.0, request_id="p1", program=program, actor=actor)
    return step(Programs(), proposes)[0]


def starts(at_s: float = 100.0, places: tuple[Place, ...] = PLACES) -> Started:
    return Started(at_s=at_s, request_id="s1", program_id="p1", actor=LI, places=places)


def running(program: Program = "night_closing") -> tuple[Programs, tuple[Command, ...]]:
    return run(proposed(program), starts(), TimePassed(100.0 + WARNING_S))


def answers(status: str, request_id: str = "p1-1", code: str | None = None) -> Answered:
    answer = Answer(request_id=request_id, status=status, code=code)  # type: ignore[arg-type]  # any status a test names
    return Answered(at_s=140.0, answer=answer)


def status_of(programs: Programs) -> tuple[str, str | None]:
    assert programs.program is not None
    return programs.program.status, programs.program.why


def asks(commands: tuple[Command, ...]) -> list[AskSegment]:
    return [command for command in commands if isinstance(command, AskSegment)]


def test_a_proposal_moves_nothing_however_long_it_waits() -> None:
    programs, commands = step(
        Programs(), Proposed(at_s=0.0, request_id="p1", program="night_closing", actor=None)
    )
    assert programs.program is not None
    assert commands == (
        Changed(programs.program, None),
        Answer(request_id="p1", status="done"),
    )
    for at_s in (WARNING_S, PROPOSED_S):
        assert step(programs, TimePassed(at_s)) == (programs, ())
    programs, commands = step(programs, TimePassed(PROPOSED_S + 1))
    assert status_of(programs) == ("cancelled", "not_started")
    assert asks(commands) == []


def test_started_by_a_person_it_warns_before_anything_moves() -> None:
    programs, commands = step(proposed(), starts())
    assert programs.program is not None
    assert programs.program.warning_ends_s == 130.0
    assert commands == (Changed(programs.program, LI), Answer(request_id="s1", status="done"))
    assert step(programs, TimePassed(129.9))[1] == ()
    programs, commands = step(programs, TimePassed(130.0))
    assert programs.program is not None
    assert status_of(programs) == ("running", None)
    assert asks(commands) == [
        AskSegment(
            request_id="p1-1", place=Place(1, 1), verb="close_all", actor=LI, walked_at_s=100.0
        )
    ]


def test_ventilation_asks_for_ventilating() -> None:
    _, commands = running("ventilation")
    assert [ask.verb for ask in asks(commands)] == ["ventilate"]


def test_one_segment_after_the_other_and_each_only_when_the_last_is_done() -> None:
    programs, _ = running()
    for status in ("accepted", "started"):
        programs, commands = step(programs, answers(status))
        assert commands == ()
    programs, commands = step(programs, answers("done"))
    assert [(ask.request_id, ask.place) for ask in asks(commands)] == [("p1-2", Place(1, 2))]
    assert step(programs, answers("done"))[1] == ()
    programs, commands = step(programs, answers("done", "p1-2"))
    assert [ask.place for ask in asks(commands)] == [Place(2, 1)]
    programs, commands = step(programs, answers("done", "p1-3"))
    assert status_of(programs) == ("done", None)
    assert len(commands) == 1
    assert isinstance(commands[0], Changed)


@pytest.mark.parametrize("status", ["refused", "failed", "expired"])
def test_the_first_refusal_trip_or_loss_breaks_it_and_is_told(status: str) -> None:
    programs, commands = step(running()[0], answers(status, code="aisle_occupied"))
    assert status_of(programs) == ("broken", "aisle_occupied")
    assert programs.program is not None
    assert commands == (Changed(programs.program, None),)
    assert run(programs, answers("done"), TimePassed(500.0))[1] == ()


@pytest.mark.parametrize("actor", [WANG, None])
def test_anybody_ends_it_during_the_warning(actor: Actor | None) -> None:
    programs, _ = step(proposed(), starts())
    programs, commands = step(programs, Cancelled(at_s=110.0, request_id="c1", actor=actor))
    assert status_of(programs) == ("cancelled", "cancelled")
    assert commands[-1] == Answer(request_id="c1", status="done")
    assert not any(isinstance(command, StopSegment) for command in commands)
    assert step(programs, TimePassed(140.0))[1] == ()


def test_anybody_ends_it_while_it_runs_and_what_moves_is_stopped_first() -> None:
    programs, _ = step(running()[0], answers("done"))
    programs, commands = step(programs, Cancelled(at_s=150.0, request_id="c1", actor=WANG))
    assert commands[0] == StopSegment(Place(1, 2))
    assert status_of(programs) == ("cancelled", "cancelled")
    assert step(programs, answers("done", "p1-2"))[1] == ()


def test_the_walk_counts_for_ten_minutes() -> None:
    programs, _ = running()
    late = replace(answers("done"), at_s=100.0 + WALK_S + 1)
    programs, commands = step(programs, late)
    assert status_of(programs) == ("broken", "walk_too_old")
    assert asks(commands) == []


def test_a_segment_that_never_answers_breaks_it_and_is_stopped() -> None:
    programs, _ = running()
    assert step(programs, TimePassed(130.0 + ANSWER_S))[1] == ()
    programs, commands = step(programs, TimePassed(131.0 + ANSWER_S))
    assert commands[0] == StopSegment(Place(1, 1))
    assert status_of(programs) == ("broken", "room_silent")


def test_only_one_program_at_a_time_and_only_the_proposed_one_is_started() -> None:
    again = Proposed(at_s=1.0, request_id="p2", program="ventilation", actor=LI)
    refused = Answer(request_id="p2", status="refused", code="program_under_way")
    for programs in (proposed(), step(proposed(), starts())[0], running()[0]):
        assert step(programs, again) == (programs, (refused,))
    other = replace(starts(), program_id="p0")
    not_proposed = Answer(request_id="s1", status="refused", code="not_proposed")
    assert step(proposed(), other)[1] == (not_proposed,)
    assert step(running()[0], starts())[1] == (not_proposed,)
    assert step(Programs(), starts())[1] == (not_proposed,)
    ended, _ = step(proposed(), Cancelled(at_s=1.0, request_id="c1", actor=None))
    assert step(ended, starts())[1] == (not_proposed,)
    assert status_of(step(ended, again)[0]) == ("proposed", None)


def test_with_nothing_to_take_part_it_does_not_start() -> None:
    _, commands = step(proposed(), starts(places=()))
    assert commands == (Answer(request_id="s1", status="refused", code="nothing_takes_part"),)


def test_only_segments_with_numbered_commands_and_a_stop_take_part() -> None:
    fenced = Limits(
        segment=1,
        aisles=4,
        park_aisle=3,
        remote_start=True,
        orders=frozenset({"close_all"}),
        guarantee=Guarantee.FENCED,
        stops=True,
    )
    limits = {
        Place(2, 1): fenced,
        Place(1, 1): fenced,
        Place(3, 1): replace(fenced, stops=False),
        Place(4, 1): replace(fenced, guarantee=Guarantee.ACKNOWLEDGED),
        Place(5, 1): replace(fenced, guarantee=Guarantee.POLLED),
        Place(6, 1): replace(fenced, orders=frozenset({"open_aisle"})),
    }
    assert list_places(limits, "night_closing") == (Place(1, 1), Place(2, 1))
    assert list_places(limits, "ventilation") == ()


def test_an_airing_moves_none_but_the_banks_it_was_proposed_for() -> None:
    def idea(*banks: int) -> Programs:
        event = Proposed(
            at_s=0.0,
            request_id="p1",
            program="ventilation",
            actor=None,
            reason="block_damper",
            banks=frozenset(banks),
        )
        return step(Programs(), event)[0]

    programs, commands = run(idea(2), starts(), TimePassed(100.0 + WARNING_S))
    assert [ask.place for ask in asks(commands)] == [Place(2, 1)]
    programs, commands = step(programs, answers("done"))
    assert status_of(programs) == ("done", None)
    both, _ = step(idea(1, 2), starts())
    assert both.program is not None
    assert both.program.places == PLACES
    refused = Answer(request_id="s1", status="refused", code="nothing_takes_part")
    assert step(idea(3), starts()) == (idea(3), (refused,))


def test_an_airing_that_only_the_room_thought_of_gives_way_to_what_anybody_else_proposes() -> None:
    idea = Proposed(
        at_s=0.0, request_id="p1", program="ventilation", actor=None, reason="block_damper"
    )
    waiting, _ = step(Programs(), idea)
    closing = Proposed(at_s=5.0, request_id="p2", program="night_closing", actor=None)
    programs, commands = step(waiting, closing)
    assert status_of(programs) == ("proposed", None)
    assert programs.program is not None
    assert programs.program.program == "night_closing"
    first, second, done = commands
    assert isinstance(first, Changed)
    assert isinstance(second, Changed)
    assert (first.program.id, first.program.status) == ("p1", "cancelled")
    assert done == Answer(request_id="p2", status="done")
    again = replace(idea, at_s=6.0, request_id="p3")
    refused = Answer(request_id="p3", status="refused", code="program_under_way")
    assert step(programs, again) == (programs, (refused,))
    started, _ = step(waiting, starts())
    assert step(started, closing)[0] == started
