"""The live watch of the air: alarms, restarts at any point, silence, suspicion, other limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from controller.alarms.tables import AlarmRow
from controller.climate.conditions.judge import ProbeJudge
from controller.climate.limits.model import Version
from controller.climate.limits.store import choose, find_version
from controller.climate.series import add_samples
from controller.climate.watch import ClimateWatch
from controller.context import Context
from drivers.messages import Sample, Telemetry

from .conftest import StandingClock

EVERY = timedelta(minutes=10)


class Site:
    """A room with one probe, and the controller that watches it, which may be started anew."""

    def __init__(self, context: Context, clock: StandingClock) -> None:
        self.context = context
        self.clock = clock
        self.heard = True
        self.seq = 0
        self.restart()

    def restart(self) -> None:
        self.watch = ClimateWatch(self.context, alive=lambda room: self.heard)

    def measure(
        self, humidity_pct: float, *, at: datetime | None = None, temperature_c: float = 20.0
    ) -> None:
        self.seq += 1
        warmth = temperature_c + self.seq % 2 * 0.01
        sample = Sample(at=at or self.clock.now(), temperature_c=warmth, humidity_pct=humidity_pct)
        batch = Telemetry(device="probe-1", outbox="o1", seq=self.seq, samples=(sample,))
        with self.context.telemetry.write() as session:
            add_samples(session, "S1", batch, now=self.clock.now())

    def live(self, humidities: Iterable[float], *, restart: bool = False) -> None:
        """Measure and look every ten minutes; with `restart` in a new process each time."""
        for humidity in humidities:
            self.clock.at += EVERY
            self.measure(humidity)
            self.watch.look()
            if restart:
                self.restart()

    def alarms(self, kind: str = "climate.limit") -> list[AlarmRow]:
        with self.context.records.read() as session:
            query = select(AlarmRow).where(AlarmRow.kind == kind).order_by("since")
            return list(session.exec(query).all())

    def kinds(self) -> set[str]:
        with self.context.records.read() as session:
            return {row.kind for row in session.exec(select(AlarmRow))}


@pytest.fixture
def site(context: Context, clock: StandingClock) -> Site:
    return Site(context, clock)


DAMP = [55.0] * 5 + [65.0] * 30 + [59.0] * 10 + [57.0] * 10


def test_an_alarm_of_the_air_knows_rule_version_zone_and_values(site: Site) -> None:
    """OpenRemote #1312: an alarm says which rule found it."""
    began = site.clock.now() + EVERY * 6
    site.live(DAMP[:40])

    (alarm,) = site.alarms()
    assert (alarm.key, alarm.subject, alarm.zone) == (
        "probe-1/humidity_pct/high",
        "S1/probe-1",
        "room",
    )
    assert (alarm.rule_id, alarm.rule_version) == ("jgj25-paper", 1)
    assert (alarm.params["value"], alarm.params["limit"], alarm.params["bound"]) == (65, 60, "high")
    assert alarm.since == began
    assert alarm.raised_at == began + timedelta(hours=4)
    assert alarm.cleared_at is None


def test_an_alarm_ends_once_and_the_next_is_another_row(site: Site) -> None:
    """ThingsBoard #7811: one row for each occurrence."""
    site.live(DAMP + DAMP)

    rows = site.alarms()
    assert len(rows) == 2
    assert all(row.cleared_at is not None for row in rows)


def test_inside_the_band_a_restart_keeps_the_alarm(site: Site) -> None:
    """Home Assistant core#133377: a restart inside the hysteresis band lost the alarm."""
    site.live(DAMP[:40])
    site.restart()
    site.live([59.0] * 20)

    (alarm,) = site.alarms()
    assert alarm.cleared_at is None


def test_alarm_and_cursor_are_written_together_or_not_at_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.live(DAMP[:29])
    with failing(monkeypatch), pytest.raises(RuntimeError):
        site.live(DAMP[29:30])
    assert site.alarms() == []

    site.watch.look()
    site.live(DAMP[30:40])
    assert len(site.alarms()) == 1


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the power fail between the alarms and the end of their transaction."""

    def fails(*_given: Any, **_named: Any) -> Any:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("controller.climate.watch.apply_signals", fails)
        yield


@pytest.mark.parametrize("restart", [False, True])
def test_a_clock_that_was_a_year_ahead_and_is_right_again_silences_no_alarm(
    site: Site, restart: bool
) -> None:
    site.live([55.0] * 5)
    right = site.clock.now()
    site.clock.at += timedelta(days=365)
    site.live([65.0] * 30)
    (ahead,) = site.alarms()
    site.clock.at = right
    if restart:
        site.restart()
    site.live([55.0])
    (ahead,) = site.alarms()
    assert ahead.cleared_at is not None, "nobody else would ever end it"

    site.live([65.0] * 30)
    again = [row for row in site.alarms() if row.cleared_at is None]
    assert [row.raised_at for row in again] == [right + EVERY * 26]

    site.clock.at += timedelta(hours=1)
    site.watch.look()
    assert "climate.offline" in site.kinds()


def test_a_room_first_heard_while_the_clock_was_ahead_is_watched_for_silence(site: Site) -> None:
    right = site.clock.now()
    site.clock.at += timedelta(days=30)
    site.watch.look()
    site.clock.at = right
    site.live([55.0] * 3)
    for _ in range(6):
        site.clock.at += EVERY
        site.watch.look()

    assert site.kinds() == {"climate.offline"}


def test_late_readings_judge_nothing(site: Site) -> None:
    site.live([55.0] * 40)
    for number in range(30):
        site.measure(90.0, at=site.clock.now() - timedelta(hours=5, minutes=number))
    site.live([55.0] * 3)

    assert site.alarms() == []


def test_what_a_room_sends_after_a_silence_is_judged_in_its_own_time(site: Site) -> None:
    site.live([55.0] * 5)
    began = site.clock.now() + EVERY
    site.heard = False
    site.clock.at += timedelta(hours=8)
    site.watch.look()
    site.heard = True
    site.watch.look()
    at = began
    while at <= site.clock.now():
        site.measure(65.0, at=at)
        at += EVERY
    site.watch.look()

    (alarm,) = site.alarms()
    assert alarm.since == began
    assert site.alarms("climate.offline") == []


def test_a_silent_probe_is_offline_only_while_its_room_is_heard(site: Site) -> None:
    """Grafana #31390, #89982: missing data has an alarm and a delay of its own."""
    site.live([55.0] * 3)
    last = site.clock.now()
    site.heard = False
    site.clock.advance(hours=2)
    site.watch.look()
    assert site.kinds() == set()

    site.heard = True
    site.watch.look()
    site.clock.advance(minutes=14)
    site.watch.look()
    assert site.kinds() == set()
    site.clock.advance(minutes=2)
    site.watch.look()
    (offline,) = site.alarms("climate.offline")
    assert (offline.key, offline.since) == ("probe-1", last)
    assert (offline.rule_id, offline.rule_version) == ("probe-health", 1)


def test_a_probe_that_never_reported_is_offline_after_the_delay(site: Site) -> None:
    site.watch.look()
    site.clock.advance(minutes=16)
    site.watch.look()

    assert len(site.alarms("climate.offline")) == 1


def test_readings_nobody_should_believe_never_storm(site: Site) -> None:
    """RH 140 % and moments in time to come are kept apart: one alarm."""
    site.live([55.0] * 5)
    for number in range(40):
        site.clock.at += EVERY
        site.measure(140.0)
        site.measure(99.0, at=site.clock.now() + timedelta(days=30 + number))
        site.watch.look()

    assert site.kinds() == {"climate.suspect"}
    assert len(site.alarms("climate.suspect")) == 1


def test_a_reading_of_time_to_come_does_not_blind_the_watch(site: Site) -> None:
    site.live([55.0] * 5)
    site.measure(55.0, at=site.clock.now() + timedelta(minutes=4))
    site.measure(55.0, at=site.clock.now() + timedelta(days=400))
    site.live([65.0] * 40)

    assert len(site.alarms()) == 1


def test_other_limits_end_what_they_allow_and_find_what_they_forbid(site: Site) -> None:
    site.live(DAMP[:40])
    with site.context.records.write() as session:
        choose(
            session,
            room="S1",
            zone="room",
            profile_id="ashrae-d",
            reason="a store without conditioning",
            at=site.clock.now(),
            by="system",
        )
    site.live([65.0] * 8)
    (alarm,) = site.alarms()
    assert alarm.cleared_at is not None
    assert alarm.rule_id == "jgj25-paper"

    site.live([76.0] * 40)
    later = [row for row in site.alarms() if row.cleared_at is None]
    assert [row.rule_id for row in later] == ["ashrae-d"]


@pytest.mark.parametrize("restart", [False, True])
def test_live_finds_what_replay_finds_in_the_same_readings(site: Site, restart: bool) -> None:
    """With and without a restart after every single reading."""
    version = find(site)
    (room,) = site.context.rooms.values()
    judge = ProbeJudge(version.profile, zone=room.zone(), interval_s=10.0)
    begin = site.clock.now()
    site.live(DAMP * 2, restart=restart)

    found: list[tuple[str, datetime, datetime | None]] = []
    for number, humidity in enumerate(DAMP * 2, start=1):
        at_s = (begin + EVERY * number).timestamp()
        values = {"temperature_c": 20.0 + number % 2 * 0.01, "humidity_pct": humidity}
        for change in judge.take(at_s, values):
            since, at = (datetime.fromtimestamp(s, UTC) for s in (change.since_s, change.at_s))
            if change.grade is None:
                found = [(k, s, at if (k, s) == (change.kind, since) else e) for k, s, e in found]
            else:
                found.append((change.kind, since, None))
    with site.context.records.read() as session:
        rows = session.exec(select(AlarmRow)).all()
    assert sorted((row.kind, row.since, row.cleared_at) for row in rows) == sorted(found)
    assert len(found) >= 2


def find(site: Site) -> Version:
    with site.context.records.read() as session:
        version = find_version(session, site.context.limits, "jgj25-paper")
    assert isinstance(version, Version)
    return version
