"""Makes the shelves in the database the shelves of the room file, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from config.geometry import shelves_of
from config.room import Room
from controller.holdings.tables import BoxRow, ShelfRow
from controller.store.engine import WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfChanges:
    """What a changed room file did to the list of shelves."""

    added: int
    changed: int
    removed: int
    kept: tuple[str, ...]
    """Gone from the room file, but boxes still have their home there, or a tag is on them."""


def sync_shelves(session: WriteSession, room: Room, *, at: datetime) -> ShelfChanges:
    """Make the shelves in the database the shelves of the room file, one row each."""
    wanted = {row["address"]: row for row in _shelf_rows(room)}
    known = {
        row.address: row
        for row in session.execute(
            select(ShelfRow).where(col(ShelfRow.room) == room.room)
        ).scalars()
    }
    added = [row for address, row in wanted.items() if address not in known]
    if added:
        session.execute(insert(ShelfRow), added)
    changed = sum(_refresh(known[address], wanted[address]) for address in wanted.keys() & known)
    removed, kept = _drop_shelves(session, known.keys() - wanted.keys(), at)
    session.flush()
    return ShelfChanges(added=len(added), changed=changed, removed=removed, kept=kept)


def _shelf_rows(room: Room) -> list[dict[str, str | int]]:
    return [
        {
            "address": str(address),
            "room": address.room,
            "bank": address.bank or 0,
            "column_no": address.column or 0,
            "face": str(address.face),
            "section": address.section or 0,
            "shelf": address.shelf or 0,
            "length_mm": length_mm,
            "position": position,
        }
        for position, (address, length_mm) in enumerate(shelves_of(room))
    ]


def _refresh(row: ShelfRow, wanted: Mapping[str, str | int]) -> bool:
    now = (row.length_mm, row.position, row.removed_at)
    if now == (wanted["length_mm"], wanted["position"], None):
        return False
    row.length_mm, row.position = int(wanted["length_mm"]), int(wanted["position"])
    row.removed_at = None
    return True


def _drop_shelves(
    session: WriteSession, addresses: set[str], at: datetime
) -> tuple[int, tuple[str, ...]]:
    """Drop shelves the room file no longer has; one that is a home or bears a tag stays, marked."""
    kept: list[str] = []
    for address in sorted(addresses):
        row = session.get(ShelfRow, address)
        used = session.execute(
            select(col(BoxRow.code)).where(col(BoxRow.home_shelf) == address).limit(1)
        ).first()
        if row is not None and used is None and row.epc is None:
            session.delete(row)
        elif row is not None:
            row.removed_at = row.removed_at or at
            kept.append(address)
    return len(addresses) - len(kept), tuple(kept)
