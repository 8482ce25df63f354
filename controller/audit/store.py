"""Appends to the audit ledger and reads it back. Nothing here changes or removes an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from pydantic import JsonValue
from sqlmodel import col, select

from controller.audit.model import (
    GENESIS,
    AuditEntry,
    ChainHead,
    Statement,
    Verdict,
    canonical,
    seal,
    verify,
)
from controller.audit.tables import AuditEntryRow, AuditHeadRow
from controller.store.engine import ReadSession, WriteSession

_HEAD_ID = 1
_BATCH = 1000


def append(
    session: WriteSession,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    outcome: str = "done",
    detail: Mapping[str, JsonValue] | None = None,
) -> AuditEntry:
    """Add one entry in the caller's transaction, so that deed and entry stand or fall together.

    `actor` is a user id, `agent:<name>` or `system`; `detail` never holds an ID number or a name
    of a citizen.
    """
    head = session.get(AuditHeadRow, _HEAD_ID, with_for_update=True)
    if head is None:
        head = AuditHeadRow(id=_HEAD_ID, seq=0, hash=GENESIS)
        session.add(head)
    entry = seal(
        Statement(
            seq=head.seq + 1,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            outcome=outcome,
            detail=canonical(dict(detail or {})),
            previous=head.hash,
        )
    )
    session.add(AuditEntryRow(**asdict(entry)))
    head.seq, head.hash = entry.seq, entry.hash
    session.flush()
    return entry


def list_entries(
    session: ReadSession, *, before: int | None = None, limit: int = 100
) -> list[AuditEntry]:
    """List entries, newest first, older than number `before`."""
    query = select(AuditEntryRow).order_by(col(AuditEntryRow.seq).desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntryRow.seq < before)
    return [_entry(row) for row in session.exec(query)]


def verify_chain(session: ReadSession) -> Verdict:
    """Check the whole chain; name the first entry that was changed, removed or slipped in."""
    return verify(_walk(session), find_head(session))


def find_head(session: ReadSession) -> ChainHead | None:
    """Return the end of the chain, or `None` while nothing was ever written."""
    head = session.get(AuditHeadRow, _HEAD_ID)
    return None if head is None else ChainHead(seq=head.seq, hash=head.hash)


def _walk(session: ReadSession) -> Iterator[AuditEntry]:
    """Read the chain in batches by number, so that a long one does not fill the memory."""
    last = -1
    while True:
        query = (
            select(AuditEntryRow)
            .where(AuditEntryRow.seq > last)
            .order_by(col(AuditEntryRow.seq))
            .limit(_BATCH)
        )
        batch = [_entry(row) for row in session.exec(query)]
        session.expunge_all()
        yield from batch
        if len(batch) < _BATCH:
            return
        last = batch[-1].seq


def _entry(row: AuditEntryRow) -> AuditEntry:
    return AuditEntry(**row.model_dump())
