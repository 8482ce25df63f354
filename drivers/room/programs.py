"""Night closing and ventilation: proposed, walked, warned, then bank by bank; told and kept.

What is decided is in `motion.program`. The calendar proposes night closing at the room's time by
the clock on its wall, in the time zone of the room file, wherever the machine's own clock stands.
A program that was under way when the agent ended is broken and never goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from config.clock import Clock
from config.room import Room
from drivers.messages import Actor, Program, ProgramChanged, ProgramState, Request, RoomState
from drivers.room.answers import Answers
from drivers.room.link import Link
from drivers.room.motion import Answer, Asked, RequestArrived, program
from drivers.room.motion.commissioning import is_commissioned
from drivers.room.motion.program import Place, Running
from drivers.room.nightly import find_due
from drivers.room.outbox import Outbox
from drivers.room.picture import Moment
from drivers.room.regulation import Reason
from drivers.room.steel import BankSteel

_log = logging.getLogger(__name__)

LOOK_S = 0.2
_TTL_S = 10.0
_STATE_DEVICE = "room"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)
    program: ProgramState | None = None
    proposed_on: date | None = None
    """On which day's behalf the calendar proposed last."""


class Programs:
    """The one writer of the room's program."""

    def __init__(
        self,
        room: Room,
        banks: Mapping[int, BankSteel],
        *,
        answers: Answers,
        outbox: Outbox,
        link: Link,
        path: Path,
        clock: Clock,
        boot_id: str,
    ) -> None:
        self._room = room
        self._banks = banks
        self._answers = answers
        self._outbox = outbox
        self._link = link
        self._path = path
        self._clock = clock
        self._boot_id = boot_id
        self._programs = program.Programs()
        self._kept = _load(path)
        self._version = 0
        self._told: asyncio.Queue[Answer] = asyncio.Queue()
        answers.listen(self._told.put_nowait)

    def draw(self) -> ProgramState | None:
        """Show the program that is under way, or the last one."""
        return self._kept.program

    async def run(self) -> None:
        """Follow the clock, the calendar and the answers of the banks for ever."""
        await self._break_what_was_under_way()
        self._publish()
        while True:
            try:
                async with asyncio.timeout(LOOK_S):
                    answer = await self._told.get()
            except TimeoutError:
                await self._feed(program.TimePassed(self._clock.monotonic()))
                await self._look_at_calendar()
            else:
                at_s = self._clock.monotonic()
                await self._feed(program.Answered(at_s=at_s, answer=answer))

    async def propose(self, name: Program, actor: Actor | None) -> Answer:
        """Propose a program, on behalf of a person or, without one, of the calendar."""
        return await self._ask(
            program.Proposed(
                at_s=self._clock.monotonic(), request_id=uuid4().hex, program=name, actor=actor
            )
        )

    async def propose_airing(self, reason: Reason, banks: frozenset[int]) -> Answer:
        """Propose to ventilate some banks because of the air between their shelves.

        A person walks the room and starts it, or does not.
        """
        return await self._ask(
            program.Proposed(
                at_s=self._clock.monotonic(),
                request_id=uuid4().hex,
                program="ventilation",
                actor=None,
                reason=reason.code,
                detail=reason.detail,
                banks=banks,
            )
        )

    async def start(self, program_id: str, actor: Actor) -> Answer:
        """Start the proposed program: its warning begins."""
        running = self._programs.program
        limits = {
            Place(number, part): segment.limits
            for number, bank in self._banks.items()
            for part, segment in bank.segments.items()
            if is_commissioned(segment)
        }
        places = () if running is None else program.list_places(limits, running.program)
        return await self._ask(
            program.Started(
                at_s=self._clock.monotonic(),
                request_id=uuid4().hex,
                program_id=program_id,
                actor=actor,
                places=places,
            )
        )

    async def cancel(self, actor: Actor | None) -> Answer:
        """End the program, whoever asks."""
        return await self._ask(
            program.Cancelled(at_s=self._clock.monotonic(), request_id=uuid4().hex, actor=actor)
        )

    async def _ask(self, event: program.Event) -> Answer:
        answer = await self._feed(event)
        if answer is None:
            raise RuntimeError(f"{event} was not answered")
        return answer

    async def _feed(self, event: program.Event) -> Answer | None:
        """Let the rules decide and carry out what they say; give back what they answer."""
        self._programs, commands = program.step(self._programs, event)
        answered = None
        for command in commands:
            match command:
                case program.StopSegment(place):
                    await self._banks[place.bank].stop(place.segment)
                case program.Changed(running, actor):
                    await self._tell(self._describe(running), actor)
                case program.AskSegment():
                    self._ask_segment(command)
                case Answer():
                    answered = command
        return answered

    def _ask_segment(self, command: program.AskSegment) -> None:
        """Ask as a person does who looks at the steel now."""
        place, at_s = command.place, self._clock.monotonic()
        request = Request(
            id=command.request_id,
            verb=command.verb,
            bank=place.bank,
            segment=place.segment,
            actor=command.actor,
            ttl_s=_TTL_S,
        )
        self._answers.receive(request, "program", at_s)
        asked = Asked(
            request_id=request.id,
            verb=command.verb,
            aisle=None,
            actor=command.actor,
            origin="program",
            ttl_s=_TTL_S,
            at_s=at_s,
            seen_at_s=at_s,
            walked_at_s=command.walked_at_s,
        )
        self._banks[place.bank].ask(place.segment, RequestArrived(asked))

    async def _look_at_calendar(self) -> None:
        at = self._room.night_closing_at
        if at is None:
            return
        due = find_due(at, self._clock.now().astimezone(self._room.zone()), self._kept.proposed_on)
        if due is not None:
            self._kept = self._kept.model_copy(update={"proposed_on": due})
            await self.propose("night_closing", None)
            await asyncio.to_thread(self._save)

    async def _break_what_was_under_way(self) -> None:
        """Nobody walked the room for this life of the agent, so nothing goes on."""
        kept = self._kept.program
        if kept is not None and kept.status in ("proposed", "warning", "running"):
            ended = {"status": "broken", "why": "restart", "at": self._clock.now()}
            await self._tell(kept.model_copy(update={**ended, "warning_ends": None}), None)

    async def _tell(self, state: ProgramState, actor: Actor | None) -> None:
        """Write it down before anything follows from it, show it, and tell the archive."""
        self._kept = self._kept.model_copy(update={"program": state})
        await asyncio.to_thread(self._save)
        self._outbox.append_soon(ProgramChanged(at=self._clock.now(), program=state, actor=actor))
        self._publish()

    def _publish(self) -> None:
        self._version += 1
        self._link.publish_state(
            RoomState(
                device=_STATE_DEVICE,
                boot_id=self._boot_id,
                version=self._version,
                at=self._clock.now(),
                program=self._kept.program,
            )
        )

    def _describe(self, running: Running) -> ProgramState:
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        ends_s = running.warning_ends_s
        return ProgramState(
            id=running.id,
            program=running.program,
            status=running.status,
            proposed_by=running.proposed_by,
            started_by=running.started_by,
            at=now.when(running.at_s),
            warning_ends=None if ends_s is None else now.when(ends_s),
            why=running.why,
            reason=running.reason,
            detail=dict(running.detail),
        )

    def _save(self) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(self._kept.model_dump_json(), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            _log.error("%s cannot be written, a restart forgets the program: %s", fresh, error)


def _load(path: Path) -> _Kept:
    try:
        return _Kept.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return _Kept()
    except (OSError, ValidationError) as error:
        _log.warning("%s cannot be read, the last program is forgotten: %s", path, error)
        return _Kept()
