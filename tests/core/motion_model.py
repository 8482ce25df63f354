"""A bank of two segments, the room that serves it, and a wire that loses, delays and repeats.

The room here is `motion.step` and nothing else; what stands around it in the agent (ledger, views,
memory, the last look before a write) is played as simply as can be. Every segment has its judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from drivers.messages import Actor, Request, Saw
from drivers.readings import SteelState
from drivers.room import motion
from drivers.room.motion import (
    Answer,
    Asked,
    Command,
    DriveTo,
    Event,
    Limits,
    Segment,
    SetSteel,
    StopMotion,
    program,
)
from tests.core.motion_judge import Judge, Program
from tests.core.motion_steel import (
    AISLES,
    FIRST_COLUMN,
    PARK_AISLE,
    SIGHTS,
    BankTruth,
    Kind,
    Reading,
    Steel,
)

PEOPLE = tuple(Actor(id=name, name=name.title()) for name in ("li", "wang"))
ORDERS = frozenset({"open_aisle", "close_all", "ventilate", "lock", "sleep", "wake"})
Doctor = Callable[[Reading], Reading]


def as_it_is(reading: Reading) -> Reading:
    return reading


@dataclass
class Side:
    """One segment: its steel, its state in the room, its judge, and what is on the way."""

    steel: Steel
    judge: Judge
    segment: Segment
    reading: list[str] = field(default_factory=list)
    """Interlocks are to be read for these requests."""
    taken: list[tuple[motion.InterlocksRead, Reading]] = field(default_factory=list)
    """Readings on their way to the room, with the truth behind them."""
    unwritten: list[DriveTo | SetSteel] = field(default_factory=list)
    wire: list[tuple[float, DriveTo | SetSteel]] = field(default_factory=list)
    """Copies of commands on their way to the controller, and when each arrives."""


class Site:
    """Everything, with hands to make things happen. All times are of one clock."""

    def __init__(
        self,
        kind: Kind,
        *,
        remote_start: bool = True,
        gaps: int = 1,
        stops: bool = True,
        commissioned: bool = False,
        orders: frozenset[str] = ORDERS,
        doctor: Doctor = as_it_is,
    ) -> None:
        self.kind: Kind = kind
        self.at_s = 1000.0
        self.doctor = doctor
        self.bank = BankTruth()
        self.count = 0
        self.lives = 0
        self.stops_arrive = True
        self.walk = Program()
        self.programs = program.Programs()
        sight = SIGHTS[kind]
        self.sides: dict[int, Side] = {}
        for number in (1, 2):
            limits = Limits(
                segment=number,
                aisles=AISLES,
                park_aisle=PARK_AISLE,
                remote_start=remote_start,
                interlocks_seen=sight.seen,
                covered=sight.covered,
                orders=orders,
                guarantee=sight.guarantee,
                stops=stops,
                commissioned=commissioned,
                gaps=gaps,
                first_column=FIRST_COLUMN,
                end_s=20.0,
            )
            self.sides[number] = Side(
                steel=Steel(bank=self.bank, kind=kind, gaps=gaps, stops=stops),
                judge=Judge(kind=kind, limits=limits, program=self.walk),
                segment=Segment(limits=limits),
            )
        self.requests: list[tuple[Request, Any, int]] = []
        self.start()

    @property
    def offences(self) -> list[str]:
        return [f"segment {n}: {o}" for n, side in self.sides.items() for o in side.judge.offences]

    def start(self) -> None:
        """The agent starts; of what it knew it keeps what the room's memory keeps."""
        self.lives += 1
        self.ledger = motion.Ledger()
        self.views = motion.Views(f"life{self.lives}")
        self.programs = program.Programs()
        self.walk.walked_at_s = None
        for number, side in self.sides.items():
            kept = side.segment
            side.segment = Segment(
                limits=kept.limits,
                life=f"life{self.lives}-{number}",
                phase=kept.phase
                if isinstance(kept.phase, motion.Faulted)
                else motion.Unknown("never_read"),
                holds=kept.holds,
                lock_outs=kept.lock_outs,
                own_lock=kept.own_lock,
                reset_count=kept.reset_count,
            )
            side.reading.clear()
            side.taken.clear()
            side.unwritten.clear()
            side.judge.restart()

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def feed(self, number: int, event: Event, *, by_person: bool = False) -> tuple[Command, ...]:
        """Let the room decide, judge what comes out, and begin to carry it out."""
        side = self.sides[number]
        side.segment, commands = motion.step(side.segment, event)
        side.judge.commands(commands, by_person=by_person)
        for command in commands:
            self._carry_out(number, side, command)
        return commands

    def observe(self, number: int) -> None:
        """The usual polling reads a segment."""
        side = self.sides[number]
        truth = side.steel.read(self.at_s)
        moves_by_us = truth[1].state is SteelState.MOVING
        bank, steel = self.doctor(side.steel.as_seen(truth))
        side.judge.hear(truth)
        kind = motion.SteelRead if side.segment.linked else motion.Reconnected
        commands = self.feed(number, kind(at_s=self.at_s, bank=bank, steel=steel))
        if moves_by_us and not self._is_followed(side) and StopMotion() not in commands:
            side.judge.offend("motion nobody waits for goes on", commands)

    def pass_time(self, dt_s: float) -> None:
        self.at_s += dt_s
        if self.bank.beats:
            self.bank.heartbeat += dt_s * 2
        for number, side in self.sides.items():
            self._run_steel(side, dt_s)
            self.feed(number, motion.TimePassed(self.at_s))
        self._feed_program(program.TimePassed(self.at_s))

    def poll(self, times: int = 3, every_s: float = 0.3) -> None:
        """Time passes and both segments are read, as the polling does; then a view is taken."""
        for _ in range(times):
            self.pass_time(every_s)
            for number in self.sides:
                self.observe(number)
        self.take_view()

    def take_view(self) -> None:
        newest = max(self.views.taken_at_s, default=0)
        self.views = self.views.take(newest + 1, self.at_s)

    def request(
        self, number: int, verb: str, aisle: int | None, who: Actor, **more: Any
    ) -> Request:
        newest = max(self.views.taken_at_s, default=0)
        body = {
            "id": self.name("r"),
            "verb": verb,
            "bank": 1,
            "segment": number,
            "aisle": aisle,
            "actor": who,
            "ttl_s": 10.0,
            "saw": Saw(boot_id=self.views.boot_id, version=newest),
            **more,
        }
        return Request.model_construct(**body)

    def ask(self, number: int, request: Request, origin: Any) -> None:
        """A request for motion reaches the room, perhaps not for the first time."""
        side = self.sides[number]
        self.ledger, found = self.ledger.receive(request, origin, self.at_s)
        if not isinstance(found, motion.New):
            return
        saw = request.saw
        asked = Asked(
            request_id=request.id,
            verb=request.verb,  # type: ignore[arg-type]  # a verb of motion
            aisle=request.aisle,
            actor=request.actor,
            origin=origin,
            ttl_s=request.ttl_s,
            at_s=self.at_s,
            seen_at_s=self.views.find(saw.boot_id, saw.version) if saw else None,
            vouched=request.vouched,
        )
        side.judge.statuses.pop(request.id, None)
        side.judge.driven.discard(request.id)
        side.judge.wants(asked)
        self.feed(number, motion.RequestArrived(asked))

    def opens(
        self,
        number: int,
        aisle: int | None,
        *,
        verb: str = "open_aisle",
        who: Actor = PEOPLE[0],
        origin: str = "bank_page",
        read_after_s: float = 0.0,
        told_after_s: float = 0.0,
        **more: Any,
    ) -> str:
        """Somebody asks, vouches for what nobody sees, and all is delivered at once."""
        vouched = SIGHTS[self.kind].unseen
        request = self.request(number, verb, aisle, who, **{"vouched": vouched, **more})
        self.ask(number, request, origin)
        self.goes_on(number, read_after_s, told_after_s)
        return request.id

    def goes_on(self, number: int, read_after_s: float = 0.0, told_after_s: float = 0.0) -> None:
        """Whatever waits for its reading is read, told and written."""
        side = self.sides[number]
        if read_after_s:
            self.pass_time(read_after_s)
        if side.reading:
            self.read_interlocks(number)
        if told_after_s:
            self.pass_time(told_after_s)
        if side.taken:
            self.deliver(number)
        if side.unwritten:
            self.write(number, after_s=(0.0,), replies=True)

    def press(
        self, number: int, request_id: str, via: Any, who: Actor | None, vouched: Any
    ) -> None:
        judge = self.sides[number].judge
        named = via == "page" and who is not None
        judge.presses(
            request_id,
            self.at_s,
            None if who is None else who.id,
            vouched if named else frozenset(),
        )
        event = motion.StartPressed(
            at_s=self.at_s, request_id=request_id, via=via, actor=who, vouched=vouched
        )
        self.feed(number, event)

    def set(self, number: int, verb: Any, who: Actor, origin: Any, seen_at_s: float | None) -> str:
        event = motion.SettingAsked(
            at_s=self.at_s,
            request_id=self.name("s"),
            verb=verb,
            actor=who,
            origin=origin,
            ttl_s=10.0,
            seen_at_s=seen_at_s,
        )
        self.sides[number].judge.settings[event.request_id] = event
        self.feed(number, event)
        return event.request_id

    def hold(
        self, number: int, verb: Any, who: Actor, origin: Any, aisle: int | None, to: Actor | None
    ) -> None:
        event = motion.HoldAsked(
            at_s=self.at_s,
            request_id=self.name("h"),
            verb=verb,
            aisle=aisle,
            actor=who,
            origin=origin,
            to=to,
        )
        before = self.sides[number].segment.holds
        commands = self.feed(number, event)
        after = self.sides[number].segment.holds
        self.sides[number].judge.changes_holds(event, commands, before, after)

    def lock_out(self, number: int, verb: Any, who: Actor, origin: Any, column: int) -> None:
        event = motion.LockOutAsked(
            at_s=self.at_s,
            request_id=self.name("o"),
            verb=verb,
            column=column,
            actor=who,
            origin=origin,
        )
        self.sides[number].judge.changes_lock_outs(event, self.feed(number, event))

    def confirm(self, number: int, who: Actor, what: Any) -> None:
        event = motion.Confirmed(at_s=self.at_s, request_id=self.name("c"), actor=who, what=what)
        judge = self.sides[number].judge
        for command in self.feed(number, event):
            if isinstance(command, motion.ReportConfirmed):
                judge.confirms(command, walked=what == "walked")

    def stop(self, number: int, *, arrives: bool) -> None:
        judge = self.sides[number].judge
        before = list(judge.wanted)
        self.stops_arrive = arrives
        commands = self.feed(number, motion.StopAsked(self.at_s), by_person=True)
        self.stops_arrive = True
        if commands[:1] != (StopMotion(),):
            judge.offend("a stop did not stop", commands)
        judge.hears_stop(before)

    def read_interlocks(self, number: int, index: int = -1, truth: Reading | None = None) -> None:
        """A reading for a request is taken now, or was taken before, and is on its way."""
        side = self.sides[number]
        request_id = side.reading.pop(index)
        truth = truth or side.steel.read(self.at_s)
        bank, steel = self.doctor(side.steel.as_seen(truth))
        event = motion.InterlocksRead(at_s=self.at_s, request_id=request_id, bank=bank, steel=steel)
        side.taken.append((event, truth))

    def deliver(self, number: int, index: int = -1, *, keep: bool = False) -> None:
        side = self.sides[number]
        event, truth = side.taken[index] if keep else side.taken.pop(index)
        newest = side.segment.steel
        if newest is None or event.steel.at_s >= newest.at_s:
            side.judge.hear(truth)
        self.feed(number, replace(event, at_s=self.at_s))

    def write(self, number: int, *, after_s: tuple[float, ...], replies: bool) -> None:
        """The next command goes out, if nothing hinders it; copies arrive after so many seconds."""
        side = self.sides[number]
        command = side.unwritten.pop(0)
        outcome, code = "ok" if replies and 0.0 in after_s else "unknown", None
        hindrance = None
        if isinstance(command, DriveTo):
            hindrance = motion.find_hindrance(side.segment, command.request_id, self.at_s)
        if hindrance is not None or self.at_s > command.not_after_s:
            outcome, code, after_s = "not_sent", hindrance or "interlocks_stale", ()
        elif isinstance(command, DriveTo):
            side.judge.writes(command, self.at_s)
        if outcome != "not_sent":
            side.steel.send(command.order, command.fence)
        side.wire += [(self.at_s + delay_s, command) for delay_s in after_s]
        self._run_steel(side, 0.0)
        ended = motion.WriteEnded if isinstance(command, DriveTo) else motion.SettingEnded
        self.feed(
            number,
            ended(
                at_s=self.at_s,
                request_id=command.request_id,
                outcome=outcome,  # type: ignore[arg-type]  # one of the three
                code=code,
            ),
        )

    def lose_link(self) -> None:
        for number, side in self.sides.items():
            side.judge.lose_link()
            self.feed(number, motion.LinkLost(self.at_s))
            self._forget_all_but_armed(side.judge)

    def break_agent(self) -> None:
        for number, side in self.sides.items():
            side.judge.lose_link()
            self.feed(number, motion.AgentBroke(self.at_s))
            self._forget_all_but_armed(side.judge)

    def propose(self, name: Any, who: Actor | None) -> None:
        request_id = self.name("p")
        self._feed_program(
            program.Proposed(at_s=self.at_s, request_id=request_id, program=name, actor=who)
        )

    def start_program(self, who: Actor) -> None:
        proposed = self.programs.program
        if proposed is None or proposed.status != "proposed":
            return
        self.walk.walked_at_s = self.at_s
        limits = {program.Place(1, n): side.segment.limits for n, side in self.sides.items()}
        event = program.Started(
            at_s=self.at_s,
            request_id=self.name("p"),
            program_id=proposed.id,
            actor=who,
            places=program.list_places(limits, proposed.program),
        )
        self._feed_program(event)

    def cancel_program(self, who: Actor | None) -> None:
        self._feed_program(program.Cancelled(at_s=self.at_s, request_id=self.name("p"), actor=who))
        self.walk.walked_at_s = None

    def _carry_out(self, number: int, side: Side, command: Command) -> None:
        match command:
            case DriveTo():
                side.judge.drives_to(command, self.at_s)
                side.unwritten.append(command)
            case SetSteel():
                side.judge.sets(command, self.at_s)
                side.unwritten.append(command)
            case motion.ReadInterlocks(request_id):
                side.reading.append(request_id)
            case StopMotion() if self.stops_arrive:
                side.steel.stop()
            case StopMotion():
                pass
            case Answer():
                side.judge.answers(command, self.at_s)
                self.ledger = self.ledger.record(command)
                self._feed_program(program.Answered(at_s=self.at_s, answer=command))
            case _:
                side.judge.reports(command)

    def _feed_program(self, event: program.Event) -> None:
        self.programs, commands = program.step(self.programs, event)
        for command in commands:
            match command:
                case program.AskSegment():
                    self._ask_for_program(command)
                case program.StopSegment(place):
                    self.stop(place.segment, arrives=True)

    def _ask_for_program(self, command: program.AskSegment) -> None:
        number = command.place.segment
        asked = Asked(
            request_id=command.request_id,
            verb=command.verb,
            aisle=None,
            actor=command.actor,
            origin="program",
            ttl_s=10.0,
            at_s=self.at_s,
            seen_at_s=self.at_s,
            walked_at_s=command.walked_at_s,
        )
        self.sides[number].judge.wants(asked)
        self.feed(number, motion.RequestArrived(asked))

    def _run_steel(self, side: Side, dt_s: float) -> None:
        """Let the steel go on, with every copy of a command arriving at its own moment."""
        before_s = self.at_s - dt_s
        for at_s, command in sorted(side.wire, key=lambda each: each[0]):
            if at_s <= self.at_s:
                side.steel.pass_time(at_s - before_s)
                side.steel.take(command.order, command.fence)
                before_s = at_s
        side.wire = [each for each in side.wire if each[0] > self.at_s]
        side.steel.pass_time(self.at_s - before_s)

    def _forget_all_but_armed(self, judge: Judge) -> None:
        """What waits for its start at the bank outlives a lost wire; all else is void."""
        judge.forget([name for name, wanted in judge.wanted.items() if not wanted.armed])

    def _is_followed(self, side: Side) -> bool:
        """Say whether motion is under the eyes of the room, or not its business."""
        segment = side.segment
        frozen = segment.mode in ("fire", "maintenance")
        return segment.drive is not None or frozen or not segment.limits.stops
