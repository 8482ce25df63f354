"""What tests of alarms share: events that raise and clear, a post, and processes that die."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.settings import SmtpSettings
from controller.alarms import reading, store
from controller.alarms.model import Alarm, Channel, Letter, Recipient
from controller.alarms.notify import Sender
from controller.alarms.post import Post
from controller.alarms.recipients import NewRecipient, add_recipient
from controller.alarms.words import Place
from controller.context import Context
from drivers.messages import DeviceChanged, Event, ProgramChanged, ProgramState, SteelHalted
from tests.link.parts import AT, open_context

PAGE = "https://archive.example"


def steel(kind: Any, trip_id: str | None = "t1", **more: Any) -> SteelHalted:
    """Tell of steel."""
    event = {"bank": 1, "segment": 1, "why": "pressure", "raw": "ZT_24", "at": AT} | more
    return SteelHalted(kind=kind, trip_id=trip_id, **event)


def device(kind: Any, after_s: float = 0) -> DeviceChanged:
    """Tell of a device."""
    return DeviceChanged(kind=kind, device="shelving-1", at=AT + timedelta(seconds=after_s))


def program(status: Any, program_id: str = "p1") -> ProgramChanged:
    """Tell of a night closing."""
    state = ProgramState(
        id=program_id, program="night_closing", status=status, at=AT, why="aisle_occupied"
    )
    return ProgramChanged(program=state, at=AT)


def apply(context: Context, *events: Event) -> None:
    """Take events as the inbox does."""
    with context.records.write() as session:
        changes = store.apply_many(session, context, "S1", events)
    context.hub.publish(*changes)


def alarms(context: Context, *, open_only: bool = False) -> list[Alarm]:
    """List alarms, oldest first."""
    with context.records.read() as session:
        return reading.list_alarms(session, open_only=open_only, limit=100)[::-1]


def tell(context: Context, channel: Channel, to: str, **more: Any) -> tuple[Recipient, str | None]:
    """Add somebody who is told."""
    new: dict[str, Any] = {"name": "值班", "kinds": [], "language": "zh"} | more
    with context.records.write() as session:
        return add_recipient(
            session,
            context.keys,
            NewRecipient(channel=channel, to=to, **new),
            by="u1",
            at=context.clock.now(),
        )


def post_of(context: Context, smtp: SmtpSettings | None = None) -> Post:
    """Make a post for a mail server."""
    return Post(context, sender_of(context, smtp))


def sender_of(
    context: Context, smtp: SmtpSettings | None = None, kind: type[Sender] = Sender
) -> Sender:
    """Make a sender for a mail server; without one it has none."""
    place = Place(context.site, context.rooms, PAGE)
    return kind(smtp=smtp or SmtpSettings(), place=place)


class DyingSender(Sender):
    """Sends, and ends the process before anybody can note it."""

    def send(self, letter: Letter, now: datetime) -> None:
        super().send(letter, now)
        os.kill(os.getpid(), signal.SIGKILL)


def raise_and_die(folder: str) -> None:
    """Raise an alarm and end the process after the commit."""
    context = open_context(Path(folder))
    apply(context, steel("steel_faulted"))
    os.kill(os.getpid(), signal.SIGKILL)


def send_and_die(folder: str, port: int) -> None:
    """Send what is due and end the process between the sending and the note of it."""
    context = open_context(Path(folder))
    smtp = SmtpSettings(host="127.0.0.1", port=port, tls="none")
    asyncio.run(Post(context, sender_of(context, smtp, DyingSender)).send_due())
