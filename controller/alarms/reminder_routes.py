"""Routes of who is told next when nobody acknowledges, and how often it is said again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from controller.alarms import recipients, store
from controller.alarms.reminders import EscalationStep, Reminders, problem_with
from controller.alarms.shapes import EscalationShape, EscalationStepShape, RepeatShape
from controller.alarms.telling import load_reminders, save_reminders
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem

_Keeper = Annotated[SignedIn, Depends(permit("alarm.manage"))]


def add_reminder_routes(router: APIRouter, context: Context) -> None:
    """Offer escalation and repetition."""

    @router.get("/alarm-escalation", dependencies=[Depends(permit("alarm.manage"))])
    def read_escalation() -> EscalationShape:
        with context.records.read() as session:
            known = {each.id for each in recipients.list_recipients(session)}
            return _shape(load_reminders(session).only(known))

    @router.put("/alarm-escalation")
    def write_escalation(body: EscalationShape, who: _Keeper) -> EscalationShape:
        reminders = _reminders(body)
        problem = problem_with(reminders.steps)
        if problem is not None:
            raise Problem(422, "alarms.bad_escalation", {"why": problem})
        now = context.clock.now()
        with context.records.write() as session:
            known = {each.id for each in recipients.list_recipients(session)}
            for unknown in sorted({r for s in reminders.steps for r in s.recipients} - known):
                raise Problem(422, "alarms.no_such_recipient", {"id": unknown})
            save_reminders(session, reminders, by=who.user_id, at=now)
            store.replan(session, now=now)
        return _shape(reminders)


def _reminders(body: EscalationShape) -> Reminders:
    steps = (
        EscalationStep(
            after_min=step.after_min,
            recipients=tuple(dict.fromkeys(step.recipients)),
            priorities=tuple(dict.fromkeys(step.priorities)),
        )
        for step in body.steps
    )
    repeat = body.repeat_min
    return Reminders(
        steps=tuple(steps),
        repeat_min={"high": repeat.high, "medium": repeat.medium, "low": repeat.low},
    )


def _shape(reminders: Reminders) -> EscalationShape:
    repeat = reminders.repeat_min
    return EscalationShape(
        steps=[
            EscalationStepShape(
                after_min=step.after_min,
                recipients=list(step.recipients),
                priorities=list(step.priorities),
            )
            for step in reminders.steps
        ],
        repeat_min=RepeatShape(
            high=repeat.get("high", 0), medium=repeat.get("medium", 0), low=repeat.get("low", 0)
        ),
    )
