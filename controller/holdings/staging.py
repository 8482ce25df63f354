"""Compares believed rows of boxes with what is stored, and says what an import would write.

Here is found what one row alone cannot show: doubles, unknown shelves, tags that another item
bears. Nothing is written. Rows of files are compared in `file_staging.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from controller.holdings.import_rules import BadCell, BoxEntry, FileEntry
from controller.holdings.model import Bearer, Item, ItemKind
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.holdings.tagging import find_bearers
from controller.store.engine import ReadSession
from controller.words.normal import fold_code


@dataclass(frozen=True, slots=True)
class Op:
    """One thing to write: a new row, or new values for one that exists. Plain JSON values."""

    kind: str
    fresh: bool
    values: dict[str, Any]


@dataclass(slots=True)
class Staged:
    """What a stretch of rows comes to."""

    ops: list[Op] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    fresh: int = 0
    changed: int = 0
    same: int = 0

    def add(
        self,
        kind: str,
        row: BoxRow | FileRow | None,
        values: Mapping[str, Any],
        about: Sequence[Op] = (),
    ) -> None:
        """Add a good row: `row` is what is stored of it, `about` what else it comes to."""
        changes = dict(values) if row is None else changes_of(row, values)
        self._count(row is not None, bool(changes) or any(not op.fresh for op in about))
        self.ops += about
        if changes:
            told = changes if row is None else {"code": row.code, **changes}
            self.ops.append(Op(kind, row is None, told))

    def _count(self, known: bool, changed: bool) -> None:
        if not known:
            self.fresh += 1
        elif changed:
            self.changed += 1
        else:
            self.same += 1


class ListTags:
    """The tags a list gives out; each may stand on one item only, in the list and in the store."""

    def __init__(self, kind: ItemKind) -> None:
        self._kind = kind
        self._given: set[str] = set()

    def problems(
        self, entry: BoxEntry | FileEntry, owners: Mapping[str, Bearer]
    ) -> Iterable[BadCell]:
        """Say what is wrong with the tag of an entry; `owners` bear tags of the list by now."""
        if entry.epc is None:
            return
        if entry.epc in self._given:
            yield bad_cell(entry.row, "epc", "twice_in_file", entry.epc)
        owner = owners.get(entry.epc)
        if owner is not None and owner != Item(kind=self._kind, code=entry.code):
            yield bad_cell(entry.row, "epc", f"tag_of_another_{owner.kind}", entry.epc)

    def remember(self, epc: str | None) -> None:
        """Remember the tag of an entry that is well."""
        if epc is not None:
            self._given.add(epc)


class BoxStaging:
    """Compares a box list, stretch by stretch; remembers codes and tags of the whole list."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        self._tags = ListTags("box")

    def take(self, session: ReadSession, entries: Sequence[BoxEntry]) -> Staged:
        """Compare some rows with the store."""
        staged = Staged()
        known = rows_by(session, BoxRow, BoxRow.code, (e.code for e in entries))
        owners = find_bearers(session, [e.epc for e in entries if e.epc])
        shelves = rows_by(session, ShelfRow, ShelfRow.address, (e.home_shelf for e in entries))
        for entry in entries:
            bad = [
                *self._doubles(entry),
                *self._tags.problems(entry, owners),
                *_unfit_home(entry, shelves),
            ]
            if bad:
                staged.bad += bad
                continue
            self._codes.add(entry.code)
            self._tags.remember(entry.epc)
            staged.add("box", known.get(entry.code), _box_values(entry))
        return staged

    def _doubles(self, entry: BoxEntry) -> Iterable[BadCell]:
        if entry.code in self._codes:
            yield bad_cell(entry.row, "box_code", "twice_in_file", entry.code)


def changes_of(row: BoxRow | FileRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Say what would become different; an empty cell leaves what is stored."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and getattr(row, name) != value
    }


def rows_by(
    session: ReadSession, table: type[Any], column: Any, keys: Iterable[str | None]
) -> dict[str, Any]:
    """Read the rows that some keys name, by key."""
    wanted = sorted({key for key in keys if key})
    if not wanted:
        return {}
    rows = session.execute(select(table).where(column.in_(wanted))).scalars().all()
    found = {getattr(row, column.key): row for row in rows}
    session.expunge_all()
    return found


def bad_cell(row: int, field_name: str, code: str, value: str) -> BadCell:
    """Say what is wrong with a cell."""
    return BadCell(row=row, field=field_name, code=code, value=value[:80])


def _box_values(entry: BoxEntry) -> dict[str, Any]:
    key = fold_code(entry.code)
    return {
        "code": entry.code,
        "code_key": key,
        "code_back": key[::-1],
        "title": entry.title,
        "thickness_mm": entry.thickness_mm,
        "epc": entry.epc,
        "home_shelf": entry.home_shelf,
        "home_order_mm": entry.order_mm,
    }


def _unfit_home(entry: BoxEntry, shelves: Mapping[str, ShelfRow]) -> Iterable[BadCell]:
    if entry.home_shelf is None or entry.order_mm is None:
        return
    shelf = shelves.get(entry.home_shelf)
    if shelf is None or shelf.removed_at is not None:
        yield bad_cell(entry.row, "home_shelf", "no_such_shelf", entry.home_shelf)
    elif entry.order_mm + entry.thickness_mm > shelf.length_mm:
        yield bad_cell(entry.row, "order_mm", "beyond_shelf", str(entry.order_mm))
