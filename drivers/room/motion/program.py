"""Moving banks while nobody is in the room: proposed, walked, warned, then one by one. Pure.

A program never moves by itself: a named person walks the room and starts it at the room's page,
and anybody may end it. It asks each segment as a person would, so every rule of a segment holds;
the first refusal, trip or loss breaks it. `step(programs, event) -> (programs, commands)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from drivers.messages import Actor, MotionVerb, Program
from drivers.ports import Guarantee
from drivers.room.motion.commands import Answer
from drivers.room.motion.segment import Limits

WARNING_S = 30.0
"""How long everybody can hear and see that the steel is about to move."""
WALK_S = 600.0
"""How long the walk through the room counts."""
PROPOSED_S = 12 * 3600.0
"""A proposal that nobody took up for so long is withdrawn."""
ANSWER_S = 900.0
"""A segment ends what it accepted long before; one that never answers is lost."""
VERBS: Mapping[Program, MotionVerb] = {"night_closing": "close_all", "ventilation": "ventilate"}

Status = Literal["proposed", "warning", "running", "done", "cancelled", "broken"]
_UNDER_WAY = ("proposed", "warning", "running")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A segment of a bank."""

    bank: int
    segment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A program and how far it has come."""

    id: str
    program: Program
    status: Status
    at_s: float
    """When it came to this status."""
    proposed_by: Actor | None
    """None: the calendar."""
    started_by: Actor | None = None
    walked_at_s: float | None = None
    places: tuple[Place, ...] = ()
    """What is still to be moved; the first of them is under way while it runs."""
    moved: int = 0
    """How many segments are done."""
    asked_at_s: float | None = None
    why: str | None = None
    """What cancelled or broke it."""
    reason: str | None = None
    """Code of why it was proposed; None: somebody or the calendar wanted it."""
    detail: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    """What the reason goes by."""
    banks: frozenset[int] | None = None
    """The banks it is proposed for; None: all that can take part."""

    @property
    def warning_ends_s(self) -> float | None:
        return self.at_s + WARNING_S if self.status == "warning" else None

    @property
    def request_id(self) -> str:
        """Name what is asked of the segment whose turn it is."""
        return f"{self.id}-{self.moved + 1}"

    @property
    def is_under_way(self) -> bool:
        return self.status in _UNDER_WAY


@dataclass(frozen=True, slots=True)
class Programs:
    """The one program of a room; the last one stays to be seen until the next is proposed."""

    program: Running | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A person, the calendar or the air proposes a program. `request_id` becomes its name."""

    at_s: float
    request_id: str
    program: Program
    actor: Actor | None
    reason: str | None = None
    detail: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    banks: frozenset[int] | None = None
    """None: every bank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A named person walked the room, found it empty, and starts the program at its page."""

    at_s: float
    request_id: str
    program_id: str
    actor: Actor
    places: tuple[Place, ...]
    """What can take part, by `list_places`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Anybody wants it not to go on. Needs no PIN."""

    at_s: float
    request_id: str
    actor: Actor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A segment answered what the program asked of it."""

    at_s: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock moved on."""

    at_s: float


Event = Proposed | Started | Cancelled | Answered | TimePassed


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSegment:
    """Ask a segment, with origin `program`, on behalf of whoever started it."""

    request_id: str
    place: Place
    verb: MotionVerb
    actor: Actor
    walked_at_s: float


@dataclass(frozen=True, slots=True)
class StopSegment:
    """Stop the segment that is under way, before anything else."""

    place: Place


@dataclass(frozen=True, slots=True)
class Changed:
    """Tell, and write down, that the program went one step further, and by whom."""

    program: Running
    actor: Actor | None = None


Command = AskSegment | StopSegment | Changed | Answer
Step = tuple[Programs, tuple[Command, ...]]


def step(programs: Programs, event: Event) -> Step:
    """Take in one event; say what the program is now and what is to be done, in that order."""
    match event:
        case Proposed():
            return _propose(programs, event)
        case Started():
            return _start(programs, event)
        case Cancelled():
            return _cancel(programs, event)
        case Answered():
            return _answered(programs, event)
        case TimePassed(at_s):
            return _look_at_clock(programs, at_s)


def list_places(limits: Mapping[Place, Limits], program: Program) -> tuple[Place, ...]:
    """List what may take part: commands that can be neither repeated nor late, and a stop."""
    return tuple(
        sorted(
            place
            for place, limit in limits.items()
            if limit.guarantee is Guarantee.FENCED
            and limit.stops
            and VERBS[program] in limit.orders
        )
    )


def _propose(programs: Programs, event: Proposed) -> Step:
    waiting = programs.program
    told: tuple[Command, ...] = ()
    if waiting is not None and waiting.is_under_way:
        if event.reason is not None or not _gives_way(waiting):
            return programs, (_refused(event.request_id, "program_under_way"),)
        _, told = _end(waiting, "cancelled", event.at_s, "cancelled", event.actor)
    program = Running(
        id=event.request_id,
        program=event.program,
        status="proposed",
        at_s=event.at_s,
        proposed_by=event.actor,
        reason=event.reason,
        detail=event.detail,
        banks=event.banks,
    )
    return Programs(program), (*told, Changed(program, event.actor), _done(event.request_id))


def _gives_way(program: Running) -> bool:
    """Say whether it is only the room's own idea of airing, which nobody has taken up."""
    return program.status == "proposed" and program.reason is not None


def _start(programs: Programs, event: Started) -> Step:
    program = programs.program
    if program is None or program.id != event.program_id or program.status != "proposed":
        return programs, (_refused(event.request_id, "not_proposed"),)
    places = tuple(
        place for place in event.places if program.banks is None or place.bank in program.banks
    )
    if not places:
        return programs, (_refused(event.request_id, "nothing_takes_part"),)
    program = replace(
        program,
        status="warning",
        at_s=event.at_s,
        started_by=event.actor,
        walked_at_s=event.at_s,
        places=places,
    )
    return Programs(program), (Changed(program, event.actor), _done(event.request_id))


def _cancel(programs: Programs, event: Cancelled) -> Step:
    program = programs.program
    if program is None or not program.is_under_way:
        return programs, (_refused(event.request_id, "no_program"),)
    stops = _stop_under_way(program)
    ended, told = _end(program, "cancelled", event.at_s, "cancelled", event.actor)
    return ended, (*stops, *told, _done(event.request_id))


def _answered(programs: Programs, event: Answered) -> Step:
    program, answer = programs.program, event.answer
    if program is None or program.status != "running" or answer.request_id != program.request_id:
        return programs, ()
    match answer.status:
        case "done":
            moved = replace(program, places=program.places[1:], moved=program.moved + 1)
            return _ask_next(moved, event.at_s)
        case "armed" | "accepted" | "started":
            return programs, ()
    return _end(program, "broken", event.at_s, answer.code or answer.status, None)


def _look_at_clock(programs: Programs, at_s: float) -> Step:
    program = programs.program
    if program is None:
        return programs, ()
    if program.status == "proposed" and at_s - program.at_s > PROPOSED_S:
        return _end(program, "cancelled", at_s, "not_started", None)
    if program.status == "warning" and at_s - program.at_s >= WARNING_S:
        running = replace(program, status="running", at_s=at_s)
        programs, commands = _ask_next(running, at_s)
        return programs, (Changed(running, running.started_by), *commands)
    if program.status == "running" and at_s - (program.asked_at_s or at_s) > ANSWER_S:
        stops = _stop_under_way(program)
        ended, told = _end(program, "broken", at_s, "room_silent", None)
        return ended, (*stops, *told)
    return programs, ()


def _ask_next(program: Running, at_s: float) -> Step:
    actor, walked_at_s = program.started_by, program.walked_at_s
    if not program.places:
        return _end(program, "done", at_s, None, None)
    if actor is None or walked_at_s is None or at_s - walked_at_s > WALK_S:
        return _end(program, "broken", at_s, "walk_too_old", None)
    program = replace(program, asked_at_s=at_s)
    asks = AskSegment(
        request_id=program.request_id,
        place=program.places[0],
        verb=VERBS[program.program],
        actor=actor,
        walked_at_s=walked_at_s,
    )
    return Programs(program), (asks,)


def _end(
    program: Running, status: Status, at_s: float, why: str | None, actor: Actor | None
) -> Step:
    ended = replace(program, status=status, at_s=at_s, why=why)
    return Programs(ended), (Changed(ended, actor),)


def _stop_under_way(program: Running) -> tuple[Command, ...]:
    """Stop what was asked and not answered for good; what others move is none of its business."""
    if program.status == "running" and program.places:
        return (StopSegment(program.places[0]),)
    return ()


def _done(request_id: str) -> Answer:
    return Answer(request_id=request_id, status="done")


def _refused(request_id: str, code: str) -> Answer:
    return Answer(request_id=request_id, status="refused", code=code)
