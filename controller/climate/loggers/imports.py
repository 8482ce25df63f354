"""Takes logger files in: keeps the file, reads it dry, asks what is open, then publishes.

An import is a row that goes from `reading` to `ready` to `publishing` to `published`. Whoever has
`Imports.run` works on what is waiting; a stop at any place is taken up again, because a moment that
is stored already stays as it is. One file at a time.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy.exc import OperationalError

from controller.audit.store import append
from controller.climate.loggers import store
from controller.climate.loggers.model import Choices, Findings, LoggerProblem, Reading
from controller.climate.loggers.reading import read_file
from controller.climate.loggers.survey import Progress, survey
from controller.climate.loggers.tables import LoggerImportRow
from controller.climate.series.ingest import add_imported
from controller.context import Context
from controller.store.engine import WriteSession

INLINE_BYTES: Final = 4 * 1024 * 1024
"""Files up to this size are read while their sender waits."""
STRETCH: Final = 5000
"""So many readings one transaction takes, so that live readings never wait long."""
KEPT: Final = timedelta(days=400)
"""Files are kept as long as raw readings."""
LOOK_EVERY_S: Final = 2.0

_TURN = "logger-import"
_log = logging.getLogger(__name__)


class NotNow(Exception):
    """The import is not in a state in which this can be done; `state` says in which it is."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class _Cancelled(Exception):
    """Somebody cancelled the import while it was worked on."""


class Imports:
    """Works on what waits while the process runs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self) -> None:
        """Read and publish whatever waits, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(work, self._context)
            except Exception:
                _log.exception("logger files could not be taken in; it is tried again")
            await asyncio.sleep(LOOK_EVERY_S)


def work(context: Context, *, tell: Progress | None = None) -> bool:
    """Bring everything that waits to its next rest; `False` if another process is at it."""
    with context.records.read() as session:
        if store.find_waiting(session) is None:
            return True
    with context.records.alone(_TURN) as free:
        while free:
            with context.records.read() as session:
                row = store.find_waiting(session)
            if row is None:
                break
            _take_on(context, row, tell)
    return free


def choose(context: Context, import_id: str, choices: Choices) -> None:
    """Have a file read again as a person says; raise LookupError, NotNow."""
    with context.records.write() as session:
        row = _at_rest(session, import_id, ("ready", "failed"))
        row.choices = choices.model_dump_json(exclude_none=True)
        row.state, row.failure, row.layout, row.findings = "reading", None, None, None
        session.add(row)


def publish(context: Context, import_id: str, *, by: str) -> None:
    """Have what was read taken in; raise LookupError, NotNow.

    What is published already may be published again: that changes nothing.
    """
    with context.records.write() as session:
        row = _at_rest(session, import_id, ("ready", "stopped", "published"))
        layout, findings = store.layout_of(row), store.findings_of(row)
        if layout is None or layout.questions:
            raise NotNow("open_questions")
        if findings is None or not findings.moments:
            raise NotNow("nothing_to_take_in")
        if row.state != "published":
            row.state, row.ended_by, row.rows_done = "publishing", by, 0
            session.add(row)


def cancel(context: Context, import_id: str, *, by: str) -> None:
    """End an import; what was stored already stays, and may be completed. Raises as `publish`."""
    taken = store.count_all_taken(context, import_id)
    with context.records.write() as session:
        row = _at_rest(session, import_id, ("reading", "ready", "stopped", "failed", "publishing"))
        row.taken = taken
        was_writing = row.state == "publishing"
        row.state = "stopped" if was_writing else "cancelled"
        row.ended_at, row.ended_by = context.clock.now(), by
        session.add(row)
        _tell_end(context, session, row, "stopped" if was_writing else "cancelled")
    if not was_writing:
        store.drop_file(context, import_id)


def let_files_go(context: Context) -> int:
    """Let go of files that were taken in long ago; return how many."""
    with context.records.read() as session:
        old = store.list_published_before(session, context.clock.now() - KEPT)
    for import_id in old:
        store.drop_file(context, import_id)
    return len(old)


def _at_rest(session: WriteSession, import_id: str, states: Sequence[str]) -> LoggerImportRow:
    row = store.get_import(session, import_id)
    if row.state not in states:
        raise NotNow(row.state)
    return row


def _take_on(context: Context, row: LoggerImportRow, tell: Progress | None) -> None:
    """Read or publish one import. What is wrong with its file, or with us, ends it by name."""
    steps = {"reading": _read, "publishing": _publish}
    try:
        steps[row.state](context, row, _progress(context, row, tell))
    except _Cancelled:
        return
    except OperationalError:
        raise  # a full disk or a busy database: later may go better
    except LoggerProblem as problem:
        _fail(context, row.id, problem.code, problem.params)
    except Exception as error:
        _log.exception("logger file %s cannot be taken in", row.id)
        _fail(context, row.id, "climate.import_failed", {"why": type(error).__name__})


def _read(context: Context, row: LoggerImportRow, tell: Progress) -> None:
    findings = Findings()
    with store.opened(context, row.id) as stream:
        layout = survey(stream, store.choices_of(row), context.site.time_zone, tell)
        if {question.about for question in layout.questions} <= {"temperature_unit"}:
            with closing(read_file(stream, layout, row.at, findings, tell, "checking")) as readings:
                for _ in readings:
                    pass
    with context.records.write() as session:
        now = _still(session, row)
        now.state, now.doing = "ready", ""
        store.note_layout(session, now, layout)
        store.note_findings(session, now, findings)


def _publish(context: Context, row: LoggerImportRow, tell: Progress) -> None:
    """Take a file in. What it dated in time to come when it came stays suspect for ever."""
    layout, found = store.layout_of(row), store.findings_of(row)
    assert layout is not None
    assert found is not None
    findings = Findings()
    with (
        store.opened(context, row.id) as stream,
        closing(read_file(stream, layout, row.at, findings, tell, "publishing")) as readings,
    ):
        while stretch := list(islice(readings, STRETCH)):
            with context.telemetry.write() as session:
                new = add_imported(
                    session,
                    row.room,
                    row.probe,
                    _points(stretch),
                    f"{row.name} ({row.id})",
                    interval_s=found.interval_s,
                    now=row.at,
                )
                store.count_taken(session, row.id, new)
    taken = store.count_all_taken(context, row.id)
    with context.records.write() as session:
        done = _still(session, row)
        done.state, done.doing, done.taken = "published", "", taken
        done.ended_at = context.clock.now()
        store.note_findings(session, done, findings)
        _tell_end(context, session, done, "published")


def _points(readings: Sequence[Reading]) -> list[tuple[datetime, Mapping[str, float]]]:
    return [(reading.at, reading.values) for reading in readings]


def _progress(context: Context, row: LoggerImportRow, tell: Progress | None) -> Progress:
    """Write down how far the work is, and end it if somebody cancelled."""

    def note(doing: str, rows: int) -> None:
        with context.records.write() as session:
            now = _still(session, row)
            now.doing, now.rows_done = doing, rows
            session.add(now)
        if tell is not None:
            tell(doing, rows)

    return note


def _still(session: WriteSession, row: LoggerImportRow) -> LoggerImportRow:
    """Return the import as it is now; raise _Cancelled if it is to be worked on no more."""
    now = store.get_import(session, row.id)
    if now.state != row.state:
        raise _Cancelled
    return now


def _fail(context: Context, import_id: str, code: str, params: Mapping[str, str | int]) -> None:
    with context.records.write() as session:
        row = store.get_import(session, import_id)
        if row.state not in ("reading", "publishing"):
            return
        row.state, row.doing, row.failure = "failed", "", code
        row.failure_params = json.dumps(params)
        row.ended_at = context.clock.now()
        session.add(row)


def _tell_end(context: Context, session: WriteSession, row: LoggerImportRow, how: str) -> None:
    """Write the end of an import into the audit ledger."""
    findings = store.findings_of(row)
    append(
        session,
        at=context.clock.now(),
        actor=row.ended_by or row.by,
        action=f"climate.import_{how}",
        subject=f"{row.room}/{row.probe}",
        detail={
            "import": row.id,
            "name": row.name,
            "sha256": row.sha256,
            "rows": findings.rows if findings else 0,
            "new": row.taken,
            "problems": findings.bad if findings else 0,
        },
    )
