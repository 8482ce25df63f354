"""Where the tagged boxes and files of a room belong: the list that the room keeps a copy of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlmodel import col

from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, HomesVersionRow, ShelfRow
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Home

_AT_ONCE = 500


def list_homes(session: ReadSession, room: str) -> list[Home]:
    """List where the tagged boxes and files of a room belong, by code; boxes come first."""
    return list(each_home(session, room))


def each_home(session: ReadSession, room: str) -> Iterator[Home]:
    """Yield what `list_homes` lists, a few rows in memory at a time."""
    yield from _homes_of_boxes(session, room)
    yield from _homes_of_files(session, room)


def _homes_of_boxes(session: ReadSession, room: str) -> Iterator[Home]:
    found = session.execute(
        select(col(BoxRow.epc), col(BoxRow.code), col(BoxRow.home_shelf), col(BoxRow.home_order_mm))
        .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
        .where(col(ShelfRow.room) == room)
        .where(col(BoxRow.epc).is_not(None))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(BoxRow.code))
        .execution_options(yield_per=_AT_ONCE)
    )
    for epc, code, shelf, order_mm in found:
        yield Home(epc=epc, box_code=code, shelf=shelf, order_mm=order_mm or 0)


def _homes_of_files(session: ReadSession, room: str) -> Iterator[Home]:
    found = session.execute(
        select(
            col(FileRow.epc),
            col(FileRow.code),
            col(BoxRow.code),
            col(BoxRow.home_shelf),
            col(BoxRow.home_order_mm),
        )
        .join(BoxRow, col(BoxRow.code) == col(FileRow.box_code))
        .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
        .where(col(ShelfRow.room) == room)
        .where(col(FileRow.epc).is_not(None))
        .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(FileRow.code))
        .execution_options(yield_per=_AT_ONCE)
    )
    for epc, file, box, shelf, order_mm in found:
        yield Home(epc=epc, box_code=box, file_code=file, shelf=shelf, order_mm=order_mm or 0)


def homes_version(session: ReadSession, room: str) -> int:
    """Return a number that grows with every change of the room's homes; 0 before the first."""
    row = session.get(HomesVersionRow, room)
    return 0 if row is None else row.version


def grow_homes_versions(session: WriteSession, rooms: Sequence[str]) -> None:
    """Say that the homes of some rooms have changed."""
    for room in sorted(set(rooms)):
        row = session.get(HomesVersionRow, room)
        if row is None:
            session.add(HomesVersionRow(room=room, version=1))
        else:
            row.version += 1
    session.flush()
