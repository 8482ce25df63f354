"""What holds alarms back at a moment: shelves, windows, what is out of service, other causes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from controller.alarms.causes import CAUSE_KINDS, Ailing, find_cause, grace_s
from controller.alarms.kinds import KINDS
from controller.alarms.life import DSUPR, OOSRV, SHELVED, State
from controller.alarms.model import HoldSort
from controller.alarms.tables import AlarmRow, HoldRow
from controller.store.engine import ReadSession

_CLOCK_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why nobody is told of an alarm: a hold of people, or another cause."""

    state: State
    hold_id: str | None = None
    cause: Ailing | None = None
    cause_gone_at: datetime | None = None


class Scene:
    """All holds in force and all causes, read once; `note` and `forget` keep the causes right."""

    def __init__(self, session: ReadSession, now: datetime) -> None:
        self._now = now
        in_force = select(HoldRow).where(col(HoldRow.ended_at).is_(None))
        self._holds = [hold for hold in session.exec(in_force) if is_in_force(hold, now)]
        there = select(AlarmRow).where(
            col(AlarmRow.kind).in_(CAUSE_KINDS), col(AlarmRow.cleared_at).is_(None)
        )
        self._causes = {_place(row): ailing(row) for row in session.exec(there)}
        self.changed = False
        """Whether a cause came or went since."""

    def note(self, row: AlarmRow) -> None:
        """Take in that something is raised; it may explain others."""
        if row.kind in CAUSE_KINDS:
            self._causes[_place(row)] = ailing(row)
            self.changed = True

    def forget(self, row: AlarmRow) -> None:
        """Take in that something is over; it explains nothing any more."""
        if self._causes.pop(_place(row), None) is not None:
            self.changed = True

    def held(self, row: AlarmRow) -> Held | None:
        """Say what holds an alarm now; out of service first, then what explains it, then a shelf.

        What just lost its cause is held a little longer.
        """
        holds = {hold.sort: hold for hold in self._holds if _covers(hold, row)}
        if (hold := holds.get("out_of_service")) is not None:
            return Held(state=OOSRV, hold_id=hold.id)
        if (hold := holds.get("maintenance")) is not None:
            return Held(state=DSUPR, hold_id=hold.id)
        if (cause := find_cause(ailing(row), self._causes.values())) is not None:
            return Held(state=DSUPR, cause=cause)
        if (late := self._lately_explained(row)) is not None:
            return late
        shelf = holds.get("shelf")
        return None if shelf is None else Held(state=SHELVED, hold_id=shelf.id)

    def differs(self, row: AlarmRow) -> bool:
        """Say whether a row shows another hold than it has now."""
        held = self.held(row)
        if held is None:
            return row.hold_id is not None or row.cause_kind is not None
        return shown(row) != (
            held.state,
            held.hold_id,
            held.cause and held.cause.kind,
            held.cause and held.cause.key,
            held.cause_gone_at is not None,
        )

    def _lately_explained(self, row: AlarmRow) -> Held | None:
        if row.state != DSUPR or row.cause_kind is None or row.cause_key is None:
            return None
        gone_at = row.cause_gone_at or self._now
        waited_s = (self._now - gone_at).total_seconds()
        if not 0 <= waited_s < grace_s(row.kind):
            return None
        cause = Ailing(
            kind=row.cause_kind,
            room=row.room,
            key=row.cause_key,
            zone=None,
            since=row.since,
            params={},
        )
        return Held(state=DSUPR, cause=cause, cause_gone_at=gone_at)


def shown(row: AlarmRow) -> tuple[str, str | None, str | None, str | None, bool]:
    """Return what a row says of what holds it."""
    return row.state, row.hold_id, row.cause_kind, row.cause_key, row.cause_gone_at is not None


def ailing(row: AlarmRow) -> Ailing:
    """Return a row as far as explaining goes."""
    return Ailing(
        kind=row.kind,
        room=row.room,
        key=row.key,
        zone=row.zone,
        since=row.since,
        params=row.params,
    )


def is_in_force(hold: HoldRow, now: datetime) -> bool:
    """Say whether a hold counts now. A clock that was set back ends none early but every shelf."""
    if hold.ended_at is not None or (hold.ends_at is not None and hold.ends_at <= now):
        return False
    sort: HoldSort = "shelf"
    if hold.sort == sort:
        return hold.made_at <= now + _CLOCK_SLACK
    return hold.begins_at <= now


def _covers(hold: HoldRow, row: AlarmRow) -> bool:
    if hold.room != row.room:
        return False
    match hold.sort:
        case "shelf":
            return (hold.kind, hold.key) == (row.kind, row.key)
        case "out_of_service":
            return hold.subject == row.subject
        case _:
            in_zone = hold.zone is None or hold.zone == row.zone
            meant = row.kind in hold.kinds or (not hold.kinds and not KINDS[row.kind].vital)
            return in_zone and meant


def _place(row: AlarmRow) -> tuple[str, str, str]:
    return row.kind, row.room, row.key
