"""What came to nothing after it had begun stands at the bank until somebody asks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from drivers.messages import Actor, Request
from drivers.room.motion import Answer, Entry
from drivers.room.setbacks import Setbacks

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Status = Literal["armed", "accepted", "started", "done", "refused", "failed", "expired"]


def entry(name: str, *, segment: int = 1, verb: str = "open_aisle") -> Entry:
    request = Request.model_validate(
        {
            "id": name,
            "verb": verb,
            "bank": 1,
            "segment": segment,
            "aisle": 2,
            "actor": Actor(id="u1", name="Li"),
            "ttl_s": 5,
        }
    )
    return Entry(request=request, origin="bank_page", at_s=0.0)


def told(setbacks: Setbacks, asked: Entry, *statuses: Status, code: str = "timeout") -> Setbacks:
    for status in statuses:
        answer = Answer(request_id=asked.request.id, status=status, code=code)
        setbacks = setbacks.note(asked, answer, AT)
        asked = replace(asked, answer=answer)
    return setbacks


def codes(setbacks: Setbacks) -> dict[tuple[int, int], str | None]:
    return {place: one.answer.code for place, one in setbacks.by_place.items()}


@pytest.mark.parametrize("end", ["refused", "failed", "expired"])
@pytest.mark.parametrize("begun", ["armed", "accepted", "started"])
def test_what_began_and_came_to_nothing_stands(begun: Status, end: Status) -> None:
    found = told(Setbacks(), entry("a"), begun, end)
    assert codes(found) == {(1, 1): "timeout"}
    assert found.by_place[1, 1].entry.request.actor.name == "Li"


@pytest.mark.parametrize("end", ["refused", "failed"])
def test_what_is_refused_at_once_was_told_to_whoever_asked(end: Status) -> None:
    assert codes(told(Setbacks(), entry("a"), end)) == {}


@pytest.mark.parametrize("next_one", ["armed", "accepted", "started", "done"])
def test_it_goes_when_somebody_asks_again_there(next_one: Status) -> None:
    stands = told(Setbacks(), entry("a"), "accepted", "failed")
    assert codes(told(stands, entry("b", segment=2), next_one)) == {(1, 1): "timeout"}
    assert codes(told(stands, entry("b"), next_one)) == {}
    assert codes(told(stands, entry("b"), "refused")) == {(1, 1): "timeout"}


def test_a_stop_does_not_hide_what_it_ended() -> None:
    stands = told(Setbacks(), entry("a"), "started", "failed", code="stopped")
    assert codes(told(stands, entry("s", verb="stop"), "done")) == {(1, 1): "stopped"}


def test_what_a_newer_wish_took_the_place_of_is_no_setback() -> None:
    assert codes(told(Setbacks(), entry("a"), "armed", "refused", code="replaced")) == {}
