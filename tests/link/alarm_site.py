"""A site for tests of alarms: a clock moved by hand, signals by name, and who was told what."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from config.alarms import Alarming
from config.settings import SmtpSettings
from controller.alarms import acts, reading, store
from controller.alarms.acts import By
from controller.alarms.holds import NewHold
from controller.alarms.kinds import DEVICE_DOWN, DOOR_OPEN, LIMIT, OFFLINE, RATE
from controller.alarms.model import Alarm, Clear, Letter, Priority, Raise, Signal
from controller.alarms.notify import Sender
from controller.alarms.post import Post
from controller.alarms.tables import MessageRow, RecipientRow
from controller.alarms.watch import Watch
from controller.alarms.words import Place
from controller.context import Context
from tests.link.alarm_parts import tell
from tests.link.parts import HandClock, close_context, open_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper(Sender):
    """Keeps the letters instead of sending them."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter, now: datetime) -> None:
        self.letters.append(letter)


class AlarmSite:
    """One archive in which alarms come and go."""

    def __init__(self, folder: Path, *, together_s: float = 0.0) -> None:
        folder.mkdir(exist_ok=True)
        self.clock = HandClock()
        self._folder = folder
        self._together_s = together_s
        self.context = self._open()
        self.watch = Watch(self.context, list)
        self.watch.look()

    def _open(self) -> Context:
        context = open_context(self._folder, self.clock)
        site = context.site.model_copy(update={"alarms": Alarming(together_s=self._together_s)})
        return replace(context, site=site)

    def restart(self) -> None:
        """End the program and start it again."""
        close_context(self.context)
        self.context = self._open()
        self.watch = Watch(self.context, list)
        self.watch.look()

    def close(self) -> None:
        close_context(self.context)

    def pass_min(self, minutes: float, every_s: float = 10.0) -> None:
        """Let time pass, looking as the program does."""
        until = self.clock.at_s + minutes * 60
        while self.clock.at_s < until:
            self.clock.at_s = min(until, self.clock.at_s + every_s)
            self.watch.look()

    def hear(self, *signals: Signal) -> None:
        """Take signals as those who find them hand them over."""
        with self.context.records.write() as session:
            store.apply_signals(session, signals, now=self.clock.now())

    def alarms(self) -> list[Alarm]:
        """List all alarms, oldest first."""
        with self.context.records.read() as session:
            return reading.list_alarms(session, open_only=False, limit=500)[::-1]

    def only(self) -> Alarm:
        (alarm,) = self.alarms()
        return alarm

    def states(self) -> dict[str, str]:
        return {alarm.kind: alarm.state for alarm in self.alarms()}

    def told(self, recipient: str | None = None) -> list[str]:
        """List the steps told, in order; of one recipient, or of all."""
        query = select(MessageRow.step, RecipientRow.name).join(
            RecipientRow, col(RecipientRow.id) == col(MessageRow.recipient_id)
        )
        with self.context.records.read() as session:
            found = session.exec(query.order_by(col(MessageRow.number))).all()
        return [step for step, name in found if recipient in (None, name)]

    def letters(self) -> Sequence[Letter]:
        """Send what is due until nothing is; return the letters."""
        keeper = Keeper(smtp=SmtpSettings(), place=Place(self.context.site, {}, ""))
        post, found = Post(self.context, keeper), keeper.letters
        while True:
            before = len(found)
            asyncio.run(post.send_due())
            if len(found) == before:
                return found

    def by(self) -> By:
        return By(user_id="u1", name="李敏", at=self.clock.now())

    def shelve(self, minutes: int) -> None:
        with self.context.records.write() as session:
            alarm_id = self.alarms()[-1].id
            acts.shelve(session, alarm_id, self.by(), minutes=minutes, reason="known")

    def unshelve(self) -> None:
        with self.context.records.write() as session:
            acts.unshelve(session, self.alarms()[-1].id, self.by())

    def acknowledge(self, which: int = -1) -> None:
        with self.context.records.write() as session:
            acts.acknowledge(
                session,
                self.alarms()[which].id,
                by="u1",
                name="李敏",
                comment="",
                at=self.clock.now(),
            )

    def window(self, minutes: float, after_min: float = 0, **more: Any) -> str:
        begins_at = self.clock.now() + timedelta(minutes=after_min)
        new = NewHold(
            sort="maintenance",
            room="S1",
            begins_at=begins_at,
            ends_at=begins_at + timedelta(minutes=minutes),
            reason="filters",
            **more,
        )
        with self.context.records.write() as session:
            row, _ = acts.begin_window(session, new, self.by())
            return row.id

    def recipient(self, name: str, **more: Any) -> str:
        return tell(self.context, "email", f"{name}@archive.example", name=name, **more)[0].id

    def damp(
        self, key: str = "k", priority: Priority = "medium", zone: str = "room", **more: Any
    ) -> Raise:
        """It is too damp somewhere."""
        return Raise(
            kind=LIMIT,
            room="S1",
            key=key,
            subject=f"S1/{key}",
            since=self.clock.now(),
            priority=priority,
            zone=zone,
            **more,
        )

    def silent(self, probe: str) -> Raise:
        """A probe gives no readings."""
        return Raise(
            kind=OFFLINE,
            room="S1",
            key=probe,
            subject=f"S1/{probe}",
            since=self.clock.now(),
            params={"probe": probe},
            zone="room",
        )

    def down(self, device: str) -> Raise:
        """A device does not answer."""
        return Raise(
            kind=DEVICE_DOWN,
            room="S1",
            key=device,
            subject=f"S1/{device}",
            since=self.clock.now(),
            params={"device": device},
        )

    def rushes(self) -> Raise:
        """The air changes too fast."""
        return Raise(
            kind=RATE, room="S1", key="r", subject="S1/r", since=self.clock.now(), zone="room"
        )

    def moves(self, kind: str, quantity: str = "humidity_pct", probe: str = "r") -> Raise:
        """One quantity at one probe changes too fast, or too far within its day."""
        return Raise(
            kind=kind,
            room="S1",
            key=f"{probe}/{quantity}",
            subject=f"S1/{probe}",
            since=self.clock.now(),
            params={"probe": probe, "device": probe, "quantity": quantity},
            zone="room",
        )

    def door_opens(self) -> Raise:
        return Raise(kind=DOOR_OPEN, room="S1", key="door", subject="S1", since=self.clock.now())


def gone(kind: str, key: str = "k") -> Clear:
    """A cause is gone."""
    return Clear(kind=kind, room="S1", key=key)
