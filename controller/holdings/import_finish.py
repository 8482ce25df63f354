"""Writes what an import has staged, and says how the import ended."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue
from sqlalchemy.exc import OperationalError

from controller.audit.store import append
from controller.context import Context
from controller.holdings import import_stage as stage
from controller.holdings import publish
from controller.holdings.homes import grow_homes_versions, homes_version
from controller.holdings.tables import ImportRow
from controller.holdings.tagging import refuse_shared_tags, write_first_tags
from controller.live import LiveChange
from controller.store.engine import WriteSession

Progress = Callable[[str, int], None]
"""Told what is being done (`reading`, `publishing`, `updating`) and how many rows are through."""


def finish(context: Context, import_id: str, tell: Progress) -> None:
    """Publish what is staged; also takes up where a stopped process left off.

    What fails is withdrawn while nobody has seen it. Once it shows, the disk may yet have room
    again; any other fault would only come again, so the rest is given up.
    """
    with context.records.read() as session:
        row = stage.get_import(session, import_id)
    rooms: set[str] = set()
    if row.state == "publishing":
        try:
            _publish_fresh(context, row, tell)
            rooms |= _show(context, row)
        except Exception as error:
            withdraw(context, import_id, type(error).__name__)
            raise
    try:
        rooms |= _write_changes(context, row, tell)
    except OperationalError:
        raise
    except Exception as error:
        with context.records.write() as session:
            _fail(context, session, import_id, type(error).__name__)
        raise
    _close(context, row, rooms)


def withdraw(context: Context, import_id: str, why: str) -> None:
    """Take back whatever an import has staged or hidden."""
    with context.records.write() as session:
        publish.withdraw(session, import_id)
        _fail(context, session, import_id, why)


def tell_end(
    context: Context,
    session: WriteSession,
    row: ImportRow,
    how: str,
    *,
    outcome: str = "done",
    why: str | None = None,
) -> None:
    """Write the end of an import into the audit ledger."""
    detail: dict[str, JsonValue] = {
        "kind": row.kind,
        "rows": row.rows,
        "fresh": row.fresh,
        "changed": row.changed,
        "bad": row.bad,
    }
    append(
        session,
        at=context.clock.now(),
        actor=row.by,
        action=f"import.{how}",
        subject=row.id,
        outcome=outcome,
        detail=detail if why is None else detail | {"why": why},
    )


def _publish_fresh(context: Context, row: ImportRow, tell: Progress) -> None:
    done = 0
    while True:
        with context.records.write() as session:
            staged = stage.take(session, row.id, fresh=True)
            for kind in publish.KINDS:
                values = [one.values for one in staged if one.kind == kind]
                publish.write_fresh(session, kind, values, import_id=row.id, at=row.at)
        if not staged:
            return
        done += len(staged)
        tell("publishing", done)


def _show(context: Context, row: ImportRow) -> set[str]:
    """Make all new rows visible at once."""
    with context.records.write() as session:
        refuse_shared_tags(session, row.id)
        publish.write_first_movements(session, row.id, by=row.by)
        write_first_tags(session, row.id, by=row.by)
        rooms = publish.rooms_of_import(session, row.id)
        grow_homes_versions(session, rooms)
        stage.get_import(session, row.id).state = "updating"
    return set(rooms)


def _write_changes(context: Context, row: ImportRow, tell: Progress) -> set[str]:
    rooms: set[str] = set()
    done = 0
    while True:
        with context.records.write() as session:
            staged = stage.take(session, row.id, fresh=False)
            now = context.clock.now()
            changed = set[str]().union(
                *(
                    publish.write_change(
                        session, one.kind, one.values, import_id=row.id, by=row.by, at=now
                    )
                    for one in staged
                )
            )
            grow_homes_versions(session, sorted(changed))
        if not staged:
            return rooms
        rooms |= changed
        done += len(staged)
        tell("updating", done)


def _close(context: Context, row: ImportRow, rooms: set[str]) -> None:
    with context.records.write() as session:
        done = stage.get_import(session, row.id)
        done.state = "done"
        tell_end(context, session, done, "applied")
        versions = {room: homes_version(session, room) for room in sorted(rooms)}
    context.hub.publish(
        *(
            LiveChange(kind="homes", key=room, body={"room": room, "version": version})
            for room, version in versions.items()
        )
    )


def _fail(context: Context, session: WriteSession, import_id: str, why: str) -> None:
    row = stage.get_import(session, import_id)
    row.state = "failed"
    stage.clear(session, import_id)
    tell_end(context, session, row, "failed", outcome="failed", why=why)
