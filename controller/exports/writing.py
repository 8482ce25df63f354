"""Writes movements as a stream: CSV for spreadsheets, an EPCIS document for other systems."""

from __future__ import annotations

import csv
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from controller.context import Context
from controller.exports.epcis import (
    Event,
    document_head,
    movement_events,
    passage_event,
    tag_events,
)
from controller.exports.identities import Identities
from controller.exports.model import Window
from controller.exports.reading import read_moved, read_movements, read_passed, read_tagged
from controller.holdings.model import Movement
from controller.people.store import names_of

# fmt: off
COLUMNS = (
    "id", "at", "item_kind", "item_code", "box_code", "from_box_code", "with_box",
    "from_kind", "from_address", "from_person", "to_kind", "to_address", "to_person",
    "cause", "by", "by_name", "confidence",
)
# fmt: on
"""Columns are only ever added, at the end."""
_FORMULA_BEGINS_WITH = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""Also the full-width forms, which East Asian spreadsheets read as the plain ones."""


@dataclass
class Tally:
    """How many rows or events an export has written so far."""

    written: int = 0


def write_csv(context: Context, window: Window, tally: Tally) -> Generator[bytes]:
    """Write movements as CSV: UTF-8 with a byte order mark, times of the site with their offset.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    zone = context.site.zone()
    for movements in read_movements(context.records, window):
        with context.records.read() as session:
            names = names_of(session, {movement.by for movement in movements})
        yield _lines([_cells(movement, names.get(movement.by), zone) for movement in movements])
        tally.written += len(movements)


def write_epcis(context: Context, window: Window, tally: Tally) -> Generator[bytes]:
    """Write movements, tags and passages of doors as one EPCIS 2.0 document, in this order."""
    head = json.dumps(document_head(context.clock.now(), context.site.zone()), ensure_ascii=False)
    yield (head[:-1] + ', "epcisBody": {"eventList": [').encode()
    for events in _events(context, window):
        lines = [json.dumps(event, ensure_ascii=False) for event in events]
        begin = ",\n" if tally.written and lines else "\n" if lines else ""
        yield (begin + ",\n".join(lines)).encode()
        tally.written += len(lines)
    yield b"\n]}}\n"


def _events(context: Context, window: Window) -> Iterator[list[Event]]:
    names = Identities(context.site)
    for moved in read_moved(context.records, window):
        yield [event for each in moved for event in movement_events(names, each)]
    for tagged in read_tagged(context.records, window):
        yield [event for each in tagged for event in tag_events(names, each)]
    for passed in read_passed(context.records, window):
        yield [passage_event(names, each) for each in passed]


def _cells(movement: Movement, by_name: str | None, zone: ZoneInfo) -> tuple[object, ...]:
    before, after = movement.from_place, movement.to_place
    return (
        movement.id,
        _time(movement.at, zone),
        movement.item_kind,
        movement.item,
        movement.box_code,
        movement.from_box_code,
        int(movement.with_box),
        before.kind.value,
        before.address,
        before.person,
        after.kind.value,
        after.address,
        after.person,
        movement.cause,
        movement.by,
        by_name,
        movement.confidence,
    )


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([map(_plain, row) for row in rows])
    return text.getvalue().encode()


def _plain(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS_WITH):
        return f"'{cell}"
    return cell
