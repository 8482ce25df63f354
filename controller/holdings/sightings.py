"""Takes what a room decided about its tags: it was seen, moved, is gone, or left by a door.

What a door heard was seen last there, whichever way it went; only what went out has another place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import col

from controller.context import Context
from controller.holdings import file_rules, rules
from controller.holdings.by_hand import home_of
from controller.holdings.model import Departure, Place, Seen, Sighting
from controller.holdings.store import (
    HIDDEN_IMPORTS,
    item_changed,
    note_seen,
    own_place_of_file,
    place_of_box,
    place_of_file,
    put_box,
    put_file,
)
from controller.holdings.tables import BoxRow, FileRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import BoxGone, BoxMoved, BoxSeen, DoorPassed, Event, TagsHeard

_BATCH = 500
_Told = BoxSeen | BoxMoved | BoxGone | DoorPassed
_Row = TypeVar("_Row", BoxRow, FileRow)

Borrowers = Callable[[ReadSession, Sequence[str]], Mapping[str, str]]
"""Says who has which of some items on loan, by code."""


def apply_many(
    session: WriteSession,
    _context: Context,
    _agent: str,
    events: Sequence[Event],
    *,
    borrowers: Borrowers,
    file_borrowers: Borrowers,
) -> list[LiveChange]:
    """Take what a room tells, in order. Tags of nothing of ours change nothing here.

    `borrowers` is circulation's to answer: a lent box or file that leaves is with its borrower.
    """
    told = [event for event in events if isinstance(event, _Told)]
    return _take(session, told, borrowers=borrowers, file_borrowers=file_borrowers)


def hear_again(
    session: WriteSession, epc: str, *, zone: str, reader: str, confidence: float, at: datetime
) -> list[LiveChange]:
    """Take it that a tag, which just came to an item, is heard in a zone as before."""
    event = BoxSeen(at=at, epc=epc, zone=zone, confidence=confidence, reader=reader)
    return _take(session, [event], borrowers=_nobody, file_borrowers=_nobody)


def refresh(session: WriteSession, heard: TagsHeard) -> None:
    """Take it that tags were heard where they are: when they were last seen, and nothing else."""
    boxes = _rows(session, BoxRow, BoxRow.epc, heard.ages_s)
    files = _rows(session, FileRow, FileRow.epc, heard.ages_s)
    for row in chain[BoxRow | FileRow](boxes, files):
        seen = Seen(
            by=heard.reader,
            by_kind="reader",
            zone=heard.zone,
            at=heard.at - timedelta(seconds=heard.ages_s[row.epc or ""]),
            confidence=heard.confidence,
        )
        note_seen(row, seen)
    session.flush()


def _nobody(_session: ReadSession, _codes: Sequence[str]) -> Mapping[str, str]:
    """Loans matter only to what leaves."""
    return {}


def _take(
    session: WriteSession,
    told: Sequence[_Told],
    *,
    borrowers: Borrowers,
    file_borrowers: Borrowers,
) -> list[LiveChange]:
    items = _load(session, told, borrowers, file_borrowers)
    moved: dict[tuple[str, str], BoxRow | FileRow] = {}
    for event in told:
        if (box := items.boxes.get(event.epc)) is not None:
            moved |= {_key(row): row for row in _take_box(session, items, box, event)}
        file = items.files.get(event.epc)
        if file is not None and _take_file(session, items, file, event):
            moved[_key(file)] = file
    session.flush()
    return [_changed(items, row) for row in moved.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Items:
    """What a batch of events speaks of."""

    boxes: Mapping[str, BoxRow]
    """By tag."""
    files: Mapping[str, FileRow]
    """By tag."""
    box_of: Mapping[str, BoxRow]
    """By box code, those of the files too."""
    tagged: Mapping[str, Sequence[FileRow]]
    """The tagged files of the boxes, by box code."""
    lent: Mapping[str, str]
    lent_files: Mapping[str, str]


def _load(
    session: ReadSession, told: Sequence[_Told], borrowers: Borrowers, file_borrowers: Borrowers
) -> _Items:
    epcs = {event.epc for event in told}
    boxes = {row.epc or "": row for row in _rows(session, BoxRow, BoxRow.epc, epcs)}
    files = {
        row.epc or "": row for row in _rows(session, FileRow, FileRow.epc, epcs - boxes.keys())
    }
    box_of = {box.code: box for box in boxes.values()}
    lacking = {file.box_code for file in files.values()} - box_of.keys()
    box_of |= {row.code: row for row in _rows(session, BoxRow, BoxRow.code, lacking)}
    tagged: dict[str, list[FileRow]] = defaultdict(list)
    for file in _rows(session, FileRow, FileRow.box_code, {b.code for b in boxes.values()}):
        tagged[file.box_code].append(file)
    return _Items(
        boxes=boxes,
        files=files,
        box_of=box_of,
        tagged=tagged,
        lent=borrowers(session, sorted(box_of)),
        lent_files=file_borrowers(session, sorted(file.code for file in files.values())),
    )


def _rows(
    session: ReadSession, table: type[_Row], column: Any, values: Iterable[str]
) -> Iterable[_Row]:
    """Read the tagged and visible rows whose column has one of some values."""
    wanted = sorted(values)
    for begin in range(0, len(wanted), _BATCH):
        query = (
            select(table)
            .where(col(column).in_(wanted[begin : begin + _BATCH]))
            .where(col(table.import_id).not_in(HIDDEN_IMPORTS))
        )
        if table is FileRow:
            query = query.where(col(table.epc).is_not(None))
        yield from session.execute(query).scalars()


def _take_box(
    session: WriteSession, items: _Items, box: BoxRow, event: _Told
) -> Iterable[BoxRow | FileRow]:
    """Take an event of a box; yield what is somewhere else by it, its files on their own too."""
    before = after = place_of_box(box)
    gone = _departure(event)
    if gone is not None:
        after = rules.after_departure(before, items.lent.get(box.code), gone)
    elif (seen := _sighting(event)) is not None:
        after = rules.after_sighting(before, home_of(box), seen)
    if (last := _seen(event)) is not None:
        note_seen(box, last)
    if after is before:
        return
    put_box(session, box, after, cause="reader", by=event.reader, confidence=event.confidence)
    yield box
    for file in items.tagged.get(box.code, ()):
        own = own_place_of_file(file)
        if own is None or file.seen_kind != "reader":
            continue
        if gone is None:
            now = file_rules.after_box(own, file.seen_zone, after)
        else:
            now = file_rules.after_box_departure(own, file.seen_zone, gone, after)
        if now is None:
            _put_file(session, items, file, None, event)
            yield file


def _take_file(session: WriteSession, items: _Items, file: FileRow, event: _Told) -> bool:
    """Take an event of a file with a tag of its own; say whether it is somewhere else by it."""
    box = items.box_of[file.box_code]
    own = own_place_of_file(file)
    at_box = place_of_box(box) if own is not None else place_of_file(file, box)
    after = own
    if (gone := _departure(event)) is not None:
        lent_to = items.lent_files.get(file.code) or items.lent.get(box.code)
        after = file_rules.after_departure(own, at_box, lent_to, gone)
    elif (seen := _sighting(event)) is not None:
        after = file_rules.after_sighting(own, at_box, home_of(box), seen)
    if (last := _seen(event)) is not None:
        note_seen(file, last)
    if after is own:
        return False
    _put_file(session, items, file, after, event)
    return True


def _put_file(
    session: WriteSession, items: _Items, file: FileRow, to: Place | None, event: _Told
) -> None:
    put_file(
        session,
        file,
        items.box_of[file.box_code],
        to,
        at=event.at,
        cause="reader",
        by=event.reader,
        confidence=event.confidence,
    )


def _changed(items: _Items, row: BoxRow | FileRow) -> LiveChange:
    if isinstance(row, BoxRow):
        return item_changed("box", row.code, row.code, place_of_box(row))
    place = place_of_file(row, items.box_of[row.box_code])
    return item_changed("file", row.code, row.box_code, place)


def _key(row: BoxRow | FileRow) -> tuple[str, str]:
    return ("box" if isinstance(row, BoxRow) else "file", row.code)


def _sighting(event: _Told) -> Sighting | None:
    if isinstance(event, BoxSeen | BoxMoved):
        return Sighting(zone=event.zone, at=event.at)
    return None


def _departure(event: _Told) -> Departure | None:
    match event:
        case BoxGone():
            holder = event.holder.name if event.holder else None
            return Departure(zone=event.zone, at=event.at, holder=holder)
        case DoorPassed(direction="out"):
            return Departure(zone=event.door, at=event.at, holder=None, by_door=True)
    return None


def _seen(event: _Told) -> Seen | None:
    at = event.last_at if isinstance(event, BoxGone) else event.at
    if at is None:
        return None
    return Seen(
        by=event.reader,
        by_kind="reader",
        zone=event.door if isinstance(event, DoorPassed) else event.zone,
        at=at,
        confidence=event.confidence,
    )
