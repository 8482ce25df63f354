"""The room and the database list the same shelves."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlmodel import col

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import Room
from controller.context import Context
from controller.holdings.shelves import sync_shelves
from controller.holdings.tables import BoxRow, ShelfRow
from controller.store.engine import Store


def listed(store: Store, room: str) -> list[tuple[str, int]]:
    with store.read() as session:
        query = select(ShelfRow).where(col(ShelfRow.room) == room).order_by(col(ShelfRow.position))
        return [(row.address, row.length_mm) for row in session.execute(query).scalars()]


def test_every_shelf_of_the_reference_room_is_one_row_in_the_database(context: Context) -> None:
    room = load_room(shipped_room("reference"))
    with context.records.write() as session:
        changes = sync_shelves(session, room, at=context.clock.now())
    assert changes.added == 2700
    assert listed(context.records, room.room) == [
        (str(address), length_mm) for address, length_mm in shelves_of(room)
    ]


def test_syncing_again_changes_nothing(context: Context, room: Room) -> None:
    before = listed(context.records, room.room)
    with context.records.write() as session:
        changes = sync_shelves(session, room, at=context.clock.now())
    assert (changes.added, changes.changed, changes.removed, changes.kept) == (0, 0, 0, ())
    assert listed(context.records, room.room) == before


def test_a_shelf_that_left_the_room_file_leaves_unless_a_box_belongs_there(
    filled: Context, room: Room
) -> None:
    bank = room.banks[0]
    smaller = room.model_copy(
        update={"banks": (bank.model_copy(update={"columns": bank.columns - 1}),)}
    )
    gone = {str(address) for address, _ in shelves_of(room)} - {
        str(address) for address, _ in shelves_of(smaller)
    }
    free = sorted(gone)[0]
    with filled.records.write() as session:
        session.execute(
            update(BoxRow).where(col(BoxRow.home_shelf) == free).values(home_shelf=None)
        )
        used = set(
            session.execute(
                select(col(BoxRow.home_shelf)).where(col(BoxRow.home_shelf).in_(gone))
            ).scalars()
        )
        changes = sync_shelves(session, smaller, at=filled.clock.now())
    assert changes.kept == tuple(sorted(used))
    assert changes.removed == len(gone) - len(used) >= 1
    with filled.records.read() as session:
        kept = session.get(ShelfRow, sorted(used)[0])
        assert kept is not None
        assert kept.removed_at == filled.clock.now()
        assert session.get(ShelfRow, free) is None
