"""What people do to alarms: take note, set aside, assign, reset, take out of service. Audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlmodel import col, select

from controller.alarms import holds
from controller.alarms.course import Course, Ended, change_of
from controller.alarms.holds import NewHold
from controller.alarms.kinds import KINDS
from controller.alarms.life import OOSRV, SHELVED
from controller.alarms.model import Acknowledgement, HoldSort
from controller.alarms.reading import acknowledgement_of
from controller.alarms.tables import AlarmRow, HoldRow
from controller.alarms.telling import note_step
from controller.audit import store as audit
from controller.live import LiveChange
from controller.people.store import find_user
from controller.store.engine import WriteSession


class AlreadyAcknowledged(Exception):
    """Somebody has taken note of the alarm before."""

    def __init__(self, acknowledged: Acknowledgement) -> None:
        super().__init__(acknowledged.by)
        self.acknowledged = acknowledged


class NotNow(Exception):
    """This cannot be done to an alarm in its state."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NoSuchPerson(Exception):
    """No account of that id is in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does it, and when."""

    user_id: str
    name: str
    at: datetime


def acknowledge(
    session: WriteSession, alarm_id: str, *, by: str, name: str, comment: str, at: datetime
) -> list[LiveChange] | None:
    """Note who took note; `None` if there is no such alarm.

    Raises AlreadyAcknowledged, and NotNow for one that is shelved, suppressed or out of service.
    """
    row = _find(session, alarm_id)
    if row is None:
        return None
    before = acknowledgement_of(row)
    if before is not None:
        raise AlreadyAcknowledged(before)
    who = By(user_id=by, name=name, at=at)
    course = Course(session, at)
    if not course.act(row, "ack"):
        raise NotNow(row.state)
    row.acknowledged_at, row.acknowledged_by, row.acknowledged_name = at, by, name
    row.comment = comment
    _note(session, row, "acknowledged", who, {"comment": comment})
    changes = [change_of(row, "acknowledged")]
    if row.cleared_at is None and KINDS[row.kind].ends_when_acknowledged:
        course.clear(row)
    session.flush()
    return changes + course.changes


def shelve(
    session: WriteSession, alarm_id: str, who: By, *, minutes: int, reason: str
) -> list[LiveChange] | None:
    """Set an alarm aside for a while, this occurrence and whatever comes of the same meanwhile.

    `None` if there is no such alarm; raises NotNow for one that is over or held already.
    """
    row = _find(session, alarm_id)
    if row is None:
        return None
    if row.cleared_at is not None or row.state in (SHELVED, OOSRV):
        raise NotNow(row.state)
    new = NewHold(
        sort="shelf",
        room=row.room,
        begins_at=who.at,
        ends_at=who.at + timedelta(minutes=minutes),
        reason=reason,
        kind=row.kind,
        key=row.key,
        subject=row.subject,
        zone=row.zone,
    )
    return _begin(session, new, who)


def unshelve(session: WriteSession, alarm_id: str, who: By) -> list[LiveChange] | None:
    """End a shelf before its time. `None` if there is no such alarm; raises NotNow."""
    return _end_of_row(session, alarm_id, "shelf", who)


def take_out_of_service(
    session: WriteSession, alarm_id: str, who: By, *, reason: str, until: datetime | None
) -> list[LiveChange] | None:
    """Let all alarms of an alarm's subject rest, until a time or until it is returned.

    `None` if there is no such alarm; raises NotNow for one that is over or out of service.
    """
    row = _find(session, alarm_id)
    if row is None:
        return None
    if row.cleared_at is not None or row.state == OOSRV:
        raise NotNow(row.state)
    new = NewHold(
        sort="out_of_service",
        room=row.room,
        begins_at=who.at,
        ends_at=until,
        reason=reason,
        subject=row.subject,
    )
    return _begin(session, new, who)


def return_to_service(session: WriteSession, alarm_id: str, who: By) -> list[LiveChange] | None:
    """Watch an alarm's subject again. `None` if there is no such alarm; raises NotNow."""
    return _end_of_row(session, alarm_id, "out_of_service", who)


def begin_window(session: WriteSession, new: NewHold, who: By) -> tuple[HoldRow, list[LiveChange]]:
    """Begin a maintenance window, or plan one."""
    row = holds.add_hold(session, new, by=who.user_id, name=who.name, at=who.at)
    course = Course(session, who.at)
    course.settle(room=new.room)
    return row, course.changes


def end_window(session: WriteSession, hold_id: str, who: By) -> list[LiveChange] | None:
    """End a maintenance window, or call it off; what persists is told at once."""
    row = holds.find_hold(session, hold_id, "maintenance")
    return None if row is None else _end(session, row, who)


def assign(
    session: WriteSession, alarm_id: str, who: By, *, user_id: str | None
) -> list[LiveChange] | None:
    """Say who sees to an alarm; nobody with `None`. Raises NoSuchPerson, and NotNow if over."""
    row = _find(session, alarm_id)
    if row is None:
        return None
    if row.state == "NORM":
        raise NotNow(row.state)
    user = None if user_id is None else find_user(session, user_id)
    if user_id is not None and (user is None or user.disabled_at is not None):
        raise NoSuchPerson(user_id)
    row.assignee = None if user is None else user.id
    row.assignee_name = None if user is None else user.name
    _note(session, row, "assigned", who, {"to": row.assignee_name})
    session.flush()
    return [change_of(row, "assigned")]


def reset(session: WriteSession, alarm_id: str, who: By) -> list[LiveChange] | None:
    """End a latched alarm whose cause is gone. Raises NotNow while it is there, or if held."""
    row = _find(session, alarm_id)
    if row is None:
        return None
    course = Course(session, who.at)
    if row.cleared_at is not None or not course.act(row, "reset"):
        raise NotNow(row.state)
    _note(session, row, "reset", who, {})
    course.end(row, by=who.user_id, name=who.name)
    return course.changes


def _find(session: WriteSession, alarm_id: str) -> AlarmRow | None:
    row = session.get(AlarmRow, alarm_id, with_for_update=True)
    return None if row is None or row.raised_at is None else row


def _begin(session: WriteSession, new: NewHold, who: By) -> list[LiveChange]:
    holds.add_hold(session, new, by=who.user_id, name=who.name, at=who.at)
    course = Course(session, who.at)
    course.settle(room=new.room)
    return course.changes


def _end_of_row(
    session: WriteSession, alarm_id: str, sort: HoldSort, who: By
) -> list[LiveChange] | None:
    row = _find(session, alarm_id)
    if row is None:
        return None
    query = select(HoldRow).where(
        HoldRow.sort == sort, HoldRow.room == row.room, col(HoldRow.ended_at).is_(None)
    )
    if sort == "shelf":
        query = query.where(HoldRow.kind == row.kind, HoldRow.key == row.key)
    else:
        query = query.where(HoldRow.subject == row.subject)
    hold = session.exec(query.limit(1)).first()
    if hold is None:
        raise NotNow(row.state)
    return _end(session, hold, who)


def _end(session: WriteSession, hold: HoldRow, who: By) -> list[LiveChange]:
    holds.end_hold(session, hold, by=who.user_id, at=who.at)
    course = Course(session, who.at)
    course.settle(room=hold.room, ended=Ended(hold.id, who.user_id, who.name))
    return course.changes


def _note(
    session: WriteSession, row: AlarmRow, what: str, who: By, detail: dict[str, JsonValue]
) -> None:
    note_step(session, row, what, who.at, by=who.user_id, name=who.name, detail=detail)
    audit.append(
        session,
        at=who.at,
        actor=who.user_id,
        action=f"alarm.{what}",
        subject=row.subject,
        detail={"alarm": row.id, "kind": row.kind, **detail},
    )
