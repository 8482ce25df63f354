"""Readings that are stored already and dated in time to come: a clock was ahead when they came.

Whatever was ahead of our clock when it came is marked as it is stored. But a clock that is ahead in
the room and here dates readings that look sound, and once it is right again they lie before us.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table, select, update

from controller.climate.series import suspicions
from controller.climate.series.holding import HOUR_MS
from controller.climate.series.rows import (
    list_series,
    load_paces,
    mark_dirty,
    table_of,
    touched_hours,
)
from controller.climate.series.tables import ReadingRow, SampleRow
from controller.store.engine import WriteSession

DOUBTED_MS: Final = 24 * HOUR_MS
"""So far ahead readings are doubted as their time comes near. Not further: if it is our clock that
is behind, all of the past looks like time to come, and no more of it may be lost than the time for
which the clock is wrong, and a day."""


def doubt_ahead(session: WriteSession, probe_id: int, after_ms: int) -> None:
    """Mark readings of a probe dated in the day after a moment; what they told is rolled up anew.

    Call it when a reading of now arrives: then ours and the room's clock agree on what is to come.
    """
    both, one = suspicions.FUTURE_PAIRS, (suspicions.FUTURE,)
    moments = _doubt(session, table_of(SampleRow), probe_id, after_ms, both)
    for series_id in list_series(session, probe_id).values():
        moments |= _doubt(session, table_of(ReadingRow), series_id, after_ms, one)
    if moments:
        mark_dirty(session, probe_id, touched_hours(load_paces(session, probe_id), moments))


def _doubt(
    session: WriteSession, table: Table, number: int, after_ms: int, codes: tuple[int, ...]
) -> set[int]:
    """Give what has none of some codes the last of them; return the moments."""
    ahead = (
        next(iter(table.primary_key.columns)) == number,
        table.c.at_ms > after_ms,
        table.c.at_ms <= after_ms + DOUBTED_MS,
        table.c.suspect.not_in(codes),
    )
    moments = set(session.execute(select(table.c.at_ms).where(*ahead)).scalars())
    if moments:
        session.execute(update(table).where(*ahead).values(suspect=codes[-1]))
    return moments
