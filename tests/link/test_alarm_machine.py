"""Whatever happens in whatever order, with the program ended and started at any point.

Never two announcements of one step, every raise told has one end told, no state is changed by a
restart, and what is there and held by nothing is known to somebody.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import select

from controller.alarms import acts
from controller.alarms.acts import AlreadyAcknowledged, NotNow
from controller.alarms.kinds import DEVICE_DOWN, DOOR_OPEN, LIMIT, OFFLINE, RATE
from controller.alarms.life import HELD
from controller.alarms.model import PRIORITIES, Alarm
from controller.alarms.reminders import EscalationStep, Reminders
from controller.alarms.tables import AlarmRow, HoldRow, MessageRow
from controller.alarms.telling import save_reminders
from tests.link.alarm_site import AlarmSite, gone

_KEYS = st.sampled_from(("a", "b"))
_OPEN_KINDS = st.sampled_from(
    ((LIMIT, "a"), (LIMIT, "b"), (DEVICE_DOWN, "reader-1"), (OFFLINE, "reader-1"), (RATE, "r"))
)


class Alarms(RuleBasedStateMachine):
    """An archive in which anything may happen."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.site = AlarmSite(Path(self.folder.name) / "site", together_s=15)
        self.site.recipient("duty")
        chief = self.site.recipient("chief")
        step = EscalationStep(after_min=20, recipients=(chief,))
        with self.site.context.records.write() as session:
            reminders = Reminders(steps=(step,), repeat_min={"high": 45, "medium": 0, "low": 0})
            save_reminders(session, reminders, by="u1", at=self.site.clock.now())

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.site.close()
            self.folder.cleanup()

    @rule(key=_KEYS, priority=st.sampled_from(PRIORITIES), latched=st.booleans())
    def gets_damp(self, key: str, priority: Any, latched: bool) -> None:
        self.site.hear(self.site.damp(key, priority, latched=latched))

    @rule()
    def probe_falls_silent(self) -> None:
        self.site.hear(self.site.silent("reader-1"))

    @rule()
    def device_goes_down(self) -> None:
        self.site.hear(self.site.down("reader-1"))

    @rule()
    def air_rushes_in_by_the_door(self) -> None:
        self.site.hear(self.site.rushes(), self.site.door_opens())

    @rule()
    def door_closes(self) -> None:
        self.site.hear(gone(DOOR_OPEN, "door"))

    @rule(what=_OPEN_KINDS)
    def ends(self, what: tuple[str, str]) -> None:
        self.site.hear(gone(*what))

    @rule(minutes=st.sampled_from((0.2, 1.1, 2.1, 21, 46)))
    def time_passes(self, minutes: float) -> None:
        self.site.pass_min(minutes, every_s=minutes * 30)

    @rule()
    def letters_go_out(self) -> None:
        self.site.letters()

    @rule(minutes=st.sampled_from((1, 30)), which=st.integers(0, 9))
    def somebody_shelves(self, minutes: int, which: int) -> None:
        self._try(which, acts.shelve, minutes=minutes, reason="known")

    @rule(which=st.integers(0, 9))
    def somebody_unshelves(self, which: int) -> None:
        self._try(which, acts.unshelve)

    @rule(which=st.integers(0, 9))
    def somebody_takes_it_out_of_service(self, which: int) -> None:
        self._try(which, acts.take_out_of_service, reason="broken", until=None)

    @rule(which=st.integers(0, 9))
    def somebody_returns_it(self, which: int) -> None:
        self._try(which, acts.return_to_service)

    @rule(which=st.integers(0, 9))
    def somebody_resets(self, which: int) -> None:
        self._try(which, acts.reset)

    @rule(which=st.integers(0, 9))
    def somebody_notes_it(self, which: int) -> None:
        def note(session: Any, alarm_id: str, by: Any) -> None:
            acts.acknowledge(session, alarm_id, by=by.user_id, name=by.name, comment="", at=by.at)

        self._try(which, note)

    @rule(after_min=st.sampled_from((0, 5)))
    def maintenance_is_planned(self, after_min: float) -> None:
        self.site.window(10, after_min=after_min)

    @rule()
    def program_is_restarted(self) -> None:
        self.site.watch.look()
        before = self._everything()
        self.site.restart()
        assert self._everything() == before

    def _try(self, which: int, act: Any, **more: Any) -> None:
        alarms = sorted(self.site.alarms(), key=_order)
        if not alarms:
            return
        try:
            with self.site.context.records.write() as session:
                act(session, alarms[which % len(alarms)].id, self.site.by(), **more)
        except (NotNow, AlreadyAcknowledged):
            return

    def _everything(self) -> list[Any]:
        """Everything that is known, but when pending causes are due: they wait anew."""
        with self.site.context.records.read() as session:
            alarms = [
                row.model_dump(exclude={"due_at"} if row.raised_at is None else None)
                for row in session.exec(select(AlarmRow).order_by("id"))
            ]
            others = [
                row.model_dump()
                for table in (HoldRow, MessageRow)
                for row in session.exec(select(table))
            ]
        return alarms + others

    @invariant()
    def every_raise_told_has_one_end_told_and_no_step_is_told_twice(self) -> None:
        if not hasattr(self, "site"):
            return
        with self.site.context.records.read() as session:
            messages = session.exec(select(MessageRow)).all()
        steps = Counter((each.step_number, each.recipient_id) for each in messages)
        assert all(count == 1 for count in steps.values())
        ends = {alarm.id: alarm.cleared_at is not None for alarm in self.site.alarms()}
        for alarm_id, recipient in {(each.alarm_id, each.recipient_id) for each in messages}:
            heard = [
                each.step
                for each in messages
                if (each.alarm_id, each.recipient_id) == (alarm_id, recipient)
            ]
            assert heard[0] in ("raised", "escalated")
            assert heard.count("raised") <= 1
            assert heard.count("cleared") == int(ends[alarm_id])
            assert "cleared" not in heard[:-1]

    @invariant()
    def what_is_there_and_held_by_nothing_was_told(self) -> None:
        if not hasattr(self, "site"):
            return
        for alarm in self.site.alarms():
            assert (alarm.state in HELD) == (alarm.hold is not None or alarm.cause is not None)
            if alarm.cleared_at is None and alarm.state not in HELD:
                assert any(told.recipient == "duty" for told in alarm.told), alarm
            if alarm.cleared_at is not None:
                assert alarm.state in ("NORM", "RTNUN")

    @invariant()
    def one_cause_has_one_open_alarm(self) -> None:
        if not hasattr(self, "site"):
            return
        there = Counter(_place(a) for a in self.site.alarms() if a.cleared_at is None)
        assert all(count == 1 for count in there.values())


def _order(alarm: Alarm) -> tuple[str, str, bool, str]:
    """Order alarms the same way in every run: their ids are drawn anew each time."""
    history = "".join(f"{each.at}{each.step}" for each in alarm.history)
    return alarm.kind, alarm.subject, alarm.cleared_at is not None, history


def _place(alarm: Alarm) -> tuple[str, str]:
    return alarm.kind, alarm.subject


TestAlarms = Alarms.TestCase
TestAlarms.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
