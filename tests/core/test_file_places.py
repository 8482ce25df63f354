"""Where a file with a tag of its own is: with its box, until the two are heard apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from controller.holdings import file_rules as rules
from controller.holdings.model import Departure, HomeSlot, Place, PlaceKind, Sighting

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOME = HomeSlot(shelf="R1-B1-C2-L-3-5", order_mm=0)
AT_HOME = Place(kind=PlaceKind.HOME, address=HOME.shelf, since=AT)
DESK = Place(kind=PlaceKind.DESK, since=AT)


def seen(zone: str, after_s: float = 1) -> Sighting:
    return Sighting(zone=zone, at=AT + timedelta(seconds=after_s))


def gone(zone: str, after_s: float = 1, holder: str | None = None) -> Departure:
    return Departure(zone=zone, at=AT + timedelta(seconds=after_s), holder=holder)


@pytest.mark.parametrize("zone", ["R1-B1-C2-L", "R1-B1-C2-L-3-5", "R1-B1-C2-L-3-5-2"])
def test_a_file_heard_where_its_box_is_is_with_its_box(zone: str) -> None:
    alone = Place(kind=PlaceKind.TRANSIT, person="李工", since=AT)
    assert rules.after_sighting(None, AT_HOME, HOME, seen(zone)) is None
    assert rules.after_sighting(alone, AT_HOME, HOME, seen(zone)) is None
    assert rules.after_sighting(alone, DESK, HOME, seen("desk")) is None


def test_a_file_may_lie_on_the_desk_while_its_box_stays() -> None:
    after = rules.after_sighting(None, AT_HOME, HOME, seen("desk"))
    assert after is not None
    assert (after.kind, after.since) == (PlaceKind.DESK, AT + timedelta(seconds=1))
    assert rules.after_sighting(after, AT_HOME, HOME, seen("desk", 9)) is after


def test_a_file_heard_on_another_shelf_than_its_box_lies_wrong() -> None:
    after = rules.after_sighting(None, AT_HOME, HOME, seen("R1-B1-C4-R-1"))
    assert after is not None
    assert (after.kind, after.address) == (PlaceKind.SHELF, "R1-B1-C4-R-1")


def test_a_zone_nobody_can_read_and_old_news_change_nothing() -> None:
    assert rules.after_sighting(None, AT_HOME, HOME, seen("???")) is None
    assert rules.after_sighting(None, AT_HOME, HOME, seen("desk", -1)) is None
    alone = replace(DESK, since=AT + timedelta(seconds=5))
    assert rules.after_sighting(alone, AT_HOME, HOME, seen("R1-B1-C2-L")) is alone


@pytest.mark.parametrize(
    ("lent_to", "holder", "kind", "person"),
    [
        ("赵工", "李工", PlaceKind.PERSON, "赵工"),
        (None, "李工", PlaceKind.TRANSIT, "李工"),
        (None, None, PlaceKind.UNKNOWN, None),
    ],
)
def test_a_file_missed_beside_its_box_left_alone(
    lent_to: str | None, holder: str | None, kind: PlaceKind, person: str | None
) -> None:
    after = rules.after_departure(None, AT_HOME, lent_to, gone("R1-B1-C2-L", holder=holder))
    assert after is not None
    assert (after.kind, after.person) == (kind, person)


def test_a_file_missed_where_its_box_no_longer_is_went_with_it() -> None:
    away = Place(kind=PlaceKind.TRANSIT, person="李工", since=AT)
    assert rules.after_departure(None, away, None, gone("R1-B1-C2-L")) is None


def test_box_and_file_that_go_the_same_way_within_a_minute_left_together() -> None:
    zone = "R1-B1-C2-L"
    file = Place(kind=PlaceKind.TRANSIT, person="李工", since=AT)
    box = replace(file, since=AT + timedelta(seconds=60))
    assert rules.after_box_departure(file, zone, gone(zone, 60), box) is None
    assert rules.after_box_departure(file, zone, gone(zone, 61), box) is file
    assert rules.after_box_departure(file, "desk", gone(zone, 60), box) is file
    other = replace(box, person="赵工")
    assert rules.after_box_departure(file, zone, gone(zone, 60), other) is file


def test_a_file_waits_at_the_desk_for_its_box() -> None:
    assert rules.after_box(DESK, "desk", DESK) is None
    assert rules.after_box(DESK, "desk", AT_HOME) is DESK
    assert rules.after_box(DESK, None, DESK) is DESK
    with_person = Place(kind=PlaceKind.PERSON, person="李工", since=AT)
    assert rules.after_box(with_person, "desk", DESK) is with_person
