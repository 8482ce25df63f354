"""Reads alarms with all that belongs to them: how it was told, what holds them, their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sqlmodel import col, or_, select

from controller.alarms.life import NORM, State
from controller.alarms.model import (
    Acknowledgement,
    Alarm,
    Cause,
    Channel,
    HistoryStep,
    Hold,
    HoldSort,
    Priority,
    Step,
    Told,
)
from controller.alarms.tables import AlarmRow, HoldRow, MessageRow, RecipientRow, StepRow
from controller.store.engine import ReadSession


def find_alarm(session: ReadSession, alarm_id: str) -> Alarm | None:
    """Find a raised alarm."""
    row = session.get(AlarmRow, alarm_id)
    if row is None or row.raised_at is None:
        return None
    return _alarms(session, [row])[0]


def list_alarms(
    session: ReadSession,
    *,
    room: str | None = None,
    zone: str | None = None,
    kind: str | None = None,
    open_only: bool,
    limit: int,
) -> list[Alarm]:
    """List alarms, newest first. An open one has a cause still, or wants to be acknowledged."""
    query = (
        select(AlarmRow)
        .where(col(AlarmRow.raised_at).is_not(None))
        .order_by(col(AlarmRow.raised_at).desc(), col(AlarmRow.id))
        .limit(limit)
    )
    for column, wanted in ((AlarmRow.room, room), (AlarmRow.zone, zone), (AlarmRow.kind, kind)):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    if open_only:
        query = query.where(col(AlarmRow.state) != NORM)
    return _alarms(session, session.exec(query).all())


def told_from(message: MessageRow, recipient: RecipientRow) -> Told:
    """Say how a message went."""
    ok = True if message.sent_at is not None else (False if message.attempts else None)
    return Told(
        recipient=recipient.name,
        channel=cast(Channel, recipient.channel),
        step=cast(Step, message.step),
        at=message.sent_at or message.tried_at,
        ok=ok,
        error=None if ok else message.error,
        attempts=message.attempts,
    )


def hold_from(row: HoldRow) -> Hold:
    """Return a hold as the rest of the program knows it."""
    return Hold(
        id=row.id,
        sort=cast(HoldSort, row.sort),
        room=row.room,
        zone=row.zone,
        kinds=tuple(row.kinds),
        subject=row.subject,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        reason=row.reason,
        by=row.by_name,
        ended_at=row.ended_at,
    )


def _alarms(session: ReadSession, rows: Sequence[AlarmRow]) -> list[Alarm]:
    told: dict[str, list[Told]] = {row.id: [] for row in rows}
    query = (
        select(MessageRow, RecipientRow)
        .join(RecipientRow, col(RecipientRow.id) == col(MessageRow.recipient_id))
        .where(col(MessageRow.alarm_id).in_(told))
        .order_by(col(MessageRow.number))
    )
    for message, recipient in session.exec(query):
        told[message.alarm_id].append(told_from(message, recipient))
    history = _histories(session, list(told))
    held_by = {row.hold_id for row in rows if row.hold_id is not None}
    holds = session.exec(select(HoldRow).where(col(HoldRow.id).in_(held_by)))
    by_id = {hold.id: hold_from(hold) for hold in holds}
    return [
        _alarm(
            row,
            told=tuple(told[row.id]),
            history=tuple(history[row.id]),
            hold=None if row.hold_id is None else by_id[row.hold_id],
            cause=_cause(session, row),
        )
        for row in rows
    ]


def _histories(session: ReadSession, alarm_ids: Sequence[str]) -> dict[str, list[HistoryStep]]:
    found: dict[str, list[HistoryStep]] = {alarm_id: [] for alarm_id in alarm_ids}
    query = (
        select(StepRow).where(col(StepRow.alarm_id).in_(alarm_ids)).order_by(col(StepRow.number))
    )
    for row in session.exec(query):
        found[row.alarm_id].append(
            HistoryStep(step=row.step, at=row.at, by=row.by_name, detail=row.detail)
        )
    return found


def _cause(session: ReadSession, row: AlarmRow) -> Cause | None:
    if row.cause_kind is None or row.cause_key is None:
        return None
    alarm_id = session.exec(
        select(AlarmRow.id).where(
            AlarmRow.kind == row.cause_kind,
            AlarmRow.room == row.room,
            AlarmRow.key == row.cause_key,
            col(AlarmRow.raised_at).is_not(None),
            or_(col(AlarmRow.cleared_at).is_(None), AlarmRow.cleared_at == row.cause_gone_at),
        )
    ).first()
    return Cause(
        kind=row.cause_kind, key=row.cause_key, alarm_id=alarm_id, gone_at=row.cause_gone_at
    )


def _alarm(
    row: AlarmRow,
    *,
    told: tuple[Told, ...],
    history: tuple[HistoryStep, ...],
    hold: Hold | None,
    cause: Cause | None,
) -> Alarm:
    assert row.raised_at is not None
    return Alarm(
        id=row.id,
        kind=row.kind,
        room=row.room,
        subject=row.subject,
        params=cast(Mapping[str, str | int | None], row.params),
        priority=cast(Priority, row.priority),
        since=row.since,
        raised_at=row.raised_at,
        acknowledged=acknowledgement_of(row),
        cleared_at=row.cleared_at,
        told=told,
        state=cast(State, row.state),
        rule=row.rule_id,
        rule_version=row.rule_version,
        zone=row.zone,
        latched=row.latched,
        returned_at=row.returned_at,
        assignee=row.assignee_name,
        hold=hold,
        cause=cause,
        history=history,
    )


def acknowledgement_of(row: AlarmRow) -> Acknowledgement | None:
    """Say who took note of an alarm, if anybody did since it was told last."""
    if row.acknowledged_at is None:
        return None
    return Acknowledgement(
        by=row.acknowledged_name or "", at=row.acknowledged_at, comment=row.comment or ""
    )
