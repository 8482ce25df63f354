"""Routes of what people do to alarms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends

from controller.alarms import acts, reading
from controller.alarms.acts import AlreadyAcknowledged, By, NoSuchPerson, NotNow
from controller.alarms.shapes import (
    AcknowledgeBody,
    AcknowledgeManyBody,
    ActResult,
    AlarmView,
    AssignBody,
    AssigneesView,
    AssigneeView,
    OutOfServiceBody,
    ResultsView,
    ShelveBody,
)
from controller.alarms.views import alarm_view
from controller.context import Context
from controller.live import LiveChange
from controller.people.access import SignedIn, permit
from controller.people.store import list_colleagues
from controller.problems import Problem
from controller.store.engine import WriteSession

_Acknowledger = Annotated[SignedIn, Depends(permit("alarm.acknowledge"))]
_Shelver = Annotated[SignedIn, Depends(permit("alarm.shelve"))]
_Act = Callable[[WriteSession, By], list[LiveChange] | None]


def add_act_routes(router: APIRouter, context: Context) -> None:
    """Offer what people may do to alarms."""
    _add_note_routes(router, context)
    _add_hold_routes(router, context)


def _add_note_routes(router: APIRouter, context: Context) -> None:
    @router.post("/alarms/{alarm_id}/acknowledge")
    def acknowledge(alarm_id: str, body: AcknowledgeBody, who: _Acknowledger) -> AlarmView:
        return _do(context, alarm_id, who, _acknowledging(alarm_id, body.comment))

    @router.post("/alarms/acknowledge-many")
    def acknowledge_many(body: AcknowledgeManyBody, who: _Acknowledger) -> ResultsView:
        return ResultsView(
            results=[_try_to_note(context, each, who, body.comment) for each in body.ids]
        )

    @router.post("/alarms/{alarm_id}/assign")
    def assign(alarm_id: str, body: AssignBody, who: _Acknowledger) -> AlarmView:
        return _do(
            context,
            alarm_id,
            who,
            lambda session, by: acts.assign(session, alarm_id, by, user_id=body.user),
        )

    @router.get("/alarm-assignees", dependencies=[Depends(permit("alarm.acknowledge"))])
    def list_assignees() -> AssigneesView:
        with context.records.read() as session:
            found = list_colleagues(session, permission="alarm.acknowledge")
        return AssigneesView(people=[AssigneeView(id=each.id, name=each.name) for each in found])

    @router.post("/alarms/{alarm_id}/reset")
    def reset(alarm_id: str, who: _Acknowledger) -> AlarmView:
        return _do(context, alarm_id, who, lambda session, by: acts.reset(session, alarm_id, by))


def _add_hold_routes(router: APIRouter, context: Context) -> None:
    @router.post("/alarms/{alarm_id}/shelve")
    def shelve(alarm_id: str, body: ShelveBody, who: _Shelver) -> AlarmView:
        most = context.site.alarms.shelve_max_min
        if body.minutes > most:
            raise Problem(422, "alarms.shelved_too_long", {"most_min": most})
        return _do(
            context,
            alarm_id,
            who,
            lambda session, by: acts.shelve(
                session, alarm_id, by, minutes=body.minutes, reason=body.reason
            ),
        )

    @router.post("/alarms/{alarm_id}/unshelve")
    def unshelve(alarm_id: str, who: _Shelver) -> AlarmView:
        return _do(context, alarm_id, who, lambda session, by: acts.unshelve(session, alarm_id, by))

    @router.post("/alarms/{alarm_id}/out-of-service")
    def take_out(alarm_id: str, body: OutOfServiceBody, who: _Shelver) -> AlarmView:
        now = context.clock.now()
        if body.until is not None and not now < body.until <= now + timedelta(days=366):
            raise Problem(422, "alarms.bad_end")
        return _do(
            context,
            alarm_id,
            who,
            lambda session, by: acts.take_out_of_service(
                session, alarm_id, by, reason=body.reason, until=body.until
            ),
        )

    @router.post("/alarms/{alarm_id}/return")
    def return_to_service(alarm_id: str, who: _Shelver) -> AlarmView:
        return _do(
            context,
            alarm_id,
            who,
            lambda session, by: acts.return_to_service(session, alarm_id, by),
        )


def by_of(context: Context, who: SignedIn) -> By:
    """Say who does something, and that it is now."""
    return By(user_id=who.user_id, name=who.name, at=context.clock.now())


def _acknowledging(alarm_id: str, comment: str) -> _Act:
    def act(session: WriteSession, by: By) -> list[LiveChange] | None:
        return acts.acknowledge(
            session, alarm_id, by=by.user_id, name=by.name, comment=comment, at=by.at
        )

    return act


def _try_to_note(context: Context, alarm_id: str, who: SignedIn, comment: str) -> ActResult:
    try:
        _do(context, alarm_id, who, _acknowledging(alarm_id, comment))
    except Problem as problem:
        return ActResult(id=alarm_id, ok=False, code=problem.code)
    return ActResult(id=alarm_id, ok=True)


def _do(context: Context, alarm_id: str, who: SignedIn, act: _Act) -> AlarmView:
    """Do one thing to one alarm in a transaction of its own; show the alarm as it is then."""
    try:
        with context.records.write() as session:
            changes = act(session, by_of(context, who))
    except AlreadyAcknowledged as error:
        params = {"by": error.acknowledged.by, "at": error.acknowledged.at.isoformat()}
        raise Problem(409, "alarms.already_acknowledged", dict(params)) from error
    except NotNow as error:
        raise Problem(409, "alarms.not_in_this_state", {"state": error.state}) from error
    except NoSuchPerson as error:
        raise Problem(422, "alarms.no_such_person") from error
    if changes is None:
        raise Problem(404, "alarms.no_such_alarm", {"id": alarm_id})
    context.hub.publish(*changes)
    with context.records.read() as session:
        alarm = reading.find_alarm(session, alarm_id)
    assert alarm is not None
    return alarm_view(alarm)
