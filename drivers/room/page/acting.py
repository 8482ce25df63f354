"""Turns what was typed at the bank into requests, once the person is known."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from uuid import uuid4

from drivers.messages import Actor, BankState, Request
from drivers.room.motion import Answer
from drivers.room.page.bodies import (
    AskBody,
    ConfirmBody,
    ProposeBody,
    Signed,
    StartBody,
    StartProgramBody,
    StopBody,
    UnitBody,
)
from drivers.room.page.parts import Parts
from drivers.room.page.pins import Known, Tries, Wait, actor_of

_log = logging.getLogger(__name__)

ANYBODY = Actor(id="at-the-bank", name="at the bank")
"""Who did what asks for nobody's name."""
_TTL_S = 5.0
_ONE_PRESS_S = 1.0


class ActingDesk:
    """What people do on the page. Stop and the cancel of a program ask for nobody's name."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tries = Tries()
        self._pressed: dict[tuple[int, int | None], tuple[str, float]] = {}

    async def stop(self, body: StopBody) -> Answer:
        """Stop what was named, all banks at once; one that could not be stopped is what is told."""
        banks = self._parts.desk.banks if body.bank is None else (body.bank,)
        answers = await asyncio.gather(*(self._stop_bank(bank, body.segment) for bank in banks))
        failed = (answer for answer in answers if answer.status != "done")
        return next(failed, Answer(request_id="", status="done"))

    async def ask(self, body: AskBody) -> Answer:
        """Ask the room as the person who signed."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        request = Request(
            id=uuid4().hex,
            verb=body.verb,
            bank=body.bank,
            segment=body.segment,
            aisle=body.aisle,
            column=body.column,
            to=None if body.to is None else self._actor_of(body.to),
            reason=body.reason,
            vouched=body.vouched,
            actor=actor,
            ttl_s=_TTL_S,
            saw=body.saw,
        )
        return await self._parts.desk.ask_here(request)

    async def start(self, body: StartBody) -> Answer:
        """Start what waits at this bank."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        return await self._parts.desk.start(
            body.bank,
            body.segment,
            via="badge" if body.badge else "page",
            actor=actor,
            vouched=body.vouched,
        )

    async def confirm(self, body: ConfirmBody) -> Answer:
        """Confirm that the steel was looked at."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        return await self._parts.desk.confirm(body.bank, body.segment, actor, body.what)

    async def hold_unit(self, body: UnitBody) -> Answer:
        """Hold a unit of the air on or off, or give it back, as the person who signed."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        regulators = self._parts.regulators
        if body.on is None:
            return await regulators.resume(body.unit, actor)
        until = self._parts.clock.now() + timedelta(hours=body.hours)
        return await regulators.override(
            body.unit, on=body.on, until=until, reason=body.reason, actor=actor
        )

    async def propose(self, body: ProposeBody) -> Answer:
        """Propose a program."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        return await self._parts.desk.propose(body.program, actor)

    async def start_program(self, body: StartProgramBody) -> Answer:
        """Begin the warning of a program whose room was walked through."""
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        return await self._parts.desk.start_program(body.id, actor)

    async def cancel_program(self) -> Answer:
        """Cancel the program, whoever asks."""
        return await self._parts.desk.cancel_program(ANYBODY)

    async def _stop_bank(self, bank: int, segment: int | None) -> Answer:
        request = Request(
            id=self._name_press(bank, segment),
            verb="stop",
            bank=bank,
            segment=segment,
            actor=ANYBODY,
            ttl_s=_TTL_S,
        )
        return await self._parts.desk.ask_here(request)

    def _name_press(self, bank: int, segment: int | None) -> str:
        """Give presses in quick succession one name: each acts, but they are written down once."""
        now_s = self._parts.clock.monotonic()
        name, since_s = self._pressed.get((bank, segment), ("", 0.0))
        if not name or now_s - since_s > _ONE_PRESS_S:
            name = uuid4().hex
            if bank in self._parts.desk.banks:
                self._pressed[bank, segment] = (name, now_s)
        return name

    def _identify(self, body: Signed) -> Actor | Answer:
        parts = self._parts
        now_s = parts.clock.monotonic()
        if body.badge:
            self._tries, found = self._tries.check_badge(parts.badges, body.badge, now_s)
        else:
            self._tries, found = self._tries.check(parts.pins, body.name, body.pin, now_s)
        match found:
            case Known(actor):
                return self._actor_of(actor.name)
            case Wait(wait_s):
                _log.warning("too many wrong PINs or badges: nothing is tried for a while")
                detail = {"wait_s": round(wait_s)}
                return Answer(request_id="", status="refused", code="too_many_tries", detail=detail)
        code = "wrong_badge" if body.badge else "wrong_pin"
        return Answer(request_id="", status="refused", code=code)

    def _actor_of(self, name: str) -> Actor:
        """Name a person as the room knows them already: who asked at a desk holds the aisle here.

        The names of both sides are given by the archive, so one name is one person.
        """
        states = [bank.draw() for bank in self._parts.desk.banks.values()]
        known = (actor for state in states for actor in _people_of(state) if actor.name == name)
        return next(known, actor_of(name))


def _people_of(state: BankState) -> list[Actor]:
    people = [out.actor for out in state.lock_outs]
    for segment in state.segments:
        people += [hold.actor for hold in segment.holds]
        people += [hold.offered_to for hold in segment.holds if hold.offered_to is not None]
        people += [segment.own_lock.actor] if segment.own_lock is not None else []
        people += [segment.armed.actor] if segment.armed is not None else []
    return people
