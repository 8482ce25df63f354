"""Writes and finds rows of series fast, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Insert, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.series.holding import FOR_EVER, HOUR_MS, Pace, Paces
from controller.climate.series.tables import DirtyHourRow, PaceRow, ProbeRow, SeriesRow
from controller.store.engine import ReadSession, WriteSession
from controller.store.rows import TelemetryRow

PAIR: Final = (TEMPERATURE, HUMIDITY)
"""What stands together in one row of samples, hours and days."""
CENTI: Final = 100
"""Samples are kept in hundredths of °C and of %."""

_ROWS_AT_ONCE = 1000
FROM_ROOM_FILE = "room"


def table_of(row: type[TelemetryRow]) -> Table:
    """Return the table of a row class, whose columns may be selected without making rows."""
    return cast(Table, row.__table__)  # type: ignore[attr-defined]  # SQLModel adds it


def fetch_plain(session: ReadSession, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Fetch numbers as the driver gives them: a year of hours is read twice as fast so."""
    result = cast("CursorResult[Any]", session.execute(query))
    try:
        return list(result.cursor.fetchall()) if result.cursor is not None else []
    finally:
        result.close()


def to_ms(moment: datetime) -> int:
    """Give a moment in milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def to_ms_span(span: timedelta) -> int:
    """Give a time span in milliseconds."""
    return round(span.total_seconds() * 1000)


def insert_new(dialect: str, table: Table) -> Insert:
    """Make an insert that leaves rows alone which are there already."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def write_new(session: WriteSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; those that are there already stay as they are."""
    connection = session.connection()
    statement = insert_new(connection.dialect.name, table)
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(statement, rows[first : first + _ROWS_AT_ONCE])


def mark_dirty(session: WriteSession, probe_id: int, hours: Iterable[int]) -> None:
    """Note that hours have to be rolled up anew."""
    rows = [{"probe_id": probe_id, "hour": hour} for hour in sorted(set(hours))]
    if rows:
        write_new(session, table_of(DirtyHourRow), rows)


def touched_hours(paces: Paces, moments: Iterable[int]) -> set[int]:
    """Say which hours readings of these moments can change: as long as each may hold."""
    touched: set[int] = set()
    for at_ms in moments:
        last = (at_ms + paces.longest_ms(at_ms)) // HOUR_MS
        touched.update(range(at_ms // HOUR_MS, last + 1))
    return touched


def find_probe(session: ReadSession, room: str, device: str) -> ProbeRow | None:
    """Find a probe that ever reported."""
    query = select(ProbeRow).where(ProbeRow.agent == room, ProbeRow.device == device)
    return session.exec(query).first()


def ensure_probe(session: WriteSession, room: str, device: str) -> int:
    """Find or make the number of a probe."""
    row = find_probe(session, room, device)
    if row is None:
        row = ProbeRow(agent=room, device=device)
        session.add(row)
        session.flush()
    assert row.id is not None
    return row.id


def list_series(session: ReadSession, probe_id: int) -> dict[str, int]:
    """List the further quantities of a probe with the numbers of their series."""
    rows = session.exec(select(SeriesRow).where(SeriesRow.probe_id == probe_id)).all()
    return {row.quantity: row.id for row in rows if row.id is not None}


def ensure_series(session: WriteSession, probe_id: int, quantity: str) -> int:
    """Find or make the number of a further quantity of a probe."""
    known = list_series(session, probe_id).get(quantity)
    if known is not None:
        return known
    row = SeriesRow(probe_id=probe_id, quantity=quantity)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def load_paces(session: ReadSession, probe_id: int) -> Paces:
    """Load how often a probe reported, and when."""
    rows = session.exec(select(PaceRow).where(PaceRow.probe_id == probe_id)).all()
    return Paces(Pace(row.from_ms, row.until_ms, row.interval_s) for row in rows)


def note_pace(session: WriteSession, probe_id: int, interval_s: float, *, at_ms: int) -> None:
    """Note how often the room file lets a probe report; the first word counts for all before."""
    query = select(PaceRow).where(
        PaceRow.probe_id == probe_id, PaceRow.until_ms == FOR_EVER, PaceRow.from_ms <= at_ms
    )
    rows = sorted(session.exec(query).all(), key=lambda row: row.from_ms)
    if rows and rows[-1].interval_s == interval_s:
        return
    row = PaceRow(
        probe_id=probe_id,
        from_ms=at_ms if rows else 0,
        until_ms=FOR_EVER,
        interval_s=interval_s,
        source=FROM_ROOM_FILE,
    )
    session.merge(row)
    session.flush()
