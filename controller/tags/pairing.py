"""Pairs a whole room shelf by shelf: work lists that several people go along, and come back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from pydantic import JsonValue
from sqlalchemy import insert, select
from sqlmodel import col

from config.addresses import SlotAddress, room_of
from config.site import Tagging
from controller.audit.store import append
from controller.holdings.by_hand import SCANNED, see_at
from controller.holdings.home_history import note_home_change
from controller.holdings.homes import grow_homes_versions
from controller.holdings.model import Item, Place, PlaceKind
from controller.holdings.store import get_box_row, item_changed, place_of_box, put_box
from controller.holdings.tables import BoxRow, ShelfRow
from controller.holdings.tagging import TagInUse, pair
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.tags import pairing_rules
from controller.tags.model import Refused
from controller.tags.pairing_shelves import (
    get_open,
    list_paired,
    list_scanned,
    list_shelves,
    list_standing,
    shelf_query,
    shelf_state,
)
from controller.tags.pairing_told import shelves_changed
from controller.tags.store import pair_tag
from controller.tags.tables import PairedBoxRow, PairingRow, PairingShelfRow


class EndLoan(Protocol):
    """Ends the loan of an item that turned up, and says who had it; `None`: nobody."""

    def __call__(
        self, session: WriteSession, item: Item, *, by: str, at: datetime, to: PlaceKind
    ) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What pages should hear of a box that was paired, and whose loan ended by it."""

    changes: list[LiveChange]
    lent_to: str | None


def begin(session: WriteSession, scope: SlotAddress, *, by: str, at: datetime) -> PairingRow:
    """Open a work list over a part of a room. A shelf stands in one open list at most."""
    addresses = list_shelves(session, scope)
    if not addresses:
        raise Refused("tags.no_shelves", scope=str(scope))
    taken = session.execute(
        select(col(PairingRow.id), col(PairingRow.scope))
        .join(PairingShelfRow, col(PairingShelfRow.pairing_id) == col(PairingRow.id))
        .where(col(PairingRow.done_at).is_(None), col(PairingRow.room) == scope.room)
        .where(col(PairingShelfRow.address).in_(shelf_query(scope)))
        .limit(1)
    ).first()
    if taken is not None:
        raise Refused("tags.pairing_open", id=taken.id, scope=taken.scope)
    row = PairingRow(id=uuid4().hex, room=scope.room, scope=str(scope), by=by, at=at)
    session.add(row)
    session.flush()
    shelves = [
        {"pairing_id": row.id, "address": address, "position": position, "state": "open"}
        for position, address in enumerate(addresses)
    ]
    session.execute(insert(PairingShelfRow), shelves)
    _audit(session, row, "pairing.begun", by=by, at=at, shelves=len(addresses))
    return row


def close(session: WriteSession, pairing_id: str, *, by: str, at: datetime) -> PairingRow:
    """Close a work list; what was paired stays so."""
    row = get_open(session, pairing_id)
    row.done_at = at
    _audit(session, row, "pairing.closed", by=by, at=at)
    return row


def pair_box(
    session: WriteSession,
    tagging: Tagging,
    pairing_id: str,
    address: str,
    code: str,
    epc: str,
    *,
    here: bool,
    end_loan: EndLoan,
    by: str,
    at: datetime,
) -> Paired:
    """Pair the next box of a shelf, left to right, and see it there.

    It stands on a shelf, so it is with nobody: a loan of it ends, as when it is put away. `here`
    moves its home to this shelf. Raises Refused, NotHeld or TagInUse.
    """
    pairing = get_open(session, pairing_id)
    shelf = _take_shelf(session, pairing, address, by=by, at=at)
    box = get_box_row(session, code)
    _require_fresh(session, pairing_id, code)
    refusal = pairing_rules.refuse_box(home=box.home_shelf, shelf=address, here=here)
    if refusal is not None:
        raise Refused(refusal, code=code, home=box.home_shelf)
    done = PairedBoxRow(
        pairing_id=pairing_id,
        address=address,
        box_code=code,
        epc=epc,
        by=by,
        at=at,
        before_epc=box.epc,
        before_shelf=box.home_shelf,
        before_order_mm=box.home_order_mm,
    )
    if box.home_shelf != address:
        order_mm = pairing_rules.next_order_mm(list_scanned(session, pairing_id, address))
        _require_fit(session, address, order_mm + box.thickness_mm)
        move_home(session, box, address, order_mm, by=by, at=at)
    item = Item(kind="box", code=code)
    _, changes = pair_tag(session, tagging, item, epc, by=by, at=at)
    place, moved = see_at(session, item, address, by=by, at=at, confidence=SCANNED)
    lent_to = end_loan(session, item, by=by, at=at, to=place.kind)
    session.add(done)
    shelf.state, shelf.done_at = "started", None
    session.flush()
    changes += [moved] if moved else []
    changes += shelves_changed(session, pairing, address, done.before_shelf)
    return Paired(changes=changes, lent_to=lent_to)


def undo_last(
    session: WriteSession, pairing_id: str, address: str, *, by: str, at: datetime
) -> tuple[PairedBoxRow, list[LiveChange]]:
    """Take back the last box of a shelf: its tag and its home are what they were.

    One that was taken to belong there stands there still, and so on a wrong shelf; a loan that
    ended stays so.
    """
    pairing = get_open(session, pairing_id)
    shelf = _take_shelf(session, pairing, address, by=by, at=at)
    row = next(iter(list_paired(session, pairing_id, address)[::-1]), None)
    if row is None:
        raise Refused("tags.nothing_to_undo", address=address)
    row.undone_at = at
    box, item = get_box_row(session, row.box_code), Item(kind="box", code=row.box_code)
    if box.epc == row.epc and row.before_epc != row.epc:
        try:
            pair(session, item, row.before_epc, by=by, at=at, cause="undone")
        except TagInUse:
            pair(session, item, None, by=by, at=at, cause="undone")
    changes = [
        LiveChange(
            kind="tag", key=row.epc, body={"epc": row.epc, "kind": "box", "code": row.box_code}
        )
    ]
    if box.home_shelf == address != row.before_shelf:
        move_home(session, box, row.before_shelf, row.before_order_mm, by=by, at=at)
        changes += _call_misplaced(session, box, address, by=by, at=at)
    shelf.state, shelf.done_at = "started", None
    _audit(session, pairing, "pairing.undone", by=by, at=at, box=row.box_code, epc=row.epc)
    session.flush()
    return row, [*changes, *shelves_changed(session, pairing, address, row.before_shelf)]


def finish_shelf(
    session: WriteSession, pairing_id: str, address: str, *, by: str, at: datetime
) -> tuple[list[str], list[LiveChange]]:
    """End a shelf; return what belongs there and was not scanned. The last one ends the list.

    Boxes that were scanned in another order than the record has them get a new place in the row.
    """
    pairing = get_open(session, pairing_id)
    shelf = _take_shelf(session, pairing, address, by=by, at=at)
    scanned = list_scanned(session, pairing_id, address)
    codes = {box.code for box in scanned}
    others = [box for box in list_standing(session, address) if box.code not in codes]
    length_mm = session.get_one(ShelfRow, address).length_mm
    orders = pairing_rules.orders_of(scanned, others, length_mm=length_mm)
    for code, order_mm in orders.items():
        get_box_row(session, code).home_order_mm = order_mm
    if orders:
        grow_homes_versions(session, [pairing.room])
    shelf.state, shelf.done_at = "done", at
    session.flush()
    missing = [box.code for box in others]
    _audit(
        session,
        pairing,
        "pairing.shelf_done",
        by=by,
        at=at,
        address=address,
        paired=len(scanned),
        reordered=len(orders),
        missing=len(missing),
    )
    left = select(col(PairingShelfRow.address)).where(
        col(PairingShelfRow.pairing_id) == pairing_id, col(PairingShelfRow.state) != "done"
    )
    if session.execute(left.limit(1)).first() is None:
        pairing.done_at = at
        _audit(session, pairing, "pairing.closed", by=by, at=at)
    return missing, shelves_changed(session, pairing, address)


def move_home(
    session: WriteSession,
    box: BoxRow,
    shelf: str | None,
    order_mm: int | None,
    *,
    by: str,
    at: datetime,
) -> None:
    """Let a box belong on another shelf from now on; rooms are told."""
    rooms = [room_of(one) for one in (box.home_shelf, shelf) if one]
    append(
        session,
        at=at,
        actor=by,
        action="holdings.home_moved",
        subject=box.code,
        detail={"from": box.home_shelf, "to": shelf},
    )
    note_home_change(session, box.code, box.home_shelf, shelf, by=by, at=at)
    box.home_shelf, box.home_order_mm = shelf, order_mm
    session.flush()
    grow_homes_versions(session, rooms)


def _call_misplaced(
    session: WriteSession, box: BoxRow, address: str, *, by: str, at: datetime
) -> list[LiveChange]:
    """Say that a box which stood at its home there is on a wrong shelf now."""
    place = place_of_box(box)
    if place.kind is not PlaceKind.HOME or place.address != address:
        return []
    wrong = Place(kind=PlaceKind.SHELF, address=address, since=at)
    put_box(session, box, wrong, cause="person", by=by, confidence=box.place_confidence)
    return [item_changed("box", box.code, box.code, wrong)]


def _take_shelf(
    session: WriteSession, pairing: PairingRow, address: str, *, by: str, at: datetime
) -> PairingShelfRow:
    """Take a shelf into one's hands, or go on with it."""
    shelf = session.get(PairingShelfRow, (pairing.id, address))
    if shelf is None:
        raise Refused("tags.not_on_list", address=address)
    refusal = pairing_rules.refuse_shelf(
        shelf_state(shelf), holder=shelf.by, since=shelf.since, who=by, now=at
    )
    if refusal is not None:
        since = shelf.since.isoformat() if shelf.since else None
        raise Refused(refusal, address=address, by=shelf.by, since=since)
    shelf.by, shelf.since = by, at
    return shelf


def _require_fresh(session: ReadSession, pairing_id: str, code: str) -> None:
    query = select(col(PairedBoxRow.address)).where(
        col(PairedBoxRow.pairing_id) == pairing_id,
        col(PairedBoxRow.box_code) == code,
        col(PairedBoxRow.undone_at).is_(None),
    )
    address = session.execute(query).scalar_one_or_none()
    if address is not None:
        raise Refused("tags.paired_already", code=code, address=address)


def _require_fit(session: ReadSession, address: str, needed_mm: int) -> None:
    shelf = session.get_one(ShelfRow, address)
    if shelf.removed_at is not None:
        raise Refused("tags.not_on_list", address=address)
    length_mm = shelf.length_mm
    if needed_mm > length_mm:
        raise Refused("tags.shelf_full", address=address, length_mm=length_mm, needed_mm=needed_mm)


def _audit(
    session: WriteSession,
    pairing: PairingRow,
    action: str,
    *,
    by: str,
    at: datetime,
    **detail: JsonValue,
) -> None:
    append(
        session,
        at=at,
        actor=by,
        action=action,
        subject=pairing.scope,
        detail={"pairing": pairing.id, **detail},
    )
