"""Where a box is: the table of cases, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.holdings.model import (
    Departure,
    HomeSlot,
    ItemState,
    Place,
    PlaceKind,
    Sighting,
)
from controller.holdings.rules import (
    after_departure,
    after_new_home,
    after_sighting,
    first_place,
    state_of,
)

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
T1 = T0 + timedelta(minutes=1)
HOME = HomeSlot(shelf="R1-B1-C2-L-1-3", order_mm=120)


def place(kind: str, address: str | None = None, person: str | None = None) -> Place:
    return Place(kind=PlaceKind(kind), address=address, person=person, since=T0)


AT_HOME = place("home", HOME.shelf)
ELSEWHERE = place("shelf", "R1-B1-C5-R-2")
AT_DESK = place("desk")
CARRIED = place("transit", person="小王")
LENT = place("person", person="李工")
LOST = place("unknown")
EVERYWHERE = [AT_HOME, ELSEWHERE, AT_DESK, CARRIED, LENT, LOST]


@pytest.mark.parametrize("before", EVERYWHERE)
@pytest.mark.parametrize("zone", ["R1", "R1-B1-C2-L-1", "R1-B1-C2-L-1-3", "R1-B1-C2-L-1-3-4"])
def test_seen_in_a_zone_that_holds_its_home_it_is_home(before: Place, zone: str) -> None:
    after = after_sighting(before, HOME, Sighting(zone=zone, at=T1))
    assert (after.kind, after.address, after.person) == (PlaceKind.HOME, HOME.shelf, None)
    assert state_of(after) is ItemState.IN_PLACE
    assert after.since == (T0 if before is AT_HOME else T1)


@pytest.mark.parametrize("before", EVERYWHERE)
@pytest.mark.parametrize("zone", ["R1-B1-C2-R-1", "R1-B1-C2-L-1-4", "R1-B1-C21-L-1", "R2"])
def test_seen_in_another_zone_it_is_misplaced_there(before: Place, zone: str) -> None:
    after = after_sighting(before, HOME, Sighting(zone=zone, at=T1))
    assert (after.kind, after.address) == (PlaceKind.SHELF, zone)
    assert state_of(after) is ItemState.MISPLACED


@pytest.mark.parametrize("before", EVERYWHERE)
def test_seen_at_the_desk_it_is_at_the_desk_even_while_lent(before: Place) -> None:
    after = after_sighting(before, HOME, Sighting(zone="desk", at=T1))
    assert (after.kind, after.person) == (PlaceKind.DESK, None)


def test_a_box_without_a_home_is_misplaced_wherever_it_stands() -> None:
    after = after_sighting(LOST, None, Sighting(zone="R1-B1-C2-L-1", at=T1))
    assert after.kind is PlaceKind.SHELF


@pytest.mark.parametrize("before", EVERYWHERE)
def test_a_zone_nobody_knows_changes_nothing(before: Place) -> None:
    assert after_sighting(before, HOME, Sighting(zone="??", at=T1)) is before
    gone = Departure(zone="??", at=T1, holder="小王")
    assert after_departure(before, None, gone) is before


@pytest.mark.parametrize(
    ("before", "zone", "lent_to", "holder", "kind", "person"),
    [
        (AT_HOME, "R1-B1-C2-L-1", None, "小王", "transit", "小王"),
        (AT_HOME, "R1-B1-C2-L-1", None, None, "unknown", None),
        (AT_HOME, "R1-B1-C2-L-1", "李工", "小王", "person", "李工"),
        (ELSEWHERE, "R1-B1-C5-R-2", None, "小王", "transit", "小王"),
        (ELSEWHERE, "R1-B1-C5-R-2", None, None, "unknown", None),
        (AT_DESK, "desk", None, None, "unknown", None),
        (AT_DESK, "desk", None, "小王", "unknown", None),
        (AT_DESK, "desk", "李工", None, "person", "李工"),
    ],
)
def test_gone_from_where_it_was(
    before: Place, zone: str, lent_to: str | None, holder: str | None, kind: str, person: str | None
) -> None:
    after = after_departure(before, lent_to, Departure(zone=zone, at=T1, holder=holder))
    assert after == Place(kind=PlaceKind(kind), person=person, since=T1)


@pytest.mark.parametrize(
    ("before", "zone"),
    [
        (AT_HOME, "desk"),
        (AT_HOME, "R1-B1-C9-L-1"),
        (AT_DESK, "R1-B1-C2-L-1"),
        (LENT, "desk"),
        (LENT, "R1-B1-C2-L-1"),
        (CARRIED, "R1-B1-C2-L-1"),
        (LOST, "desk"),
    ],
)
@pytest.mark.parametrize("lent_to", [None, "李工"])
def test_gone_from_where_it_was_not_changes_nothing(
    before: Place, zone: str, lent_to: str | None
) -> None:
    assert after_departure(before, lent_to, Departure(zone=zone, at=T1, holder="小王")) is before


@pytest.mark.parametrize("before", EVERYWHERE)
def test_late_news_changes_nothing(before: Place) -> None:
    early = T0 - timedelta(milliseconds=1)
    assert after_sighting(before, HOME, Sighting(zone="desk", at=early)) is before
    for zone in ("desk", "R1"):
        assert after_departure(before, None, Departure(zone=zone, at=early, holder=None)) is before


def test_news_of_the_same_millisecond_is_not_late() -> None:
    started = Place(kind=PlaceKind.DESK, since=T0 + timedelta(microseconds=900))
    after = after_departure(started, None, Departure(zone="desk", at=T0, holder=None))
    assert after.kind is PlaceKind.UNKNOWN


def test_a_new_home_takes_along_what_was_never_seen_elsewhere() -> None:
    new = HomeSlot(shelf="R1-B1-C5-R-2-1", order_mm=0)
    assert after_new_home(AT_HOME, new, T1).address == new.shelf
    assert after_new_home(ELSEWHERE, new, T1).kind is PlaceKind.HOME
    for untouched in (AT_DESK, CARRIED, LENT, LOST):
        assert after_new_home(untouched, new, T1) is untouched
    assert after_new_home(AT_HOME, None, T1) is AT_HOME


def test_before_anybody_has_seen_it_a_box_is_where_the_list_says() -> None:
    assert first_place(HOME, T0) == AT_HOME
    assert first_place(None, T0) == LOST


zones = st.sampled_from(["desk", "R1-B1-C2-L-1", "R1-B1-C5-R-2", "R1-B1-C5", "nowhere"])
news = st.one_of(
    st.builds(lambda zone: ("seen", zone, None), zones),
    st.builds(
        lambda zone, holder: ("gone", zone, holder), zones, st.sampled_from([None, "小王", "老李"])
    ),
)


@given(st.lists(news, max_size=30), st.sampled_from([None, "李工"]))
def test_a_place_always_says_what_its_kind_needs_and_nothing_else(
    told: list[tuple[str, str, str | None]], lent_to: str | None
) -> None:
    where = AT_HOME
    for step, (what, zone, holder) in enumerate(told, start=1):
        at = T0 + timedelta(seconds=step)
        before = where
        if what == "seen":
            where = after_sighting(where, HOME, Sighting(zone=zone, at=at))
        else:
            where = after_departure(where, lent_to, Departure(zone=zone, at=at, holder=holder))
        assert where is before or (where.since == at and not where.same_as(before))
        on_steel = where.kind in (PlaceKind.HOME, PlaceKind.SHELF)
        with_somebody = where.kind in (PlaceKind.TRANSIT, PlaceKind.PERSON)
        assert (where.address is not None) == on_steel
        assert (where.person is not None) == with_somebody
        if lent_to is not None:
            assert where.kind not in (PlaceKind.TRANSIT, PlaceKind.UNKNOWN)
