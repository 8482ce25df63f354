"""Changes the holdings: shelves, places, homes. Every change of place writes its movement.

What pages show of the holdings is read in `views.py`; what an import writes stands in
`publish.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from config.geometry import shelves_of
from config.room import Room
from controller.circulation.tables import CheckoutRow
from controller.context import Context
from controller.holdings import rules
from controller.holdings.model import Departure, HomeSlot, NotHeld, Place, PlaceKind, Sighting
from controller.holdings.tables import (
    BoxRow,
    FileRow,
    HomesVersionRow,
    ImportRow,
    MovementRow,
    ShelfRow,
)
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import BoxGone, BoxMoved, BoxSeen, Event, Home

_BATCH = 500
_HIDING = ("staging", "publishing")
HIDDEN_IMPORTS = select(col(ImportRow.id)).where(col(ImportRow.state).in_(_HIDING))
"""Imports whose new rows nobody may see yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfChanges:
    """What a changed room file did to the list of shelves."""

    added: int
    changed: int
    removed: int
    kept: tuple[str, ...]
    """Gone from the room file, but boxes still have their home there."""


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


def list_homes(session: ReadSession, room: str) -> list[Home]:
    """List where the tagged boxes of a room belong, by box code."""
    found = session.execute(
        select(col(BoxRow.epc), col(BoxRow.code), col(BoxRow.home_shelf), col(BoxRow.home_order_mm))
        .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
        .where(col(ShelfRow.room) == room)
        .where(col(BoxRow.epc).is_not(None))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(BoxRow.code))
    )
    return [
        Home(epc=epc, box_code=code, shelf=shelf, order_mm=order_mm or 0)
        for epc, code, shelf, order_mm in found
    ]


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


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room decided about its tags, in order. Tags of no box of ours change nothing."""
    told = [event for event in events if isinstance(event, BoxSeen | BoxMoved | BoxGone)]
    boxes = _boxes_by_epc(session, {event.epc for event in told})
    lent = _lent_to(session, [box.code for box in boxes.values()])
    moved: dict[str, BoxRow] = {}
    for event in told:
        box = boxes.get(event.epc)
        if box is None:
            continue
        before = place_of_box(box)
        after = _after(event, before, _home_of(box), lent.get(box.code))
        _note_sighting(box, event)
        if after is not before:
            _move_box(
                session, box, after, cause="reader", by=event.reader, confidence=event.confidence
            )
            moved[box.code] = box
    session.flush()
    return [item_changed("box", box.code, box.code, place_of_box(box)) for box in moved.values()]


def move_box(session: WriteSession, code: str, to: Place, *, by: str) -> LiveChange:
    """Put a box where a person says it is, and its files with it; raise NotHeld if unknown."""
    box = get_box_row(session, code)
    if not place_of_box(box).same_as(to):
        _move_box(session, box, to, cause="person", by=by)
        session.flush()
    return item_changed("box", code, code, place_of_box(box))


def move_file(
    session: WriteSession, code: str, to: Place | None, *, by: str, at: datetime
) -> LiveChange:
    """Put a file where a person says it is; `None` puts it back into its box."""
    file = get_file_row(session, code)
    box = get_box_row(session, file.box_code)
    before, with_box = place_of_file(file, box), to is None
    file.place_kind = None if to is None else to.kind
    file.place_address = None if to is None else to.address
    file.place_person = None if to is None else to.person
    file.place_since = at
    after = place_of_file(file, box)
    session.add(
        _movement(
            "file", code, box.code, before, after, at=at, cause="person", by=by, with_box=with_box
        )
    )
    session.flush()
    return item_changed("file", code, box.code, after)


def get_box_row(session: ReadSession, code: str) -> BoxRow:
    """Read a box that may be seen; raise NotHeld if there is none."""
    box = session.get(BoxRow, code)
    if box is None or _is_hidden(session, box.import_id):
        raise NotHeld(f"no box {code}")
    return box


def get_file_row(session: ReadSession, code: str) -> FileRow:
    """Read a file that may be seen; raise NotHeld if there is none."""
    file = session.get(FileRow, code)
    if file is None or _is_hidden(session, file.import_id):
        raise NotHeld(f"no file {code}")
    return file


def place_of_box(box: BoxRow) -> Place:
    """Read the place out of a row."""
    return Place(
        kind=PlaceKind(box.place_kind),
        address=box.place_address,
        person=box.place_person,
        since=box.place_since,
    )


def place_of_file(file: FileRow, box: BoxRow) -> Place:
    """Say where a file is: by default where its box is."""
    if file.place_kind is None:
        return place_of_box(box)
    return Place(
        kind=PlaceKind(file.place_kind),
        address=file.place_address,
        person=file.place_person,
        since=file.place_since,
    )


def item_changed(kind: str, code: str, box_code: str, place: Place) -> LiveChange:
    """Tell open pages that a box or file is somewhere else."""
    body = {
        "code": code,
        "box_code": box_code,
        "kind": kind,
        "place": place_json(place),
        "state": rules.state_of(place),
    }
    return LiveChange(kind="item", key=code, body=body)


def place_json(place: Place) -> dict[str, str | None]:
    """Write a place the way the API does."""
    return {
        "kind": place.kind,
        "address": place.address,
        "person": place.person,
        "since": place.since.isoformat() if place.since else None,
    }


def _is_hidden(session: ReadSession, import_id: str) -> bool:
    row = session.get(ImportRow, import_id)
    return row is not None and row.state in _HIDING


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
    """Drop shelves the room file no longer has; one that is some box's home stays, marked."""
    kept: list[str] = []
    for address in sorted(addresses):
        row = session.get(ShelfRow, address)
        used = session.execute(
            select(col(BoxRow.code)).where(col(BoxRow.home_shelf) == address).limit(1)
        ).first()
        if row is not None and used is None:
            session.delete(row)
        elif row is not None:
            row.removed_at = row.removed_at or at
            kept.append(address)
    return len(addresses) - len(kept), tuple(kept)


def _boxes_by_epc(session: ReadSession, epcs: set[str]) -> dict[str, BoxRow]:
    wanted = sorted(epcs)
    found: dict[str, BoxRow] = {}
    for begin in range(0, len(wanted), _BATCH):
        query = (
            select(BoxRow)
            .where(col(BoxRow.epc).in_(wanted[begin : begin + _BATCH]))
            .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        )
        found |= {box.epc or "": box for box in session.execute(query).scalars()}
    return found


def _lent_to(session: ReadSession, codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for begin in range(0, len(codes), _BATCH):
        query = (
            select(col(CheckoutRow.item_code), col(CheckoutRow.person))
            .where(col(CheckoutRow.item_kind) == "box")
            .where(col(CheckoutRow.returned_at).is_(None))
            .where(col(CheckoutRow.item_code).in_(codes[begin : begin + _BATCH]))
        )
        found |= {row.item_code: row.person for row in session.execute(query)}
    return found


def _home_of(box: BoxRow) -> HomeSlot | None:
    if box.home_shelf is None:
        return None
    return HomeSlot(shelf=box.home_shelf, order_mm=box.home_order_mm or 0)


def _after(
    event: BoxSeen | BoxMoved | BoxGone,
    before: Place,
    home: HomeSlot | None,
    lent_to: str | None,
) -> Place:
    if isinstance(event, BoxGone):
        holder = event.holder.name if event.holder else None
        return rules.after_departure(
            before, lent_to, Departure(zone=event.zone, at=event.at, holder=holder)
        )
    return rules.after_sighting(before, home, Sighting(zone=event.zone, at=event.at))


def _note_sighting(box: BoxRow, event: BoxSeen | BoxMoved | BoxGone) -> None:
    """Remember who heard the box last; hearing it no more is no sighting."""
    if isinstance(event, BoxGone) or (box.seen_at is not None and event.at < box.seen_at):
        return
    box.seen_by, box.seen_zone = event.reader, event.zone
    box.seen_at, box.seen_confidence = event.at, event.confidence


def _move_box(
    session: WriteSession,
    box: BoxRow,
    to: Place,
    *,
    cause: str,
    by: str,
    confidence: float | None = None,
) -> None:
    assert to.since is not None
    before = place_of_box(box)
    box.place_kind, box.place_address = to.kind, to.address
    box.place_person, box.place_since = to.person, to.since
    session.add(
        _movement(
            "box",
            box.code,
            box.code,
            before,
            to,
            at=to.since,
            cause=cause,
            by=by,
            confidence=confidence,
        )
    )


def _movement(
    item_kind: str,
    item: str,
    box_code: str,
    before: Place,
    after: Place,
    *,
    at: datetime,
    cause: str,
    by: str,
    confidence: float | None = None,
    with_box: bool = False,
) -> MovementRow:
    return MovementRow(
        at=at,
        item_kind=item_kind,
        item_code=item,
        box_code=box_code,
        with_box=with_box,
        from_kind=before.kind,
        from_address=before.address,
        from_person=before.person,
        to_kind=after.kind,
        to_address=after.address,
        to_person=after.person,
        cause=cause,
        by=by,
        confidence=confidence,
    )
