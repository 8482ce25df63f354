"""Writes who is told of a step of an alarm, in the transaction of the step; the post sends it.

Whoever was never told of an alarm is told it was raised, however late; whoever was told of it is
told once that it is over. Nobody is told one step twice: the table allows one message per person
and step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import cast

from pydantic import JsonValue
from sqlmodel import col, select

from controller.alarms.kinds import KINDS
from controller.alarms.life import UNACK
from controller.alarms.model import Priority, Step
from controller.alarms.reminders import EscalationStep, Reminders
from controller.alarms.rules import wants
from controller.alarms.tables import AlarmRow, MessageRow, RecipientRow, RemindersRow, StepRow
from controller.audit import store as audit
from controller.store.engine import ReadSession, WriteSession


def note_step(
    session: WriteSession,
    row: AlarmRow,
    step: str,
    at: datetime,
    *,
    by: str | None = None,
    name: str | None = None,
    detail: dict[str, JsonValue] | None = None,
) -> StepRow:
    """Write a step into an alarm's history."""
    noted = StepRow(
        alarm_id=row.id, at=at, step=step, by=by, by_name=name, detail=dict(detail or {})
    )
    session.add(noted)
    session.flush()
    return noted


def load_reminders(session: ReadSession) -> Reminders:
    """Return the site's escalation and repetition, the usual ones where nobody set any."""
    row = session.get(RemindersRow, 1)
    if row is None:
        return Reminders()
    steps = (
        EscalationStep(
            after_min=int(step["after_min"]),
            recipients=tuple(step["recipients"]),
            priorities=tuple(step["priorities"]),
        )
        for step in row.steps
    )
    repeat_min = {cast(Priority, each): minutes for each, minutes in row.repeat_min.items()}
    return Reminders(steps=tuple(steps), repeat_min=repeat_min)


def save_reminders(session: WriteSession, reminders: Reminders, *, by: str, at: datetime) -> None:
    """Keep the site's escalation and repetition; the ledger says who changed it."""
    row = session.get(RemindersRow, 1) or RemindersRow(changed_at=at, changed_by=by)
    row.steps = [
        {
            "after_min": step.after_min,
            "recipients": [*step.recipients],
            "priorities": [*step.priorities],
        }
        for step in reminders.steps
    ]
    row.repeat_min = {str(each): minutes for each, minutes in reminders.repeat_min.items()}
    row.changed_at, row.changed_by = at, by
    session.add(row)
    minutes: list[JsonValue] = [step.after_min for step in reminders.steps]
    repeat: dict[str, JsonValue] = {**row.repeat_min}
    audit.append(
        session,
        at=at,
        actor=by,
        action="alarm.escalation_changed",
        subject="alarms",
        detail={"after_min": minutes, "repeat_min": repeat},
    )


class Teller:
    """Knows who is told, read once per transaction."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        self._session = session
        self._now = now
        query = select(RecipientRow).where(col(RecipientRow.removed_at).is_(None))
        self._recipients = sorted(session.exec(query), key=lambda each: each.added_at)
        self._reminders = load_reminders(session).only({each.id for each in self._recipients})

    def announce(self, row: AlarmRow, noted: StepRow, *, again: Step = "again") -> None:
        """Tell that the cause is there: `raised` to those who do not know of it, else `again`.

        The times of escalation and repetition begin anew.
        """
        told = self._told(row)
        stand_by = self._reminders.stand_by(cast(Priority, row.priority))
        for recipient in self._wanting(row):
            if recipient.id in told:
                self._write(row, noted, again, recipient)
            elif recipient.id not in stand_by:
                self._write(row, noted, "raised", recipient)
        row.announced_at, row.told_again_at, row.escalated_min = self._now, None, 0

    def tell_known(self, row: AlarmRow, noted: StepRow, step: Step) -> None:
        """Tell those who were told of the alarm before."""
        told = self._told(row)
        for recipient in self._recipients:
            if recipient.id in told:
                self._write(row, noted, step, recipient)

    def remind(self, row: AlarmRow) -> bool:
        """Take the steps of escalation that are due and say it again if that is due."""
        priority = cast(Priority, row.priority)
        if row.announced_at is None or row.state != UNACK:
            return False
        if row.announced_at > self._now:  # the clock was set back
            row.announced_at, row.told_again_at = self._now, None
        told: set[str] = set()
        while due := self._reminders.step_due(priority, row.announced_at, row.escalated_min):
            step, at = due
            if at > self._now:
                break
            told |= self._escalate(row, step)
        again_at = self._reminders.repeat_due(priority, row.told_again_at or row.announced_at)
        if again_at is None or again_at > self._now:
            return bool(told)
        self._repeat(row, told)
        return True

    def plan(self, row: AlarmRow) -> None:
        """Note when time alone changes something next."""
        times = [] if row.ease_at is None else [row.ease_at]
        if row.state == UNACK and row.announced_at is not None:
            priority = cast(Priority, row.priority)
            step = self._reminders.step_due(priority, row.announced_at, row.escalated_min)
            told_at = row.told_again_at or row.announced_at
            again_at = self._reminders.repeat_due(priority, told_at)
            times += [step[1]] if step is not None else []
            times += [again_at] if again_at is not None else []
        row.next_at = min(times, default=None)

    def _escalate(self, row: AlarmRow, step: EscalationStep) -> set[str]:
        row.escalated_min = step.after_min
        chosen = [each for each in self._wanting(row) if each.id in step.recipients]
        detail: dict[str, JsonValue] = {
            "after_min": step.after_min,
            "to": [each.name for each in chosen],
        }
        noted = note_step(self._session, row, "escalated", self._now, detail=detail)
        for recipient in chosen:
            self._write(row, noted, "escalated", recipient)
        return {each.id for each in chosen}

    def _repeat(self, row: AlarmRow, just_told: Collection[str]) -> None:
        """Say it again to those who heard it; not to whom the last message did not reach yet."""
        row.told_again_at = self._now
        waiting = select(MessageRow.recipient_id).where(
            MessageRow.alarm_id == row.id, col(MessageRow.next_at).is_not(None)
        )
        skipped = set(self._session.exec(waiting)) | set(just_told)
        told = self._told(row) - skipped
        reached = [each for each in self._recipients if each.id in told]
        if not reached:
            return
        noted = note_step(self._session, row, "again", self._now)
        for recipient in reached:
            self._write(row, noted, "again", recipient)

    def _wanting(self, row: AlarmRow) -> Iterable[RecipientRow]:
        return (each for each in self._recipients if wants(each.kinds, row.kind))

    def _told(self, row: AlarmRow) -> set[str]:
        query = select(MessageRow.recipient_id).where(MessageRow.alarm_id == row.id)
        return set(self._session.exec(query))

    def _write(self, row: AlarmRow, noted: StepRow, step: Step, recipient: RecipientRow) -> None:
        assert noted.number is not None
        together = _together(row)
        self._session.add(
            MessageRow(
                alarm_id=row.id,
                recipient_id=recipient.id,
                step_number=noted.number,
                step=step,
                together=together,
                letter=None if together else f"{row.id}-{noted.number}-{recipient.id}",
                written_at=self._now,
                next_at=self._now,
            )
        )
        self._session.flush()


def _together(row: AlarmRow) -> str | None:
    match KINDS[row.kind].told_with:
        case "zone":
            return f"{row.room}/zone/{row.zone or ''}"
        case "door":
            return f"{row.room}/door/{row.params.get('door') or ''}"
        case _:
            return None
