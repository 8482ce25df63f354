"""PINs may be guessed a few times a minute and a few more an hour, whatever name is tried."""

from __future__ import annotations

from drivers.room.page.pins import Known, Tries, Wait, Wrong

PINS = {"Li": "2468", "Wang": "1357"}


def test_four_digits_cannot_be_guessed_within_a_week() -> None:
    tries, looked_at = Tries(), 0
    for second in range(0, 7 * 86_400, 10):
        tries, found = tries.check(PINS, "Li", "0000", float(second))
        looked_at += isinstance(found, Wrong)
    assert looked_at < 3500


def test_who_waits_long_enough_may_try_again_and_the_right_pin_forgives() -> None:
    tries, at_s = Tries(), 0.0
    for _ in range(4):
        tries, found = tries.check(PINS, "Li", "0000", at_s)
    tries, found = tries.check(PINS, "Li", "2468", at_s)
    assert isinstance(found, Known)
    for _ in range(5):
        tries, found = tries.check(PINS, "Li", "0000", at_s)
        assert isinstance(found, Wrong)
    tries, found = tries.check(PINS, "Li", "2468", at_s)
    assert found == Wait(60.0)
    tries, found = tries.check(PINS, "Wang", "1357", at_s)
    assert isinstance(found, Known)
    _, found = tries.check(PINS, "Li", "2468", at_s + 60.0)
    assert isinstance(found, Known)


def test_names_that_nobody_has_share_one_count_and_an_empty_pin_is_never_right() -> None:
    tries = Tries()
    for number in range(5):
        tries, found = tries.check(PINS, f"nobody {number}", "", 0.0)
        assert isinstance(found, Wrong)
    tries, found = tries.check(PINS, "nobody 9", "", 1.0)
    assert isinstance(found, Wait)
