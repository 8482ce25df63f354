"""Routes of who is told of alarms."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from controller.alarms import recipients
from controller.alarms.kinds import KINDS
from controller.alarms.model import Letter
from controller.alarms.notify import Sender
from controller.alarms.post import try_to_send
from controller.alarms.recipients import NewRecipient, RecipientTaken
from controller.alarms.rules import is_address
from controller.alarms.shapes import (
    NewRecipientView,
    RecipientBody,
    RecipientsView,
    RecipientView,
    TrialView,
)
from controller.alarms.views import recipient_fields
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem

_Keeper = Annotated[SignedIn, Depends(permit("alarm.manage"))]


def add_recipient_routes(router: APIRouter, context: Context, sender: Sender) -> None:
    """Offer the list of who is told."""

    @router.get("/alarm-recipients", dependencies=[Depends(permit("alarm.manage"))])
    def list_recipients() -> RecipientsView:
        with context.records.read() as session:
            found = recipients.list_recipients(session)
        return RecipientsView(
            recipients=[RecipientView(**recipient_fields(each)) for each in found],
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
        return NewRecipientView(**recipient_fields(made), secret=secret)

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
