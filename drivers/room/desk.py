"""Where wishes arrive, from the link, the room's own page and buttons, and find their bank."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, get_args
from uuid import uuid4

from config.clock import Clock
from config.room import SensorInput
from drivers.messages import (
    WHOLE_ROOM,
    Actor,
    LockOutVerb,
    Origin,
    Program,
    ProgramState,
    ProgramVerb,
    Request,
)
from drivers.room.answers import Answers
from drivers.room.link import Link
from drivers.room.motion import (
    Answer,
    Confirmed,
    Different,
    Event,
    New,
    Same,
    StartPressed,
)
from drivers.room.programs import Programs
from drivers.room.setbacks import Setback
from drivers.room.steel import BankSteel
from drivers.room.wishes import event_of

_FIRST_ANSWER_S = 3.0


class Desk:
    """Hands requests to their bank. Stop never waits: not for the ledger, not for the disk."""

    def __init__(
        self,
        banks: Mapping[int, BankSteel],
        programs: Programs,
        answers: Answers,
        link: Link,
        clock: Clock,
    ) -> None:
        self.banks = banks
        self._programs = programs
        self._answers = answers
        self._link = link
        self._clock = clock

    async def run(self) -> None:
        """Take requests from the link for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                received = await self._link.requests.get()
                request = received.request
                work = self._receive(request, received.at_s)
                group.create_task(work, name=f"{request.verb} {request.id}")

    def listen(self, hear: Callable[[Answer], None]) -> None:
        """Have every new answer told, also to requests of others."""
        self._answers.listen(hear)

    async def ask_here(self, request: Request) -> Answer:
        """Ask from the room's own page and wait for the first answer."""
        if request.verb == "stop":
            return await self._stop(request, "bank_page")
        first = self._answers.first_of(request.id)
        await self._take(request, "bank_page", self._clock.monotonic())
        return await self._wait(request.id, first)

    async def start(
        self,
        bank: int,
        segment: int,
        via: Literal["badge", "page"],
        actor: Actor,
        vouched: frozenset[str] = frozenset(),
    ) -> Answer:
        """Start what is armed, because a named person at the bank says so."""
        steel = self._find_steel(bank, segment)
        armed = None if steel is None else steel.segments[segment].armed
        if steel is None or armed is None:
            code = "no_such_segment" if steel is None else "nothing_armed"
            return Answer(request_id="", status="refused", code=code)
        event = StartPressed(
            at_s=self._clock.monotonic(),
            request_id=armed.asked.request_id,
            via=via,
            actor=actor,
            vouched=vouched,
        )
        self._answers.note_start(event.request_id, "bank_page", actor, vouched)
        first = self._answers.first_of(event.request_id)
        steel.ask(segment, event)
        return await self._wait(event.request_id, first)

    def press(self, button: SensorInput) -> None:
        """Start what is armed where a button hangs; if that is not one thing alone, nothing."""
        steel = self.banks.get(button.bank)
        armed = (
            []
            if steel is None
            else [
                (number, segment.armed)
                for number, segment in steel.segments.items()
                if segment.armed is not None and button.segment in (None, number)
            ]
        )
        if steel is None or len(armed) != 1:
            return
        ((number, what),) = armed
        request_id = what.asked.request_id
        self._answers.note_start(request_id, "start_button", what.asked.actor)
        pressed = StartPressed(at_s=self._clock.monotonic(), request_id=request_id, via="button")
        steel.ask(number, pressed)

    async def confirm(
        self, bank: int, segment: int, actor: Actor, what: Literal["fit", "walked"] = "fit"
    ) -> Answer:
        """Pass on that a named person on site found a faulted segment fit, or walked round it."""
        request_id = uuid4().hex
        at_s = self._clock.monotonic()
        event = Confirmed(at_s=at_s, request_id=request_id, actor=actor, what=what)
        return await self._feed(bank, segment, request_id, event)

    async def propose(self, program: Program, actor: Actor) -> Answer:
        """Propose to move banks; a person has to walk the room before anything happens."""
        return await self._programs.propose(program, actor)

    async def start_program(self, program_id: str, actor: Actor) -> Answer:
        """Start the proposed program: a named person at the room's page has walked the room."""
        return await self._programs.start(program_id, actor)

    def draw_program(self) -> ProgramState | None:
        """Draw what the whole room was proposed, or is under way."""
        return self._programs.draw()

    def list_setbacks(self) -> tuple[Setback, ...]:
        """List what was begun and came to nothing, where nobody asked again since."""
        return self._answers.list_setbacks()

    async def cancel_program(self, actor: Actor | None = None) -> Answer:
        """End the program; anybody may, and nobody needs a PIN for it."""
        return await self._programs.cancel(actor)

    async def _feed(self, bank: int, segment: int, request_id: str, event: Event) -> Answer:
        steel = self._find_steel(bank, segment)
        if steel is None:
            return Answer(request_id=request_id, status="refused", code="no_such_segment")
        first = self._answers.first_of(request_id)
        await steel.feed(segment, event)
        return await self._wait(request_id, first)

    def _find_steel(self, bank: int, segment: int) -> BankSteel | None:
        steel = self.banks.get(bank)
        return steel if steel is not None and segment in steel.segments else None

    async def _wait(self, request_id: str, first: asyncio.Future[Answer]) -> Answer:
        try:
            async with asyncio.timeout(_FIRST_ANSWER_S):
                return await first
        except TimeoutError:
            return Answer(request_id=request_id, status="failed", code="room_silent")
        finally:
            self._answers.forget(request_id, first)

    async def _stop(self, request: Request, origin: Origin) -> Answer:
        """Act first; only then look whether it was asked before, and write it down."""
        failure = await self._stop_steel(request)
        found = self._answers.receive(request, origin, self._clock.monotonic())
        answer = Answer(
            request_id=request.id,
            status="failed" if failure else "done",
            code=failure,
        )
        if isinstance(found, New):
            self._answers.tell(answer)
        else:
            self._answers.repeat(answer)
        return answer

    async def _stop_steel(self, request: Request) -> str | None:
        """Stop; say why it failed, if it did. Of the whole room, all banks are stopped at once."""
        if request.bank == WHOLE_ROOM:
            failures = await asyncio.gather(*(bank.stop(None) for bank in self.banks.values()))
            return next((why for why in failures if why is not None), None)
        bank = self.banks.get(request.bank)
        if bank is None or request.segment not in (None, *bank.segments):
            return "no_such_segment"
        return await bank.stop(request.segment)

    async def _receive(self, request: Request, at_s: float) -> None:
        if request.verb == "stop":
            await self._stop(request, "controller")
        else:
            await self._take(request, "controller", at_s)

    async def _take(self, request: Request, origin: Origin, at_s: float) -> None:
        match self._answers.receive(request, origin, at_s):
            case New():
                await self._pass_on(request, origin, at_s)
            case Same(answer) if answer is not None:
                self._answers.repeat(answer)
            case Different(code):
                refused = Answer(request_id=request.id, status="refused", code=code)
                self._answers.repeat(refused)

    async def _pass_on(self, request: Request, origin: Origin, at_s: float) -> None:
        if request.vouched and origin != "bank_page":
            self._refuse(request, "vouch_at_bank")
        elif request.verb in get_args(ProgramVerb):
            await self._pass_to_programs(request)
        else:
            self._pass_to_steel(request, origin, at_s)

    async def _pass_to_programs(self, request: Request) -> None:
        if request.bank != WHOLE_ROOM:
            self._refuse(request, "whole_room_only")
        elif request.verb == "cancel":
            answer = await self._programs.cancel(request.actor)
            self._answers.tell(replace(answer, request_id=request.id))
        elif request.program is None:
            self._refuse(request, "no_such_program")
        else:
            answer = await self._programs.propose(request.program, request.actor)
            self._answers.tell(replace(answer, request_id=request.id))

    def _pass_to_steel(self, request: Request, origin: Origin, at_s: float) -> None:
        bank, saw = self.banks.get(request.bank), request.saw
        is_column = request.verb in get_args(LockOutVerb)
        if bank is None or (not is_column and request.segment not in bank.segments):
            self._refuse(request, "no_such_segment")
            return
        segment = bank.find_segment(request.column) if is_column else request.segment
        seen_at_s = None if saw is None else bank.seen_at_s(saw.boot_id, saw.version)
        event = event_of(request, origin, at_s, seen_at_s)
        if segment is None or event is None:
            self._refuse(request, "no_such_column")
            return
        bank.ask(segment, event)

    def _refuse(self, request: Request, code: str) -> None:
        self._answers.tell(Answer(request_id=request.id, status="refused", code=code))
