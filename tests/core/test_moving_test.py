"""What two people saw in a moving test, and what that says of the maker's left and right."""

from __future__ import annotations

import pytest

from config.commissions import load_profile
from config.geometry import segments_of
from config.load import load_room, shipped_room
from config.room import SHELVING
from drivers.commissioning.talk import is_same_name, tidy
from drivers.commissioning.trials import Look, Outcome, correct, plan_trials, replace_left, trial_of
from drivers.shelving.connect import out_of_reach

ROOM = load_room(shipped_room("vendors"))
BANK = ROOM.bank(2)
PROFILE = load_profile("mjj-udp55")
TURNED_DIGIT = PROFILE.model_copy(update={"digit_1": "gap_high"})
GOOD_LOOKS = [Look(segment=1, said=(3,), seen=(3,))]


def opened(aisle: int, *, stood: int, seen: int, said: int | None = None) -> Outcome:
    trial = trial_of(BANK, segments_of(BANK)[0], aisle)
    told = (seen if said is None else said,)
    return Outcome(trial=trial, stood=(stood,), said=told, seen=(seen,))


def test_orders_that_open_the_neighbour_or_nothing_mean_the_other_side() -> None:
    for outcome in (opened(1, stood=3, seen=2), opened(1, stood=3, seen=3)):
        assert correct(PROFILE, GOOD_LOOKS, [outcome], [PROFILE]) == replace_left(PROFILE)


def test_no_turning_explains_an_aisle_elsewhere_or_two_who_tell_different_aisles() -> None:
    assert correct(PROFILE, GOOD_LOOKS, [opened(0, stood=3, seen=2)], [PROFILE]) is None
    assert correct(PROFILE, GOOD_LOOKS, [opened(1, stood=3, seen=2, said=1)], [PROFILE]) is None


def test_digits_that_tell_another_gap_are_turned_one_way_after_the_other_and_never_twice() -> None:
    looks = [Look(segment=1, said=(), seen=(3,))]
    tried, profile = [PROFILE], PROFILE
    while (turned := correct(profile, looks, [], tried)) is not None:
        tried.append(turned)
        profile = turned
    assert {(each.maker_left, each.digit_1) for each in tried} == {
        ("low", "gap_low"),
        ("high", "gap_low"),
        ("low", "gap_high"),
        ("high", "gap_high"),
    }
    assert len(tried) == 4


def test_a_gap_that_nobody_sees_turns_nothing() -> None:
    assert correct(PROFILE, [Look(segment=1, said=(2,), seen=())], [], [PROFILE]) is None


def test_a_digit_is_not_turned_for_what_an_order_did() -> None:
    turned = correct(TURNED_DIGIT, GOOD_LOOKS, [opened(2, stood=3, seen=3)], [PROFILE])
    assert turned is not None
    assert turned.digit_1 == TURNED_DIGIT.digit_1


@pytest.mark.parametrize("bank", [1, 2, 3])
def test_no_aisle_is_tried_that_the_driver_cannot_open(bank: int) -> None:
    device = next(d for d in ROOM.devices if isinstance(d, SHELVING) and d.bank == bank)
    away = out_of_reach(device, ROOM.bank(bank))
    assert away == ({1: 0, 2: 3} if bank == 2 else {})
    trials = plan_trials(ROOM.bank(bank), {}, away)
    assert len(trials) >= 2
    assert all(away.get(trial.segment) != trial.aisle for trial in trials)


def test_a_name_is_what_one_reads_and_not_how_it_was_typed() -> None:
    assert tidy("\x1b[A Li\t Qiang \x07") == "[A Li Qiang"
    assert is_same_name("ＬＩ qiang", "Li  Qiang")
    assert not is_same_name("王芳", "王方")
