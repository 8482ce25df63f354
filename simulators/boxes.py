"""The list of tagged boxes that says what stands where when a simulated room begins."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.addresses import parse_address
from config.geometry import shelves_of
from config.room import Room
from simulators.things import Box, InBox, OnShelf, PaperFile

COLUMNS = ("box_code", "epc", "shelf", "order_mm", "thickness_mm")
FILE_COLUMN = "file_code"
"""May stand behind the others; where it says something, the tag is that file's, in that box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedBox:
    """One row of the list."""

    code: str
    epc: str
    shelf: str
    order_mm: int
    thickness_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedFile:
    """One row of the list that tells of a file with a tag of its own, in its box."""

    code: str
    epc: str
    box: str


def load_boxes(path: Path) -> tuple[ShelvedBox | TaggedFile, ...]:
    """Read the CSV file; raise ValueError that names the line and what is wrong with it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) not in (COLUMNS, (*COLUMNS, FILE_COLUMN)):
            known = ",".join(COLUMNS)
            raise ValueError(f"{path}: the first line must be {known}, or that and ,{FILE_COLUMN}")
        return tuple(_parse_row(path, rows.line_num, row) for row in rows)


def place_boxes(room: Room, boxes: Iterable[ShelvedBox | TaggedFile]) -> tuple[Box, ...]:
    """Stand every box on its shelf; raise ValueError if the room does not have that shelf."""
    shelves = {str(address): address for address, _ in shelves_of(room)}
    placed = []
    for box in boxes:
        if isinstance(box, TaggedFile):
            continue
        home = shelves.get(box.shelf)
        if home is None:
            raise ValueError(f"box {box.code} stands on {box.shelf}, no shelf of {room.room}")
        placed.append(
            Box(
                code=box.code,
                epc=box.epc.upper(),
                home=home,
                order_mm=box.order_mm,
                thickness_mm=box.thickness_mm,
                spot=OnShelf(home),
            )
        )
    return tuple(placed)


def file_tags(rows: Iterable[ShelvedBox | TaggedFile]) -> tuple[PaperFile, ...]:
    """Put every file of the list that has a tag into its box."""
    return tuple(
        PaperFile(code=row.code, epc=row.epc.upper(), box=row.box, spot=InBox(row.box))
        for row in rows
        if isinstance(row, TaggedFile)
    )


def _parse_row(path: Path, line: int, row: dict[str, str]) -> ShelvedBox | TaggedFile:
    try:
        bytes.fromhex(row["epc"])
        if row.get(FILE_COLUMN):
            return TaggedFile(code=row[FILE_COLUMN], epc=row["epc"].upper(), box=row["box_code"])
        parse_address(row["shelf"])
        return ShelvedBox(
            code=row["box_code"],
            epc=row["epc"].upper(),
            shelf=row["shelf"],
            order_mm=int(row["order_mm"]),
            thickness_mm=int(row["thickness_mm"]),
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}, line {line}: {error}") from error
