"""Rows of the search index. The pairs of characters themselves lie in an FTS5 table beside it."""

from sqlalchemy import DDL, event
from sqlmodel import Field, UniqueConstraint

from controller.store.rows import Record


class SearchTextRow(Record, table=True):
    """The folded words of a box, file, household or dwelling; `id` is its number in the index."""

    __tablename__ = "search_texts"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: int = Field(primary_key=True)
    kind: str
    key: str
    name: str
    rest: str


class SearchSoundRow(Record, table=True):
    """One way to type the name of a household's head in pinyin."""

    __tablename__ = "search_sounds"

    sound: str = Field(primary_key=True)
    household_code: str = Field(primary_key=True, index=True)


def virtual_tables(dialect: str) -> tuple[str, ...]:
    """Statements for what SQLModel cannot express."""
    if dialect != "sqlite":
        return ()
    return (
        "CREATE VIRTUAL TABLE search_grams USING fts5(name, rest, content='', detail=column, "
        "columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    )


for _statement in virtual_tables("sqlite"):
    event.listen(
        SearchTextRow.__table__,  # type: ignore[attr-defined]  # SQLModel does not declare it
        "after_create",
        DDL(_statement).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this untyped
    )
