"""Keeps which tags a room hears that belong to nothing, so that somebody can ask what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlmodel import col

from controller.audit.store import append
from controller.context import Context
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.holdings.tagging import find_bearers
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.tags.store import shelves_named
from controller.tags.tables import HeardTagRow
from drivers.messages import BoxGone, BoxMoved, BoxSeen, Event, TagsHeard

MOST_PER_ROOM: Final = 2000
"""A delivery of new tags may pass a door; the ones heard longest ago are forgotten first."""
GONE_KEPT: Final = timedelta(days=400)
"""So long a tag that left stays listed: it may come back with a yearly delivery or a count."""
_BATCH = 500
_Told = BoxSeen | BoxMoved | BoxGone


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take from what a room tells the tags that nothing bears. Comes after the holdings.

    The number of a shelf names the shelf, also where nobody paired it.
    """
    told = [event for event in events if isinstance(event, _Told)]
    bearers = find_bearers(session, {event.epc for event in told})
    strange = [event for event in told if event.epc not in bearers]
    shelves = shelves_named(session, context.site.tagging, {event.epc for event in strange})
    strange = [event for event in strange if event.epc not in shelves]
    if not strange:
        return []
    known = _known(session, agent, {event.epc for event in strange})
    changed: set[str] = set()
    for event in strange:
        row = known.get(event.epc)
        if isinstance(event, BoxGone):
            if row is not None and event.at >= row.last_at and not row.gone:
                row.gone, row.last_at = True, max(row.last_at, event.last_at or event.at)
                changed.add(event.epc)
            continue
        if row is None:
            row = known[event.epc] = _first(agent, event)
            session.add(row)
        elif event.at < row.last_at:
            continue
        row.zone, row.reader, row.confidence = event.zone, event.reader, event.confidence
        row.last_at, row.gone = event.at, False
        changed.add(event.epc)
    session.flush()
    _forget_oldest(session, agent)
    return [_change(agent, epc) for epc in sorted(changed)]


def refresh(session: WriteSession, room: str, heard: TagsHeard) -> None:
    """Take it that listed tags were heard again where they lie."""
    for epc, row in _known(session, room, set(heard.ages_s)).items():
        at = heard.at - timedelta(seconds=heard.ages_s[epc])
        if not row.gone and at > row.last_at:
            row.zone, row.reader, row.confidence = heard.zone, heard.reader, heard.confidence
            row.last_at = at
    session.flush()


def list_heard(session: ReadSession, room: str | None, *, limit: int) -> list[HeardTagRow]:
    """List tags that belong to nothing and that nobody hid, last heard first.

    A list taken in meanwhile may have given some of them to an item.
    """
    borne = (
        select(col(table.epc)).where(col(table.epc) == col(HeardTagRow.epc)).exists()
        for table in (BoxRow, FileRow, ShelfRow)
    )
    query = (
        select(HeardTagRow)
        .where(col(HeardTagRow.hidden_at).is_(None), *(~bears for bears in borne))
        .order_by(col(HeardTagRow.last_at).desc(), col(HeardTagRow.epc))
        .limit(limit)
    )
    if room is not None:
        query = query.where(col(HeardTagRow.room) == room)
    return list(session.execute(query).scalars())


def hide(
    session: WriteSession,
    epc: str,
    *,
    room: str | None,
    reason: str,
    by: str,
    at: datetime,
) -> list[LiveChange]:
    """Take a tag off the list of a room or of all, with a reason; empty if it is not on it."""
    query = select(HeardTagRow).where(
        col(HeardTagRow.epc) == epc, col(HeardTagRow.hidden_at).is_(None)
    )
    if room is not None:
        query = query.where(col(HeardTagRow.room) == room)
    rows = list(session.execute(query).scalars())
    for row in rows:
        row.hidden_at, row.hidden_by, row.hidden_reason = at, by, reason
        append(
            session,
            at=at,
            actor=by,
            action="tag.hidden",
            subject=epc,
            detail={"room": row.room, "reason": reason},
        )
    session.flush()
    return [_change(row.room, epc) for row in rows]


def forget_gone(session: WriteSession, *, now: datetime) -> list[LiveChange]:
    """Take off the lists, hidden or not, what left long ago. What lies still is heard for years."""
    query = select(HeardTagRow).where(
        col(HeardTagRow.gone).is_(True), col(HeardTagRow.last_at) < now - GONE_KEPT
    )
    rows = list(session.execute(query).scalars())
    for row in rows:
        session.delete(row)
    session.flush()
    return [_change(row.room, row.epc) for row in rows]


def _known(session: ReadSession, room: str, epcs: set[str]) -> dict[str, HeardTagRow]:
    wanted = sorted(epcs)
    found: dict[str, HeardTagRow] = {}
    for begin in range(0, len(wanted), _BATCH):
        query = select(HeardTagRow).where(
            col(HeardTagRow.room) == room,
            col(HeardTagRow.epc).in_(wanted[begin : begin + _BATCH]),
        )
        found |= {row.epc: row for row in session.execute(query).scalars()}
    return found


def _first(room: str, event: BoxSeen | BoxMoved) -> HeardTagRow:
    return HeardTagRow(
        room=room,
        epc=event.epc,
        zone=event.zone,
        reader=event.reader,
        confidence=event.confidence,
        first_at=event.at,
        last_at=event.at,
    )


def _forget_oldest(session: WriteSession, room: str) -> None:
    oldest = (
        select(col(HeardTagRow.epc))
        .where(col(HeardTagRow.room) == room)
        .order_by(col(HeardTagRow.last_at).desc())
        .offset(MOST_PER_ROOM)
        .limit(_BATCH)
    )
    forgotten = list(session.execute(oldest).scalars())
    if forgotten:
        session.execute(
            delete(HeardTagRow)
            .where(col(HeardTagRow.room) == room)
            .where(col(HeardTagRow.epc).in_(forgotten))
        )


def _change(room: str, epc: str) -> LiveChange:
    return LiveChange(kind="unknown_tag", key=f"{room}/{epc}", body={"room": room, "epc": epc})
