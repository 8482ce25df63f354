"""Writes what an import has staged: new rows hidden until all are there, then the changes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Insert, delete, insert, inspect, literal, select
from sqlmodel import SQLModel, col

from config.addresses import room_of
from controller.holdings import rules
from controller.holdings.home_history import note_home_change
from controller.holdings.model import HomeSlot, Item, PlaceKind
from controller.holdings.store import movement_row, place_of_box, place_of_file, put_box
from controller.holdings.tables import (
    BoxRow,
    DwellingRow,
    FileRow,
    HouseholdDwellingRow,
    HouseholdRow,
    MovementRow,
    ShelfRow,
)
from controller.holdings.tagging import write_tag
from controller.store.engine import WriteSession
from controller.words import index
from controller.words.index import Words
from controller.words.sounds import sounds_of
from controller.words.tables import SearchSoundRow

_Values = dict[str, Any]


class _Taken(NamedTuple):
    """Which import takes a change in, who runs it, and when it is written."""

    import_id: str
    by: str
    at: datetime


def write_fresh(
    session: WriteSession, kind: str, rows: Sequence[_Values], *, import_id: str, at: datetime
) -> None:
    """Write new rows of one kind, with their words in the index."""
    if rows:
        _FRESH[kind](session, rows, import_id, at)


def write_change(
    session: WriteSession, kind: str, values: _Values, *, import_id: str, by: str, at: datetime
) -> frozenset[str]:
    """Write new values of one row; name the rooms whose homes changed by it."""
    return _CHANGES[kind](session, values, _Taken(import_id, by, at))


def write_first_movements(session: WriteSession, import_id: str, *, by: str) -> None:
    """Begin the history of every new box: from unknown to where the list says it belongs."""
    known = select(
        col(BoxRow.place_since),
        literal("box"),
        col(BoxRow.code),
        col(BoxRow.code),
        literal(False),
        literal(str(PlaceKind.UNKNOWN)),
        col(BoxRow.place_kind),
        col(BoxRow.place_address),
        literal("import"),
        literal(by),
    ).where(col(BoxRow.import_id) == import_id)
    columns = [
        "at", "item_kind", "item_code", "box_code", "with_box", "from_kind", "to_kind",
        "to_address", "cause", "by",
    ]  # fmt: skip
    session.execute(insert(MovementRow).from_select(columns, known.order_by(col(BoxRow.code))))


def rooms_of_import(session: WriteSession, import_id: str) -> list[str]:
    """List the rooms in which new boxes and new tagged files of an import belong."""
    rooms = (
        select(col(ShelfRow.room))
        .join(BoxRow, col(BoxRow.home_shelf) == col(ShelfRow.address))
        .distinct()
    )
    of_boxes = rooms.where(col(BoxRow.import_id) == import_id)
    of_files = rooms.join(FileRow, col(FileRow.box_code) == col(BoxRow.code)).where(
        col(FileRow.import_id) == import_id, col(FileRow.epc).is_not(None)
    )
    return sorted({room for query in (of_boxes, of_files) for (room,) in session.execute(query)})


def withdraw(session: WriteSession, import_id: str) -> None:
    """Take back the hidden rows of an import that came to nothing."""
    tables: tuple[tuple[str, type[FileRow | BoxRow]], ...] = (("file", FileRow), ("box", BoxRow))
    for kind, table in tables:
        mine = select(col(table.code)).where(col(table.import_id) == import_id)
        codes = list(session.execute(mine).scalars())
        for begin in range(0, len(codes), 500):
            some = codes[begin : begin + 500]
            index.remove(session, kind, some)
            session.execute(delete(table).where(col(table.code).in_(some)))


def _fresh_boxes(
    session: WriteSession, rows: Sequence[_Values], import_id: str, at: datetime
) -> None:
    full = []
    for row in rows:
        home = _home(row["home_shelf"], row["home_order_mm"])
        place = rules.first_place(home, at)
        full.append(
            row
            | {
                "place_kind": place.kind,
                "place_address": place.address,
                "place_since": at,
                "import_id": import_id,
            }
        )
    session.execute(_into(BoxRow), full)
    index.add(session, [_titled("box", row) for row in rows])


def _fresh_files(
    session: WriteSession, rows: Sequence[_Values], import_id: str, _at: datetime
) -> None:
    session.execute(_into(FileRow), [row | {"import_id": import_id} for row in rows])
    index.add(session, [_titled("file", row) for row in rows])


def _fresh_households(
    session: WriteSession, rows: Sequence[_Values], _import_id: str, _at: datetime
) -> None:
    session.execute(_into(HouseholdRow), [_HOUSEHOLD | _opened(row) for row in rows])
    index.add(
        session,
        [
            Words(kind="household", key=r["code"], name=r["head"], rest=r.get("address") or "")
            for r in rows
        ],
    )
    _add_sounds(session, {row["code"]: row["name_key"] for row in rows})


def _fresh_dwellings(
    session: WriteSession, rows: Sequence[_Values], _import_id: str, _at: datetime
) -> None:
    session.execute(_into(DwellingRow), list(rows))
    index.add(session, [Words(kind="dwelling", key=r["code"], rest=r["address"]) for r in rows])


def _fresh_links(
    session: WriteSession, rows: Sequence[_Values], _import_id: str, _at: datetime
) -> None:
    links = {(row["household_code"], row["dwelling_code"]) for row in rows}
    household = col(HouseholdDwellingRow.household_code)
    known = select(household, col(HouseholdDwellingRow.dwelling_code)).where(
        household.in_({link[0] for link in links})
    )
    fresh = links - {(link[0], link[1]) for link in session.execute(known)}
    if fresh:
        values = [{"household_code": one, "dwelling_code": other} for one, other in sorted(fresh)]
        session.execute(_into(HouseholdDwellingRow), values)


def _change_box(session: WriteSession, values: _Values, taken: _Taken) -> frozenset[str]:
    import_id, by, at = taken
    box = _get(session, BoxRow, values["code"])
    home_before = box.home_shelf
    if "epc" in values:
        item = Item(kind="box", code=box.code)
        write_tag(session, item, box, values["epc"], by=by, at=at, cause="import")
    _set(box, values)
    if "title" in values:
        index.replace(session, [_titled("box", {"code": box.code, "title": box.title})])
    if "home_shelf" in values:
        before = place_of_box(box)
        after = rules.after_new_home(before, _home(box.home_shelf, box.home_order_mm), at)
        if after is not before:
            put_box(session, box, after, cause="import", by=by)
        note_home_change(
            session, box.code, home_before, box.home_shelf, by=by, at=at, import_id=import_id
        )
    session.flush()
    touches_home = values.keys() & {"home_shelf", "home_order_mm", "epc"}
    return _rooms(home_before) | _rooms(box.home_shelf) if touches_home else frozenset()


def _change_file(session: WriteSession, values: _Values, taken: _Taken) -> frozenset[str]:
    _, by, at = taken
    file = _get(session, FileRow, values["code"])
    rooms: frozenset[str] = frozenset()
    if "box_code" in values:
        old = _get(session, BoxRow, file.box_code)
        new = _get(session, BoxRow, values["box_code"])
        _rebox(session, file, old, new, by, at)
        if file.epc is not None:
            rooms = _rooms(old.home_shelf) | _rooms(new.home_shelf)
    if "epc" in values:
        item = Item(kind="file", code=file.code)
        write_tag(session, item, file, values["epc"], by=by, at=at, cause="import")
        box = _get(session, BoxRow, values.get("box_code", file.box_code))
        rooms |= _rooms(box.home_shelf)
    _set(file, values)
    if "title" in values:
        index.replace(session, [_titled("file", {"code": file.code, "title": file.title})])
    session.flush()
    return rooms


def _rebox(
    session: WriteSession, file: FileRow, old: BoxRow, new: BoxRow, by: str, at: datetime
) -> None:
    before, after = place_of_file(file, old), place_of_file(file, new)
    session.add(
        movement_row(
            "file",
            file.code,
            new.code,
            before,
            after,
            at=at,
            cause="import",
            by=by,
            with_box=file.place_kind is None,
            from_box_code=file.box_code,
        )
    )


def _change_household(session: WriteSession, values: _Values, _taken: _Taken) -> frozenset[str]:
    household = _get(session, HouseholdRow, values["code"])
    _set(household, _opened(values))
    session.flush()
    words = Words(
        kind="household", key=household.code, name=household.head, rest=household.address or ""
    )
    index.replace(session, [words])
    session.execute(
        delete(SearchSoundRow).where(col(SearchSoundRow.household_code) == household.code)
    )
    _add_sounds(session, {household.code: household.name_key})
    return frozenset()


def _change_dwelling(session: WriteSession, values: _Values, _taken: _Taken) -> frozenset[str]:
    dwelling = _get(session, DwellingRow, values["code"])
    dwelling.address = values["address"]
    session.flush()
    index.replace(session, [Words(kind="dwelling", key=dwelling.code, rest=dwelling.address)])
    return frozenset()


_FRESH: Mapping[str, Callable[[WriteSession, Sequence[_Values], str, datetime], None]] = {
    "box": _fresh_boxes,
    "dwelling": _fresh_dwellings,
    "household": _fresh_households,
    "link": _fresh_links,
    "file": _fresh_files,
}
"""In the order in which rows may refer to each other."""

_CHANGES: Mapping[str, Callable[[WriteSession, _Values, _Taken], frozenset[str]]] = {
    "box": _change_box,
    "dwelling": _change_dwelling,
    "household": _change_household,
    "file": _change_file,
}
KINDS = tuple(_FRESH)
_HOUSEHOLD = {"address": None, "id_sealed": None, "id_blind": None, "last_four_blind": None}


def _into(table: type[SQLModel]) -> Insert:
    """Insert without the mapper, which costs more than the rows."""
    return insert(inspect(table).local_table)


def _add_sounds(session: WriteSession, names: Mapping[str, str]) -> None:
    rows = [
        {"sound": sound, "household_code": code}
        for code, name_key in names.items()
        for sound in sounds_of(name_key)
    ]
    if rows:
        session.execute(_into(SearchSoundRow), rows)


def _opened(values: _Values) -> _Values:
    """Turn the sealed ID number from JSON text into bytes."""
    sealed = values.get("id_sealed")
    return values if sealed is None else values | {"id_sealed": base64.b64decode(sealed)}


def _titled(kind: str, row: Mapping[str, Any]) -> Words:
    return Words(kind=kind, key=row["code"], rest=row["title"])


def _home(shelf: str | None, order_mm: int | None) -> HomeSlot | None:
    return None if shelf is None else HomeSlot(shelf=shelf, order_mm=order_mm or 0)


def _rooms(shelf: str | None) -> frozenset[str]:
    return frozenset() if shelf is None else frozenset({room_of(shelf)})


def _get(session: WriteSession, table: type[Any], code: str) -> Any:
    row = session.get(table, code)
    if row is None:
        raise LookupError(f"{table.__tablename__} has no {code}, which an import wants to change")
    return row


def _set(row: Any, values: _Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
