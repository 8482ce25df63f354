"""Reads back what became of the steel: trips with their chain of evidence, a bank's history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select
from sqlmodel import col, or_, select

from controller.shelving.model import (
    DeviceStep,
    HistoryEntry,
    MotionRequest,
    ProgramStep,
    SteelStep,
    SteelTold,
    Trip,
    TripStatus,
)
from controller.shelving.store import actor_from, find_request, list_after, list_requests
from controller.shelving.tables import DeviceStepRow, ProgramStepRow, SteelEventRow, TripRow
from controller.store.engine import ReadSession


def list_trips(
    session: ReadSession, room: str, *, bank: int | None, open_only: bool, limit: int
) -> list[Trip]:
    """List the trips of a room, newest first."""
    query = select(TripRow).where(TripRow.room == room).order_by(col(TripRow.at).desc())
    if bank is not None:
        query = query.where(TripRow.bank == bank)
    if open_only:
        query = query.where(col(TripRow.status) != "confirmed")
    return [_trip(session, row) for row in session.exec(query.limit(limit))]


def find_trip(session: ReadSession, room: str, trip_id: str) -> Trip | None:
    """Find a trip of a room by its id."""
    row = session.get(TripRow, trip_id)
    return None if row is None or row.room != room else _trip(session, row)


def list_history(
    session: ReadSession, room: str, bank: int, *, devices: Collection[str], limit: int
) -> list[tuple[datetime, HistoryEntry]]:
    """List what happened to a bank, newest first, with when it did.

    `devices` are those that belong to the bank; programs move several, so they count too.
    """
    entries: list[tuple[datetime, HistoryEntry]] = [
        (request.asked_at, request)
        for request in list_requests(session, room, bank=bank, limit=limit)
    ]
    steel = _newest(SteelEventRow, limit).where(
        col(SteelEventRow.room) == room, col(SteelEventRow.bank) == bank
    )
    programs = _newest(ProgramStepRow, limit).where(col(ProgramStepRow.room) == room)
    gone = _newest(DeviceStepRow, limit).where(
        col(DeviceStepRow.room) == room, col(DeviceStepRow.device).in_(devices)
    )
    entries += [(row.at, _told(row)) for row in session.execute(steel).scalars()]
    entries += [(row.at, _program(row)) for row in session.execute(programs).scalars()]
    entries += [(row.at, _device(row)) for row in session.execute(gone).scalars()]
    return sorted(entries, key=lambda entry: entry[0], reverse=True)[:limit]


def _newest(table: Any, limit: int) -> Select[Any]:
    return select(table).order_by(col(table.at).desc(), col(table.id).desc()).limit(limit)


def _trip(session: ReadSession, row: TripRow) -> Trip:
    return Trip(
        id=row.id,
        room=row.room,
        bank=row.bank,
        segment=row.segment,
        code=row.code,
        raw=row.raw,
        at=row.at,
        status=cast(TripStatus, row.status),
        said=row.said,
        request=_under_way(session, row),
        story=tuple(_story(session, row)),
        after=tuple(list_after(session, row.room, row.bank, row.segment, row.at)),
    )


def _under_way(session: ReadSession, row: TripRow) -> MotionRequest | None:
    return None if row.request_id is None else find_request(session, row.room, row.request_id)


def _story(session: ReadSession, row: TripRow) -> Sequence[SteelTold]:
    query = (
        select(SteelEventRow)
        .where(or_(col(SteelEventRow.trip_id) == row.id, col(SteelEventRow.id) == row.confirmed_by))
        .order_by(col(SteelEventRow.id))
    )
    return [_told(told) for told in session.exec(query)]


def _told(row: SteelEventRow) -> SteelTold:
    return SteelTold(
        step=cast(SteelStep, row.step),
        at=row.at,
        segment=row.segment,
        why=row.why,
        raw=row.raw,
        actor=actor_from(row.actor_id, row.actor_name),
        trip_id=row.trip_id,
    )


def _program(row: ProgramStepRow) -> ProgramStep:
    return ProgramStep(
        id=row.program_id,
        program=cast(Any, row.program),
        status=row.status,
        at=row.at,
        proposed_by=actor_from(row.proposed_by_id, row.proposed_by_name),
        started_by=actor_from(row.started_by_id, row.started_by_name),
        warning_ends=row.warning_ends,
        why=row.why,
        actor=actor_from(row.actor_id, row.actor_name),
    )


def _device(row: DeviceStepRow) -> DeviceStep:
    return DeviceStep(
        device=row.device, status="up" if row.status == "up" else "down", at=row.at, why=row.why
    )
