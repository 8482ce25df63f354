"""Settles writes of tags: what becomes of each is decided once, and a written tag is paired.

By whoever knows first: the room's answer, its report, a reader that hears the tag, or what lies
before an antenna. Only that the room read the number back overrules a failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import col

from controller.audit.store import append
from controller.context import Context
from controller.holdings.model import Bearer, NotHeld, Shelf, bearer_of
from controller.holdings.tagging import (
    TagInUse,
    find_bearer,
    list_spans_of_items,
    list_spans_of_tags,
)
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.tags import write_rules
from controller.tags.store import pair_tag
from controller.tags.tables import TagWriteRow
from controller.tags.write_rules import Outcome
from drivers.messages import NOT_LOCKED, BenchState, BoxMoved, BoxSeen, Event, TagWritten

_BATCH = 400


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Settle writes by what a room reports and hears. Comes before the holdings."""
    heard = [event for event in events if isinstance(event, BoxSeen | BoxMoved)]
    changes: list[LiveChange] = []
    for event in events:
        if isinstance(event, TagWritten):
            row = session.get(TagWriteRow, event.request_id)
            if row is None:
                _audit_stray(session, agent, event)
            else:
                changes += settle(session, context, row, Outcome("done"), at=event.at)
    open_writes = _open_writes(session, {event.epc for event in heard})
    for event in heard if open_writes else ():
        for row in open_writes:
            if event.epc not in (row.epc, row.new_epc):
                continue
            outcome = write_rules.outcome_heard(
                new=event.epc == row.new_epc,
                asked_at=row.asked_at,
                heard_at=event.at,
                alone=_is_alone(session, row),
            )
            if outcome is not None:
                changes += settle(session, context, row, outcome, at=event.at)
    return changes


def settle_shown(
    session: WriteSession, context: Context, shown: BenchState, *, came_at: datetime
) -> list[LiveChange]:
    """Settle writes by what lies before an antenna; a tag that lies still tells nothing else."""
    heard_at = {
        tag.epc: min(shown.at, came_at) - timedelta(milliseconds=tag.age_ms) for tag in shown.tags
    }
    changes: list[LiveChange] = []
    for row in _open_writes(session, set(heard_at)):
        for epc in (row.new_epc, row.epc):
            if epc in heard_at:
                outcome = write_rules.outcome_shown(
                    new=epc == row.new_epc,
                    asked_at=row.asked_at,
                    heard_at=heard_at[epc],
                    alone=_is_alone(session, row),
                )
                if outcome is not None:
                    changes += settle(session, context, row, outcome, at=heard_at[epc])
    return changes


def is_any_open(session: ReadSession, shown: BenchState) -> bool:
    """Say whether the outcome of a write of a tag before an antenna is open."""
    return bool(_open_writes(session, {tag.epc for tag in shown.tags}))


def settle(
    session: WriteSession, context: Context, row: TagWriteRow, outcome: Outcome, *, at: datetime
) -> list[LiveChange]:
    """Write down what became of a write, once; a number that is in the tag comes to its item."""
    if not write_rules.is_news(state_of(row), outcome):
        return []
    row.state, row.code = outcome.state, outcome.code
    if outcome.state == "unknown":
        put_on_record(session, row, "tag.write_unknown", by=row.by, at=at, outcome="failed")
        return []
    row.settled_at = at
    row.locked = row.locked and outcome.code != NOT_LOCKED
    if outcome.state == "failed":
        put_on_record(session, row, "tag.write_failed", by=row.by, at=at, outcome="failed")
        return []
    item = bearer_of(row.item_kind, row.item_code)
    if _has_newer_tag(session, item, row):
        row.code = "has_newer_tag"
        put_on_record(session, row, "tag.write_unpaired", by=row.by, at=at, outcome="failed")
        return []
    try:
        if find_bearer(session, row.new_epc) == item:
            put_on_record(session, row, "tag.written_again", by=row.by, at=at)
        _, changes = pair_tag(
            session, context.site.tagging, item, row.new_epc, by=row.by, at=at, cause="written"
        )
    except (NotHeld, TagInUse) as error:
        row.code = type(error).__name__
        put_on_record(session, row, "tag.write_unpaired", by=row.by, at=at, outcome="failed")
        return []
    return changes


def _is_alone(session: ReadSession, row: TagWriteRow) -> bool:
    """Say whether only this write can have put its number into a tag; a shelf keeps its number."""
    if not isinstance(bearer_of(row.item_kind, row.item_code), Shelf):
        return True
    others = select(col(TagWriteRow.id)).where(
        col(TagWriteRow.new_epc) == row.new_epc, col(TagWriteRow.id) != row.id
    )
    borne = list_spans_of_tags(session, [row.new_epc])
    return not borne and session.execute(others.limit(1)).first() is None


def _has_newer_tag(session: WriteSession, item: Bearer, row: TagWriteRow) -> bool:
    """Say whether an item got another tag since; who waits for no answer takes the next tag."""
    newest = next(iter(list_spans_of_items(session, [item])), None)
    return newest is not None and newest.since > row.asked_at and newest.epc != row.new_epc


def _open_writes(session: ReadSession, epcs: set[str]) -> list[TagWriteRow]:
    wanted = sorted(epcs)
    found: dict[str, TagWriteRow] = {}
    for begin in range(0, len(wanted), _BATCH):
        some = wanted[begin : begin + _BATCH]
        query = select(TagWriteRow).where(
            or_(col(TagWriteRow.epc).in_(some), col(TagWriteRow.new_epc).in_(some)),
            col(TagWriteRow.state).in_(write_rules.OPEN),
        )
        found |= {row.id: row for row in session.execute(query).scalars()}
    return list(found.values())


def state_of(row: TagWriteRow) -> write_rules.State:
    """Say how a write stands; raises LookupError if the row says nonsense."""
    match row.state:
        case "asked" | "done" | "failed" | "unknown":
            return row.state
        case _:
            raise LookupError(f"the write {row.id} is {row.state!r}, which is no state")


def put_on_record(
    session: WriteSession,
    row: TagWriteRow,
    action: str,
    *,
    by: str,
    at: datetime,
    outcome: str = "done",
) -> None:
    """Write a step of a write into the audit ledger."""
    append(
        session,
        at=at,
        actor=by,
        action=action,
        subject=row.item_code,
        outcome=outcome,
        detail={
            "kind": row.item_kind,
            "room": row.room,
            "reader": row.reader,
            "epc": row.epc,
            "new_epc": row.new_epc,
            "code": row.code,
            "write": row.id,
        },
    )


def _audit_stray(session: WriteSession, agent: str, event: TagWritten) -> None:
    """A restored database may not know what it asked for."""
    append(
        session,
        at=event.at,
        actor=event.actor.id,
        action="tag.written",
        subject=f"{agent}/{event.reader}",
        detail={"epc": event.epc, "new_epc": event.new_epc, "write": event.request_id},
    )
