"""Compares believed rows of files with what is stored, and says what an import would write.

Here is found what one row alone cannot show: doubles, unknown boxes, tags that another item bears,
households and dwellings told in two ways. Nothing is written.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from controller.holdings import id_numbers
from controller.holdings.import_rules import BadCell, FileEntry
from controller.holdings.staging import ListTags, Op, Staged, bad_cell, rows_by
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, DwellingRow, FileRow, HouseholdRow
from controller.holdings.tagging import find_bearers
from controller.store.engine import ReadSession
from controller.store.secrets import Keys
from controller.words.normal import fold, fold_code


class FileStaging:
    """Compares a file list, stretch by stretch; remembers whom it has told of."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._codes: set[str] = set()
        self._tags = ListTags("file")
        self._households: dict[str, tuple[str | None, str | None, str | None]] = {}
        self._dwellings: dict[str, str | None] = {}
        self._links: set[tuple[str, str]] = set()

    def take(self, session: ReadSession, entries: Sequence[FileEntry]) -> Staged:
        """Compare some rows with the store."""
        staged = Staged()
        known = rows_by(session, FileRow, FileRow.code, (e.code for e in entries))
        owners = find_bearers(session, [e.epc for e in entries if e.epc])
        boxes = _visible_boxes(session, {e.box_code for e in entries})
        households = rows_by(
            session, HouseholdRow, HouseholdRow.code, (e.household_code for e in entries)
        )
        dwellings = rows_by(
            session, DwellingRow, DwellingRow.code, (e.dwelling_code for e in entries)
        )
        for entry in entries:
            bad = [
                *self._problems(entry, boxes),
                *self._tags.problems(entry, owners),
                *self._household_problems(entry, households),
                *self._dwelling_problems(entry, dwellings),
            ]
            if bad:
                staged.bad += bad
                continue
            self._codes.add(entry.code)
            self._tags.remember(entry.epc)
            about = [
                *self._dwelling_ops(entry, dwellings),
                *self._household_ops(entry, households),
                *self._link_ops(entry),
            ]
            staged.add("file", known.get(entry.code), _file_values(entry), about)
        return staged

    def _problems(self, entry: FileEntry, boxes: set[str]) -> Iterable[BadCell]:
        if entry.code in self._codes:
            yield bad_cell(entry.row, "file_code", "twice_in_file", entry.code)
        if entry.box_code not in boxes:
            yield bad_cell(entry.row, "box_code", "no_such_box", entry.box_code)

    def _household_problems(
        self, entry: FileEntry, known: Mapping[str, HouseholdRow]
    ) -> Iterable[BadCell]:
        code = entry.household_code
        if code is None:
            return
        if code in self._households:
            head, id_number, address = self._households[code]
            if _differ(entry.head, head):
                yield bad_cell(entry.row, "head_name", "household_differs", entry.head or "")
            if _differ(entry.id_number, id_number):
                yield bad_cell(entry.row, "id_number", "household_differs", "***")
            if _differ(entry.address, address):
                yield bad_cell(entry.row, "address", "household_differs", entry.address or "")
        elif entry.head is None and code not in known:
            yield bad_cell(entry.row, "head_name", "required", "")

    def _dwelling_problems(
        self, entry: FileEntry, known: Mapping[str, DwellingRow]
    ) -> Iterable[BadCell]:
        code = entry.dwelling_code
        if code is None:
            return
        if code in self._dwellings:
            if _differ(entry.address, self._dwellings[code]):
                yield bad_cell(entry.row, "address", "dwelling_differs", entry.address or "")
        elif entry.address is None and code not in known:
            yield bad_cell(entry.row, "address", "required", "")

    def _household_ops(self, entry: FileEntry, known: Mapping[str, HouseholdRow]) -> Iterable[Op]:
        code = entry.household_code
        told = (entry.head, entry.id_number, entry.address)
        if code is None or self._households.get(code) == told:
            return
        before = self._households.get(code)
        self._households[code] = (
            told if before is None else tuple(a or b for a, b in zip(told, before, strict=True))  # type: ignore[assignment]  # zip forgets how long a tuple is
        )
        values = self._household_values(code, entry)
        row = known.get(code)
        if row is None:
            yield Op("household", before is None, {"code": code, **values})
        elif changes := _household_changes(row, values):
            yield Op("household", False, {"code": code, **changes})

    def _household_values(self, code: str, entry: FileEntry) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if entry.head is not None:
            values |= {"head": entry.head, "name_key": fold(entry.head)}
        if entry.address is not None:
            values["address"] = entry.address
        if entry.id_number is not None:
            sealed = id_numbers.seal(self._keys, entry.id_number, household=code)
            values |= {
                "id_sealed": base64.b64encode(sealed).decode(),
                "id_blind": id_numbers.blind_whole(self._keys, entry.id_number),
                "last_four_blind": id_numbers.blind_last_four(self._keys, entry.id_number[-4:]),
            }
        return values

    def _dwelling_ops(self, entry: FileEntry, known: Mapping[str, DwellingRow]) -> Iterable[Op]:
        code = entry.dwelling_code
        if code is None or (code in self._dwellings and entry.address is None):
            return
        told_before = self._dwellings.get(code)
        if told_before is not None:
            return
        self._dwellings[code] = entry.address
        row = known.get(code)
        if row is None:
            yield Op("dwelling", True, {"code": code, "address": entry.address})
        elif entry.address is not None and entry.address != row.address:
            yield Op("dwelling", False, {"code": code, "address": entry.address})

    def _link_ops(self, entry: FileEntry) -> Iterable[Op]:
        if entry.household_code is None or entry.dwelling_code is None:
            return
        link = (entry.household_code, entry.dwelling_code)
        if link not in self._links:
            self._links.add(link)
            yield Op("link", True, {"household_code": link[0], "dwelling_code": link[1]})


def _file_values(entry: FileEntry) -> dict[str, Any]:
    key = fold_code(entry.code)
    return {
        "code": entry.code,
        "code_key": key,
        "code_back": key[::-1],
        "box_code": entry.box_code,
        "title": entry.title,
        "pages": entry.pages,
        "household_code": entry.household_code,
        "dwelling_code": entry.dwelling_code,
        "epc": entry.epc,
    }


def _household_changes(row: HouseholdRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Compare what can be compared: a sealed number looks different every time."""
    if all(getattr(row, name) == value for name, value in values.items() if name != "id_sealed"):
        return {}
    return dict(values)


def _visible_boxes(session: ReadSession, codes: set[str]) -> set[str]:
    query = (
        select(col(BoxRow.code))
        .where(col(BoxRow.code).in_(sorted(codes)))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
    )
    return set(session.execute(query).scalars())


def _differ(told: str | None, before: str | None) -> bool:
    return told is not None and before is not None and told != before
