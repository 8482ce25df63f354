"""Looks tags up, pairs them, and makes new numbers. Every change is audited."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import col

from config.addresses import parse_address
from config.site import Tagging
from controller.audit.store import append
from controller.holdings import views
from controller.holdings.model import Bearer, Shelf
from controller.holdings.shapes import BearerView
from controller.holdings.sightings import hear_again
from controller.holdings.tag_rules import TagSpan
from controller.holdings.tagging import (
    TagInUse,
    find_bearer,
    find_bearers,
    list_spans_of_tags,
    pair,
)
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.tags import schemes
from controller.tags.model import Refused, TagStanding
from controller.tags.schemes import Scheme
from controller.tags.tables import HeardTagRow, TagWriteRow

_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLook:
    """What a number means here: whose tag it is or was, and how the number was made."""

    epc: str
    tag: TagStanding
    item: BearerView | None
    """Whose it is, else whose it was last."""
    scheme: Scheme | None
    spans: tuple[TagSpan, ...]
    """Who bore it when, newest first."""


def look_up(session: ReadSession, tagging: Tagging, epcs: Collection[str]) -> dict[str, TagLook]:
    """Say of some numbers what they mean here; every number gets an answer."""
    bearers = find_bearers(session, epcs)
    spans: dict[str, list[TagSpan]] = {epc: [] for epc in epcs}
    for span in list_spans_of_tags(session, epcs):
        spans[span.epc].append(span)
    last = {epc: mine[0].item for epc, mine in spans.items() if mine} | bearers
    shown = views.show_bearers(session, set(last.values()))
    return {
        epc: TagLook(
            epc=epc,
            tag="current" if epc in bearers else "replaced" if mine else "unknown",
            item=shown.get(last[epc]) if epc in last else None,
            scheme=_scheme(epc, tagging, mine, ours=epc in last),
            spans=tuple(mine),
        )
        for epc, mine in spans.items()
    }


def pair_tag(
    session: WriteSession,
    tagging: Tagging,
    item: Bearer,
    epc: str,
    *,
    by: str,
    at: datetime,
    cause: str = "paired",
    reason: str | None = None,
) -> tuple[str | None, list[LiveChange]]:
    """Let an item or a shelf bear a tag; return the one it replaced and what pages should hear.

    A tag that some room hears now says where an item is. Raises NotHeld and TagInUse, also where
    the number names another shelf.
    """
    named = shelves_named(session, tagging, [epc]).get(epc)
    if named not in (None, item):
        raise TagInUse(epc, named or item)
    scheme = schemes.read_scheme(epc, tagging, ours=True)
    name = None if scheme is None else scheme.name
    before = pair(session, item, epc, by=by, at=at, cause=cause, reason=reason, scheme=name)
    if before == epc:
        return None, []
    append(
        session,
        at=at,
        actor=by,
        action="tag.paired",
        subject=item.code,
        detail={
            "kind": item.kind,
            "epc": epc,
            "replaced": before,
            "cause": cause,
            "reason": reason,
        },
    )
    heard = list(session.execute(select(HeardTagRow).where(col(HeardTagRow.epc) == epc)).scalars())
    changes = [
        change
        for row in heard
        if not row.gone and not isinstance(item, Shelf)
        for change in hear_again(
            session, epc, zone=row.zone, reader=row.reader, confidence=row.confidence, at=at
        )
    ]
    session.execute(delete(HeardTagRow).where(col(HeardTagRow.epc) == epc))
    told = LiveChange(kind="tag", key=epc, body={"epc": epc, "kind": item.kind, "code": item.code})
    return before, [told, *changes]


def new_number(session: ReadSession, tagging: Tagging) -> str:
    """Make a number that nobody here bears or ever bore, and that nobody is writing now."""
    return _unused(session, lambda: schemes.make_number(tagging, _chance()))


def number_for(session: ReadSession, tagging: Tagging, bearer: Bearer) -> str:
    """Make the number that the next tag of an item or a shelf gets.

    That of a shelf says which, where the site gives its shelves SGLN numbers. Raises Refused where
    the site's file lacks what such a number needs, TagInUse if another bears it.
    """
    if not isinstance(bearer, Shelf):
        return new_number(session, tagging)
    if tagging.shelf_labels == schemes.PRIVATE:
        return _unused(session, lambda: schemes.make_private(_chance()))
    number = schemes.shelf_number(tagging, parse_address(bearer.code))
    if number is None:
        raise Refused("tags.no_location", shelf=bearer.code)
    owner = find_bearer(session, number)
    if owner not in (None, bearer):
        raise TagInUse(number, owner or bearer)
    return number


def scheme_for(tagging: Tagging, bearer: Bearer) -> str:
    """Name the scheme by which the site numbers tags of items, or of shelves."""
    return tagging.shelf_labels if isinstance(bearer, Shelf) else tagging.scheme


def shelves_named(
    session: ReadSession, tagging: Tagging, epcs: Collection[str]
) -> dict[str, Shelf]:
    """Find the shelves that some numbers name by themselves, by SGLN; paired or not."""
    named = {
        epc: str(place)
        for epc in epcs
        if (place := schemes.shelf_of_number(tagging, epc)) is not None
    }
    known = views.show_bearers(session, {Shelf(code=address) for address in named.values()})
    return {epc: shelf for epc, address in named.items() if (shelf := Shelf(code=address)) in known}


def _chance() -> int:
    return secrets.randbits(schemes.RANDOM_BITS)


def _unused(session: ReadSession, make: Callable[[], str]) -> str:
    for _ in range(_TRIES):
        epc = make()
        given = select(col(TagWriteRow.id)).where(col(TagWriteRow.new_epc) == epc)
        heard = select(col(HeardTagRow.room)).where(col(HeardTagRow.epc) == epc)
        taken = session.execute(given).first() or session.execute(heard).first()
        if (
            not taken
            and not find_bearers(session, [epc])
            and not list_spans_of_tags(session, [epc])
        ):
            return epc
    raise RuntimeError("no free tag number was found: the site's numbering scheme is full")


def _scheme(epc: str, tagging: Tagging, spans: Collection[TagSpan], *, ours: bool) -> Scheme | None:
    known = next((span.scheme for span in spans if span.scheme is not None), None)
    return schemes.read_scheme(epc, tagging, ours=ours, known=known)
