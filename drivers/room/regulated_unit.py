"""One unit of the air with its regulator: what was decided last, since when, and how to tell it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from config.climate import Regulator
from config.clock import Clock
from drivers.messages import Actor, UnitDecided, UnitFacts
from drivers.room.guarded_unit import GuardedUnit
from drivers.room.picture import Moment
from drivers.room.regulation import Memory, Outcome, Override, Reason, reasons

TELL_AFTER_S = 60.0
"""Another reason of the air for the same decision is told once it has lasted so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of a unit last."""

    wanted: bool
    reason: Reason
    since_s: float
    until_s: float | None
    by: Actor | None


class RegulatedUnit:
    """What belongs to one unit. A unit without a regulator is only shown."""

    def __init__(
        self,
        device: str,
        regulator: Regulator | None,
        guarded: GuardedUnit,
        *,
        memory: Memory,
        override: Override | None,
        tell: Callable[[UnitDecided], None],
        clock: Clock,
    ) -> None:
        self.device = device
        self.regulator = regulator
        self.guarded = guarded
        self.memory = memory
        self.override = override
        self.lock = asyncio.Lock()
        self.stirred = asyncio.Event()
        self._tell = tell
        self._clock = clock
        self._told: Told | None = None
        self._other_since_s: float | None = None
        self._asked_by: Actor | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it did not do in its time what it was told."""
        regulator = self.regulator
        if regulator is None:
            return False
        now_s = self._clock.monotonic()
        return self.guarded.life.is_silent(now_s, regulator.obeys_within_s)

    def note_asked(self, actor: Actor) -> None:
        """Note who asked for what comes next, so that it is told with the name."""
        self._asked_by = actor

    def note(self, outcome: Outcome, by: Actor | None) -> bool:
        """Take in what was decided; tell it if it is news, and say whether it was."""
        now_s = self._clock.monotonic()
        reason = outcome.reason
        if self.guarded.reading is None:
            reason = Reason(reasons.UNIT_AWAY, {**reason.detail, "behind": reason.code})
        known = self._told
        is_same = known is not None and (known.wanted, known.reason.code) == (
            outcome.wanted,
            reason.code,
        )
        told = Told(
            wanted=outcome.wanted,
            reason=reason,
            since_s=known.since_s if known is not None and is_same else now_s,
            until_s=outcome.until_s,
            by=by,
        )
        if is_same and self._asked_by is None:
            self._told, self._other_since_s = told, None
            return False
        if self._may_wait(known, told) and not self._has_lasted(now_s):
            return False
        self._told, self._other_since_s = told, None
        self._tell(self._event(told))
        self._asked_by = None
        return True

    def facts(self) -> UnitFacts:
        """Draw the unit with what is wanted of it and why."""
        regulator, told, reading = self.regulator, self._told, self.guarded.reading
        now = self._now()
        faults = () if reading is None else reading.faults
        return UnitFacts(
            does=None if regulator is None else regulator.does,
            zone=None if regulator is None else regulator.zone,
            on=self._on(),
            wanted=None if told is None else told.wanted,
            why=None if told is None else told.reason.code,
            detail={} if told is None else dict(told.reason.detail),
            since=None if told is None else now.when(told.since_s),
            until=None if told is None or told.until_s is None else now.when(told.until_s),
            by_hand=None if self.override is None else self.override.actor,
            starts_last_hour=self.guarded.life.starts(now.at_s),
            faults=(*faults, reasons.UNIT_SILENT) if self.is_silent else faults,
            set_pct=None if reading is None else reading.set_pct,
            measured={} if reading is None else dict(reading.values),
        )

    def _may_wait(self, known: Told | None, told: Told) -> bool:
        """Two reasons of the air may take turns while nothing else changes: that is no news yet."""
        if known is None or known.wanted is not told.wanted or self._asked_by is not None:
            return False
        return {known.reason.code, told.reason.code} <= reasons.AIR

    def _has_lasted(self, now_s: float) -> bool:
        if self._other_since_s is None:
            self._other_since_s = now_s
        return now_s - self._other_since_s >= TELL_AFTER_S

    def _on(self) -> bool | None:
        return None if self.guarded.reading is None else self.guarded.life.on

    def _event(self, told: Told) -> UnitDecided:
        regulator = self.regulator
        return UnitDecided(
            at=self._clock.now(),
            device=self.device,
            does=None if regulator is None else regulator.does,
            zone=None if regulator is None else regulator.zone,
            wanted=told.wanted,
            on=self._on(),
            why=told.reason.code,
            detail=dict(told.reason.detail),
            actor=self._asked_by or told.by,
        )

    def _now(self) -> Moment:
        return Moment(at=self._clock.now(), at_s=self._clock.monotonic())
