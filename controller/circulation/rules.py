"""Decides whether something may be handed over or taken back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from controller.holdings.model import Item, Place, PlaceKind


def refuse_checkout(*, item_lent: bool, box_lent: bool) -> str | None:
    """Say why an item cannot be handed over; `None` if it can.

    A box may go while one of its files is out: the file is simply elsewhere. A file cannot be
    handed over out of a box that a person has.
    """
    if item_lent:
        return "circulation.already_lent"
    if box_lent:
        return "circulation.box_is_lent"
    return None


def refuse_return(place: Place, *, item_lent: bool, to: PlaceKind) -> str | None:
    """Say why an item cannot be taken back; `None` if it can.

    What was never lent may still be put back by hand, from the desk or from an unknown place.
    """
    if not item_lent and place.kind is to:
        return "circulation.already_there"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedShelf:
    """What a look along a shelf comes to; each item stands in one place at most."""

    right: tuple[Item, ...]
    misplaced_here: tuple[Item, ...]
    missing: tuple[Item, ...]
    away: tuple[Item, ...]


def sort_shelf(
    *,
    expected: Sequence[Item],
    here: Collection[Item],
    found: Sequence[Item],
    homes: Mapping[Item, str | None],
    shelf: str,
) -> SortedShelf:
    """Compare what was found on a shelf with what belongs there (`expected`, in order).

    `here` are those of the expected that are believed to be on the shelf: only they can be missing.
    """
    once = tuple(dict.fromkeys(found))
    lacking = [item for item in expected if item not in once]
    return SortedShelf(
        right=tuple(item for item in once if homes.get(item) == shelf),
        misplaced_here=tuple(item for item in once if homes.get(item) != shelf),
        missing=tuple(item for item in lacking if item in here),
        away=tuple(item for item in lacking if item not in here),
    )
