"""Reads the holdings for people: boxes, faces, occupancy. A running import shows nothing yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlmodel import col

from controller.holdings import id_numbers, rules
from controller.holdings.looks import Looks
from controller.holdings.model import Bearer, BoxInColumn, Item, Shelf
from controller.holdings.shapes import (
    BearerView,
    BoxView,
    ColumnUseView,
    DwellingView,
    FaceBoxView,
    FaceShelfView,
    FaceView,
    FilePageView,
    FileView,
    HomeView,
    HouseholdView,
    ItemView,
    OccupancyView,
    ShelfItemView,
    place_view,
)
from controller.holdings.store import (
    HIDDEN_IMPORTS,
    own_place_of_file,
    place_of_box,
    place_of_file,
    seen_of,
)
from controller.holdings.tables import BoxRow, DwellingRow, FileRow, HouseholdRow, ShelfRow
from controller.store.engine import ReadSession
from controller.store.secrets import Keys

FileParts = tuple[FileRow, BoxRow, HouseholdRow | None, DwellingRow | None]


def find_box(
    session: ReadSession, keys: Keys, code: str, *, now: datetime | None = None
) -> BoxView | None:
    """Show a box with its files; `now` lets their places tell their age."""
    box = next(iter(list_boxes(session, [code])), None)
    if box is None:
        return None
    of_box = file_parts().where(col(FileRow.box_code) == code).order_by(col(FileRow.code))
    files = list(session.execute(of_box))
    looks = Looks.of(session, [box, *(parts[0] for parts in files)], now=now)
    place = place_of_box(box)
    return BoxView(
        code=box.code,
        title=box.title,
        epc=box.epc,
        thickness_mm=box.thickness_mm,
        home=_home(session, box),
        place=looks.place(place, seen_of(box)),
        state=rules.state_of(place).value,
        tags=looks.tags("box", box.code),
        last_seen=looks.seen(seen_of(box)),
        files=[_file(parts, keys, looks) for parts in files],
    )


def find_file(
    session: ReadSession, keys: Keys, code: str, *, now: datetime | None = None
) -> FilePageView | None:
    """Show a file by itself."""
    parts = session.execute(file_parts().where(col(FileRow.code) == code)).first()
    if parts is None:
        return None
    file, box, _, _ = parts
    looks = Looks.of(session, [file, box], now=now)
    whole = _file(parts, keys, looks).model_dump()
    return FilePageView(**whole, box_code=box.code, home=_home(session, box))


def show_items(session: ReadSession, items: Iterable[Item]) -> dict[Item, ItemView]:
    """Show some boxes and files in a line each, as far as they may be seen."""
    asked = list(items)
    boxes = list_boxes(session, [item.code for item in asked if item.kind == "box"])
    found = {Item(kind="box", code=box.code): _line(box, None) for box in boxes}
    codes = [item.code for item in asked if item.kind == "file"]
    query = (
        select(FileRow, BoxRow)
        .join(BoxRow, col(BoxRow.code) == col(FileRow.box_code))
        .where(col(FileRow.code).in_(codes))
        .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
    )
    for file, box in session.execute(query) if codes else ():
        found[Item(kind="file", code=file.code)] = _line(box, file)
    return found


def show_bearers(session: ReadSession, bearers: Iterable[Bearer]) -> dict[Bearer, BearerView]:
    """Show some boxes, files and shelves in a line each, as far as there are such."""
    asked = list(bearers)
    addresses = [each.code for each in asked if isinstance(each, Shelf)]
    query = select(col(ShelfRow.address)).where(
        col(ShelfRow.address).in_(addresses), col(ShelfRow.removed_at).is_(None)
    )
    found: dict[Bearer, BearerView] = {
        Shelf(code=address): ShelfItemView(code=address)
        for address in (session.execute(query).scalars() if addresses else ())
    }
    items = show_items(session, [each for each in asked if isinstance(each, Item)])
    return found | {**items}


def list_boxes(session: ReadSession, codes: Sequence[str]) -> list[BoxRow]:
    """List the boxes of some codes, as far as they exist and may be seen."""
    query = (
        select(BoxRow)
        .where(col(BoxRow.code).in_(codes))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
    )
    return list(session.execute(query).scalars())


def file_parts() -> Select[FileRow, BoxRow, HouseholdRow, DwellingRow]:
    """Select visible files with their box, household and dwelling."""
    return (
        select(FileRow, BoxRow, HouseholdRow, DwellingRow)
        .join(BoxRow, col(BoxRow.code) == col(FileRow.box_code))
        .outerjoin(HouseholdRow, col(HouseholdRow.code) == col(FileRow.household_code))
        .outerjoin(DwellingRow, col(DwellingRow.code) == col(FileRow.dwelling_code))
        .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
    )


def household_view(row: HouseholdRow | None) -> HouseholdView | None:
    """Show a household."""
    return None if row is None else HouseholdView(code=row.code, head=row.head, address=row.address)


def dwelling_view(row: DwellingRow | None) -> DwellingView | None:
    """Show a dwelling."""
    return None if row is None else DwellingView(code=row.code, address=row.address)


def masked_id(row: HouseholdRow | None, keys: Keys) -> str | None:
    """Show the ends of an ID number."""
    if row is None or row.id_sealed is None:
        return None
    return id_numbers.show_masked(keys, row.id_sealed, household=row.code)


def find_face(
    session: ReadSession, room: str, bank: int, column: int, face: str
) -> FaceView | None:
    """Show a face: every shelf, and the boxes that belong there in their order."""
    shelves = list(
        session.execute(
            select(ShelfRow)
            .where(
                col(ShelfRow.room) == room,
                col(ShelfRow.bank) == bank,
                col(ShelfRow.column_no) == column,
                col(ShelfRow.face) == face,
                col(ShelfRow.removed_at).is_(None),
            )
            .order_by(col(ShelfRow.position))
        ).scalars()
    )
    if not shelves:
        return None
    boxes = session.execute(
        select(BoxRow)
        .where(col(BoxRow.home_shelf).in_([shelf.address for shelf in shelves]))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(BoxRow.home_shelf), col(BoxRow.home_order_mm), col(BoxRow.code))
    ).scalars()
    standing: dict[str, list[FaceBoxView]] = {}
    for box in boxes:
        standing.setdefault(box.home_shelf or "", []).append(_back(box))
    return FaceView(
        address=f"{room}-B{bank}-C{column}-{face}",
        shelves=[
            FaceShelfView(
                section=shelf.section,
                shelf=shelf.shelf,
                length_mm=shelf.length_mm,
                boxes=standing.get(shelf.address, []),
            )
            for shelf in shelves
        ],
    )


def list_column_boxes(session: ReadSession, room: str, bank: int, column: int) -> list[BoxInColumn]:
    """List what belongs in a column, in both faces, in the order of its shelves."""
    found = session.execute(
        select(col(BoxRow.code), col(BoxRow.title), col(BoxRow.home_shelf))
        .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
        .where(col(ShelfRow.room) == room, col(ShelfRow.bank) == bank)
        .where(col(ShelfRow.column_no) == column)
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(ShelfRow.position), col(BoxRow.home_order_mm), col(BoxRow.code))
    )
    return [BoxInColumn(code=code, title=title, address=shelf) for code, title, shelf in found]


def read_occupancy(session: ReadSession, room: str) -> OccupancyView:
    """Count what belongs in each column against what it could take."""
    column = (col(ShelfRow.bank), col(ShelfRow.column_no))
    lengths = (
        select(*column, func.sum(col(ShelfRow.length_mm)))
        .where(col(ShelfRow.room) == room, col(ShelfRow.removed_at).is_(None))
        .group_by(*column)
        .order_by(*column)
    )
    used = (
        select(*column, func.count(), func.sum(col(BoxRow.thickness_mm)))
        .join(BoxRow, col(BoxRow.home_shelf) == col(ShelfRow.address))
        .where(col(ShelfRow.room) == room)
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .group_by(*column)
    )
    filled = {(bank, number): (boxes, mm) for bank, number, boxes, mm in session.execute(used)}
    return OccupancyView(
        columns=[
            ColumnUseView(
                bank=bank,
                column=number,
                boxes=filled.get((bank, number), (0, 0))[0],
                used_mm=filled.get((bank, number), (0, 0))[1],
                length_mm=length_mm,
            )
            for bank, number, length_mm in session.execute(lengths)
        ]
    )


def _home(session: ReadSession, box: BoxRow) -> HomeView | None:
    if box.home_shelf is None:
        return None
    before = session.execute(
        select(func.count())
        .select_from(BoxRow)
        .where(col(BoxRow.home_shelf) == box.home_shelf)
        .where(col(BoxRow.home_order_mm) < (box.home_order_mm or 0))
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
    ).scalar_one()
    return HomeView(address=box.home_shelf, order_mm=box.home_order_mm or 0, position=before + 1)


def _file(parts: FileParts, keys: Keys, looks: Looks) -> FileView:
    file, box, household, dwelling = parts
    place, seen = place_of_file(file, box), seen_of(file)
    if own_place_of_file(file) is None:
        seen = max(filter(None, (seen, seen_of(box))), key=lambda one: one.at, default=None)
    return FileView(
        code=file.code,
        title=file.title,
        pages=file.pages,
        household=household_view(household),
        dwelling=dwelling_view(dwelling),
        masked_id=masked_id(household, keys),
        place=looks.place(place, seen),
        state=rules.state_of(place).value,
        epc=file.epc,
        tags=looks.tags("file", file.code),
        last_seen=looks.seen(seen),
    )


def _line(box: BoxRow, file: FileRow | None) -> ItemView:
    place = place_of_box(box) if file is None else place_of_file(file, box)
    return ItemView(
        kind="box" if file is None else "file",
        code=box.code if file is None else file.code,
        box_code=box.code,
        title=box.title if file is None else file.title,
        home=box.home_shelf,
        state=rules.state_of(place).value,
        place=place_view(place),
    )


def _back(box: BoxRow) -> FaceBoxView:
    return FaceBoxView(
        code=box.code,
        title=box.title,
        order_mm=box.home_order_mm or 0,
        thickness_mm=box.thickness_mm,
        state=rules.state_of(place_of_box(box)).value,
    )
