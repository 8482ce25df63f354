"""Tells the life of a box or file, from movements that were only ever added.

A box's movement stands for the files that were in it, so the life of a file is woven from its own
movements and those of the boxes it lay in while it lay there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import or_, select
from sqlmodel import col

from controller.holdings.model import Cause, Movement, Place, PlaceKind
from controller.holdings.tables import FileRow, ImportRow, MovementRow
from controller.store.engine import ReadSession


def list_box_movements(session: ReadSession, code: str, *, limit: int) -> list[Movement]:
    """List what happened to a box and to files that came from it or into it, newest first."""
    query = (
        select(MovementRow)
        .where(or_(col(MovementRow.box_code) == code, col(MovementRow.from_box_code) == code))
        .order_by(col(MovementRow.id).desc())
        .limit(limit)
    )
    return [movement_of(row) for row in session.execute(query).scalars()]


def list_file_movements(session: ReadSession, code: str, *, limit: int) -> list[Movement]:
    """List what happened to a file, alone or in its box, newest first."""
    file = session.get(FileRow, code)
    if file is None:
        return []
    taken_in = session.get(ImportRow, file.import_id)
    rows = [
        row
        for row in _woven(session, file)
        if row.item_kind == "file" or taken_in is None or row.at >= taken_in.at
    ]
    newest = sorted(rows, key=lambda row: row.id or 0, reverse=True)
    return [movement_of(row) for row in newest[:limit]]


def _woven(session: ReadSession, file: FileRow) -> Iterator[MovementRow]:
    own = list(
        session.execute(
            select(MovementRow)
            .where(col(MovementRow.item_code) == file.code, col(MovementRow.item_kind) == "file")
            .order_by(col(MovementRow.id))
        ).scalars()
    )
    moved_over = [row.from_box_code for row in own if row.from_box_code]
    box, together, after = (moved_over[0] if moved_over else file.box_code), True, 0
    for row in own:
        if together:
            yield from _of_box(session, box, after, row.id)
        yield row
        box, together, after = row.box_code, row.with_box, row.id or 0
    if together:
        yield from _of_box(session, box, after, None)


def _of_box(
    session: ReadSession, box: str, after: int, before: int | None
) -> Iterator[MovementRow]:
    query = select(MovementRow).where(
        col(MovementRow.item_code) == box,
        col(MovementRow.item_kind) == "box",
        col(MovementRow.id) > after,
    )
    if before is not None:
        query = query.where(col(MovementRow.id) < before)
    yield from session.execute(query).scalars()


def movement_of(row: MovementRow) -> Movement:
    """Read a movement out of its row."""
    return Movement(
        id=row.id or 0,
        at=row.at,
        item_kind=row.item_kind,
        item=row.item_code,
        box_code=row.box_code,
        from_place=Place(
            kind=PlaceKind(row.from_kind), address=row.from_address, person=row.from_person
        ),
        to_place=Place(
            kind=PlaceKind(row.to_kind),
            address=row.to_address,
            person=row.to_person,
            since=row.at,
        ),
        cause=cast(Cause, row.cause),
        by=row.by,
        confidence=row.confidence,
        from_box_code=row.from_box_code,
        with_box=row.with_box,
    )
