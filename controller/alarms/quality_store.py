"""Reads alarms as far as their quality goes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlmodel import col, or_, select

from controller.alarms.life import HELD
from controller.alarms.model import Priority
from controller.alarms.quality import Occurrence
from controller.alarms.tables import AlarmRow, StepRow
from controller.store.engine import ReadSession

_NOTED = "acknowledged"
_BY_PEOPLE = (_NOTED, "shelved", "out_of_service", "assigned", "reset")


def list_occurrences(
    session: ReadSession, *, start: datetime, end: datetime, room: str | None
) -> list[Occurrence]:
    """List every alarm that was there in a period, of one room or of all."""
    there = [
        col(AlarmRow.raised_at) < end,
        or_(
            col(AlarmRow.raised_at) >= start,
            col(AlarmRow.cleared_at).is_(None),
            col(AlarmRow.cleared_at) > start,
        ),
    ]
    if room is not None:
        there.append(col(AlarmRow.room) == room)
    query = select(AlarmRow).where(*there)
    steps = (
        select(StepRow.alarm_id, StepRow.step, StepRow.at)
        .join(AlarmRow, col(AlarmRow.id) == col(StepRow.alarm_id))
        .where(col(StepRow.by).is_not(None), col(StepRow.step).in_(_BY_PEOPLE), *there)
        .order_by(col(StepRow.number))
    )
    acted: dict[str, datetime] = {}
    noted: dict[str, datetime] = {}
    for alarm_id, step, at in session.exec(steps):
        acted.setdefault(alarm_id, at)
        if step == _NOTED:
            noted.setdefault(alarm_id, at)
    return [
        _occurrence(row, acted.get(row.id), noted.get(row.id))
        for row in session.exec(query.order_by(col(AlarmRow.raised_at)))
    ]


def _occurrence(row: AlarmRow, acted_at: datetime | None, noted_at: datetime | None) -> Occurrence:
    assert row.raised_at is not None
    is_held = row.state in HELD
    return Occurrence(
        id=row.id,
        kind=row.kind,
        room=row.room,
        zone=row.zone,
        subject=row.subject,
        priority=cast(Priority, row.priority),
        raised_at=row.raised_at,
        cleared_at=row.cleared_at,
        noted_at=noted_at,
        acted=acted_at is not None and (row.cleared_at is None or acted_at <= row.cleared_at),
        told=row.announced_at is not None,
        unauthorised=is_held and row.hold_id is None and row.cause_kind is None,
    )
