"""Reads the work lists of pairing: their shelves, and what stands or was paired on them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlmodel import col

from config.addresses import SlotAddress
from controller.holdings.store import HIDDEN_IMPORTS, get_box_row
from controller.holdings.tables import BoxRow, ShelfRow
from controller.store.engine import ReadSession
from controller.tags.model import Refused
from controller.tags.pairing_rules import ShelfState, StandingBox
from controller.tags.tables import PairedBoxRow, PairingRow, PairingShelfRow


def get_open(session: ReadSession, pairing_id: str) -> PairingRow:
    """Read a work list that is not closed; raise Refused if it is, or if there is none."""
    row = session.get(PairingRow, pairing_id)
    if row is None:
        raise Refused("tags.no_such_pairing", id=pairing_id)
    if row.done_at is not None:
        raise Refused("tags.pairing_closed", id=pairing_id)
    return row


def list_paired(session: ReadSession, pairing_id: str, address: str) -> list[PairedBoxRow]:
    """List what was paired on a shelf and not taken back, left to right."""
    query = (
        select(PairedBoxRow)
        .where(col(PairedBoxRow.pairing_id) == pairing_id, col(PairedBoxRow.address) == address)
        .where(col(PairedBoxRow.undone_at).is_(None))
        .order_by(col(PairedBoxRow.number))
    )
    return list(session.execute(query).scalars())


def shelf_state(shelf: PairingShelfRow) -> ShelfState:
    """Read the state out of a row."""
    return parse_state(shelf.address, shelf.state)


def parse_state(address: str, state: str) -> ShelfState:
    """Read the state of a shelf. Raises LookupError for one that is none."""
    match state:
        case "open" | "started" | "done":
            return state
        case _:
            raise LookupError(f"{address} is {state!r}, which is no state")


def list_scanned(session: ReadSession, pairing_id: str, address: str) -> list[StandingBox]:
    """List the boxes that were paired on a shelf, left to right, as the record has them."""
    return [
        _box(get_box_row(session, row.box_code))
        for row in list_paired(session, pairing_id, address)
    ]


def list_standing(session: ReadSession, address: str) -> list[StandingBox]:
    """List the boxes that belong on a shelf, left to right."""
    query = (
        select(BoxRow)
        .where(col(BoxRow.home_shelf) == address)
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(BoxRow.home_order_mm), col(BoxRow.code))
    )
    return [_box(box) for box in session.execute(query).scalars()]


def _box(row: BoxRow) -> StandingBox:
    return StandingBox(
        code=row.code, thickness_mm=row.thickness_mm, order_mm=row.home_order_mm or 0
    )


def list_shelves(session: ReadSession, scope: SlotAddress) -> Sequence[str]:
    """List the shelves of a part of a room in the order of its steel."""
    query = shelf_query(scope).order_by(col(ShelfRow.position))
    return list(session.execute(query).scalars())


def shelf_query(scope: SlotAddress) -> Select[str]:
    """Select the shelves of a part of a room."""
    query = select(col(ShelfRow.address)).where(
        col(ShelfRow.room) == scope.room, col(ShelfRow.removed_at).is_(None)
    )
    parts = (
        (ShelfRow.bank, scope.bank),
        (ShelfRow.column_no, scope.column),
        (ShelfRow.section, scope.section),
        (ShelfRow.shelf, scope.shelf),
    )
    for column, wanted in parts:
        if wanted is not None:
            query = query.where(col(column) == wanted)
    return query if scope.face is None else query.where(col(ShelfRow.face) == str(scope.face))
