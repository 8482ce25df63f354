"""Takes in box and file lists: everything is checked first, and nothing is written unless all is
well or the person said otherwise.

Rows are staged under an import id, then published in short transactions. New boxes and files stay
invisible until the last of them is there; rows that existed before are changed after that, one by
one. A stopped import is taken up again at the next start, or withdrawn if it was not fully read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Literal, TypeVar
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from controller.audit.store import append
from controller.context import Context
from controller.holdings import publish
from controller.holdings.homes import grow_homes_versions, homes_version
from controller.holdings.import_rules import (
    BOX_COLUMNS,
    BOX_REQUIRED,
    FILE_COLUMNS,
    FILE_REQUIRED,
    BadCell,
    BoxEntry,
    FileEntry,
    check_box,
    check_file,
)
from controller.holdings.sheets import read_rows
from controller.holdings.staging import BoxStaging, FileStaging, Op, Staged
from controller.holdings.tables import ImportRow, StagedRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession

Kind = Literal["boxes", "files"]
Progress = Callable[[str, int], None]
"""Told what is being done (`reading`, `publishing`, `updating`) and how many rows are through."""

_Entry = TypeVar("_Entry", BoxEntry, FileEntry)
_STRETCH = 1000
_ACTIVE = ("staging", "publishing", "updating")


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import found and did. `import_id` is `None` for a dry run."""

    import_id: str | None
    kind: Kind
    rows: int = 0
    good: int = 0
    fresh: int = 0
    changed: int = 0
    same: int = 0
    bad: list[BadCell] = field(default_factory=list)
    applied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _StagedOp:
    """One staged thing, taken off the stage."""

    number: int
    kind: str
    entry: str


class ImportBusy(Exception):
    """Another import is under way; one at a time."""


def run_import(
    context: Context,
    stream: BinaryIO,
    *,
    kind: Kind,
    name: str,
    by: str,
    dry_run: bool = False,
    accept_partial: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Check a list and, unless this is a dry run or a row is bad, take it in.

    `by` is a user id or `system`. Raises SheetProblem if the file as a whole cannot be read, and
    ImportBusy if another import is under way.
    """
    tell = progress or (lambda _doing, _rows: None)
    if dry_run:
        return _examine(context, stream, ImportReport(import_id=None, kind=kind), tell)
    import_id = _begin(context, kind, name, by)
    report = ImportReport(import_id=import_id, kind=kind)
    try:
        _examine(context, stream, report, tell)
    except BaseException:
        _drop(context, import_id, "failed")
        raise
    if report.good == 0 or (report.bad and not accept_partial):
        _settle(context, report, "rejected")
        _drop(context, import_id, "rejected")
        return report
    _settle(context, report, "publishing")
    _finish(context, import_id, tell)
    report.applied = True
    return report


def resume_imports(context: Context) -> list[str]:
    """After a restart: complete the imports that were being written, drop half-read ones."""
    with context.records.read() as session:
        stopped = list(
            session.execute(select(ImportRow).where(col(ImportRow.state).in_(_ACTIVE))).scalars()
        )
    for row in stopped:
        if row.state == "staging":
            _drop(context, row.id, "failed")
        else:
            _finish(context, row.id, lambda _doing, _rows: None)
    return [row.id for row in stopped]


def _begin(context: Context, kind: Kind, name: str, by: str) -> str:
    import_id = uuid4().hex
    with context.records.write() as session:
        busy = select(col(ImportRow.id)).where(col(ImportRow.state).in_(_ACTIVE)).limit(1)
        if session.execute(busy).first():
            raise ImportBusy
        now = context.clock.now()
        session.add(
            ImportRow(id=import_id, kind=kind, name=name[:200], state="staging", by=by, at=now)
        )
    return import_id


def _examine(
    context: Context, stream: BinaryIO, report: ImportReport, tell: Progress
) -> ImportReport:
    """Read and check every row; stage what is good unless this is a dry run."""
    if report.kind == "boxes":
        rows = read_rows(stream, BOX_COLUMNS, required=BOX_REQUIRED)
        checked = (check_box(number, cells) for number, cells in rows)
        return _take_all(context, report, checked, BoxStaging().take, tell)
    pattern = re.compile(context.site.file_code_pattern)
    rows = read_rows(stream, FILE_COLUMNS, required=FILE_REQUIRED)
    checked_files = (check_file(number, cells, pattern) for number, cells in rows)
    return _take_all(context, report, checked_files, FileStaging(context.keys).take, tell)


def _take_all(
    context: Context,
    report: ImportReport,
    checked: Iterator[tuple[_Entry | None, list[BadCell]]],
    take: Callable[[ReadSession, Sequence[_Entry]], Staged],
    tell: Progress,
) -> ImportReport:
    while stretch := list(islice(checked, _STRETCH)):
        report.rows += len(stretch)
        report.bad += [cell for _, bad in stretch for cell in bad]
        with context.records.read() as session:
            staged = take(session, [entry for entry, _ in stretch if entry is not None])
        report.bad += staged.bad
        report.fresh += staged.fresh
        report.changed += staged.changed
        report.same += staged.same
        if report.import_id is not None:
            _stage(context, report.import_id, staged.ops)
        tell("reading", report.rows)
    report.bad.sort(key=lambda cell: cell.row)
    report.good = report.rows - len({cell.row for cell in report.bad})
    return report


def _stage(context: Context, import_id: str, ops: Sequence[Op]) -> None:
    if not ops:
        return
    rows = [
        {
            "import_id": import_id,
            "fresh": op.fresh,
            "kind": op.kind,
            "entry": json.dumps(op.values, ensure_ascii=False),
        }
        for op in ops
    ]
    with context.records.write() as session:
        session.execute(insert(StagedRow), rows)


def _finish(context: Context, import_id: str, tell: Progress) -> None:
    """Publish what is staged; also takes up where a stopped process left off."""
    with context.records.read() as session:
        row = session.get(ImportRow, import_id)
        if row is None:
            raise LookupError(f"no import {import_id}")
    rooms: set[str] = set()
    try:
        if row.state == "publishing":
            _publish_fresh(context, row, tell)
            rooms |= _show(context, row)
    except IntegrityError:
        _drop(context, import_id, "failed")
        raise
    rooms |= _write_changes(context, row, tell)
    _close(context, row, rooms)


def _publish_fresh(context: Context, row: ImportRow, tell: Progress) -> None:
    done = 0
    while True:
        with context.records.write() as session:
            staged = _next(session, row.id, fresh=True)
            for kind in publish.KINDS:
                values = [json.loads(one.entry) for one in staged if one.kind == kind]
                publish.write_fresh(session, kind, values, import_id=row.id, at=row.at)
        if not staged:
            return
        done += len(staged)
        tell("publishing", done)


def _show(context: Context, row: ImportRow) -> set[str]:
    """Make all new rows visible at once."""
    with context.records.write() as session:
        if row.kind == "boxes":
            publish.write_first_movements(session, row.id, by=row.by)
        rooms = publish.rooms_of_import(session, row.id)
        grow_homes_versions(session, rooms)
        _row(session, row.id).state = "updating"
    return set(rooms)


def _write_changes(context: Context, row: ImportRow, tell: Progress) -> set[str]:
    rooms: set[str] = set()
    done = 0
    while True:
        with context.records.write() as session:
            staged = _next(session, row.id, fresh=False)
            now = context.clock.now()
            touched = {
                publish.write_change(session, one.kind, json.loads(one.entry), by=row.by, at=now)
                for one in staged
            } - {None}
            grow_homes_versions(session, [room for room in touched if room])
        if not staged:
            return rooms
        rooms |= {room for room in touched if room}
        done += len(staged)
        tell("updating", done)


def _next(session: WriteSession, import_id: str, *, fresh: bool) -> list[_StagedOp]:
    """Take the next stretch off the stage; it is written in the same transaction."""
    query = (
        select(col(StagedRow.number), col(StagedRow.kind), col(StagedRow.entry))
        .where(col(StagedRow.import_id) == import_id, col(StagedRow.fresh) == fresh)
        .order_by(col(StagedRow.number))
        .limit(_STRETCH)
    )
    staged = [
        _StagedOp(kind=row.kind, entry=row.entry, number=row.number)
        for row in session.execute(query)
    ]
    if staged:
        session.execute(
            delete(StagedRow).where(
                col(StagedRow.import_id) == import_id,
                col(StagedRow.fresh) == fresh,
                col(StagedRow.number) <= staged[-1].number,
            )
        )
    return staged


def _close(context: Context, row: ImportRow, rooms: set[str]) -> None:
    with context.records.write() as session:
        done = _row(session, row.id)
        done.state = "done"
        append(
            session,
            at=context.clock.now(),
            actor=row.by,
            action="import.applied",
            subject=row.id,
            detail={
                "kind": row.kind,
                "rows": row.rows,
                "fresh": row.fresh,
                "changed": row.changed,
                "bad": row.bad,
            },
        )
        versions = {room: homes_version(session, room) for room in sorted(rooms)}
    context.hub.publish(
        *(
            LiveChange(kind="homes", key=room, body={"room": room, "version": version})
            for room, version in versions.items()
        )
    )


def _settle(context: Context, report: ImportReport, state: str) -> None:
    """Write down what the reading found, and what comes next."""
    with context.records.write() as session:
        row = _row(session, report.import_id or "")
        row.state, row.rows, row.good = state, report.rows, report.good
        row.bad = report.rows - report.good
        row.fresh, row.changed, row.same = report.fresh, report.changed, report.same


def _drop(context: Context, import_id: str, state: str) -> None:
    """Take back whatever an import has staged or hidden."""
    with context.records.write() as session:
        session.execute(delete(StagedRow).where(col(StagedRow.import_id) == import_id))
        publish.withdraw(session, import_id)
        _row(session, import_id).state = state


def _row(session: WriteSession, import_id: str) -> ImportRow:
    row = session.get(ImportRow, import_id)
    if row is None:
        raise LookupError(f"no import {import_id}")
    return row
