"""Checks one imported row at a time, and says field by field what is wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from config.addresses import parse_address
from controller.words.normal import fold_id, is_valid_id, mask_id

BOX_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in ("box_code", "title", "epc", "thickness_mm")},
        **{name: name for name in ("home_shelf", "order_mm")},
        "盒号": "box_code", "题名": "title", "标签": "epc", "盒厚": "thickness_mm",
        "存放位置": "home_shelf", "排列位置": "order_mm",
    }
)  # fmt: skip
FILE_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in ("file_code", "box_code", "title", "pages", "address")},
        **{name: name for name in ("household_code", "head_name", "id_number", "dwelling_code")},
        "epc": "epc", "档号": "file_code", "盒号": "box_code", "题名": "title", "页数": "pages",
        "户号": "household_code", "户主": "head_name", "身份证号": "id_number",
        "地址": "address", "套号": "dwelling_code", "标签": "epc",
    }
)  # fmt: skip
BOX_REQUIRED = frozenset({"box_code", "title", "thickness_mm"})
FILE_REQUIRED = frozenset({"file_code", "box_code", "title"})

_CODE = re.compile(r"\S(?:[^\x00-\x1f\x7f]{0,62}\S)?")
_EPC = re.compile(r"(?:[0-9A-F]{4}){1,31}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = {"title": 200, "head_name": 60, "address": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """What is wrong with one cell. `code` is stable; ID numbers are masked in `value`."""

    row: int
    field: str
    code: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxEntry:
    """A row of a box list that may be believed. `None` leaves what is stored."""

    row: int
    code: str
    title: str
    thickness_mm: int
    epc: str | None
    home_shelf: str | None
    order_mm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A row of a file list that may be believed. `None` leaves what is stored."""

    row: int
    code: str
    box_code: str
    title: str
    pages: int | None
    household_code: str | None
    head: str | None
    id_number: str | None
    address: str | None
    dwelling_code: str | None
    epc: str | None


class RowCheck:
    """Reads the cells of one row and keeps what is wrong with them."""

    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self.row = row
        self.bad: list[BadCell] = []
        self._cells = cells

    def reject(self, field: str, code: str, value: str | None = None) -> None:
        """Note that a cell is wrong."""
        shown = self._cells.get(field, "") if value is None else value
        self.bad.append(BadCell(row=self.row, field=field, code=code, value=shown[:80]))

    def text(self, field: str, *, needed: bool = False) -> str | None:
        """Read words; `None` if there are none."""
        value = self._cells.get(field, "")
        if not value:
            if needed:
                self.reject(field, "required")
            return None
        if len(value) > _LONGEST.get(field, 64):
            self.reject(field, "too_long")
        elif _CONTROL.search(value):
            self.reject(field, "control_character")
        return value

    def code(
        self, field: str, pattern: re.Pattern[str] = _CODE, *, needed: bool = False
    ) -> str | None:
        """Read a code as it stands; it is never rewritten."""
        value = self.text(field, needed=needed)
        if value is not None and not pattern.fullmatch(value):
            self.reject(field, "bad_code")
        return value

    def number(self, field: str, low: int, high: int, *, needed: bool = False) -> int | None:
        """Read a whole number within limits."""
        value = self.text(field, needed=needed)
        if value is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value):
            self.reject(field, "not_a_number")
            return None
        if not low <= int(value) <= high:
            self.reject(field, "out_of_range")
        return int(value)

    def epc(self, field: str) -> str | None:
        """Read the number of a tag: whole 16-bit words, 1 to 31 of them, in hex of either case."""
        value = self.text(field)
        if value is None:
            return None
        if not _EPC.fullmatch(value.upper()):
            self.reject(field, "bad_epc")
        return value.upper()

    def id_number(self, field: str) -> str | None:
        """Read an ID number and check its last character; it is shown masked where wrong."""
        value = self._cells.get(field, "")
        if not value:
            return None
        number = fold_id(value)
        if number is None or not is_valid_id(number):
            self.reject(field, "bad_id_number", mask_id(value) if len(value) > 10 else "***")
            return None
        return number


def check_box(row: int, cells: Mapping[str, str]) -> tuple[BoxEntry | None, list[BadCell]]:
    """Read a row of a box list."""
    check = RowCheck(row, cells)
    code = check.code("box_code", needed=True)
    title = check.text("title", needed=True)
    thickness_mm = check.number("thickness_mm", 5, 1000, needed=True)
    epc = check.epc("epc")
    home_shelf = check.text("home_shelf")
    if home_shelf is not None and not _is_shelf(home_shelf):
        check.reject("home_shelf", "bad_address")
    order_mm = check.number("order_mm", 0, 100_000, needed=home_shelf is not None)
    if check.bad or code is None or title is None or thickness_mm is None:
        return None, check.bad
    entry = BoxEntry(
        row=row,
        code=code,
        title=title,
        thickness_mm=thickness_mm,
        epc=epc,
        home_shelf=home_shelf,
        order_mm=order_mm if home_shelf else None,
    )
    return entry, []


def check_file(
    row: int, cells: Mapping[str, str], pattern: re.Pattern[str]
) -> tuple[FileEntry | None, list[BadCell]]:
    """Read a row of a file list; `pattern` is the site's own for 档号."""
    check = RowCheck(row, cells)
    code = check.code("file_code", pattern, needed=True)
    box_code = check.code("box_code", needed=True)
    title = check.text("title", needed=True)
    pages = check.number("pages", 0, 1_000_000)
    household_code, dwelling_code = check.code("household_code"), check.code("dwelling_code")
    head, address = check.text("head_name"), check.text("address")
    id_number, epc = check.id_number("id_number"), check.epc("epc")
    if household_code is None:
        for field, value in (("head_name", head), ("id_number", id_number)):
            if value is not None:
                check.reject("household_code", f"required_by_{field}", "")
    if address is not None and household_code is None and dwelling_code is None:
        check.reject("address", "address_of_nothing")
    if check.bad or code is None or box_code is None or title is None:
        return None, check.bad
    entry = FileEntry(
        row=row,
        code=code,
        box_code=box_code,
        title=title,
        pages=pages,
        household_code=household_code,
        head=head,
        id_number=id_number,
        address=address,
        dwelling_code=dwelling_code,
        epc=epc,
    )
    return entry, []


def _is_shelf(text: str) -> bool:
    try:
        place = parse_address(text)
    except ValueError:
        return False
    return place.shelf is not None and place.slot is None
