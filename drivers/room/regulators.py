"""Keeps the air of a room: looks, decides, asks the guard, tells why; needs no archive and no link.

What is decided stands in drivers/room/regulation; each unit is reached through its GuardedUnit
alone. Steel is never moved for the air (closed_blocks.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from pathlib import Path

from config.climate import Guard, Regulator
from config.clock import Clock
from config.room import Room
from drivers.errors import DriverError
from drivers.messages import LONGEST_OVERRIDE, Actor, UnitFacts
from drivers.ports import ClimateUnitDevice
from drivers.room.air_contacts import AirContacts
from drivers.room.air_sight import AirSight
from drivers.room.closed_blocks import ClosedBlocks
from drivers.room.guarded_unit import GuardedUnit
from drivers.room.motion import Answer
from drivers.room.outbox import Outbox
from drivers.room.regulated_unit import RegulatedUnit
from drivers.room.regulation import (
    Decision,
    Memory,
    Neighbour,
    Override,
    Reason,
    Situation,
    begin,
    decide,
    reasons,
)
from drivers.room.regulators_file import Kept, KeptUnit, keep_unit, save_kept
from drivers.room.relay import happens
from drivers.room.roster import Roster, supervise

_log = logging.getLogger(__name__)

LOOK_S = 5.0
MISSES = 3
TICK_S = 2.0
GOODBYE_S = 2.0

Connect = Callable[[], AbstractAsyncContextManager[ClimateUnitDevice]]


class Regulators:
    """The one writer of what is wanted of the units of a room."""

    def __init__(
        self,
        room: Room,
        *,
        sight: AirSight,
        contacts: AirContacts,
        fire: Callable[[], bool],
        blocks: ClosedBlocks,
        outbox: Outbox,
        roster: Roster,
        path: Path,
        kept: Kept,
        clock: Clock,
    ) -> None:
        """`kept` is what `load_kept` found at `path`; `fire` says whether it burns."""
        self._sight = sight
        self._contacts = contacts
        self._fire = fire
        self._blocks = blocks
        self._outbox = outbox
        self._roster = roster
        self._path = path
        self._kept = kept
        self._clock = clock
        self._failing = False
        self._saving = asyncio.Lock()
        of_unit = {each.unit: each for each in room.climate.regulators}
        self._units = {
            unit.id: self._new_unit(unit.id, of_unit.get(unit.id)) for unit in room.units()
        }

    def facts(self, device: str) -> UnitFacts | None:
        """Say how a unit is and why; None for what is no unit of this room."""
        unit = self._units.get(device)
        return None if unit is None else unit.facts()

    def list_units(self) -> Mapping[str, UnitFacts]:
        """Say it of all, by device."""
        return {device: unit.facts() for device, unit in self._units.items()}

    def stir(self) -> None:
        """Look at all units now: a contact changed, or somebody asked."""
        for unit in self._units.values():
            unit.stirred.set()

    async def serve(self, device: str, connect: Connect) -> None:
        """Serve a unit for ever, through every loss of it."""
        unit = self._units[device]

        async def attend() -> None:
            async with connect() as port:
                with unit.guarded.held(port):
                    await self._attend(unit)

        await supervise(device, attend, self._roster, self._clock)

    async def run(self) -> None:
        """Let time pass: for contacts, for units that are away, for the day, for closed blocks."""
        while True:
            self._contacts.tick()
            for unit in self._units.values():
                if unit.guarded.reading is None:
                    await self._try_to_settle(unit)
            noted, proposed = self._note_day(), await self._blocks.look()
            if noted or proposed:
                await self._save()
            await asyncio.sleep(TICK_S)

    async def override(
        self, device: str, *, on: bool, until: datetime, reason: str, actor: Actor
    ) -> Answer:
        """Hold a unit on or off until a time at most, within its guard and interlocks."""
        unit = self._units.get(device)
        now = self._clock.now()
        refusal = _refusal(unit, until, now)
        if refusal is not None or unit is None:
            return Answer(request_id="", status="refused", code=refusal)
        until_s = self._clock.monotonic() + (until - now).total_seconds()
        unit.override = Override(on=on, until=until, until_s=until_s, actor=actor, reason=reason)
        return await self._asked(unit, actor)

    async def resume(self, device: str, actor: Actor) -> Answer:
        """Give a unit back to its regulator; one that nobody overrides stays with it."""
        unit = self._units.get(device)
        if unit is None or unit.regulator is None:
            code = "no_such_unit" if unit is None else "not_regulated"
            return Answer(request_id="", status="refused", code=code)
        if unit.override is None:
            return Answer(request_id="", status="done")
        unit.override = None
        return await self._asked(unit, actor)

    async def _asked(self, unit: RegulatedUnit, actor: Actor) -> Answer:
        """Write down what a person wants, do it if the guard lets it, and say what came of it."""
        unit.note_asked(actor)
        await self._save()
        await self._try_to_settle(unit)
        facts = unit.facts()
        detail: dict[str, str | int | float] = {"why": facts.why or ""}
        if facts.until is not None:
            detail["until"] = facts.until.isoformat()
        return Answer(request_id="", status="done", detail=detail)

    async def _attend(self, unit: RegulatedUnit) -> None:
        missed = 0
        try:
            while True:
                unit.stirred.clear()
                try:
                    await unit.guarded.look()
                    self._roster.up(unit.device)
                    missed = 0
                except DriverError:
                    missed += 1
                    if missed >= MISSES:
                        raise
                await self._settle(unit)
                await happens(unit.stirred, LOOK_S)
        except asyncio.CancelledError:
            await self._leave(unit)
            raise

    async def _leave(self, unit: RegulatedUnit) -> None:
        """The program ends: nothing is left running that nobody watches, if the guard allows it."""
        regulator = unit.regulator
        if regulator is None or regulator.fail == "hold":
            return
        ends = Decision(wanted=False, reason=Reason(reasons.PROGRAM_ENDS))
        with suppress(DriverError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S), unit.lock:
                unit.note(await unit.guarded.carry_out(ends), None)

    async def _try_to_settle(self, unit: RegulatedUnit) -> None:
        """Settle from outside of the unit's own task, which sees to a port that fails."""
        try:
            await self._settle(unit)
        except DriverError:
            unit.stirred.set()

    async def _settle(self, unit: RegulatedUnit) -> None:
        """Decide about a unit, do it, tell it. Raises what the unit's port raises."""
        regulator = unit.regulator
        if regulator is None:
            return
        async with unit.lock:
            self._end_override(unit)
            memory, decision = decide(regulator, unit.memory, self._situation(unit, regulator))
            unit.memory = memory
            try:
                outcome = await unit.guarded.carry_out(decision)
            finally:
                if self._keep(unit) != self._kept.units.get(unit.device):
                    await self._save()
            if unit.note(outcome, decision.by):
                self._roster.show(unit.device)

    def _situation(self, unit: RegulatedUnit, regulator: Regulator) -> Situation:
        air = self._sight.air(regulator.zone, regulator.stale_after_s)
        reading = unit.guarded.reading
        return Situation(
            now_s=self._clock.monotonic(),
            air=air,
            outside=self._sight.outside(regulator.stale_after_s),
            coldest_c=self._sight.coldest_c(regulator.stale_after_s),
            fell_pct=self._sight.fell_pct(regulator.zone, air),
            runs=unit.guarded.life.may_run,
            faults=() if reading is None else reading.faults,
            fire=self._fire(),
            contacts=self._contacts.list_all(),
            neighbours=tuple(self._neighbours(unit, regulator.zone)),
            override=unit.override,
        )

    def _neighbours(self, unit: RegulatedUnit, zone: str) -> Sequence[Neighbour]:
        return [
            Neighbour(
                unit=other.device,
                does=other.regulator.does,
                runs=other.guarded.life.may_run,
                wanted=other.memory.wanted,
            )
            for other in self._units.values()
            if other is not unit and other.regulator is not None and other.regulator.zone == zone
        ]

    def _end_override(self, unit: RegulatedUnit) -> None:
        override = unit.override
        if override is None:
            return
        if self._clock.now() >= override.until or self._clock.monotonic() >= override.until_s:
            unit.override = None

    def _note_day(self) -> bool:
        fans = [
            unit.regulator
            for unit in self._units.values()
            if unit.regulator is not None and unit.regulator.does == "ventilate"
        ]
        noted = [self._sight.note(f.zone, self._sight.air(f.zone, f.stale_after_s)) for f in fans]
        return any(noted)

    def _new_unit(self, device: str, regulator: Regulator | None) -> RegulatedUnit:
        kept = self._kept.units.get(device)
        now_s = self._clock.monotonic()
        guarded = GuardedUnit(
            device,
            Guard() if regulator is None else regulator.guard,
            begin(now_s) if kept is None else kept.life(),
            obeys_within_s=60.0 if regulator is None else regulator.obeys_within_s,
            save=self._save,
            clock=self._clock,
        )
        return RegulatedUnit(
            device,
            regulator,
            guarded,
            memory=Memory() if kept is None else kept.memory(),
            override=None if kept is None else kept.find_override(),
            tell=self._outbox.append_soon,
            clock=self._clock,
        )

    def _keep(self, unit: RegulatedUnit) -> KeptUnit:
        return keep_unit(unit.guarded.life, unit.memory, unit.override)

    async def _save(self) -> None:
        async with self._saving:
            units = {device: self._keep(unit) for device, unit in self._units.items()}
            self._kept = Kept(
                boot=self._kept.boot,
                units=units,
                proposed_at=dict(self._blocks.proposed_at),
                humidity=dict(self._sight.day),
            )
            try:
                await asyncio.to_thread(save_kept, self._path, self._kept)
            except OSError as error:
                if not self._failing:
                    _log.error("%s cannot be written, a restart forgets: %s", self._path, error)
                self._failing = True
            else:
                self._failing = False


def _refusal(unit: RegulatedUnit | None, until: datetime, now: datetime) -> str | None:
    if unit is None:
        return "no_such_unit"
    if unit.regulator is None:
        return "not_regulated"
    if until <= now:
        return "until_past"
    return "until_too_far" if until - now > LONGEST_OVERRIDE else None
