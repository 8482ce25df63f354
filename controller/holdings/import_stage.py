"""The stage of an import: what it will write, row by row, and how far the import got."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlmodel import col

from controller.holdings.staging import Op
from controller.holdings.tables import ImportRow, StagedRow
from controller.store.engine import ReadSession, WriteSession

STRETCH = 1000
"""How many rows one transaction takes, so that nobody else waits long."""

_UNFINISHED = ("staging", "publishing", "updating")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedOp:
    """One staged thing, taken off the stage."""

    kind: str
    values: dict[str, Any]


def begin(session: WriteSession, *, kind: str, name: str, by: str, at: datetime) -> str:
    """Open an import and return its id."""
    import_id = uuid4().hex
    session.add(ImportRow(id=import_id, kind=kind, name=name[:200], state="staging", by=by, at=at))
    return import_id


def get_import(session: ReadSession, import_id: str) -> ImportRow:
    """Return an import; raise LookupError if there is none of that id."""
    row = session.get(ImportRow, import_id)
    if row is None:
        raise LookupError(f"no import {import_id}")
    return row


def list_unfinished(session: ReadSession) -> list[ImportRow]:
    """List the imports that were begun and came to no end."""
    query = select(ImportRow).where(col(ImportRow.state).in_(_UNFINISHED)).order_by("at")
    return list(session.execute(query).scalars())


def put(session: WriteSession, import_id: str, ops: Sequence[Op]) -> None:
    """Stage some things."""
    rows = [
        {
            "import_id": import_id,
            "fresh": op.fresh,
            "kind": op.kind,
            "entry": json.dumps(op.values, ensure_ascii=False),
        }
        for op in ops
    ]
    if rows:
        session.execute(insert(StagedRow), rows)


def take(session: WriteSession, import_id: str, *, fresh: bool) -> list[StagedOp]:
    """Take the next stretch off the stage; write it in the same transaction."""
    query = (
        select(col(StagedRow.number), col(StagedRow.kind), col(StagedRow.entry))
        .where(col(StagedRow.import_id) == import_id, col(StagedRow.fresh) == fresh)
        .order_by(col(StagedRow.number))
        .limit(STRETCH)
    )
    rows = session.execute(query).all()
    if rows:
        session.execute(
            delete(StagedRow).where(
                col(StagedRow.import_id) == import_id,
                col(StagedRow.fresh) == fresh,
                col(StagedRow.number) <= rows[-1].number,
            )
        )
    return [StagedOp(kind=row.kind, values=json.loads(row.entry)) for row in rows]


def clear(session: WriteSession, import_id: str) -> None:
    """Take everything of an import off the stage."""
    session.execute(delete(StagedRow).where(col(StagedRow.import_id) == import_id))
