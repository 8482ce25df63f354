"""Finds the 起止号 of each face: what its first and its last box hold, as the shelves run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sqlalchemy import Function, Select, func, select
from sqlmodel import col

from config.addresses import Face, SlotAddress
from config.room import FaceShape, Room
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.labels.model import CodeRange, FaceEnd, Scope
from controller.store.engine import ReadSession


def list_face_ends(session: ReadSession, room: Room, scope: Scope) -> Iterator[FaceEnd]:
    """List the faces of a part of a room in address order, each with its shelves and 起止号."""
    for place, shape in list_faces(room, scope):
        yield FaceEnd(
            address=place,
            sections=shape.sections,
            shelves=shape.shelves,
            codes=_codes(session, place),
        )


def list_faces(room: Room, scope: Scope) -> Iterator[tuple[SlotAddress, FaceShape]]:
    """List the faces of a part of a room in address order, as the room file has them."""
    for bank in room.banks:
        for column, face in product(range(1, bank.columns + 1), Face):
            shape = bank.shape(column, face)
            place = SlotAddress(room=room.room, bank=bank.bank, column=column, face=face)
            if shape is not None and scope.address.contains(place):
                yield place, shape


def _codes(session: ReadSession, face: SlotAddress) -> CodeRange | None:
    order = (col(ShelfRow.position), col(BoxRow.home_order_mm), col(BoxRow.code))
    boxes = _boxes_in(face)
    first = session.execute(boxes.order_by(*order).limit(1)).scalar()
    if first is None:
        return None
    last = session.execute(boxes.order_by(*(part.desc() for part in order)).limit(1)).scalar_one()
    count = session.execute(select(func.count()).select_from(boxes.subquery())).scalar_one()
    return CodeRange(
        first=_file_code(session, first, func.min(col(FileRow.code))) or first,
        last=_file_code(session, last, func.max(col(FileRow.code))) or last,
        boxes=count,
    )


def _boxes_in(face: SlotAddress) -> Select[str]:
    return (
        select(col(BoxRow.code))
        .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
        .where(
            col(ShelfRow.room) == face.room,
            col(ShelfRow.bank) == face.bank,
            col(ShelfRow.column_no) == face.column,
            col(ShelfRow.face) == face.face,
            col(BoxRow.import_id).not_in(HIDDEN_IMPORTS),
        )
    )


def _file_code(session: ReadSession, box: str, which: Function[str]) -> str | None:
    found: str | None = session.execute(
        select(which)
        .where(col(FileRow.box_code) == box)
        .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
    ).scalar()
    return found
