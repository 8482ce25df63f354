"""Decides whether something may be handed over or taken back. Pure."""

from __future__ import annotations

from controller.holdings.model import Place, PlaceKind


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
