"""The audit ledger: rows that are only ever added, and the head that the next one follows."""

from datetime import datetime

from sqlalchemy import DDL, event
from sqlmodel import Field

from controller.store.rows import Record


class AuditEntryRow(Record, table=True):
    """One thing somebody did. `hash` covers this row and the hash of the one before."""

    __tablename__ = "audit_entries"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(index=True)
    actor: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    outcome: str
    detail: str
    previous: str
    hash: str


class AuditHeadRow(Record, table=True):
    """The end of the chain: one row, locked by whoever appends."""

    __tablename__ = "audit_heads"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    hash: str


_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)

for _statement in _TRIGGERS:
    event.listen(
        AuditEntryRow.__table__,  # type: ignore[attr-defined]  # SQLModel does not declare it
        "after_create",
        DDL(_statement).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this untyped
    )
