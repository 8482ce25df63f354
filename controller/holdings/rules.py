"""Decides where a box is, from where it was and what a reader or a person said. Pure.

What happens                          | lent to a person?     | it is then
------------------------------------- | --------------------- | --------------------------------
seen in a zone that holds its home    | either                | home (a loan stays open)
seen in another zone of the steel     | either                | on that shelf: misplaced
seen at the desk                      | either                | at the desk
gone from where it was                | yes                   | with that person
gone from a shelf in a held aisle     | no                    | in transit with who holds the aisle
gone from a shelf, nobody holds       | no                    | unknown
gone from the desk                    | no                    | unknown
went out by a door, from anywhere     | yes                   | with that person
went out by a door, from anywhere     | no                    | unknown
gone from where it was not            | either                | where it was
told later than the place it has      | either                | where it was
"""

from __future__ import annotations

from datetime import datetime

from config.addresses import SlotAddress, parse_address
from controller.holdings.model import (
    Departure,
    HomeSlot,
    ItemState,
    Place,
    PlaceKind,
    Seen,
    Sighting,
)

DESK = "desk"
_ON_STEEL = frozenset({PlaceKind.HOME, PlaceKind.SHELF})


def after_sighting(place: Place, home: HomeSlot | None, seen: Sighting) -> Place:
    """Say where a box is once a reader has heard it."""
    if is_late(place, seen.at):
        return place
    if seen.zone == DESK:
        return _moved(place, Place(kind=PlaceKind.DESK, since=seen.at))
    zone = find_zone(seen.zone)
    if zone is None:
        return place
    if home is not None and _overlap(zone, parse_address(home.shelf)):
        return _moved(place, Place(kind=PlaceKind.HOME, address=home.shelf, since=seen.at))
    return _moved(place, Place(kind=PlaceKind.SHELF, address=str(zone), since=seen.at))


def after_departure(place: Place, lent_to: str | None, gone: Departure) -> Place:
    """Say where a box is once a reader no longer hears it where it was, or heard it leave."""
    if is_late(place, gone.at) or not (gone.by_door or stands_in(place, gone.zone)):
        return place
    if lent_to is not None:
        return _moved(place, Place(kind=PlaceKind.PERSON, person=lent_to, since=gone.at))
    if gone.holder is not None and gone.zone != DESK:
        return Place(kind=PlaceKind.TRANSIT, person=gone.holder, since=gone.at)
    return _moved(place, Place(kind=PlaceKind.UNKNOWN, since=gone.at))


def after_new_home(place: Place, home: HomeSlot | None, at: datetime) -> Place:
    """Say where a box is once the catalogue gives it another home.

    What was never seen elsewhere is taken to stand where the catalogue says.
    """
    if home is None:
        return place
    if place.kind is PlaceKind.HOME:
        return _moved(place, Place(kind=PlaceKind.HOME, address=home.shelf, since=at))
    if place.kind is PlaceKind.SHELF and stands_in(place, home.shelf):
        return Place(kind=PlaceKind.HOME, address=home.shelf, since=at)
    return place


def first_place(home: HomeSlot | None, at: datetime) -> Place:
    """Say where a box is taken to be before anybody has seen it."""
    if home is None:
        return Place(kind=PlaceKind.UNKNOWN, since=at)
    return Place(kind=PlaceKind.HOME, address=home.shelf, since=at)


def state_of(place: Place) -> ItemState:
    """Say what a place means for somebody who wants the thing."""
    return _STATES[place.kind]


def find_zone(text: str) -> SlotAddress | None:
    """Read a zone of the steel; `None` for the desk and for what is no zone."""
    try:
        return parse_address(text)
    except ValueError:
        return None


def is_late(place: Place, at: datetime) -> bool:
    """Say whether something told of `at` is older than the place it speaks of.

    Readers tell times to the millisecond, so a place is no younger than its millisecond.
    """
    if place.since is None:
        return False
    since = place.since.replace(microsecond=place.since.microsecond // 1000 * 1000)
    return at < since


def stands_in(place: Place, zone: str) -> bool:
    """Say whether a place lies in a zone, as far as both are known."""
    if zone == DESK:
        return place.kind is PlaceKind.DESK
    where = find_zone(zone)
    if where is None or place.kind not in _ON_STEEL or place.address is None:
        return False
    return _overlap(where, parse_address(place.address))


def confirmed_at(place: Place, seen: Seen | None) -> datetime | None:
    """Say when anybody last told or noticed that a thing is where it is."""
    if place.since is None or seen is None or not stands_in(place, seen.zone):
        return place.since
    return max(place.since, seen.at)


_STATES = {
    PlaceKind.HOME: ItemState.IN_PLACE,
    PlaceKind.SHELF: ItemState.MISPLACED,
    PlaceKind.DESK: ItemState.DESK,
    PlaceKind.TRANSIT: ItemState.TRANSIT,
    PlaceKind.PERSON: ItemState.LENT,
    PlaceKind.UNKNOWN: ItemState.UNKNOWN,
}


def _moved(before: Place, after: Place) -> Place:
    return before if before.same_as(after) else after


def _overlap(one: SlotAddress, other: SlotAddress) -> bool:
    return one.contains(other) or other.contains(one)
