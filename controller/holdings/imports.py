"""Takes in box and file lists: everything is checked first, and nothing is written unless all is
well or the person said otherwise.

Rows are staged under an import id, then published in short transactions. New boxes and files stay
invisible until the last of them is there; rows that existed before are changed after that, one by
one. An import that stopped on the way, because the program ended or the disk was full, is taken up
by the next import or the next start: completed, or withdrawn if it was not fully read.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Literal, TypeVar

from sqlalchemy.exc import OperationalError

from controller.context import Context
from controller.holdings import import_stage as stage
from controller.holdings.file_staging import FileStaging
from controller.holdings.import_finish import Progress, finish, tell_end, withdraw
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
from controller.holdings.staging import BoxStaging, Staged
from controller.holdings.tables import ImportRow
from controller.store.engine import ReadSession, WriteSession

_log = logging.getLogger(__name__)

Kind = Literal["boxes", "files"]
_Entry = TypeVar("_Entry", BoxEntry, FileEntry)
_TURN = "import"


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
    tell = progress or _tell_nobody
    if dry_run:
        return _examine(context, stream, ImportReport(import_id=None, kind=kind), tell)
    with context.records.alone(_TURN) as free:
        if not free:
            raise ImportBusy
        _take_up_stopped(context)
        with context.records.write() as session:
            now = context.clock.now()
            import_id = stage.begin(session, kind=kind, name=name, by=by, at=now)
        report = ImportReport(import_id=import_id, kind=kind)
        _run(context, import_id, stream, report, accept_partial, tell)
        return report


def resume_imports(context: Context) -> list[str]:
    """After a restart, bring imports that stopped on the way to an end; return their ids."""
    with context.records.alone(_TURN) as free:
        return _take_up_stopped(context) if free else []


def _run(
    context: Context,
    import_id: str,
    stream: BinaryIO,
    report: ImportReport,
    accept_partial: bool,
    tell: Progress,
) -> None:
    try:
        _examine(context, stream, report, tell)
    except BaseException as error:
        withdraw(context, import_id, type(error).__name__)
        raise
    if report.good == 0 or (report.bad and not accept_partial):
        _reject(context, import_id, report)
        return
    with context.records.write() as session:
        _note(session, import_id, report).state = "publishing"
    finish(context, import_id, tell)
    report.applied = True


def _take_up_stopped(context: Context) -> list[str]:
    """Complete the imports that were being written, withdraw half-read ones."""
    with context.records.read() as session:
        stopped = stage.list_unfinished(session)
    for row in stopped:
        if row.state == "staging":
            withdraw(context, row.id, "stopped")
            continue
        try:
            finish(context, row.id, _tell_nobody)
        except OperationalError:
            raise  # a full disk or a busy database: later may go better
        except Exception:
            _log.exception("import %s stopped on the way and cannot be completed", row.id)
    return [row.id for row in stopped]


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
    while stretch := list(islice(checked, stage.STRETCH)):
        report.rows += len(stretch)
        report.bad += [cell for _, bad in stretch for cell in bad]
        with context.records.read() as reading:
            staged = take(reading, [entry for entry, _ in stretch if entry is not None])
        report.bad += staged.bad
        report.fresh += staged.fresh
        report.changed += staged.changed
        report.same += staged.same
        if report.import_id is not None:
            with context.records.write() as session:
                stage.put(session, report.import_id, staged.ops)
        tell("reading", report.rows)
    report.bad.sort(key=lambda cell: cell.row)
    report.good = report.rows - len({cell.row for cell in report.bad})
    return report


def _reject(context: Context, import_id: str, report: ImportReport) -> None:
    """Write nothing: there are bad rows, and the person did not accept that."""
    with context.records.write() as session:
        row = _note(session, import_id, report)
        row.state = "rejected"
        stage.clear(session, import_id)
        tell_end(context, session, row, "rejected", outcome="refused")


def _note(session: WriteSession, import_id: str, report: ImportReport) -> ImportRow:
    """Write down what the reading found."""
    row = stage.get_import(session, import_id)
    row.rows, row.good, row.bad = report.rows, report.good, report.rows - report.good
    row.fresh, row.changed, row.same = report.fresh, report.changed, report.same
    return row


def _tell_nobody(_doing: str, _rows: int) -> None:
    pass
