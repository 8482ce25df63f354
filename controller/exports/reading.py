"""Reads movements and tags for an export, a batch at a time, in the order they were written.

Every batch is a short reading of its own, so that whoever takes long holds up nobody. What is
written after the export began is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from config.addresses import room_of
from controller.exports.model import BorneTag, Moved, Passed, Tagged, Window
from controller.holdings.history import movement_of
from controller.holdings.model import Item, ItemKind, Movement
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, MovementRow, TagRow
from controller.readers.tables import PassageRow
from controller.store.engine import ReadSession, Store

BATCH = 500


def read_movements(records: Store, window: Window) -> Iterator[list[Movement]]:
    """Read the movements of a window; a batch may be empty, so that a caller can stop."""
    for rows in _movement_rows(records, window):
        yield [movement_of(row) for row, _ in rows]


def read_moved(records: Store, window: Window) -> Iterator[list[Moved]]:
    """Read the movements of a window with the tags that were borne at their time."""
    for rows in _movement_rows(records, window):
        with records.read() as session:
            yield _moved(session, rows)


def read_tagged(records: Store, window: Window) -> Iterator[list[Tagged]]:
    """Read which items got, changed or lost a tag in a window."""
    after, last = 0, _last_id(records, TagRow)
    while after < last:
        with records.read() as session:
            rows = list(
                session.execute(
                    select(TagRow)
                    .where(col(TagRow.id) > after, col(TagRow.id) <= last)
                    .where(col(TagRow.item_kind) != "shelf")
                    .order_by(col(TagRow.id))
                    .limit(BATCH)
                ).scalars()
            )
            told = [row for row in rows if _is_within(row.at, window)]
            yield [tagged for tagged in _tagged(session, told) if _is_of_room(tagged, window)]
        after = rows[-1].id or last if rows else last


def read_passed(records: Store, window: Window) -> Iterator[list[Passed]]:
    """Read which items of ours passed a door in a window."""
    after, last = 0, _last_id(records, PassageRow)
    while after < last:
        upto = after + BATCH
        query = (
            select(PassageRow)
            .where(col(PassageRow.id) > after, col(PassageRow.id) <= min(upto, last))
            .where(col(PassageRow.item_code).is_not(None))
            .order_by(col(PassageRow.id))
        )
        with records.read() as session:
            rows = list(session.execute(query).scalars())
            steps = _steps(session, {row.item_code or "" for row in rows})
        yield [
            _passed(row, steps)
            for row in rows
            if _is_within(row.at, window) and window.room in (None, row.room)
        ]
        after = upto


_Row = tuple[MovementRow, str | None]
"""A movement, and the shelf where its box belongs."""


def _movement_rows(records: Store, window: Window) -> Iterator[list[_Row]]:
    """Step through the ledger by number, so that no batch reads more than its share."""
    after, last = 0, _last_id(records, MovementRow)
    while after < last:
        upto = after + BATCH
        query = (
            select(MovementRow, col(BoxRow.home_shelf))
            .join(BoxRow, col(BoxRow.code) == col(MovementRow.box_code))
            .where(col(MovementRow.id) > after, col(MovementRow.id) <= min(upto, last))
            .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS), *_conditions(window))
            .order_by(col(MovementRow.id))
        )
        with records.read() as session:
            rows = [(row, home) for row, home in session.execute(query)]
        yield rows
        after = upto


def _last_id(records: Store, table: type[MovementRow | PassageRow | TagRow]) -> int:
    with records.read() as session:
        return session.execute(select(func.max(col(table.id)))).scalar_one() or 0


def _conditions(window: Window) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if window.since is not None:
        wanted.append(col(MovementRow.at) >= window.since)
    if window.until is not None:
        wanted.append(col(MovementRow.at) < window.until)
    if window.room is not None:
        wanted.append(_touches(window.room))
    return wanted


def _touches(room: str) -> ColumnElement[bool]:
    """From or to the room; what names no place counts to the room where the box belongs."""
    begin, end = col(MovementRow.from_address), col(MovementRow.to_address)
    inside = [
        or_(address == room, address.startswith(f"{room}-", autoescape=True))
        for address in (begin, end)
    ]
    at_home = col(BoxRow.home_shelf).startswith(f"{room}-", autoescape=True)
    return or_(*inside, and_(begin.is_(None), end.is_(None), at_home))


def _moved(session: ReadSession, rows: Sequence[_Row]) -> list[Moved]:
    movements = [(movement_of(row), home) for row, home in rows]
    codes = {movement.item for movement, _ in movements}
    for movement, _ in movements:
        codes |= {movement.box_code, movement.from_box_code or movement.box_code}
    steps = _steps(session, codes)
    return [
        Moved(
            movement=movement,
            tag=_tag_at(steps, _kind(movement.item_kind), movement.item, movement.at),
            box_tags=(
                _tag_at(steps, "box", movement.box_code, movement.at),
                _tag_at(steps, "box", movement.from_box_code, movement.at),
            ),
            was_in_box=_was_in_box(session, movement),
            room=room_of(home) if home else None,
        )
        for movement, home in movements
    ]


def _was_in_box(session: ReadSession, movement: Movement) -> bool:
    """Say whether a file lay in its box before: so the last of its own movements left it."""
    if movement.item_kind == "box":
        return False
    before = session.execute(
        select(col(MovementRow.with_box))
        .where(col(MovementRow.item_code) == movement.item)
        .where(col(MovementRow.item_kind) == "file", col(MovementRow.id) < movement.id)
        .order_by(col(MovementRow.id).desc())
        .limit(1)
    ).scalar()
    return before is None or before


def _tagged(session: ReadSession, rows: Sequence[TagRow]) -> Iterable[Tagged]:
    codes = {row.item_code for row in rows}
    steps = _steps(session, codes)
    homes = _homes(session, codes)
    for row in rows:
        item = Item(kind=_kind(row.item_kind), code=row.item_code)
        if item not in homes:
            continue
        earlier = [step for step in steps.get(item, ()) if (step.id or 0) < (row.id or 0)]
        home = homes[item]
        yield Tagged(
            id=row.id or 0,
            at=row.at,
            item=item,
            cause=row.cause,
            tag=_borne(row),
            before=_borne(earlier[-1]) if earlier else None,
            room=room_of(home) if home else None,
        )


def _passed(row: PassageRow, steps: Mapping[Item, Sequence[TagRow]]) -> Passed:
    item = Item(kind=_kind(row.item_kind or ""), code=row.item_code or "")
    made = [step for step in steps.get(item, ()) if step.epc == row.epc]
    return Passed(
        id=row.id or 0,
        at=row.at,
        room=row.room,
        door=row.door,
        item=item,
        tag=BorneTag(epc=row.epc, scheme=made[-1].scheme if made else None),
        direction=row.direction,
        confidence=row.confidence,
        alarmed=row.alarmed,
    )


def _steps(session: ReadSession, codes: Iterable[str]) -> Mapping[Item, list[TagRow]]:
    found: dict[Item, list[TagRow]] = {}
    for some in _batches(codes):
        query = (
            select(TagRow)
            .where(col(TagRow.item_code).in_(some), col(TagRow.item_kind) != "shelf")
            .order_by(col(TagRow.id))
        )
        for row in session.execute(query).scalars():
            found.setdefault(Item(kind=_kind(row.item_kind), code=row.item_code), []).append(row)
    return found


def _homes(session: ReadSession, codes: Iterable[str]) -> dict[Item, str | None]:
    """Name the shelves where items belong that may be seen."""
    found: dict[Item, str | None] = {}
    for some in _batches(codes):
        boxes = select(col(BoxRow.code), col(BoxRow.home_shelf)).where(
            col(BoxRow.code).in_(some), col(BoxRow.import_id).not_in(HIDDEN_IMPORTS)
        )
        files = (
            select(col(FileRow.code), col(BoxRow.home_shelf))
            .join(BoxRow, col(BoxRow.code) == col(FileRow.box_code))
            .where(col(FileRow.code).in_(some), col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
        )
        found |= {Item(kind="box", code=code): home for code, home in session.execute(boxes)}
        found |= {Item(kind="file", code=code): home for code, home in session.execute(files)}
    return found


def _batches(codes: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(codes)
    for begin in range(0, len(wanted), BATCH):
        yield wanted[begin : begin + BATCH]


def _tag_at(
    steps: Mapping[Item, Sequence[TagRow]], kind: ItemKind, code: str | None, at: datetime
) -> BorneTag | None:
    if code is None:
        return None
    until = [step for step in steps.get(Item(kind=kind, code=code), ()) if step.at <= at]
    return _borne(until[-1]) if until else None


def _borne(step: TagRow) -> BorneTag | None:
    return None if step.epc is None else BorneTag(epc=step.epc, scheme=step.scheme)


def _kind(text: str) -> ItemKind:
    return "box" if text == "box" else "file"


def _is_within(at: datetime, window: Window) -> bool:
    if window.since is not None and at < window.since:
        return False
    return window.until is None or at < window.until


def _is_of_room(tagged: Tagged, window: Window) -> bool:
    return window.room is None or tagged.room == window.room
