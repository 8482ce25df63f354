"""Rows of logger imports, and the files as they came."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, BinaryIO, Final
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlmodel import col

from controller.climate.loggers.model import Choices, Findings, Layout, LoggerProblem
from controller.climate.loggers.tables import LoggerImportRow, LoggerPartRow, LoggerTakenRow
from controller.climate.loggers.text import MAX_BYTES
from controller.context import Context
from controller.store.engine import ReadSession, WriteSession

PART_BYTES: Final = 1024 * 1024
IN_MEMORY_BYTES: Final = 4 * 1024 * 1024

_LAYOUT = TypeAdapter(Layout)
_FINDINGS = TypeAdapter(Findings)


def begin(
    context: Context,
    stream: BinaryIO,
    *,
    room: str,
    probe: str,
    name: str,
    by: str,
    choices: Choices,
) -> str:
    """Keep a file and open its import; return the import's id. Raises LoggerProblem."""
    import_id = uuid4().hex
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    try:
        part = 0
        while chunk := stream.read(PART_BYTES):
            digest.update(chunk)
            size += len(chunk)
            if size > MAX_BYTES:
                raise LoggerProblem("climate.import_too_large", limit_bytes=MAX_BYTES, bytes=size)
            with context.telemetry.write() as session:
                packed = zlib.compress(chunk, 6)
                session.add(LoggerPartRow(import_id=import_id, part=part, packed=packed))
            part += 1
    except BaseException:
        drop_file(context, import_id)
        raise
    with context.records.write() as session:
        session.add(
            LoggerImportRow(
                id=import_id,
                at=context.clock.now(),
                by=by,
                room=room,
                probe=probe,
                name=name[:200],
                size=size,
                sha256=digest.hexdigest(),
                state="reading",
                choices=choices.model_dump_json(exclude_none=True),
            )
        )
    return import_id


@contextmanager
def opened(context: Context, import_id: str) -> Iterator[BinaryIO]:
    """Open the file of an import as it came; what is large lies on disk."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        part = 0
        while True:
            with context.telemetry.read() as session:
                row = session.get(LoggerPartRow, (import_id, part))
            if row is None:
                break
            file.write(zlib.decompress(row.packed))
            part += 1
        yield _plain(file)


def drop_file(context: Context, import_id: str) -> None:
    """Let the file of an import go."""
    with context.telemetry.write() as session:
        for row in (LoggerPartRow, LoggerTakenRow):
            session.execute(delete(row).where(col(row.import_id) == import_id))


def count_taken(session: WriteSession, import_id: str, moments: int) -> None:
    """Count moments that were new, in the transaction that stores them."""
    row = session.get(LoggerTakenRow, import_id) or LoggerTakenRow(import_id=import_id, moments=0)
    row.moments += moments
    session.add(row)


def count_all_taken(context: Context, import_id: str) -> int:
    """Say how many moments of a file were new, over all runs that published it."""
    with context.telemetry.read() as session:
        row = session.get(LoggerTakenRow, import_id)
        return 0 if row is None else row.moments


def find_import(session: ReadSession, import_id: str) -> LoggerImportRow | None:
    """Find an import."""
    return session.get(LoggerImportRow, import_id)


def get_import(session: ReadSession, import_id: str) -> LoggerImportRow:
    """Return an import; raise LookupError if there is none of that id."""
    row = find_import(session, import_id)
    if row is None:
        raise LookupError(f"no import {import_id}")
    return row


def list_imports(session: ReadSession, *, limit: int) -> list[LoggerImportRow]:
    """List imports, the newest first."""
    query = select(LoggerImportRow).order_by(col(LoggerImportRow.at).desc()).limit(limit)
    return list(session.execute(query).scalars())


def find_waiting(session: ReadSession) -> LoggerImportRow | None:
    """Find the oldest import that has something to be done."""
    waiting = col(LoggerImportRow.state).in_(("reading", "publishing"))
    query = select(LoggerImportRow).where(waiting).order_by("at").limit(1)
    return session.execute(query).scalars().first()


def find_same(session: ReadSession, row: LoggerImportRow) -> str | None:
    """Find an earlier import of the same file for the same probe that was published."""
    query = select(col(LoggerImportRow.id)).where(
        col(LoggerImportRow.sha256) == row.sha256,
        col(LoggerImportRow.room) == row.room,
        col(LoggerImportRow.probe) == row.probe,
        col(LoggerImportRow.state) == "published",
        col(LoggerImportRow.id) != row.id,
    )
    return session.execute(query.limit(1)).scalar()


def list_published_before(session: ReadSession, moment: datetime) -> list[str]:
    """List imports that ended before a moment."""
    query = select(col(LoggerImportRow.id)).where(col(LoggerImportRow.ended_at) < moment)
    return list(session.execute(query).scalars())


def note_layout(session: WriteSession, row: LoggerImportRow, layout: Layout) -> None:
    """Write down how the file is read."""
    row.layout = _LAYOUT.dump_json(layout).decode()
    session.add(row)


def note_findings(session: WriteSession, row: LoggerImportRow, findings: Findings) -> None:
    """Write down what was found in the file."""
    row.findings = json.dumps(_plainly(findings))
    session.add(row)


def layout_of(row: LoggerImportRow) -> Layout | None:
    """Return how the file is read, once that is known."""
    return None if row.layout is None else _LAYOUT.validate_json(row.layout)


def findings_of(row: LoggerImportRow) -> Findings | None:
    """Return what was found, once the file was read."""
    return None if row.findings is None else _FINDINGS.validate_json(row.findings)


def choices_of(row: LoggerImportRow) -> Choices:
    """Return what people chose."""
    return Choices.model_validate_json(row.choices)


def _plainly(findings: Findings) -> dict[str, Any]:
    plain = asdict(findings)
    for name in ("first", "last"):
        plain[name] = None if plain[name] is None else plain[name].isoformat()
    return plain


def _plain(file: IO[bytes]) -> BinaryIO:
    file.seek(0)
    return file  # type: ignore[return-value]  # it can all that a binary file can
