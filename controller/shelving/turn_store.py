"""Keeps turns over a restart."""

from __future__ import annotations

from typing import cast

from sqlmodel import col, select

from controller.shelving.model import Turn, TurnStatus
from controller.shelving.tables import TurnRow
from controller.shelving.turn_rules import OPEN
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Actor


def save_turn(session: WriteSession, turn: Turn) -> None:
    """Write a turn as it is now."""
    session.merge(
        TurnRow(
            id=turn.id,
            room=turn.room,
            bank=turn.bank,
            segment=turn.segment,
            aisle=turn.aisle,
            user_id=turn.user.id,
            user_name=turn.user.name,
            purpose=turn.purpose,
            asked_at=turn.asked_at,
            status=turn.status,
            offered_until=turn.offered_until,
            changed_at=turn.changed_at,
        )
    )


def list_open_turns(session: ReadSession) -> list[Turn]:
    """List every turn that waits or is offered, oldest first."""
    query = select(TurnRow).where(col(TurnRow.status).in_(OPEN)).order_by(col(TurnRow.asked_at))
    return [_turn(row) for row in session.exec(query)]


def list_turns(session: ReadSession, room: str, *, limit: int) -> list[Turn]:
    """List the latest turns of a room, those that are over too, oldest first."""
    query = (
        select(TurnRow)
        .where(TurnRow.room == room)
        .order_by(col(TurnRow.asked_at).desc(), col(TurnRow.id))
        .limit(limit)
    )
    return [_turn(row) for row in session.exec(query)][::-1]


def _turn(row: TurnRow) -> Turn:
    return Turn(
        id=row.id,
        room=row.room,
        bank=row.bank,
        segment=row.segment,
        aisle=row.aisle,
        user=Actor(id=row.user_id, name=row.user_name),
        purpose=row.purpose,
        asked_at=row.asked_at,
        status=cast(TurnStatus, row.status),
        offered_until=row.offered_until,
        changed_at=row.changed_at,
    )
