"""Writes a reference archive: boxes, files, households and dwellings, the same for the same seed.

The import files go through the product's own importer; `tags.csv` tells the simulated room which
tag stands where. The people are invented (see `simulators/households.py`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

from openpyxl import Workbook

from config.geometry import shelves_of
from config.room import Room
from simulators.households import Home, walk_homes

FONDS = "X043"
PAGES_PER_FILE = 4_060_000 / 65_772
BOX_SIZES_MM = (20, 30, 40, 50, 60, 80, 100)
SAMPLE_ROWS = 200
TAGGED_EVERY = 40
"""The first file of every so manieth box has a tag of its own, as files that often travel do."""

_FILES_FROM = 1_000_000_000
"""Tags of files are numbered from here, those of boxes from 1."""
_YEARS = range(1987, 2025)
_RETENTIONS = ("D10", "D30", "Y")
_YEARS_KEPT = {"D10": "10年", "D30": "30年", "Y": "永久"}
_CLASSES = {"FY": "房源", "HJ": "住房保障对象"}
_HOUSEHOLD_PAPERS = (
    "申请审批表及附件", "收入与住房核查材料", "公示与轮候材料", "配租合同", "租金补贴发放材料",
    "年度复核材料", "家庭成员变更材料", "退出保障材料",
)  # fmt: skip
_DWELLING_PAPERS = ("权属与验收材料", "维修记录", "配租与交接记录", "平面图与测绘材料")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePaths:
    """Where the files of an archive were written."""

    boxes_csv: Path
    boxes_xlsx: Path
    files_csv: Path
    files_sample_xlsx: Path
    tags_csv: Path


@dataclass(frozen=True, slots=True)
class BoxRow:
    """One box as the importer takes it."""

    box_code: str
    title: str
    epc: str
    thickness_mm: int
    home_shelf: str
    order_mm: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the importer takes it, with the household and dwelling it is about."""

    file_code: str
    box_code: str
    title: str
    pages: int
    household_code: str
    head_name: str
    id_number: str
    address: str
    dwelling_code: str
    epc: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """Where a tag really is when the simulated room starts: on a box, or on a file inside it."""

    box_code: str
    epc: str
    shelf: str
    order_mm: int
    thickness_mm: int
    file_code: str


_Row = TypeVar("_Row", BoxRow, FileRow, TagRow)


@dataclass(frozen=True, slots=True)
class _Series:
    """Boxes of one class, year and retention; they number on from 1."""

    archive_class: str
    year: int
    retention: str

    @property
    def code(self) -> str:
        return f"{FONDS}-{self.archive_class}-{self.year}-{self.retention}"


def write_archive(
    room: Room, folder: Path, *, seed: int, boxes: int = 9231, files: int = 65772
) -> ArchivePaths:
    """Write the archive of a room into a folder; raise ValueError if it does not fit."""
    if not 1 <= boxes <= files:
        raise ValueError(f"{boxes} boxes cannot hold {files} files; each holds one at least")
    chance = Random(seed)
    file_rows = _files(chance, boxes=boxes, files=files)
    box_rows = _boxes(room, file_rows)
    folder.mkdir(parents=True, exist_ok=True)
    paths = ArchivePaths(
        boxes_csv=folder / "boxes.csv",
        boxes_xlsx=folder / "boxes.xlsx",
        files_csv=folder / "files.csv",
        files_sample_xlsx=folder / "files-sample.xlsx",
        tags_csv=folder / "tags.csv",
    )
    _write_csv(paths.boxes_csv, BoxRow, box_rows)
    _write_csv(paths.files_csv, FileRow, file_rows)
    _write_csv(paths.tags_csv, TagRow, [*map(_tag, box_rows), *_file_tags(file_rows)])
    _write_xlsx(paths.boxes_xlsx, BoxRow, box_rows)
    _write_xlsx(paths.files_sample_xlsx, FileRow, file_rows[-SAMPLE_ROWS:])
    return paths


def epc_of(number: int) -> str:
    """Make the tag of the n-th box: 24 hex digits that say nothing about what is in it.

    A site without a GS1 prefix numbers its tags so: 53 52 is a header that the EPC Tag Data
    Standard leaves free, 00 01 the form of the rest. Multiplying by an odd number keeps the rest
    unique and makes neighbours look unlike.
    """
    return f"53520001{number * 0x9E3779B97F4A7C15 % 2**64:016X}"


def _files(chance: Random, *, boxes: int, files: int) -> list[FileRow]:
    sizes = _spread(chance, total=files, parts=boxes, least=1, unevenness=0.35)
    pages = _spread(
        chance, total=round(files * PAGES_PER_FILE), parts=files, least=1, unevenness=0.6
    )
    people = walk_homes(chance)
    rows: list[FileRow] = []
    walked = 0
    for series, count in _series(boxes):
        number = 0
        for box in range(1, count + 1):
            box_code = f"{series.code}-{box:04d}"
            walked += 1
            for nth in range(sizes.pop()):
                number += 1
                code = f"{box_code}-{number:05d}"
                epc = epc_of(_FILES_FROM + walked) if nth == walked % TAGGED_EVERY == 0 else ""
                rows.append(_file(chance, series, code, box_code, pages.pop(), next(people), epc))
    return rows


def _file(
    chance: Random,
    series: _Series,
    code: str,
    box_code: str,
    pages: int,
    home: Home,
    epc: str,
) -> FileRow:
    about_dwelling = series.archive_class == "FY"
    papers = _DWELLING_PAPERS if about_dwelling else _HOUSEHOLD_PAPERS
    return FileRow(
        file_code=code,
        box_code=box_code,
        title=f"{series.year}年{chance.choice(papers)}",
        pages=pages,
        household_code="" if about_dwelling else home.household_code,
        head_name="" if about_dwelling else home.head_name,
        id_number="" if about_dwelling else home.id_number,
        address=home.address,
        dwelling_code=home.dwelling_code,
        epc=epc,
    )


def _series(boxes: int) -> Iterator[tuple[_Series, int]]:
    """Share the boxes out among classes, years and retentions, in the order of their codes."""
    series = [
        _Series(archive_class, year, retention)
        for archive_class in sorted(_CLASSES)
        for year in _YEARS
        for retention in _RETENTIONS
    ]
    weights = [
        (3 if one.archive_class == "HJ" else 1) * (4 if one.retention == "D30" else 1)
        for one in series
    ]
    edges = [0, *(round(boxes * upto / sum(weights)) for upto in accumulate(weights))]
    for one, (begin, end) in zip(series, pairwise(edges), strict=True):
        yield one, end - begin


def _spread(chance: Random, *, total: int, parts: int, least: int, unevenness: float) -> list[int]:
    """Cut a total into so many whole parts of uneven size."""
    weights = [chance.lognormvariate(0, unevenness) for _ in range(parts)]
    free, whole = total - parts * least, sum(weights)
    edges = [0, *(round(free * upto / whole) for upto in accumulate(weights))]
    return [least + end - begin for begin, end in pairwise(edges)]


def _boxes(room: Room, files: Sequence[FileRow]) -> list[BoxRow]:
    """Make the boxes that the files name, each as thick as its paper, and shelve them."""
    contents = [
        (code, sum(file.pages for file in inside))
        for code, inside in groupby(files, key=lambda file: file.box_code)
    ]
    sizes = [_thickness_mm(pages) for _, pages in contents]
    places = _shelve(room, sizes)
    return [
        BoxRow(code, _box_title(code), epc_of(number), size, shelf, order_mm)
        for number, ((code, _), size, (shelf, order_mm)) in enumerate(
            zip(contents, sizes, places, strict=True), start=1
        )
    ]


def _thickness_mm(pages: int) -> int:
    """Choose the smallest box that takes the paper: a tenth of a millimetre a page, and boards."""
    needed_mm = 2.6 + pages * 0.1
    return next((size for size in BOX_SIZES_MM if size >= needed_mm), BOX_SIZES_MM[-1])


def _box_title(code: str) -> str:
    _, archive_class, year, retention, number = code.split("-")
    return f"{year}年{_CLASSES[archive_class]}档案 {_YEARS_KEPT[retention]} 第{int(number)}盒"


def _shelve(room: Room, sizes_mm: Sequence[int]) -> list[tuple[str, int]]:
    """Fill every shelf to the same share, in order; the free length stays at the end of each."""
    shelves = list(shelves_of(room))
    share = sum(sizes_mm) / sum(length for _, length in shelves)
    places: list[tuple[str, int]] = []
    wanted_mm = placed_mm = 0.0
    for address, length_mm in shelves:
        wanted_mm += length_mm * share
        order_mm = 0
        while len(places) < len(sizes_mm):
            size = sizes_mm[len(places)]
            if placed_mm + size / 2 > wanted_mm or order_mm + size > length_mm:
                break
            places.append((str(address), order_mm))
            order_mm += size
            placed_mm += size
    if len(places) < len(sizes_mm):
        raise ValueError(
            f"room {room.room} takes {len(places)} of {len(sizes_mm)} boxes; ask for fewer"
        )
    return places


def _tag(box: BoxRow) -> TagRow:
    return TagRow(box.box_code, box.epc, box.home_shelf, box.order_mm, box.thickness_mm, "")


def _file_tags(files: Iterable[FileRow]) -> Iterator[TagRow]:
    for file in files:
        if file.epc:
            yield TagRow(file.box_code, file.epc, "", 0, 0, file.file_code)


def _write_csv(path: Path, kind: type[_Row], rows: Iterable[_Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([field.name for field in fields(kind)])
        writer.writerows(_cells(row) for row in rows)


def _write_xlsx(path: Path, kind: type[_Row], rows: Iterable[_Row]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([field.name for field in fields(kind)])
    for row in rows:
        sheet.append(_cells(row))
    book.save(path)


def _cells(row: _Row) -> list[str | int]:
    return [getattr(row, field.name) for field in fields(row)]
