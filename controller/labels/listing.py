"""Lists what labels are printed for, in the order in which one walks along the shelves.

Every batch is a short reading of its own, so that a printer that takes long holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from config.address_words import Language, address_words
from config.addresses import SlotAddress, parse_address
from controller.context import Context
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.holdings.views import file_parts, list_boxes
from controller.labels.ends import list_face_ends, list_faces
from controller.labels.model import FaceEnd, Label, Order, Scope, UnknownItems
from controller.labels.rules import box_qr, file_qr, shelf_qr, without_id_numbers
from controller.store.engine import ReadSession

_BATCH = 200
_MOST_NAMED = 20
_FIRST_AND_LAST = {"zh": "起 {}\n止 {}", "en": "From {}\nto {}"}
_NOTHING = {"zh": "（空）", "en": "(empty)"}


def list_labels(context: Context, order: Order) -> Iterator[Label]:
    """List the labels of an order. Raises UnknownItems, before the first label is made."""
    if order.scope is not None:
        return _LISTS[order.kind](context, order.scope, order.language)
    return _list_named(context, order)


def count_labels(context: Context, order: Order) -> int:
    """Say how many labels an order makes."""
    if order.scope is None:
        return len(order.items)
    if order.kind == "column_end":
        return sum(1 for _ in list_faces(context.rooms[order.scope.room], order.scope))
    shelves = (
        select(col(ShelfRow.address))
        .where(*_within(order.scope))
        .where(col(ShelfRow.removed_at).is_(None))
    )
    boxes = select(col(BoxRow.code)).where(
        col(BoxRow.home_shelf).in_(shelves), col(BoxRow.import_id).not_in(HIDDEN_IMPORTS)
    )
    files = select(col(FileRow.code)).where(
        col(FileRow.box_code).in_(boxes), col(FileRow.import_id).not_in(HIDDEN_IMPORTS)
    )
    counted = {"shelf": shelves, "box": boxes, "file": files}[order.kind]
    with context.records.read() as session:
        counting = select(func.count()).select_from(counted.subquery())
        return int(session.execute(counting).scalar_one())


def shelf_label(address: SlotAddress, language: Language) -> Label:
    """Make the label that a shelf bears."""
    return Label(
        kind="shelf",
        code=str(address),
        qr=shelf_qr(str(address)),
        words=address_words(address, language),
    )


def end_label(end: FaceEnd, language: Language) -> Label:
    """Make the label of a column's end: which 档号 stand in this face."""
    codes = end.codes
    span = (
        _NOTHING[language]
        if codes is None
        else _FIRST_AND_LAST[language].format(codes.first, codes.last)
    )
    return Label(
        kind="column_end",
        code=address_words(end.address, language),
        qr=shelf_qr(str(end.address)),
        words=span,
        address=str(end.address),
    )


def _list_named(context: Context, order: Order) -> Iterator[Label]:
    match order.kind:
        case "box":
            return _named_boxes(context, order.items, order.language)
        case "file":
            return _named_files(context, order.items, order.language)
        case "shelf":
            return _named_shelves(context, order.items, order.language)
        case "column_end":
            return _named_ends(context, order.items, order.language)


def _named_boxes(context: Context, codes: Sequence[str], language: Language) -> Iterator[Label]:
    def read(session: ReadSession, some: Sequence[str]) -> dict[str, Label]:
        return {row.code: _box_label(row, language) for row in list_boxes(session, some)}

    return _named(context, codes, read)


def _named_files(context: Context, codes: Sequence[str], language: Language) -> Iterator[Label]:
    def read(session: ReadSession, some: Sequence[str]) -> dict[str, Label]:
        rows = session.execute(file_parts().where(col(FileRow.code).in_(some)))
        return {file.code: _file_label(file, box, language) for file, box, *_ in rows}

    return _named(context, codes, read)


def _named_shelves(
    context: Context, addresses: Sequence[str], language: Language
) -> Iterator[Label]:
    def read(session: ReadSession, some: Sequence[str]) -> dict[str, Label]:
        rows = session.execute(
            select(col(ShelfRow.address)).where(
                col(ShelfRow.address).in_(some), col(ShelfRow.removed_at).is_(None)
            )
        ).scalars()
        return {address: shelf_label(parse_address(address), language) for address in rows}

    return _named(context, addresses, read)


def _named_ends(context: Context, addresses: Sequence[str], language: Language) -> Iterator[Label]:
    def read(session: ReadSession, some: Sequence[str]) -> dict[str, Label]:
        found: dict[str, Label] = {}
        for address in some:
            scope = _face_scope(context, address)
            if scope is not None:
                (end,) = list_face_ends(session, context.rooms[scope.room], scope)
                found[address] = end_label(end, language)
        return found

    return _named(context, addresses, read)


def _named(
    context: Context,
    items: Sequence[str],
    read: Callable[[ReadSession, Sequence[str]], dict[str, Label]],
) -> Iterator[Label]:
    """Read all named items first, so that a wrong one is told before anything is printed."""
    found: dict[str, Label] = {}
    with context.records.read() as session:
        for begin in range(0, len(items), _BATCH):
            found |= read(session, items[begin : begin + _BATCH])
    unknown = tuple(item for item in items if item not in found)
    if unknown:
        raise UnknownItems(unknown[:_MOST_NAMED])
    return (found[item] for item in items)


def _face_scope(context: Context, text: str) -> Scope | None:
    """Read the address of a face that there is; `None` if there is none."""
    try:
        place = parse_address(text)
    except ValueError:
        return None
    room = context.rooms.get(place.room)
    if room is None or place.bank is None or place.column is None or place.section is not None:
        return None
    if place.face is None or place.bank not in {bank.bank for bank in room.banks}:
        return None
    bank = room.bank(place.bank)
    if place.column > bank.columns or bank.shape(place.column, place.face) is None:
        return None
    return Scope(room=place.room, bank=place.bank, column=place.column, face=place.face)


def _boxes_of(context: Context, scope: Scope, language: Language) -> Iterator[Label]:
    for shelves in _shelves(context, scope):
        with context.records.read() as session:
            labels = [_box_label(box, language) for box in _on_shelves(session, shelves)]
        yield from labels


def _files_of(context: Context, scope: Scope, language: Language) -> Iterator[Label]:
    for shelves in _shelves(context, scope):
        with context.records.read() as session:
            rows = session.execute(
                file_parts()
                .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
                .where(col(ShelfRow.address).in_(shelves))
                .order_by(
                    col(ShelfRow.position),
                    col(BoxRow.home_order_mm),
                    col(BoxRow.code),
                    col(FileRow.code),
                )
            )
            labels = [_file_label(file, box, language) for file, box, *_ in rows]
        yield from labels


def _shelves_of(context: Context, scope: Scope, language: Language) -> Iterator[Label]:
    for shelves in _shelves(context, scope):
        for address in shelves:
            yield shelf_label(parse_address(address), language)


def _ends_of(context: Context, scope: Scope, language: Language) -> Iterator[Label]:
    with context.records.read() as session:
        ends = list(list_face_ends(session, context.rooms[scope.room], scope))
    return (end_label(end, language) for end in ends)


_LISTS = {"box": _boxes_of, "file": _files_of, "shelf": _shelves_of, "column_end": _ends_of}


def _shelves(context: Context, scope: Scope) -> Iterator[list[str]]:
    """List the shelves of a part of a room, some at a time, in the order of the room."""
    after = -1
    while True:
        with context.records.read() as session:
            rows = session.execute(
                select(col(ShelfRow.address), col(ShelfRow.position))
                .where(*_within(scope), col(ShelfRow.position) > after)
                .where(col(ShelfRow.removed_at).is_(None))
                .order_by(col(ShelfRow.position))
                .limit(_BATCH // 4)
            ).all()
        if not rows:
            return
        yield [address for address, _ in rows]
        after = rows[-1][1]


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    wanted = (
        (col(ShelfRow.bank), scope.bank),
        (col(ShelfRow.column_no), scope.column),
        (col(ShelfRow.face), scope.face and scope.face.value),
    )
    narrower = [column == value for column, value in wanted if value is not None]
    return [col(ShelfRow.room) == scope.room, *narrower]


def _on_shelves(session: ReadSession, shelves: Sequence[str]) -> list[BoxRow]:
    return list(
        session.execute(
            select(BoxRow)
            .join(ShelfRow, col(ShelfRow.address) == col(BoxRow.home_shelf))
            .where(col(BoxRow.home_shelf).in_(shelves))
            .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
            .order_by(col(ShelfRow.position), col(BoxRow.home_order_mm), col(BoxRow.code))
        ).scalars()
    )


def _box_label(box: BoxRow, language: Language) -> Label:
    return Label(
        kind="box",
        code=box.code,
        qr=box_qr(box.code),
        title=without_id_numbers(box.title),
        words=_home_words(box, language),
        address=box.home_shelf,
    )


def _file_label(file: FileRow, box: BoxRow, language: Language) -> Label:
    return Label(
        kind="file",
        code=file.code,
        qr=file_qr(file.code),
        title=without_id_numbers(file.title),
        words=_home_words(box, language),
        address=box.home_shelf,
    )


def _home_words(box: BoxRow, language: Language) -> str | None:
    if box.home_shelf is None:
        return None
    return address_words(parse_address(box.home_shelf), language)
