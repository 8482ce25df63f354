"""Routes of the audit ledger: read it, and have the whole chain checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, JsonValue

from controller.audit import store
from controller.audit.model import AuditEntry
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.people.store import names_of


class EntryView(BaseModel):
    """One entry of the ledger, with names beside the ids of accounts."""

    seq: int
    at: datetime
    actor: str
    actor_name: str | None
    action: str
    subject: str
    subject_name: str | None
    outcome: str
    detail: JsonValue
    hash: str


class EntriesView(BaseModel):
    """Entries, newest first; `more` tells that older ones exist."""

    entries: list[EntryView]
    more: bool


class VerdictView(BaseModel):
    """Whether the chain is whole; else the first entry that is wrong."""

    whole: bool
    entries: int
    broken_seq: int | None
    why: str | None


def routes(context: Context) -> APIRouter:
    """Offer the routes of the audit ledger."""
    router = APIRouter()

    @router.get("/audit", dependencies=[Depends(permit("audit.read"))])
    def list_entries(
        before: Annotated[int | None, Query(ge=1)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> EntriesView:
        with context.records.read() as session:
            entries = store.list_entries(session, before=before, limit=limit + 1)
            names = names_of(
                session, {who for entry in entries for who in (entry.actor, entry.subject)}
            )
        return EntriesView(
            entries=[_view(entry, names) for entry in entries[:limit]], more=len(entries) > limit
        )

    @router.post("/audit/verify")
    def verify(who: Annotated[SignedIn, Depends(permit("audit.verify"))]) -> VerdictView:
        with context.records.read() as session:
            verdict = store.verify_chain(session)
        with context.records.write() as session:
            store.append(
                session,
                at=context.clock.now(),
                actor=who.user_id,
                action="audit.verified",
                subject="audit",
                outcome="done" if verdict.whole else "broken",
                detail={"entries": verdict.entries, "broken_seq": verdict.broken_seq},
            )
        return VerdictView(
            whole=verdict.whole,
            entries=verdict.entries,
            broken_seq=verdict.broken_seq,
            why=verdict.why,
        )

    return router


def _view(entry: AuditEntry, names: Mapping[str, str]) -> EntryView:
    return EntryView(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        actor_name=names.get(entry.actor),
        action=entry.action,
        subject=entry.subject,
        subject_name=names.get(entry.subject),
        outcome=entry.outcome,
        detail=json.loads(entry.detail),
        hash=entry.hash,
    )
