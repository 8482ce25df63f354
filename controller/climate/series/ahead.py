"""Readings that are stored already and dated in time to come: a clock was ahead when they came.

Whatever was ahead of our clock when it came is marked as it is stored. But a clock that is ahead in
the room and here dates readings that look sound, and once it is right again they lie before us.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, bindparam, literal, or_, select, update

from controller.climate.series import suspicions
from controller.climate.series.holding import HOUR_MS
from controller.climate.series.rows import load_paces, mark_dirty, table_of, touched_hours
from controller.climate.series.tables import ReadingRow, SampleRow, SeriesRow
from controller.store.engine import WriteSession

DOUBTED_MS: Final = 24 * HOUR_MS
"""So far ahead readings are doubted as their time comes near. Not further: if it is our clock that
is behind, all of the past looks like time to come, and no more of it may be lost than the time for
which the clock is wrong, and a day."""

_Ahead = tuple[ColumnElement[bool], ...]


def doubt_ahead(session: WriteSession, probe_id: int, after_ms: int) -> None:
    """Mark readings of a probe dated in the day after a moment; what they told is rolled up anew.

    Call it when a reading of now arrives: then ours and the room's clock agree on what is to come.
    """
    span = {"of": probe_id, "after": after_ms, "until": after_ms + DOUBTED_MS}
    if session.execute(_find_any(), span).first() is None:
        return
    moments: set[int] = set()
    for table, ahead, code in _places():
        moments |= set(session.execute(select(table.c.at_ms).where(*ahead), span).scalars())
        session.connection().execute(update(table).where(*ahead).values(suspect=code), span)
    mark_dirty(session, probe_id, touched_hours(load_paces(session, probe_id), moments))


@cache
def _find_any() -> Select[Any]:
    """Ask in one go, because it is asked with every batch and hardly ever answered."""
    found = [select(table.c.at_ms).where(*ahead).exists() for table, ahead, _ in _places()]
    return select(literal(1)).where(or_(*found))


@cache
def _places() -> tuple[tuple[Table, _Ahead, int], ...]:
    """List where readings stand, which of them lie ahead and are not marked, and with what."""
    samples, readings, series = (table_of(row) for row in (SampleRow, ReadingRow, SeriesRow))
    own = select(series.c.id).where(series.c.probe_id == bindparam("of"))
    both = suspicions.FUTURE_PAIRS
    return (
        (
            samples,
            (samples.c.probe_id == bindparam("of"), *_ahead(samples, both)),
            both[-1],
        ),
        (
            readings,
            (readings.c.series_id.in_(own), *_ahead(readings, (suspicions.FUTURE,))),
            suspicions.FUTURE,
        ),
    )


def _ahead(table: Table, codes: tuple[int, ...]) -> _Ahead:
    return (
        table.c.at_ms > bindparam("after"),
        table.c.at_ms <= bindparam("until"),
        *(table.c.suspect != code for code in codes),
    )
