"""The course of one occurrence: raised, graver, milder, held, let go, over. One transaction each.

`Course` is opened once per transaction; it takes what happened, moves the row by life.py's table,
notes the step, writes what is told, and plans what time alone will change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pydantic import JsonValue
from sqlmodel import col, select

from controller.alarms.life import DSUPR, HELD, OOSRV, SHELVED, Happening, State, next_state
from controller.alarms.model import PRIORITIES, Priority, Raise
from controller.alarms.scene import Held, Scene
from controller.alarms.tables import AlarmRow, HoldRow
from controller.alarms.telling import Teller, note_step
from controller.live import LiveChange
from controller.store.engine import WriteSession

_TAKES: dict[str, Happening] = {
    SHELVED: "shelve",
    DSUPR: "suppress",
    OOSRV: "remove_from_service",
}
_LETS_GO: dict[str, Happening] = {
    SHELVED: "expire",
    DSUPR: "unsuppress",
    OOSRV: "return_to_service",
}
_HOLD_STEPS = {SHELVED: "shelved", DSUPR: "suppressed", OOSRV: "out_of_service"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A shelf, a window or a time out of service that a person ended before its time."""

    hold_id: str
    by: str
    name: str


class Course:
    """Moves alarms along in one transaction."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self.scene = Scene(session, now)
        self.teller = Teller(session, now)
        self.changes: list[LiveChange] = []

    def raise_(self, row: AlarmRow) -> None:
        """Make an alarm of what was a cause; tell it unless something holds it back."""
        row.raised_at = self._now
        noted = note_step(
            self._session, row, "raised", self._now, detail={"priority": row.priority}
        )
        self.scene.note(row)
        self._move(row, "raise")
        held = self.scene.held(row)
        if held is None:
            self.teller.announce(row, noted)
        else:
            self._hold(row, held)
        self._done(row, "raised")

    def grade(self, row: AlarmRow, signal: Raise) -> None:
        """Take an open alarm's new gravity: graver at once, milder once that has lasted.

        One that stays until a person resets it is graver than one that ends with its cause, as
        smoke is than a contact that could not be read.
        """
        before = cast(Priority, row.priority)
        wanted = signal.priority or before
        is_graver = PRIORITIES.index(wanted) < PRIORITIES.index(before)
        if is_graver or (signal.latched and not row.latched):
            row.params = dict(signal.params) or row.params
            row.latched = row.latched or signal.latched
            self._worsen(row, wanted if is_graver else before)
        if signal.priority is not None and not is_graver:
            self._ease_to(row, wanted, signal.eases_after_s)
        self.plan(row)

    def clear(self, row: AlarmRow) -> None:
        """The cause of an alarm is gone; a latched one waits to be reset."""
        if row.latched:
            if row.returned_at is None:
                row.returned_at = self._now
                note_step(self._session, row, "returned", self._now)
                self._done(row, "returned")
            return
        self._move(row, "return")
        self.end(row)

    def come_back(self, row: AlarmRow) -> None:
        """The cause of a latched alarm is there again before anybody has reset it."""
        if row.returned_at is not None:
            row.returned_at = None
            note_step(self._session, row, "came_back", self._now)
            self._done(row, "came_back")

    def end(self, row: AlarmRow, *, by: str | None = None, name: str | None = None) -> None:
        """Close an occurrence whose state has moved on already; tell it to who knew of it."""
        row.cleared_at = self._now
        row.hold_id = row.cause_kind = row.cause_key = row.cause_gone_at = None
        row.ease_to = row.ease_at = None
        self.scene.forget(row)
        noted = note_step(self._session, row, "cleared", self._now, by=by, name=name)
        self.teller.tell_known(row, noted, "cleared")
        self._done(row, "cleared")

    def act(self, row: AlarmRow, happening: Happening) -> bool:
        """Move an alarm by what a person did; `False` if that cannot be done to it now."""
        before = row.state
        self._move(row, happening)
        self.plan(row)
        return row.state != before

    def pass_time(self, row: AlarmRow) -> None:
        """Do what is due by time alone."""
        self._ease(row)
        if self.teller.remind(row):
            self._done(row, "told_again")
        self.plan(row)

    def settle(self, *, room: str | None = None, ended: Ended | None = None) -> None:
        """Hold back what something holds now, and let go, telling it at once, what nothing does.

        What was held by a hold that a person `ended` is let go in that person's name.
        """
        query = select(AlarmRow).where(
            col(AlarmRow.raised_at).is_not(None), col(AlarmRow.cleared_at).is_(None)
        )
        if room is not None:
            query = query.where(AlarmRow.room == room)
        for row in self._session.exec(query.order_by(col(AlarmRow.raised_at))).all():
            if self.scene.differs(row):
                self._settle_one(row, ended)

    def plan(self, row: AlarmRow) -> None:
        """Note when time alone changes something next."""
        self.teller.plan(row)
        self._session.flush()

    def _settle_one(self, row: AlarmRow, ended: Ended | None) -> None:
        held = self.scene.held(row)
        if held is not None:
            self._hold(row, held)
            self._done(row, "held")
            return
        who = ended if ended is not None and ended.hold_id == row.hold_id else None
        self._let_go(row)
        by, name = (None, None) if who is None else (who.by, who.name)
        noted = note_step(self._session, row, "released", self._now, by=by, name=name)
        self.teller.announce(row, noted)
        self._done(row, "released")

    def _hold(self, row: AlarmRow, held: Held) -> None:
        if held.cause_gone_at is not None:
            row.cause_gone_at = held.cause_gone_at
            self.plan(row)
            return
        if row.state in HELD and row.state != held.state:
            self._let_go(row)
        self._move(row, _TAKES[held.state])
        cause = held.cause
        row.hold_id, row.cause_gone_at = held.hold_id, None
        row.cause_kind = None if cause is None else cause.kind
        row.cause_key = None if cause is None else cause.key
        self._note_hold(row, held)
        self.plan(row)

    def _note_hold(self, row: AlarmRow, held: Held) -> None:
        hold = None if held.hold_id is None else self._session.get_one(HoldRow, held.hold_id)
        detail: dict[str, JsonValue] = {}
        if hold is not None:
            detail = {
                "by": hold.sort,
                "reason": hold.reason,
                "until": None if hold.ends_at is None else hold.ends_at.isoformat(),
            }
        elif held.cause is not None:
            detail = {"by": "cause", "kind": held.cause.kind, "key": held.cause.key}
        note_step(
            self._session,
            row,
            _HOLD_STEPS[held.state],
            self._now,
            by=None if hold is None else hold.by,
            name=None if hold is None else hold.by_name,
            detail=detail,
        )

    def _let_go(self, row: AlarmRow) -> None:
        """An alarm that nothing holds any more wants to be noted, whoever noted it before."""
        if row.state in HELD:
            self._move(row, _LETS_GO[row.state])
        row.hold_id = row.cause_kind = row.cause_key = row.cause_gone_at = None
        row.acknowledged_at = row.acknowledged_by = row.acknowledged_name = row.comment = None

    def _worsen(self, row: AlarmRow, to: Priority) -> None:
        detail: dict[str, JsonValue] = {"from": row.priority, "to": to}
        row.priority, row.ease_to, row.ease_at = to, None, None
        noted = note_step(self._session, row, "worse", self._now, detail=detail)
        if row.state == SHELVED:
            self._end_shelf(row)
        self._move(row, "worsen")
        if row.state not in HELD:
            row.acknowledged_at = row.acknowledged_by = row.acknowledged_name = None
            row.comment = None
            self.teller.announce(row, noted, again="worse")
        self._done(row, "worse")

    def _end_shelf(self, row: AlarmRow) -> None:
        """What was set aside was milder than this."""
        hold = self._session.get_one(HoldRow, row.hold_id)
        hold.ended_at = self._now
        self._session.flush()
        self.scene = Scene(self._session, self._now)
        self._let_go(row)
        if (held := self.scene.held(row)) is not None:
            self._hold(row, held)

    def _ease_to(self, row: AlarmRow, wanted: Priority, after_s: float) -> None:
        if wanted == row.priority:
            row.ease_to = row.ease_at = None
        elif row.ease_to != wanted:
            row.ease_to = wanted
            row.ease_at = self._now + timedelta(seconds=after_s)
            self._ease(row)

    def _ease(self, row: AlarmRow) -> None:
        if row.ease_to is None or row.ease_at is None or row.ease_at > self._now:
            return
        detail: dict[str, JsonValue] = {"from": row.priority, "to": row.ease_to}
        row.priority, row.ease_to, row.ease_at = row.ease_to, None, None
        noted = note_step(self._session, row, "better", self._now, detail=detail)
        if row.state not in HELD:
            self.teller.tell_known(row, noted, "better")
        self._done(row, "better")

    def _move(self, row: AlarmRow, happening: Happening) -> None:
        """An occurrence is active until it is over, a latched one until it is reset."""
        is_back = row.returned_at is not None or row.cleared_at is not None
        active = not is_back if happening == "reset" else row.cleared_at is None
        after = next_state(cast(State, row.state), happening, active=active, latched=row.latched)
        if after is not None:
            row.state = after

    def _done(self, row: AlarmRow, what: str) -> None:
        self.plan(row)
        self.changes.append(change_of(row, what))


def change_of(row: AlarmRow, what: str) -> LiveChange:
    """Tell open pages what happened to an alarm, and its state after that."""
    body = {
        "id": row.id,
        "kind": row.kind,
        "room": row.room,
        "subject": row.subject,
        "priority": row.priority,
        "state": what,
        "now": row.state,
    }
    return LiveChange(kind="alarm", key=row.id, body=body)
