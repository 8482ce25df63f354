"""What a driver says of itself, and what a room takes it for until it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.ports import Abilities, CloseAll, Guarantee, OpenAisle, SetLock, SetSleep
from drivers.room.motion import Limits, learn
from tests.core.motion_parts import LIMITS, asks, code_of, linked


def test_until_a_driver_was_asked_least_is_allowed() -> None:
    nobody = Limits(segment=1, aisles=4, park_aisle=3, remote_start=True)
    assert (nobody.guarantee, nobody.stops, nobody.commissioned) == (
        Guarantee.POLLED,
        False,
        False,
    )
    assert nobody.orders == nobody.interlocks_seen == nobody.covered == frozenset()


def test_what_it_sees_and_can_do_is_learnt_and_what_the_room_file_says_is_kept() -> None:
    abilities = Abilities(
        guarantee=Guarantee.ACKNOWLEDGED,
        interlocks_seen=frozenset({"occupancy"}),
        orders=frozenset({OpenAisle, CloseAll, SetLock}),
        stops=False,
    )
    learnt = learn(LIMITS, abilities)
    assert learnt == replace(
        LIMITS,
        guarantee=Guarantee.ACKNOWLEDGED,
        interlocks_seen=frozenset({"occupancy"}),
        orders=frozenset({"open_aisle", "close_all", "lock"}),
        stops=False,
    )


@pytest.mark.parametrize(
    ("verb", "needs"),
    [
        ("open_aisle", "open_aisle"),
        ("close_all", "close_all"),
        ("park", "close_all"),
        ("ventilate", "ventilate"),
    ],
)
def test_what_a_driver_does_not_offer_is_refused(verb: str, needs: str) -> None:
    unable = linked(replace(LIMITS, orders=LIMITS.orders - {needs}))
    assert code_of(unable, asks(verb=verb)) == "not_offered"


def test_drives_that_can_only_be_woken_are_never_asked_to_sleep() -> None:
    can = {
        sleeps: learn(
            LIMITS,
            Abilities(
                guarantee=Guarantee.POLLED,
                interlocks_seen=frozenset(),
                orders=frozenset({SetSleep}),
                sleeps=sleeps,
            ),
        ).orders
        for sleeps in (True, False)
    }
    assert can == {True: {"sleep", "wake"}, False: {"wake"}}
