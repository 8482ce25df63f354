"""Where boxes belonged: every change of home, by whom, and by which list or in whose hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from controller.holdings.tables import HomeChangeRow, ImportRow
from controller.store.engine import ReadSession, WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChange:
    """From `at` on a box belongs on `after`; shelves are addresses, `None` is no shelf."""

    id: int
    at: datetime
    before: str | None
    after: str | None
    by: str
    import_id: str | None
    import_name: str | None
    """Of the list that said so; `None` if a person did who had the box in hand."""


def note_home_change(
    session: WriteSession,
    box: str,
    before: str | None,
    after: str | None,
    *,
    by: str,
    at: datetime,
    import_id: str | None = None,
) -> None:
    """Write down that a box belongs on another shelf."""
    session.add(
        HomeChangeRow(
            at=at,
            box_code=box,
            from_shelf=before,
            to_shelf=after,
            cause="person" if import_id is None else "import",
            by=by,
            import_id=import_id,
        )
    )


def list_home_changes(session: ReadSession, box: str, *, limit: int) -> list[HomeChange]:
    """List where a box belonged, newest change first."""
    query = (
        select(HomeChangeRow, col(ImportRow.name))
        .outerjoin(ImportRow, col(ImportRow.id) == col(HomeChangeRow.import_id))
        .where(col(HomeChangeRow.box_code) == box)
        .order_by(col(HomeChangeRow.id).desc())
        .limit(limit)
    )
    return [
        HomeChange(
            id=row.id or 0,
            at=row.at,
            before=row.from_shelf,
            after=row.to_shelf,
            by=row.by,
            import_id=row.import_id,
            import_name=name,
        )
        for row, name in session.execute(query)
    ]
