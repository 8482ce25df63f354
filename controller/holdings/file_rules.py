"""Decides where a tagged file is, from where it and its box were and what a reader said. Pure.

A file is where its box is (`None`) until its own tag says otherwise.

What happens                               | the file is then
------------------------------------------ | ------------------------------------------------
seen where its box is                      | with its box
seen at the desk, or elsewhere on steel    | there, on its own
its box comes to where it was heard last   | with its box
no longer heard, its box still is          | lent: with that person; else in transit with who
                                           | holds the aisle; else unknown
went out by a door                         | lent: with that person; else unknown
its box goes from there within a minute    | with its box, if both went the same way
told later than the place it has           | where it was
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from controller.holdings import rules
from controller.holdings.model import Departure, HomeSlot, Place, PlaceKind, Sighting

TOGETHER = timedelta(seconds=60)
"""Tags of one box fall silent one after the other, as far apart as rounds over all antennas."""


def after_sighting(
    own: Place | None, box: Place, home: HomeSlot | None, seen: Sighting
) -> Place | None:
    """Say where a file is once a reader has heard its own tag; `None`: with its box."""
    if rules.is_late(own or box, seen.at):
        return own
    if rules.stands_in(box, seen.zone):
        return None
    before = own or Place(kind=PlaceKind.UNKNOWN)
    after = rules.after_sighting(before, home, seen)
    return own if after is before else after


def with_box(
    box: Place, *, since: datetime | None, by: str | None, confidence: float | None
) -> Place:
    """Say where a file is that joined its box at a time, in whose word; the box may have moved."""
    if since is None or (box.since is not None and box.since >= since):
        return box
    return replace(box, since=since, by=by, confidence=confidence)


def after_departure(
    own: Place | None, box: Place, lent_to: str | None, gone: Departure
) -> Place | None:
    """Say where a file is once a reader no longer hears its own tag where it was."""
    before = own or box
    after = rules.after_departure(before, lent_to, gone)
    return own if after is before else after


def after_box(own: Place, heard_in: str | None, box: Place) -> Place | None:
    """Say where a file on its own is once its box has come somewhere; `None`: with its box."""
    if own.kind is PlaceKind.PERSON or heard_in is None:
        return own
    return None if rules.stands_in(own, heard_in) and rules.stands_in(box, heard_in) else own


def after_box_departure(
    own: Place, heard_in: str | None, gone: Departure, box: Place
) -> Place | None:
    """Say where a file missed just before is once its box has gone from there too, to `box`."""
    if own.since is None or heard_in != gone.zone or not own.same_as(box):
        return own
    return None if abs(gone.at - own.since) <= TOGETHER else own
