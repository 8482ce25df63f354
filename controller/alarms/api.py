"""Routes of alarms: the list, acknowledging, and who is told."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, JsonValue

from controller.alarms import acts, reading, recipients
from controller.alarms.acts import AlreadyAcknowledged
from controller.alarms.kinds import KINDS
from controller.alarms.model import Alarm, Channel, Letter, Priority, Recipient, Step
from controller.alarms.notify import Sender
from controller.alarms.post import try_to_send
from controller.alarms.recipients import NewRecipient, RecipientTaken
from controller.alarms.rules import is_address
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem

_Limit = Annotated[int, Query(ge=1, le=500)]
_Reader = Depends(permit("alarm.read"))
_Acknowledger = Annotated[SignedIn, Depends(permit("alarm.acknowledge"))]
_Keeper = Annotated[SignedIn, Depends(permit("alarm.manage"))]


class AcknowledgedView(BaseModel):
    """Who took note of an alarm."""

    by: str
    at: datetime
    comment: str


class ToldView(BaseModel):
    """How it went to tell one recipient; `ok` is null before the first try."""

    recipient: str
    channel: Channel
    step: Step
    at: datetime | None
    ok: bool | None
    error: str | None
    attempts: int


class AlarmView(BaseModel):
    """One occurrence of an alarm."""

    id: str
    kind: str
    room: str
    subject: str
    code: str
    params: dict[str, JsonValue]
    priority: Priority
    since: datetime
    raised_at: datetime
    acknowledged: AcknowledgedView | None
    cleared_at: datetime | None
    told: list[ToldView]


class AlarmsView(BaseModel):
    """Alarms, newest first."""

    alarms: list[AlarmView]


class AcknowledgeBody(BaseModel):
    """What somebody says who takes note."""

    comment: Annotated[str, Field(max_length=300)] = ""


class RecipientBody(BaseModel):
    """Somebody to be told. No kinds means all."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    channel: Channel
    to: Annotated[str, Field(min_length=3, max_length=500)]
    kinds: Annotated[list[str], Field(max_length=50)] = []
    language: Literal["zh", "en"] | None = None


class LastView(BaseModel):
    """How the last message went."""

    at: datetime | None
    ok: bool | None
    error: str | None


class RecipientView(BaseModel):
    """Somebody who is told."""

    id: str
    name: str
    channel: Channel
    to: str
    kinds: list[str]
    language: str
    added_at: datetime
    last: LastView | None


class NewRecipientView(RecipientView):
    """A recipient that was just added, with the secret that signs what its webhook gets."""

    secret: str | None


class RecipientsView(BaseModel):
    """Who is told, all there is to be told of, and whether e-mails can be sent at all."""

    recipients: list[RecipientView]
    kinds: list[str]
    email_ready: bool


class TrialView(BaseModel):
    """Whether a test message went out, and if not, why."""

    ok: bool
    error: str | None


def routes(context: Context, sender: Sender) -> APIRouter:
    """Offer alarms and their recipients."""
    router = APIRouter()
    _add_alarm_routes(router, context)
    _add_recipient_routes(router, context, sender)
    return router


def _add_alarm_routes(router: APIRouter, context: Context) -> None:
    @router.get("/alarms", dependencies=[_Reader])
    def list_alarms(
        state: Literal["open", "all"] = "open", room: str | None = None, limit: _Limit = 100
    ) -> AlarmsView:
        with context.records.read() as session:
            found = reading.list_alarms(session, room=room, open_only=state == "open", limit=limit)
        return AlarmsView(alarms=[_alarm_view(alarm) for alarm in found])

    @router.get("/alarms/{alarm_id}", dependencies=[_Reader])
    def read_alarm(alarm_id: str) -> AlarmView:
        return _get_alarm(context, alarm_id)

    @router.post("/alarms/{alarm_id}/acknowledge")
    def acknowledge(alarm_id: str, body: AcknowledgeBody, who: _Acknowledger) -> AlarmView:
        now = context.clock.now()
        try:
            with context.records.write() as session:
                changes = acts.acknowledge(
                    session, alarm_id, by=who.user_id, name=who.name, comment=body.comment, at=now
                )
        except AlreadyAcknowledged as error:
            params = {"by": error.acknowledged.by, "at": error.acknowledged.at.isoformat()}
            raise Problem(409, "alarms.already_acknowledged", dict(params)) from error
        context.hub.publish(*(changes or ()))
        return _get_alarm(context, alarm_id)


def _add_recipient_routes(router: APIRouter, context: Context, sender: Sender) -> None:
    @router.get("/alarm-recipients", dependencies=[Depends(permit("alarm.manage"))])
    def list_recipients() -> RecipientsView:
        with context.records.read() as session:
            found = recipients.list_recipients(session)
        return RecipientsView(
            recipients=[RecipientView(**_recipient_fields(each)) for each in found],
            kinds=list(KINDS),
            email_ready=sender.smtp.host is not None,
        )

    @router.post("/alarm-recipients", status_code=201)
    def add_recipient(body: RecipientBody, who: _Keeper) -> NewRecipientView:
        new = _new_recipient(body, who)
        try:
            with context.records.write() as session:
                made, secret = recipients.add_recipient(
                    session, context.keys, new, by=who.user_id, at=context.clock.now()
                )
        except RecipientTaken as error:
            raise Problem(409, "alarms.recipient_taken") from error
        return NewRecipientView(**_recipient_fields(made), secret=secret)

    @router.delete("/alarm-recipients/{recipient_id}", status_code=204)
    def remove_recipient(recipient_id: str, who: _Keeper) -> None:
        with context.records.write() as session:
            removed = recipients.remove_recipient(
                session, recipient_id, by=who.user_id, at=context.clock.now()
            )
        if not removed:
            raise Problem(404, "alarms.no_such_recipient", {"id": recipient_id})

    @router.post("/alarm-recipients/{recipient_id}/test")
    async def test_recipient(recipient_id: str, who: _Keeper) -> TrialView:
        letter = await asyncio.to_thread(_write_trial, context, recipient_id, who)
        if letter is None:
            raise Problem(404, "alarms.no_such_recipient", {"id": recipient_id})
        error = await try_to_send(sender, letter, context)
        return TrialView(ok=error is None, error=error)


def _write_trial(context: Context, recipient_id: str, who: SignedIn) -> Letter | None:
    with context.records.write() as session:
        return recipients.write_trial(
            session, context.keys, recipient_id, by=who.user_id, at=context.clock.now()
        )


def _new_recipient(body: RecipientBody, who: SignedIn) -> NewRecipient:
    if not is_address(body.channel, body.to):
        asked = "email" if body.channel == "email" else "url"
        raise Problem(422, "alarms.bad_address", {"to": asked})
    for kind in body.kinds:
        if kind not in KINDS:
            raise Problem(422, "alarms.unknown_kind", {"kind": kind})
    return NewRecipient(
        name=body.name,
        channel=body.channel,
        to=body.to,
        kinds=body.kinds,
        language=body.language or who.language,
    )


def _get_alarm(context: Context, alarm_id: str) -> AlarmView:
    with context.records.read() as session:
        alarm = reading.find_alarm(session, alarm_id)
    if alarm is None:
        raise Problem(404, "alarms.no_such_alarm", {"id": alarm_id})
    return _alarm_view(alarm)


def _alarm_view(alarm: Alarm) -> AlarmView:
    noted = alarm.acknowledged
    return AlarmView(
        id=alarm.id,
        kind=alarm.kind,
        room=alarm.room,
        subject=alarm.subject,
        code=alarm.kind,
        params=dict(alarm.params),
        priority=alarm.priority,
        since=alarm.since,
        raised_at=alarm.raised_at,
        acknowledged=noted and AcknowledgedView(by=noted.by, at=noted.at, comment=noted.comment),
        cleared_at=alarm.cleared_at,
        told=[
            ToldView(
                recipient=told.recipient,
                channel=told.channel,
                step=told.step,
                at=told.at,
                ok=told.ok,
                error=told.error,
                attempts=told.attempts,
            )
            for told in alarm.told
        ],
    )


def _recipient_fields(recipient: Recipient) -> dict[str, object]:
    last = recipient.last
    return {
        "id": recipient.id,
        "name": recipient.name,
        "channel": recipient.channel,
        "to": recipient.to,
        "kinds": list(recipient.kinds),
        "language": recipient.language,
        "added_at": recipient.added_at,
        "last": last and LastView(at=last.at, ok=last.ok, error=last.error),
    }
