"""Moves boxes and files: every change of place writes its movement.

What readers say comes in by `sightings.py`, what an import writes by `publish.py`; what pages show
is read in `views.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from controller.holdings import file_rules, rules
from controller.holdings.model import Item, ItemKind, NotHeld, Place, PlaceKind, Seen
from controller.holdings.tables import (
    BoxRow,
    FileRow,
    ImportRow,
    MovementRow,
)
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession

_BATCH = 500
_HIDING = ("staging", "publishing")
BY_HAND = 1.0
"""How sure a place is that a person gave with the thing in hand."""
HIDDEN_IMPORTS = select(col(ImportRow.id)).where(col(ImportRow.state).in_(_HIDING))
"""Imports whose new rows nobody may see yet."""


def move_box(
    session: WriteSession, code: str, to: Place, *, by: str, confidence: float = BY_HAND
) -> LiveChange:
    """Put a box where a person says it is, and its files with it; raise NotHeld if unknown."""
    box = get_box_row(session, code)
    if not place_of_box(box).same_as(to):
        put_box(session, box, to, cause="person", by=by, confidence=confidence)
        session.flush()
    return item_changed("box", code, code, place_of_box(box))


def move_file(
    session: WriteSession,
    code: str,
    to: Place | None,
    *,
    by: str,
    at: datetime,
    confidence: float = BY_HAND,
) -> LiveChange:
    """Put a file where a person says it is; `None` puts it back into its box."""
    file = get_file_row(session, code)
    box = get_box_row(session, file.box_code)
    put_file(session, file, box, to, at=at, cause="person", by=by, confidence=confidence)
    session.flush()
    return item_changed("file", code, box.code, place_of_file(file, box))


def note_seen(row: BoxRow | FileRow, seen: Seen) -> None:
    """Remember who noticed a thing last; older news change nothing."""
    if row.seen_at is not None and seen.at < row.seen_at:
        return
    row.seen_by, row.seen_kind, row.seen_zone = seen.by, seen.by_kind, seen.zone
    row.seen_at, row.seen_confidence = seen.at, seen.confidence


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
        by=box.place_by,
        confidence=box.place_confidence,
    )


def place_of_file(file: FileRow, box: BoxRow) -> Place:
    """Say where a file is: by default where its box is, since it came there or was put into it."""
    return own_place_of_file(file) or file_rules.with_box(
        place_of_box(box),
        since=file.place_since,
        by=file.place_by,
        confidence=file.place_confidence,
    )


def own_place_of_file(file: FileRow) -> Place | None:
    """Read the place a file has apart from its box; `None` if it has none."""
    if file.place_kind is None:
        return None
    return Place(
        kind=PlaceKind(file.place_kind),
        address=file.place_address,
        person=file.place_person,
        since=file.place_since,
        by=file.place_by,
        confidence=file.place_confidence,
    )


def list_seen_by_people(session: ReadSession, items: Iterable[Item]) -> dict[Item, datetime]:
    """Say when people saw some boxes and files last, where no reader has seen them later."""
    wanted = set(items)
    found: dict[Item, datetime] = {}
    kinds: tuple[tuple[ItemKind, type[BoxRow | FileRow]], ...] = (
        ("box", BoxRow),
        ("file", FileRow),
    )
    for kind, table in kinds:
        query = (
            select(col(table.code), col(table.seen_at))
            .where(col(table.code).in_([item.code for item in wanted if item.kind == kind]))
            .where(col(table.seen_kind) == "person")
        )
        for code, at in session.execute(query):
            found[Item(kind=kind, code=code)] = at
    return found


def seen_of(row: BoxRow | FileRow) -> Seen | None:
    """Read out of a row who noticed the thing last."""
    if row.seen_by is None or row.seen_zone is None or row.seen_at is None:
        return None
    return Seen(
        by=row.seen_by,
        by_kind="person" if row.seen_kind == "person" else "reader",
        zone=row.seen_zone,
        at=row.seen_at,
        confidence=row.seen_confidence or 0.0,
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


def movement_row(
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
    from_box_code: str | None = None,
) -> MovementRow:
    """Write one step in the life of an item."""
    return MovementRow(
        at=at,
        item_kind=item_kind,
        item_code=item,
        box_code=box_code,
        with_box=with_box,
        from_box_code=from_box_code,
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


def put_box(
    session: WriteSession,
    box: BoxRow,
    to: Place,
    *,
    cause: str,
    by: str,
    confidence: float | None = None,
) -> None:
    """Write where a box is from now on, with its movement."""
    assert to.since is not None
    before = place_of_box(box)
    box.place_kind, box.place_address = to.kind, to.address
    box.place_person, box.place_since = to.person, to.since
    box.place_by, box.place_confidence = _said_by(cause, by), confidence
    session.add(
        movement_row(
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


def put_file(
    session: WriteSession,
    file: FileRow,
    box: BoxRow,
    to: Place | None,
    *,
    at: datetime,
    cause: str,
    by: str,
    confidence: float | None = None,
) -> None:
    """Write where a file is from now on, with its movement; `None`: with its box."""
    before = place_of_file(file, box)
    file.place_kind = None if to is None else to.kind
    file.place_address = None if to is None else to.address
    file.place_person = None if to is None else to.person
    file.place_since, file.place_by = at, _said_by(cause, by)
    file.place_confidence = confidence
    session.add(
        movement_row(
            "file",
            file.code,
            box.code,
            before,
            place_of_file(file, box),
            at=at,
            cause=cause,
            by=by,
            confidence=confidence,
            with_box=to is None,
        )
    )


def _said_by(cause: str, by: str) -> str | None:
    """Who takes a list in has seen none of the places in it."""
    return None if cause == "import" else by


def _is_hidden(session: ReadSession, import_id: str) -> bool:
    row = session.get(ImportRow, import_id)
    return row is not None and row.state in _HIDING
