"""What people hold alarms back with: shelves, maintenance windows, what is out of service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from pydantic import JsonValue
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from controller.alarms.model import Hold, HoldSort
from controller.alarms.reading import hold_from
from controller.alarms.tables import HoldRow
from controller.audit import store as audit
from controller.store.engine import ReadSession, WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold that somebody wants, with all that it covers."""

    sort: HoldSort
    room: str
    begins_at: datetime
    ends_at: datetime | None
    reason: str
    zone: str | None = None
    kinds: Sequence[str] = ()
    kind: str | None = None
    key: str | None = None
    subject: str | None = None


def add_hold(session: WriteSession, new: NewHold, *, by: str, name: str, at: datetime) -> HoldRow:
    """Begin a hold; the ledger says who did and why."""
    row = HoldRow(
        id=uuid4().hex,
        sort=new.sort,
        room=new.room,
        zone=new.zone,
        kinds=sorted(set(new.kinds)),
        kind=new.kind,
        key=new.key,
        subject=new.subject,
        begins_at=new.begins_at,
        ends_at=new.ends_at,
        reason=new.reason,
        by=by,
        by_name=name,
        made_at=at,
    )
    session.add(row)
    session.flush()
    _audit(session, row, f"alarm.{new.sort}_begun", by=by, at=at)
    return row


def end_hold(session: WriteSession, row: HoldRow, *, by: str, at: datetime) -> None:
    """End a hold before its time."""
    row.ended_at, row.ended_by = at, by
    session.flush()
    _audit(session, row, f"alarm.{row.sort}_ended", by=by, at=at)


def end_expired(session: WriteSession, *, now: datetime) -> None:
    """Close the holds whose time is over."""
    for row in session.exec(_expired(now)):
        row.ended_at = row.ends_at
    session.flush()


def has_expired(session: ReadSession, *, now: datetime) -> bool:
    """Say whether a hold's time is over that nobody has closed."""
    return session.exec(_expired(now).limit(1)).first() is not None


def find_hold(session: ReadSession, hold_id: str, sort: HoldSort) -> HoldRow | None:
    """Find a hold of a sort that has not ended."""
    row = session.get(HoldRow, hold_id)
    return row if row is not None and row.sort == sort and row.ended_at is None else None


def list_windows(
    session: ReadSession, *, room: str | None, since: datetime | None, limit: int
) -> list[Hold]:
    """List maintenance windows, the latest to begin first; those that ended only from `since`."""
    query = select(HoldRow).where(HoldRow.sort == "maintenance")
    is_left = col(HoldRow.ended_at).is_(None)
    is_wanted = is_left if since is None else or_(is_left, col(HoldRow.ended_at) >= since)
    query = query.where(is_wanted).order_by(col(HoldRow.begins_at).desc(), col(HoldRow.id))
    if room is not None:
        query = query.where(HoldRow.room == room)
    return [hold_from(row) for row in session.exec(query.limit(limit))]


def _expired(now: datetime) -> SelectOfScalar[HoldRow]:
    return select(HoldRow).where(col(HoldRow.ended_at).is_(None), col(HoldRow.ends_at) <= now)


def _audit(session: WriteSession, row: HoldRow, action: str, *, by: str, at: datetime) -> None:
    detail: dict[str, JsonValue] = {
        "hold": row.id,
        "zone": row.zone,
        "kinds": [*row.kinds] if row.kind is None else [row.kind],
        "until": None if row.ends_at is None else row.ends_at.isoformat(),
        "reason": row.reason,
    }
    subject = row.subject or row.room
    audit.append(session, at=at, actor=by, action=action, subject=subject, detail=detail)
