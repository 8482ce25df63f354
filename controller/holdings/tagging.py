"""Which tag a box, file or shelf bears and bore: the ledger, and what repeats its last word.

Each has one tag at most and a tag is on one thing; whoever gives a tag away says so before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, literal, or_, select
from sqlmodel import col

from config.addresses import room_of
from controller.holdings.homes import grow_homes_versions
from controller.holdings.model import Bearer, Item, ItemKind, NotHeld, Shelf, bearer_of
from controller.holdings.store import get_box_row, get_file_row
from controller.holdings.tables import BoxRow, FileRow, ImportRow, ShelfRow, TagRow
from controller.holdings.tag_rules import TagSpan, TagStep, spans_of
from controller.store.engine import ReadSession, WriteSession

_BATCH = 500
_ITEMS: tuple[tuple[ItemKind, type[BoxRow | FileRow]], ...] = (("file", FileRow), ("box", BoxRow))


class TagInUse(Exception):
    """The tag belongs to another box, file or shelf, which `item` names."""

    def __init__(self, epc: str, item: Bearer) -> None:
        super().__init__(f"the tag {epc} belongs to {item.kind} {item.code}")
        self.item = item


def pair(
    session: WriteSession,
    item: Bearer,
    epc: str | None,
    *,
    by: str,
    at: datetime,
    cause: str,
    reason: str | None = None,
    scheme: str | None = None,
) -> str | None:
    """Let something bear a tag from now on, `None` for no tag; return the one it had.

    Raises NotHeld if it is unknown and TagInUse if something else bears the tag.
    """
    row, box = _rows(session, item)
    before = row.epc
    told = write_tag(
        session, item, row, epc, by=by, at=at, cause=cause, reason=reason, scheme=scheme
    )
    if told and box is not None and box.home_shelf is not None:
        grow_homes_versions(session, [room_of(box.home_shelf)])
    return before


def write_tag(
    session: WriteSession,
    item: Bearer,
    row: BoxRow | FileRow | ShelfRow,
    epc: str | None,
    *,
    by: str,
    at: datetime,
    cause: str,
    reason: str | None = None,
    scheme: str | None = None,
) -> bool:
    """Write into ledger and row which tag something bears; say whether that is news.

    The caller tells the room. Raises TagInUse if something else bears the tag.
    """
    if epc is not None:
        owner = find_bearer(session, epc)
        if owner is not None and owner != item:
            raise TagInUse(epc, owner)
        _take_from_removed(session, epc, item, by=by, at=at)
    if row.epc == epc:
        return False
    row.epc = epc
    session.flush()
    session.add(
        TagRow(
            epc=epc,
            item_kind=item.kind,
            item_code=item.code,
            at=at,
            by=by,
            cause=cause,
            reason=reason,
            scheme=scheme,
        )
    )
    session.flush()
    return True


def find_bearer(session: ReadSession, epc: str) -> Bearer | None:
    """Say what bears a tag now, also an item that an import has not shown yet."""
    return find_bearers(session, [epc]).get(epc)


def find_bearers(session: ReadSession, epcs: Iterable[str]) -> dict[str, Bearer]:
    """Say what bears some tags now, by tag; a shelf that the room no longer has bears none."""
    wanted = sorted(set(epcs))
    found: dict[str, Bearer] = {}
    for begin in range(0, len(wanted), _BATCH):
        query = select(col(ShelfRow.epc), col(ShelfRow.address)).where(
            col(ShelfRow.epc).in_(wanted[begin : begin + _BATCH]),
            col(ShelfRow.removed_at).is_(None),
        )
        found |= {epc: Shelf(code=address) for epc, address in session.execute(query)}
    return found | find_items(session, wanted)


def find_items(session: ReadSession, epcs: Iterable[str]) -> dict[str, Item]:
    """Say which boxes and files bear some tags now, by tag."""
    wanted = sorted(set(epcs))
    found: dict[str, Item] = {}
    for begin in range(0, len(wanted), _BATCH):
        for kind, table in _ITEMS:
            query = select(col(table.epc), col(table.code)).where(
                col(table.epc).in_(wanted[begin : begin + _BATCH])
            )
            found |= {epc: Item(kind=kind, code=code) for epc, code in session.execute(query)}
    return found


def list_spans_of_items(session: ReadSession, items: Iterable[Bearer]) -> list[TagSpan]:
    """List the tags that some boxes, files and shelves bear and bore, newest first."""
    wanted = set(items)
    spans = spans_of(_steps(session, sorted({item.code for item in wanted})))
    return [span for span in spans if span.item in wanted]


def list_spans_of_tags(session: ReadSession, epcs: Iterable[str]) -> list[TagSpan]:
    """List what bears or bore some tags, newest first."""
    wanted = sorted(set(epcs))
    codes: set[str] = set()
    for begin in range(0, len(wanted), _BATCH):
        query = select(col(TagRow.item_code)).where(
            col(TagRow.epc).in_(wanted[begin : begin + _BATCH])
        )
        codes |= set(session.execute(query).scalars())
    asked = set(wanted)
    return [span for span in spans_of(_steps(session, sorted(codes))) if span.epc in asked]


def write_first_tags(session: WriteSession, import_id: str, *, by: str) -> None:
    """Begin the ledger of every new box and file that a list names with its tag."""
    columns = ["epc", "item_kind", "item_code", "at", "by", "cause"]
    for kind, table in _ITEMS:
        known = (
            select(
                col(table.epc),
                literal(kind),
                col(table.code),
                col(ImportRow.at),
                literal(by),
                literal("import"),
            )
            .join(ImportRow, col(ImportRow.id) == col(table.import_id))
            .where(col(ImportRow.id) == import_id, col(table.epc).is_not(None))
            .order_by(col(table.code))
        )
        session.execute(insert(TagRow).from_select(columns, known))


def refuse_shared_tags(session: ReadSession, import_id: str) -> None:
    """Raise TagInUse if what an import adds claims the tag of a shelf or of another list."""
    query = (
        select(col(FileRow.epc), col(FileRow.code), col(FileRow.import_id), col(BoxRow.code))
        .join(BoxRow, col(BoxRow.epc) == col(FileRow.epc))
        .where(or_(col(BoxRow.import_id) == import_id, col(FileRow.import_id) == import_id))
        .limit(1)
    )
    for epc, file, import_of_file, box in session.execute(query):
        if import_of_file == import_id:
            raise TagInUse(epc, Item(kind="box", code=box))
        raise TagInUse(epc, Item(kind="file", code=file))
    for _, table in _ITEMS:
        on_shelves = (
            select(col(ShelfRow.epc), col(ShelfRow.address))
            .join(table, col(table.epc) == col(ShelfRow.epc))
            .where(col(table.import_id) == import_id, col(ShelfRow.removed_at).is_(None))
            .limit(1)
        )
        for epc, address in session.execute(on_shelves):
            raise TagInUse(epc, Shelf(code=address))


def _rows(session: ReadSession, item: Bearer) -> tuple[BoxRow | FileRow | ShelfRow, BoxRow | None]:
    """Get the row that names the tag, and the box whose room is told; `None` for a shelf."""
    if isinstance(item, Shelf):
        shelf = session.get(ShelfRow, item.code)
        if shelf is None or shelf.removed_at is not None:
            raise NotHeld(item.code)
        return shelf, None
    if item.kind == "box":
        box = get_box_row(session, item.code)
        return box, box
    file = get_file_row(session, item.code)
    return file, get_box_row(session, file.box_code)


def _take_from_removed(
    session: WriteSession, epc: str, item: Bearer, *, by: str, at: datetime
) -> None:
    """Take a tag from a shelf that the room no longer has, so that something else can bear it."""
    query = select(ShelfRow).where(col(ShelfRow.epc) == epc, col(ShelfRow.removed_at).is_not(None))
    for shelf in session.execute(query).scalars():
        gone = Shelf(code=shelf.address)
        if gone != item:
            write_tag(session, gone, shelf, None, by=by, at=at, cause="shelf_removed")


def _steps(session: ReadSession, codes: Sequence[str]) -> Iterable[TagStep]:
    for begin in range(0, len(codes), _BATCH):
        query = (
            select(TagRow)
            .where(col(TagRow.item_code).in_(codes[begin : begin + _BATCH]))
            .order_by(col(TagRow.id))
        )
        for row in session.execute(query).scalars():
            yield TagStep(
                item=bearer_of(row.item_kind, row.item_code),
                epc=row.epc,
                at=row.at,
                by=row.by,
                cause=row.cause,
                reason=row.reason,
                scheme=row.scheme,
            )
