"""A start button starts something when a person presses it, and never else."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from drivers.room.buttons import APART_S, Button

STEP_S = 0.1


def presses(levels: Iterable[bool], *, button: Button | None = None) -> list[int]:
    """Name the readings at which a press was seen."""
    button, seen = button or Button(), []
    for at, level in enumerate(levels):
        button, pressed = button.take(level, at * STEP_S)
        if pressed:
            seen.append(at)
    return seen


def test_a_press_counts_once_however_long_it_is_held() -> None:
    assert presses([False, False, True, True, True, True]) == [3]


def test_a_press_after_a_release_counts_again() -> None:
    assert presses([False, False, True, True, False, False, True, True]) == [3, 7]


def test_a_bounce_is_no_press_and_no_release() -> None:
    assert presses([False, False, True, False, True, False, False]) == []
    assert presses([False, False, True, True, False, True, True]) == [3]


def test_a_button_that_is_stuck_from_the_beginning_starts_nothing_until_it_was_released() -> None:
    assert presses([True] * 50) == []
    assert presses([True] * 5 + [False, False, True, True]) == [8]


def test_what_was_not_looked_at_for_a_while_begins_anew() -> None:
    button, _ = Button().take(False, 0.0)
    button, _ = button.take(False, STEP_S)
    button, pressed = button.take(True, STEP_S + APART_S * 1.1)
    assert not pressed
    assert presses([True] * 20, button=button) == []


@given(st.lists(st.booleans(), max_size=60))
def test_no_press_without_two_releases_and_two_presses_before_it(levels: list[bool]) -> None:
    for at in presses(levels):
        assert levels[at - 1 : at + 1] == [True, True]
        before = levels[: at - 1]
        assert any(before[i : i + 2] == [False, False] for i in range(len(before) - 1))
