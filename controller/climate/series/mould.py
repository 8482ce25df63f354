"""Follows the mould index through the hours of a probe, again from the first that changed.

The index depends on all that came before, so late readings make it new from their hour on, until
it is found as it was. Each hour is one step, its air the mean of the hour; gaps leave it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from controller.climate.metrics.vtt import CLEAN, step_all
from controller.climate.series.figures import MOULD_COLUMNS
from controller.climate.series.model import HOUR_S
from controller.climate.series.rows import table_of
from controller.climate.series.tables import HourRow, ProbeRow
from controller.store.engine import ReadSession, WriteSession

HOURS_AT_ONCE = 2000
"""So many hours one transaction follows at most."""

_States = tuple[float, ...]


def note_changed(probe: ProbeRow, hours: Iterable[int]) -> None:
    """Note that hours of a probe are not what they were when its mould was followed."""
    known = [hour for hour in (probe.mould_from, probe.mould_to) if hour is not None]
    every = [*hours, *known]
    probe.mould_from, probe.mould_to = min(every), max(every)


def follow_mould(session: WriteSession, probe: ProbeRow, *, limit: int = HOURS_AT_ONCE) -> bool:
    """Follow the mould of a probe for some hours; say whether the rest needs another turn."""
    first, last = probe.mould_from, probe.mould_to
    if first is None or last is None or probe.id is None:
        return False
    rows = _hours_from(session, probe.id, first, limit)
    changed, is_as_before = _replay(rows, _states_before(session, probe.id, first), last)
    _write(session, probe.id, changed)
    is_done = is_as_before or len(rows) < limit
    probe.mould_from = None if is_done else rows[-1][0] + 1
    probe.mould_to = None if is_done else last
    session.add(probe)
    session.flush()
    return not is_done


def _replay(
    rows: Sequence[tuple[int, float | None, float | None, float, _States]],
    states: _States,
    last_changed: int,
) -> tuple[list[tuple[int, _States]], bool]:
    """Return the hours whose states are new, and whether all the rest is as it was."""
    changed = []
    for hour, temperature_c, humidity_pct, seconds, stored in rows:
        if temperature_c is not None and humidity_pct is not None and seconds > 0:
            states = step_all(states, temperature_c, humidity_pct, seconds / HOUR_S)
        if states != stored:
            changed.append((hour, states))
        elif hour > last_changed:
            return changed, True
    return changed, False


def _hours_from(
    session: ReadSession, probe_id: int, first: int, limit: int
) -> list[tuple[int, float | None, float | None, float, _States]]:
    columns = table_of(HourRow).c
    query = (
        select(
            columns.hour,
            columns.t_sum,
            columns.t_s,
            columns.rh_sum,
            columns.rh_s,
            columns.pair_s,
            *(columns[name] for name in MOULD_COLUMNS),
        )
        .where(columns.probe_id == probe_id, columns.hour >= first)
        .order_by(columns.hour)
        .limit(limit)
    )
    return [
        (hour, t / t_s if t_s else None, rh / rh_s if rh_s else None, pair_s, tuple(stored))
        for hour, t, t_s, rh, rh_s, pair_s, *stored in session.execute(query)
    ]


def _states_before(session: ReadSession, probe_id: int, hour: int) -> _States:
    columns = table_of(HourRow).c
    query = (
        select(*(columns[name] for name in MOULD_COLUMNS))
        .where(columns.probe_id == probe_id, columns.hour < hour)
        .order_by(columns.hour.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return CLEAN if row is None else tuple(row)


def _write(session: WriteSession, probe_id: int, changed: Sequence[tuple[int, _States]]) -> None:
    if not changed:
        return
    table = table_of(HourRow)
    statement = (
        update(table)
        .where(table.c.probe_id == probe_id, table.c.hour == bindparam("at"))
        .values({name: bindparam(f"new_{name}") for name in MOULD_COLUMNS})
    )
    names = [f"new_{name}" for name in MOULD_COLUMNS]
    rows: list[dict[str, Any]] = [
        {"at": hour, **dict(zip(names, states, strict=True))} for hour, states in changed
    ]
    session.connection().execute(statement, rows)
