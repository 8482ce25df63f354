"""Hands items over and takes them back, each with its movement and its audit entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from controller.audit.store import append
from controller.circulation import rules
from controller.circulation.model import Checkout, Item, ItemKind, Refused
from controller.circulation.tables import CheckoutRow
from controller.holdings.model import Place, PlaceKind
from controller.holdings.store import (
    get_box_row,
    get_file_row,
    move_box,
    move_file,
    place_of_box,
    place_of_file,
)
from controller.holdings.tables import BoxRow, FileRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession

_BATCH = 500


def hand_over(
    session: WriteSession, item: Item, *, person: str, purpose: str, by: str, at: datetime
) -> LiveChange:
    """Hand an item to a person. Raises NotHeld if unknown, Refused if it is out already."""
    box, _ = _find(session, item)
    refusal = rules.refuse_checkout(
        item_lent=_open(session, item) is not None,
        box_lent=item.kind == "file"
        and _open(session, Item(kind="box", code=box.code)) is not None,
    )
    if refusal is not None:
        raise Refused(refusal, item)
    row = CheckoutRow(
        id=uuid4().hex,
        item_kind=item.kind,
        item_code=item.code,
        box_code=box.code,
        person=person,
        purpose=purpose,
        handed_by=by,
        handed_at=at,
    )
    session.add(row)
    place = Place(kind=PlaceKind.PERSON, person=person, since=at)
    _audit(session, "circulation.handed_over", item, by=by, at=at, checkout=row.id)
    return _move(session, item, place, by=by, at=at)


def take_back(
    session: WriteSession, item: Item, *, to: PlaceKind, by: str, at: datetime
) -> LiveChange:
    """Take an item back to the desk or to its home, and close its checkout if it has one.

    Raises NotHeld if unknown, Refused if it is there already or has no home.
    """
    box, file = _find(session, item)
    row = _open(session, item)
    place = place_of_box(box) if file is None else place_of_file(file, box)
    refusal = rules.refuse_return(place, item_lent=row is not None, to=to)
    if refusal is not None:
        raise Refused(refusal, item)
    if row is not None:
        row.returned_at, row.returned_by, row.returned_to = at, by, to
    _audit(session, "circulation.taken_back", item, by=by, at=at, checkout=row.id if row else None)
    return _move(session, item, _back_at(item, box, to, at), by=by, at=at)


def close_loan(
    session: WriteSession, item: Item, *, by: str, at: datetime, to: PlaceKind
) -> str | None:
    """End the loan of an item that turned up elsewhere; return who had it, `None` if nobody."""
    row = _open(session, item)
    if row is None:
        return None
    row.returned_at, row.returned_by, row.returned_to = at, by, to
    _audit(session, "circulation.taken_back", item, by=by, at=at, checkout=row.id)
    return row.person


def list_checkouts(session: ReadSession, *, open_only: bool, limit: int) -> list[Checkout]:
    """List checkouts, newest first."""
    query = select(CheckoutRow).order_by(col(CheckoutRow.handed_at).desc()).limit(limit)
    if open_only:
        query = query.where(col(CheckoutRow.returned_at).is_(None))
    return [_checkout(row) for row in session.execute(query).scalars()]


def list_borrowers(session: ReadSession, box_codes: Sequence[str]) -> dict[str, str]:
    """Say who has which of some boxes, by box code."""
    return _borrowers(session, "box", box_codes)


def list_file_borrowers(session: ReadSession, file_codes: Sequence[str]) -> dict[str, str]:
    """Say who has which of some files without their boxes, by file code."""
    return _borrowers(session, "file", file_codes)


def _borrowers(session: ReadSession, kind: ItemKind, codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for begin in range(0, len(codes), _BATCH):
        query = (
            select(col(CheckoutRow.item_code), col(CheckoutRow.person))
            .where(col(CheckoutRow.item_kind) == kind)
            .where(col(CheckoutRow.returned_at).is_(None))
            .where(col(CheckoutRow.item_code).in_(codes[begin : begin + _BATCH]))
        )
        found |= {row.item_code: row.person for row in session.execute(query)}
    return found


def home_of(session: ReadSession, item: Item) -> str | None:
    """Name the shelf where an item's box belongs; raise NotHeld if unknown."""
    box, _ = _find(session, item)
    return box.home_shelf


def _find(session: ReadSession, item: Item) -> tuple[BoxRow, FileRow | None]:
    if item.kind == "box":
        return get_box_row(session, item.code), None
    file = get_file_row(session, item.code)
    return get_box_row(session, file.box_code), file


def _open(session: ReadSession, item: Item) -> CheckoutRow | None:
    query = select(CheckoutRow).where(
        col(CheckoutRow.item_kind) == item.kind,
        col(CheckoutRow.item_code) == item.code,
        col(CheckoutRow.returned_at).is_(None),
    )
    return session.execute(query).scalar_one_or_none()


def _back_at(item: Item, box: BoxRow, to: PlaceKind, at: datetime) -> Place | None:
    """Say where an item is once it is back; a file at home is simply in its box again."""
    if to is PlaceKind.DESK:
        return Place(kind=PlaceKind.DESK, since=at)
    if item.kind == "file":
        return None
    if box.home_shelf is None:
        raise Refused("circulation.no_home", item)
    return Place(kind=PlaceKind.HOME, address=box.home_shelf, since=at)


def _move(
    session: WriteSession, item: Item, place: Place | None, *, by: str, at: datetime
) -> LiveChange:
    if item.kind == "file":
        return move_file(session, item.code, place, by=by, at=at)
    assert place is not None
    return move_box(session, item.code, place, by=by)


def _audit(
    session: WriteSession, action: str, item: Item, *, by: str, at: datetime, checkout: str | None
) -> None:
    detail = {"kind": item.kind, "checkout": checkout}
    append(session, at=at, actor=by, action=action, subject=item.code, detail=detail)


def _checkout(row: CheckoutRow) -> Checkout:
    kind: ItemKind = "box" if row.item_kind == "box" else "file"
    return Checkout(
        id=row.id,
        item=Item(kind=kind, code=row.item_code),
        box_code=row.box_code,
        person=row.person,
        purpose=row.purpose,
        handed_by=row.handed_by,
        handed_at=row.handed_at,
        returned_at=row.returned_at,
        returned_by=row.returned_by,
        returned_to=row.returned_to,
    )
