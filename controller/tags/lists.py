"""Lists what lies wrong, what nobody can place, and which tags belong to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlmodel import col

from config.room import Room
from config.site import Tagging
from controller.holdings.looks import Looks
from controller.holdings.store import HIDDEN_IMPORTS, place_of_box, place_of_file, seen_of
from controller.holdings.tables import BoxRow, FileRow
from controller.store.engine import ReadSession
from controller.tags.aisles import find_aisle
from controller.tags.heard import list_heard
from controller.tags.shapes import (
    AisleView,
    AstrayListView,
    AstrayView,
    HeardTagListView,
    HeardTagView,
    scheme_view,
)
from controller.tags.store import look_up

Astray = Literal["shelf", "unknown"]
_Pair = tuple[BoxRow, FileRow | None]


def list_astray(
    session: ReadSession,
    rooms: Mapping[str, Room],
    kind: Astray,
    *,
    room: str | None,
    limit: int,
) -> AstrayListView:
    """List boxes and files on their own that stand on a wrong shelf, or that nobody can place.

    Those of a room belong there, stand there, or were seen there last.
    """
    found = [*_boxes(session, kind, room, limit + 1), *_files(session, kind, room, limit + 1)]
    found.sort(key=_since, reverse=True)
    shown = found[:limit]
    rows = [row for box, file in shown for row in (box, file) if row is not None]
    looks = Looks.of(session, rows, now=None)
    return AstrayListView(
        boxes=[_view(rooms, looks, box, file) for box, file in shown], more=len(found) > limit
    )


def list_unknown_tags(
    session: ReadSession,
    rooms: Mapping[str, Room],
    tagging: Tagging,
    *,
    room: str | None,
    limit: int,
) -> HeardTagListView:
    """List the tags that rooms hear and that belong to nothing."""
    rows = list_heard(session, room, limit=limit + 1)
    looks = look_up(session, tagging, [row.epc for row in rows])
    tags = [
        HeardTagView(
            epc=row.epc,
            room=row.room,
            zone=row.zone,
            reader=row.reader,
            first_at=row.first_at,
            last_at=row.last_at,
            gone=row.gone,
            scheme=scheme_view(looks[row.epc].scheme),
            was=looks[row.epc].item,
            aisle=AisleView.of(find_aisle(rooms, row.zone)[1]),
        )
        for row in rows[:limit]
    ]
    return HeardTagListView(tags=tags, more=len(rows) > limit)


def _boxes(session: ReadSession, kind: Astray, room: str | None, limit: int) -> Sequence[_Pair]:
    query = select(BoxRow).where(_astray(BoxRow), col(BoxRow.place_kind) == kind)
    query = query.where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
    query = (
        query.where(*_in_room(BoxRow, room)).order_by(col(BoxRow.place_since).desc()).limit(limit)
    )
    return [(box, None) for box in session.execute(query).scalars()]


def _files(session: ReadSession, kind: Astray, room: str | None, limit: int) -> Sequence[_Pair]:
    query = (
        select(BoxRow, FileRow)
        .join(FileRow, col(FileRow.box_code) == col(BoxRow.code))
        .where(_astray(FileRow), col(FileRow.place_kind) == kind)
        .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
    )
    query = (
        query.where(*_in_room(FileRow, room)).order_by(col(FileRow.place_since).desc()).limit(limit)
    )
    return [(box, file) for box, file in session.execute(query)]


def _astray(table: type[BoxRow | FileRow]) -> ColumnElement[bool]:
    """Say it in the very words of the partial index, without parameters, so that it is used."""
    kinds: list[ColumnElement[str]] = [literal_column("'shelf'"), literal_column("'unknown'")]
    return col(table.place_kind).in_(kinds)


def _in_room(table: type[BoxRow | FileRow], room: str | None) -> Sequence[ColumnElement[bool]]:
    if room is None:
        return ()
    where = (col(BoxRow.home_shelf), col(table.place_address), col(table.seen_zone))
    return (or_(*(column.startswith(f"{room}-", autoescape=True) for column in where)),)


def _since(pair: _Pair) -> datetime:
    box, file = pair
    return (file.place_since if file is not None else None) or box.place_since


def _view(rooms: Mapping[str, Room], looks: Looks, box: BoxRow, file: FileRow | None) -> AstrayView:
    row = box if file is None else file
    place = looks.place(place_of_box(box) if file is None else place_of_file(file, box), None)
    seen = seen_of(row)
    where = place.address or (seen.zone if seen is not None else None)
    room, aisle = find_aisle(rooms, where)
    if aisle is None and place.address is None:
        room, aisle = find_aisle(rooms, box.home_shelf)
    return AstrayView(
        kind="box" if file is None else "file",
        code=row.code,
        box_code=box.code,
        title=row.title,
        home=box.home_shelf,
        place=place.address,
        since=_since((box, file)),
        by=place.by,
        confidence=place.confidence,
        last_seen=looks.seen(seen),
        room=room,
        aisle=AisleView.of(aisle),
    )
