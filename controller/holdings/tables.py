"""Rows of the holdings. Times are aware UTC; the code of a thing is its key."""

from datetime import datetime

from sqlalchemy import DDL, event, text
from sqlmodel import Field, Index

from controller.store.rows import Record

_ASTRAY = text("place_kind IN ('shelf', 'unknown')")
_CHANGED_BOXES = text("from_box_code IS NOT NULL")


class ShelfRow(Record, table=True):
    """One shelf on the steel, exactly as the room file lists it."""

    __tablename__ = "shelves"
    __table_args__ = (Index(None, "room", "position"), Index(None, "epc", unique=True))

    address: str = Field(primary_key=True)
    room: str
    bank: int
    column_no: int
    face: str
    section: int
    shelf: int
    length_mm: int
    position: int
    removed_at: datetime | None = None
    epc: str | None = None


class BoxRow(Record, table=True):
    """A box: what it is, where it belongs, where it is, and who saw it last."""

    __tablename__ = "boxes"
    __table_args__ = (
        Index(None, "home_shelf", "home_order_mm"),
        Index(
            "ix_boxes_astray",
            "place_kind",
            "place_since",
            sqlite_where=_ASTRAY,
            postgresql_where=_ASTRAY,
        ),
    )

    code: str = Field(primary_key=True)
    code_key: str = Field(index=True)
    code_back: str = Field(index=True)
    title: str
    epc: str | None = Field(default=None, unique=True)
    thickness_mm: int
    home_shelf: str | None = Field(default=None, foreign_key="shelves.address")
    home_order_mm: int | None = None
    place_kind: str
    place_address: str | None = None
    place_person: str | None = None
    place_since: datetime
    place_by: str | None = None
    place_confidence: float | None = None
    seen_by: str | None = None
    seen_kind: str | None = None
    seen_zone: str | None = None
    seen_at: datetime | None = None
    seen_confidence: float | None = None
    import_id: str = Field(default="", index=True)


class HouseholdRow(Record, table=True):
    """A household (户). The ID number of its head is sealed and found by keyed hashes."""

    __tablename__ = "households"

    code: str = Field(primary_key=True)
    head: str
    name_key: str = Field(index=True)
    address: str | None = None
    id_sealed: bytes | None = None
    id_blind: str | None = Field(default=None, index=True)
    last_four_blind: str | None = Field(default=None, index=True)


class DwellingRow(Record, table=True):
    """A dwelling (套)."""

    __tablename__ = "dwellings"

    code: str = Field(primary_key=True)
    address: str


class HouseholdDwellingRow(Record, table=True):
    """A household and a dwelling that one file names together."""

    __tablename__ = "household_dwellings"

    household_code: str = Field(primary_key=True, foreign_key="households.code")
    dwelling_code: str = Field(primary_key=True, foreign_key="dwellings.code", index=True)


class FileRow(Record, table=True):
    """A file. Its own place is empty while it is where its box is; few files have a tag."""

    __tablename__ = "files"
    __table_args__ = (
        Index(None, "epc", unique=True),
        Index(
            "ix_files_astray",
            "place_kind",
            "place_since",
            sqlite_where=_ASTRAY,
            postgresql_where=_ASTRAY,
        ),
    )

    code: str = Field(primary_key=True)
    code_key: str = Field(index=True)
    code_back: str = Field(index=True)
    box_code: str = Field(foreign_key="boxes.code", index=True)
    title: str
    pages: int | None = None
    household_code: str | None = Field(default=None, foreign_key="households.code", index=True)
    dwelling_code: str | None = Field(default=None, foreign_key="dwellings.code", index=True)
    place_kind: str | None = None
    place_address: str | None = None
    place_person: str | None = None
    place_since: datetime | None = None
    place_by: str | None = None
    place_confidence: float | None = None
    epc: str | None = None
    seen_by: str | None = None
    seen_kind: str | None = None
    seen_zone: str | None = None
    seen_at: datetime | None = None
    seen_confidence: float | None = None
    import_id: str = Field(default="", index=True)


class MovementRow(Record, table=True):
    """One step in the life of a box or file. Rows are only ever added.

    What moves a box moves its files too; the row of the box stands for them, and `box_code` is
    how a file finds it. `from_box_code` is set when a file changed boxes, `with_box` when the item
    is from then on where its box is.
    """

    __tablename__ = "movements"
    __table_args__ = (
        Index(None, "item_code", "id"),
        Index(None, "box_code", "id"),
        Index(
            "ix_movements_from_box",
            "from_box_code",
            "id",
            sqlite_where=_CHANGED_BOXES,
            postgresql_where=_CHANGED_BOXES,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    item_kind: str
    item_code: str
    box_code: str
    from_box_code: str | None = None
    with_box: bool = False
    from_kind: str
    from_address: str | None = None
    from_person: str | None = None
    to_kind: str
    to_address: str | None = None
    to_person: str | None = None
    cause: str
    by: str
    confidence: float | None = None


class TagRow(Record, table=True):
    """From then on an item bears a tag, or with `epc` empty none. Rows are only ever added.

    The last row of an item is what it bears now; `epc` of boxes and files repeats it. `cause` is
    `import`, `paired`, `written` or `undone`; `scheme` says how the number was made, if we know.
    """

    __tablename__ = "tags"
    __table_args__ = (Index(None, "item_code", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    epc: str | None = Field(default=None, index=True)
    item_kind: str
    item_code: str
    at: datetime
    by: str
    cause: str
    reason: str | None = None
    scheme: str | None = None


class HomeChangeRow(Record, table=True):
    """From then on a box belongs on another shelf, or on none. Rows are only ever added.

    `cause` is `import`, which `import_id` names, or `person`.
    """

    __tablename__ = "home_changes"
    __table_args__ = (Index(None, "box_code", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    box_code: str
    from_shelf: str | None = None
    to_shelf: str | None = None
    cause: str
    by: str
    import_id: str | None = None


class HomesVersionRow(Record, table=True):
    """Grows whenever a box of the room gets another home or tag."""

    __tablename__ = "homes_versions"

    room: str = Field(primary_key=True)
    version: int


class ImportRow(Record, table=True):
    """One import and how far it got: staging, publishing, updating, done, rejected, failed."""

    __tablename__ = "imports"

    id: str = Field(primary_key=True)
    kind: str
    name: str
    state: str = Field(index=True)
    by: str
    at: datetime
    rows: int = 0
    good: int = 0
    bad: int = 0
    fresh: int = 0
    changed: int = 0
    same: int = 0


class StagedRow(Record, table=True):
    """Something an import will write. ID numbers in it are sealed already."""

    __tablename__ = "import_staged"
    __table_args__ = (Index(None, "import_id", "fresh", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    import_id: str = Field(foreign_key="imports.id")
    fresh: bool
    kind: str
    entry: str


def triggers(dialect: str, table: str) -> tuple[str, ...]:
    """Statements that make a table refuse UPDATE and DELETE."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    )


for _ledger in (MovementRow, TagRow, HomeChangeRow):
    for _dialect in ("sqlite", "postgresql"):
        for _statement in triggers(_dialect, str(_ledger.__tablename__)):
            event.listen(
                Record.metadata.tables[str(_ledger.__tablename__)],
                "after_create",
                DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this untyped
            )
