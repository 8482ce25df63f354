"""Judges what the probes report as it comes, and raises and clears the alarms of the air.

A probe's judge goes on from its last report, whose time is its cursor. Its state is written in the
transaction of the alarms that it raised, so whenever the program ends, the next one judges the
same reports the same way. While nothing changes, states are written every few minutes only.

Where a clock was ahead and is right again, a judge that knows of time to come begins anew: what it
had raised ends, and what persists is raised again.

Silence is judged only while the room is heard, and from when it was: what a room could not send is
no fault of its probes, and comes later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlmodel import select

from config.room import Probe, Room
from controller.alarms.model import Signal
from controller.alarms.store import apply_signals
from controller.climate.conditions.judge import ProbeJudge
from controller.climate.conditions.model import Change
from controller.climate.conditions.norms import LOOK_BACK_S
from controller.climate.limits.model import Version, ZoneLimits
from controller.climate.limits.store import list_zones
from controller.climate.limits.tables import ConditionRow
from controller.climate.probe_reports import norms_before, read_hourly, read_reports
from controller.climate.series.ingest import FUTURE_AFTER
from controller.climate.signals import signal_of
from controller.context import Context
from controller.live import follow
from controller.store.engine import ReadSession, WriteSession

LOOK_EVERY_S = 20.0
WRITE_EVERY = timedelta(minutes=5)
DRIFT_KEY = "drift:"
"""Begins the keys of what compares the probes of a zone."""
_FRESH = timedelta(days=2)
_HOUR_S = 3600.0

Alive = Callable[[str], bool]
"""Says whether a room is heard."""


@dataclass(slots=True)
class _Watched:
    """One probe, its judge, and what is not written yet."""

    room: str
    probe: Probe
    zone: str
    limits: Version | None
    judge: ProbeJudge
    written_at: datetime | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def rule(self) -> tuple[str | None, int | None]:
        return _rule(self.limits)


class ClimateWatch:
    """Watches the air of every room. Blocking; call it in a thread."""

    def __init__(self, context: Context, *, alive: Alive) -> None:
        self._context = context
        self._alive = alive
        self._forgot_gone = False
        self._watched: dict[tuple[str, str], _Watched] = {}
        self._heard_since: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look at what came, every few seconds, until cancelled."""
        await follow(self._context.hub, {"limits"}, partial(asyncio.to_thread, self.look))

    def look(self) -> float:
        """Judge what came since the last look; say when to look again."""
        now = self._context.clock.now()
        try:
            for room in self._context.rooms.values():
                self._look_at(room, now)
            self._write(now)
        except BaseException:
            self._watched.clear()  # what was judged and not written is judged again
            raise
        return LOOK_EVERY_S

    def _look_at(self, room: Room, now: datetime) -> None:
        with self._context.records.read() as session:
            zones = {
                each.zone.zone: each for each in list_zones(session, self._context.limits, room)
            }
            rows = {} if self._knows(room) else _read_rows(session, room.room)
        heard_since = self._listen(room.room, now)
        for probe in room.probes():
            zone = zones[room.zone_of_probe(probe)]
            watched = self._ensure(room, probe, zone, rows.get(probe.id), now)
            if watched.judge.is_ahead_of((now + FUTURE_AFTER).timestamp()):
                self._begin_anew(watched, room, now)
            self._judge(watched, now, heard_since)

    def _judge(self, watched: _Watched, now: datetime, heard_since: datetime | None) -> None:
        cursor_s = watched.judge.cursor_s
        start = datetime.fromtimestamp(cursor_s, UTC) if cursor_s is not None else now - _FRESH
        profile = watched.limits.profile if watched.limits else None
        names = profile.watched() if profile else ()
        with self._context.telemetry.read() as session:
            for report in read_reports(
                session, watched.room, watched.probe.id, names, start, now + timedelta(seconds=1)
            ):
                watched.changes += watched.judge.take_report(report)
        if heard_since is not None:
            watched.changes += watched.judge.expect(now.timestamp(), heard_since.timestamp())

    def _listen(self, room: str, now: datetime) -> datetime | None:
        """Say since when a room is heard without a break; `None` while it is not."""
        if not self._alive(room):
            self._heard_since.pop(room, None)
            return None
        since = self._heard_since[room] = min(now, self._heard_since.get(room, now))
        return since

    def _knows(self, room: Room) -> bool:
        return all((room.room, probe.id) in self._watched for probe in room.probes())

    def _ensure(
        self, room: Room, probe: Probe, zone: ZoneLimits, row: ConditionRow | None, now: datetime
    ) -> _Watched:
        """Return a probe's judge: as it is, under other limits, as it was written, or new."""
        key = (room.room, probe.id)
        known = self._watched.get(key)
        if known is not None and known.rule == _rule(zone.limits):
            return known
        judge = self._new_judge(room, probe, zone.limits, probe.every_s)
        watched = _Watched(room.room, probe, zone.zone.zone, zone.limits, judge)
        if known is not None:
            watched.changes = [*known.changes, *judge.restore(known.judge.saved())]
        elif row is not None:
            watched.changes = judge.restore(row.state)
            watched.written_at = row.at if (row.profile_id, row.version) == watched.rule else None
        else:
            self._learn(watched, room, now)
        self._watched[key] = watched
        return watched

    def _begin_anew(self, watched: _Watched, room: Room, now: datetime) -> None:
        """Replace a judge that would wait for the time it has seen already."""
        watched.changes += watched.judge.end_all(now.timestamp())
        watched.judge = self._new_judge(room, watched.probe, watched.limits, watched.probe.every_s)
        self._learn(watched, room, now)

    def _learn(self, watched: _Watched, room: Room, now: datetime) -> None:
        """Let a judge that is new learn from the past; what that would have raised is over."""
        start = now - timedelta(seconds=LOOK_BACK_S)
        judge = self._new_judge(room, watched.probe, watched.limits, _HOUR_S)
        names = watched.limits.profile.watched() if watched.limits else ()
        with self._context.telemetry.read() as session:
            for report in read_hourly(
                session, room.room, watched.probe.id, names, start, now - timedelta(hours=1)
            ):
                judge.take_report(report)
        judge.rest()
        watched.judge.restore(judge.saved())

    def _new_judge(
        self, room: Room, probe: Probe, limits: Version | None, interval_s: float
    ) -> ProbeJudge:
        return ProbeJudge(
            limits.profile if limits else None,
            zone=room.zone(),
            interval_s=interval_s,
            find_norms=partial(norms_before, self._context.telemetry, room.room, probe.id),
        )

    def _write(self, now: datetime) -> None:
        due = [each for each in self._watched.values() if _is_due(each, now)]
        if not due:
            return
        with self._context.records.write() as session:
            if not self._forgot_gone:
                _forget_gone(session, self._context.rooms.values())
            for each in due:
                session.merge(_row(each, now))
            told = apply_signals(session, list(_signals(due)), now=now)
        self._forgot_gone = True
        for each in due:
            each.changes = []
            each.written_at = now
        self._context.hub.publish(*told)


def _forget_gone(session: WriteSession, rooms: Iterable[Room]) -> None:
    """Forget probes that left their room; should one come back, it begins anew."""
    kept = {(room.room, probe.id) for room in rooms for probe in room.probes()}
    for row in session.exec(select(ConditionRow)).all():
        if (row.room, row.key) not in kept and not row.key.startswith(DRIFT_KEY):
            session.delete(row)


def _signals(due: Iterable[_Watched]) -> Iterable[Signal]:
    for each in due:
        for change in each.changes:
            yield signal_of(
                change, room=each.room, probe=each.probe.id, zone=each.zone, version=each.limits
            )


def _is_due(watched: _Watched, now: datetime) -> bool:
    written_at = watched.written_at
    return bool(watched.changes) or written_at is None or now - written_at >= WRITE_EVERY


def _row(watched: _Watched, now: datetime) -> ConditionRow:
    cursor_s = watched.judge.cursor_s
    profile_id, version = watched.rule
    return ConditionRow(
        room=watched.room,
        key=watched.probe.id,
        state=dict(watched.judge.saved()),
        cursor_ms=None if cursor_s is None else round(cursor_s * 1000),
        profile_id=profile_id,
        version=version,
        at=now,
    )


def _rule(limits: Version | None) -> tuple[str | None, int | None]:
    return (limits.profile.id, limits.version) if limits else (None, None)


def _read_rows(session: ReadSession, room: str) -> dict[str, ConditionRow]:
    rows = session.exec(select(ConditionRow).where(ConditionRow.room == room)).all()
    return {row.key: row for row in rows}
