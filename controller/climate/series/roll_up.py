"""Keeps hours and days true to the readings: rolls up anew whatever changed, a few hours at a time.

What has to be done stands in the database (dirty hours, from where mould is to be followed, which
calibrations and which zone were used), and each part is done and ticked off in one transaction. So
a restart goes on where it was, and it does not matter in which order readings came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from controller.climate.series import days, recalibration
from controller.climate.series.holding import HOUR_MS
from controller.climate.series.hours import roll_hours
from controller.climate.series.mould import follow_mould
from controller.climate.series.rows import find_probe, table_of
from controller.climate.series.tables import DirtyHourRow, ProbeRow
from controller.context import Context
from controller.store.engine import ReadSession, WriteSession

LOOK_EVERY_S: Final = 3.0
REST: Final = 9
"""So many times as long as some hours took it rests, so that live pages never wait for roll-ups;
who reads a series or a figure has what it needs rolled up at once."""
HOURS_AT_ONCE: Final = 200
"""So many dirty hours one transaction takes."""

_log = logging.getLogger(__name__)


class RollUp:
    """The one writer of hours and days while the process runs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self) -> None:
        """Roll up whatever is dirty, some hours at a time, until cancelled."""
        while True:
            began = self._context.clock.monotonic()
            did_some = False
            try:
                did_some = await asyncio.to_thread(settle_some, self._context)
            except Exception:
                _log.exception("hours could not be rolled up; it is tried again")
            rest_s = REST * (self._context.clock.monotonic() - began)
            await asyncio.sleep(rest_s if did_some else max(LOOK_EVERY_S, rest_s))


def settle(
    context: Context,
    room: str | None = None,
    probe: str | None = None,
    *,
    until: datetime | None = None,
) -> None:
    """Bring hours and days up to date: of everything, a room, or a probe.

    With `until` hours that begin later may wait. Nothing is written where nothing changed.
    """
    _take_over(context)
    before = None if until is None else round(until.timestamp() * 1000) // HOUR_MS + 1
    with context.telemetry.read() as session:
        wanted = _probes_to_settle(session, room, probe)
    if wanted == []:
        return
    while _settle_some(context, wanted, before):
        pass


def settle_some(context: Context) -> bool:
    """Bring some hours up to date, or the mould of a probe; say whether anything was to be done."""
    _take_over(context)
    return _settle_some(context, None, None)


def _take_over(context: Context) -> None:
    """Mark as dirty what another calibration or another zone of the site has made old."""
    recalibration.take_over(context)
    days.take_over_zone(context.telemetry, context.site.zone())


def _settle_some(context: Context, probes: Sequence[int] | None, before: int | None) -> bool:
    if _is_dirty(context, probes, before):
        with context.telemetry.write() as session:
            roll_some(session, context.site.zone(), probes=probes, before=before)
        return True
    with context.telemetry.read() as session:
        if not _to_follow(session, probes):
            return False
    with context.telemetry.write() as session:
        for row in _to_follow(session, probes)[:1]:
            follow_mould(session, row)
    return True


def roll_some(
    session: WriteSession,
    zone: ZoneInfo,
    *,
    probes: Sequence[int] | None = None,
    before: int | None = None,
    limit: int = HOURS_AT_ONCE,
) -> None:
    """Roll up the first dirty hours and tick them off; what is written is whole."""
    columns = table_of(DirtyHourRow).c
    query = select(columns.probe_id, columns.hour).where(*_dirty(probes, before))
    rows = session.execute(query.order_by(columns.probe_id, columns.hour).limit(limit)).all()
    for probe_id, several in groupby(rows, key=lambda row: row[0]):
        hours = [hour for _, hour in several]
        roll_hours(session, session.get_one(ProbeRow, probe_id), hours)
        days.roll_days(session, probe_id, hours, zone)


def _probes_to_settle(
    session: ReadSession, room: str | None, device: str | None
) -> list[int] | None:
    """Return the numbers of the probes that are meant; `None` for all."""
    if room is None:
        return None
    if device is not None:
        row = find_probe(session, room, device)
        return [] if row is None or row.id is None else [row.id]
    rows = session.exec(select_rows(ProbeRow).where(ProbeRow.agent == room)).all()
    return [row.id for row in rows if row.id is not None]


def _dirty(probes: Sequence[int] | None, before: int | None) -> list[Any]:
    columns = table_of(DirtyHourRow).c
    conditions: list[Any] = [] if probes is None else [columns.probe_id.in_(probes)]
    return conditions if before is None else [*conditions, columns.hour < before]


def _is_dirty(context: Context, probes: Sequence[int] | None, before: int | None) -> bool:
    columns = table_of(DirtyHourRow).c
    with context.telemetry.read() as session:
        query = select(columns.hour).where(*_dirty(probes, before)).limit(1)
        return session.execute(query).first() is not None


def _to_follow(session: ReadSession, probes: Sequence[int] | None) -> Sequence[ProbeRow]:
    query = select_rows(ProbeRow).where(col(ProbeRow.mould_from).is_not(None))
    if probes is not None:
        query = query.where(col(ProbeRow.id).in_(probes))
    return session.exec(query.order_by(col(ProbeRow.id))).all()


def count_dirty(session: ReadSession) -> int:
    """Count the hours that wait to be rolled up."""
    query = select(func.count()).select_from(table_of(DirtyHourRow))
    return int(session.execute(query).scalar_one())
