"""Motion under any interleaving: a small model of the steel judges every command it is sent.

The model keeps its own books on what a person asked, what was read when, what tripped and who
holds what, so that the rules are stated twice, here from the steel's side.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drivers.messages import Actor, Request, Saw
from drivers.ports import Guarantee, OpenAisle
from drivers.readings import BankReading, Check, CommandResult, SegmentReading, SteelState, Trip
from drivers.room import motion
from drivers.room.motion import Answer, Asked, Command, DriveTo, Event, Segment, StopMotion

AISLES = 4
OF_THE_BANK = ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power")
OF_THE_SEGMENT = ("entrance", "obstruction")
PEOPLE = tuple(Actor(id=name, name=name.title()) for name in ("li", "wang", "zhao"))
OVER = ("refused", "done", "failed", "expired")
Truth = tuple[BankReading, SegmentReading]
Doctor = Callable[[BankReading, SegmentReading], Truth]


def aisle_of(command: DriveTo) -> int:
    order = command.order
    return order.aisle if isinstance(order, OpenAisle) else AISLES - 1


def as_it_is(bank: BankReading, steel: SegmentReading) -> tuple[BankReading, SegmentReading]:
    return bank, steel


@dataclass
class Steel:
    """A controller that believes every new command, so that nothing hides what it was sent."""

    checks: dict[str, Check] = field(
        default_factory=lambda: dict.fromkeys((*OF_THE_BANK, *OF_THE_SEGMENT), Check.SAFE)
    )
    occupancy: list[Check] = field(default_factory=lambda: [Check.SAFE] * AISLES)
    state: SteelState = SteelState.STANDING
    open_aisle: int | None = 0
    target: int | None = None
    begins_in_s: float | None = None
    remaining_s: float = 0.0
    fault_code: int = 0
    reset_count: int = 3
    heartbeat: float = 0.0
    beats: bool = True
    sluggish: bool = False
    last_seq: int = 65533
    last_epoch: int = 65534
    last_result: CommandResult = CommandResult.NONE

    def open(self, command: DriveTo) -> None:
        fence = command.fence
        if not 0 < (fence.seq - self.last_seq) % 65536 < 32768:
            return
        self.last_seq, self.last_epoch = fence.seq, fence.epoch
        if self.state not in (SteelState.STANDING, SteelState.HALTED):
            self.last_result = CommandResult.REFUSED
            return
        self.last_result = CommandResult.ACCEPTED
        self.target, self.begins_in_s = aisle_of(command), 0.5

    def stop(self) -> None:
        if self.state is SteelState.MOVING:
            self.state, self.open_aisle = SteelState.HALTED, None
        self.target = self.begins_in_s = None
        self.last_result = CommandResult.STOPPED

    def trip(self, fault_code: int) -> None:
        self.state, self.fault_code, self.begins_in_s = SteelState.FAULTED, fault_code, None
        self.last_result = CommandResult.FAILED

    def reset(self) -> None:
        self.reset_count += 1
        if self.state is SteelState.FAULTED:
            self.state, self.fault_code = SteelState.HALTED, 0
            self.open_aisle = None

    def pass_time(self, dt_s: float) -> None:
        if self.beats:
            self.heartbeat += dt_s * 2
        if self.begins_in_s is not None and not self.sluggish:
            self.begins_in_s -= dt_s
            if self.begins_in_s <= 0:
                self.begins_in_s, self.remaining_s = None, 8.0
                self.state, self.open_aisle = SteelState.MOVING, None
                self.last_result = CommandResult.STARTED
                return
        if self.state is SteelState.MOVING:
            self.remaining_s -= dt_s
            if self.remaining_s <= 0:
                self.state, self.open_aisle = SteelState.STANDING, self.target
                self.last_result = CommandResult.DONE

    def read(self, at_s: float) -> tuple[BankReading, SegmentReading]:
        bank = BankReading(
            at_s=at_s,
            simulated=True,
            interlocks={name: self.checks[name] for name in OF_THE_BANK},
            unattended_permission=Check.UNSAFE,
            reset_count=self.reset_count,
            heartbeat=int(self.heartbeat),
        )
        steel = SegmentReading(
            at_s=at_s,
            segment=1,
            state=self.state,
            open_aisles=() if self.open_aisle is None else (self.open_aisle,),
            target_aisle=self.target,
            remaining_s=self.remaining_s,
            trip=Trip("motor", str(self.fault_code)) if self.fault_code else None,
            entrance=self.checks["entrance"],
            obstruction=self.checks["obstruction"],
            occupancy=tuple(self.occupancy),
            last_seq=self.last_seq,
            last_epoch=self.last_epoch,
            last_result=self.last_result,
            last_reason="",
        )
        return bank, steel


@dataclass
class Judge:
    """Knows what people asked and what was told to the room; counts what broke a rule."""

    offences: list[str] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    """Requests of this life of the agent that may still cause motion."""
    driven: set[str] = field(default_factory=set)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    told: list[tuple[BankReading, SegmentReading]] = field(default_factory=list)
    beat_told_at_s: float | None = None
    trip_told: bool = False
    count_at_trip: int | None = 0
    hold: tuple[int, str] | None = None

    def hear(self, bank: BankReading, steel: SegmentReading, *, truth: Truth) -> None:
        """A reading reaches the room; `truth` is what the steel said before any doctoring."""
        bank, steel = truth
        if self.told and self.told[-1][0].heartbeat != bank.heartbeat:
            self.beat_told_at_s = bank.at_s
        self.told = [*self.told[-20:], (bank, steel)]
        if steel.state is SteelState.FAULTED:
            if not self.trip_told or bank.reset_count != self.count_at_trip:
                self.count_at_trip = bank.reset_count
            self.trip_told = True
        stands = steel.state in (SteelState.STANDING, SteelState.HALTED)
        if self.hold is not None and stands and self.hold[0] not in steel.open_aisles:
            self.hold = None

    def drives(self, command: DriveTo, at_s: float, limits: motion.Limits) -> None:
        for wrong in self._list_wrongs(command, at_s, limits):
            self.offences.append(f"{wrong}: {command}")
        self.driven.add(command.request_id)

    def _list_wrongs(self, command: DriveTo, at_s: float, limits: motion.Limits) -> list[str]:
        asked = self.asked.get(command.request_id)
        if asked is None:
            return ["nobody asked, or it was long over"]
        bank, steel = self.told[-1]
        fire = bank.interlocks["fire"] is not Check.SAFE
        seen_at_s = asked.seen_at_s if asked.seen_at_s is not None else float("-inf")
        latest_s = seen_at_s + min(asked.ttl_s, 10.0)
        read_at_s = min(bank.at_s, steel.at_s)
        beat_at_s = self.beat_told_at_s
        held_by_other = self.hold is not None and self.hold[1] != asked.actor.id
        rules = {
            "written twice": command.request_id in self.driven,
            "later than ten seconds after the person acted": at_s > latest_s,
            "may begin too late": at_s + command.fence.ttl_s > latest_s + 1e-6,
            "interlocks read before the request": read_at_s < asked.at_s,
            "interlocks too old": at_s - read_at_s > 0.5,
            "may be written on old interlocks": command.not_after_s - read_at_s > 0.5 + 1e-6,
            "in a fire": fire,
            "interlock": any(c is not Check.SAFE for c in bank.interlocks.values()),
            "entrance": steel.entrance is not Check.SAFE,
            "obstruction": steel.obstruction is not Check.SAFE,
            "occupied or unknown": any(c is not Check.SAFE for c in steel.occupancy),
            "heartbeat": beat_at_s is None or at_s - beat_at_s > 2.0,
            "not standing": steel.state not in (SteelState.STANDING, SteelState.HALTED),
            "unconfirmed trip": self.trip_told,
            "held by another": held_by_other,
            "old number": not 0 < (command.fence.seq - steel.last_seq) % 65536 < 32768,
            "old epoch": (command.fence.epoch - steel.last_epoch) % 65536 >= 32768,
            "ttl": not 0 < command.fence.ttl_s <= 10.0,
            "no such aisle": not 0 <= aisle_of(command) < AISLES,
            "remote start": asked.origin == "controller" and not limits.remote_start,
        }
        return [name for name, broken in rules.items() if broken]

    def answers(self, answer: Answer, steel: Steel, at_s: float) -> None:
        before = self.statuses.setdefault(answer.request_id, [])
        if any(status in OVER for status in before):
            self.offences.append(f"answered after the end: {answer}")
        before.append(answer.status)
        if answer.status not in OVER:
            return
        asked = self.asked.pop(answer.request_id, None)
        if answer.status == "done" and asked is not None:
            aisle = next(iter(self.told[-1][1].open_aisles), None)
            closing = asked.verb == "close_all"
            self.hold = None if closing or aisle is None else (aisle, asked.actor.id)


class Room:
    """Steel, judge, and an agent that loses, delays and repeats messages as it is told to."""

    def __init__(self, *, remote_start: bool = True, doctor: Doctor = as_it_is) -> None:
        self.limits = motion.Limits(
            segment=1,
            aisles=AISLES,
            park_aisle=AISLES - 1,
            remote_start=remote_start,
            interlocks_seen=frozenset(motion.INTERLOCKS),
            orders=frozenset({"open_aisle", "close_all"}),
            guarantee=Guarantee.FENCED,
            stops=True,
            end_s=20.0,
        )
        self.at_s = 1000.0
        self.doctor = doctor
        self.steel = Steel()
        self.judge = Judge()
        self.lives = 0
        self.requests: list[tuple[Request, Any]] = []
        self.start()

    def start(self) -> None:
        self.lives += 1
        self.segment = Segment(limits=self.limits)
        self.ledger = motion.Ledger()
        self.views = motion.Views(f"life-{self.lives}")
        self.reading: list[str] = []
        self.taken: list[motion.InterlocksRead] = []
        self.truths: dict[float, Truth] = {}
        self.unwritten: list[DriveTo] = []
        self.judge.asked.clear()
        self.judge.told.clear()
        self.judge.beat_told_at_s = None
        self.judge.trip_told = False
        self.judge.hold = None

    def feed(self, event: Event) -> tuple[Command, ...]:
        self.segment, commands = motion.step(self.segment, event)
        stops = [index for index, command in enumerate(commands) if command == StopMotion()]
        if stops not in ([], [0]):
            self.judge.offences.append(f"stop is not the first thing done: {commands}")
        for command in commands:
            self.carry_out(command)
        return commands

    def carry_out(self, command: Command) -> None:
        match command:
            case DriveTo():
                self.judge.drives(command, self.at_s, self.limits)
                self.unwritten.append(command)
            case motion.ReadInterlocks(request_id):
                self.reading.append(request_id)
            case Answer():
                self.judge.answers(command, self.steel, self.at_s)
                self.ledger = self.ledger.record(command)

    def observe(self) -> None:
        truth = self.steel.read(self.at_s)
        bank, steel = self.doctor(*truth)
        self.judge.hear(bank, steel, truth=truth)
        kind = motion.SteelRead if self.segment.linked else motion.Reconnected
        self.feed(kind(at_s=self.at_s, bank=bank, steel=steel))

    def take_view(self) -> None:
        self.views = self.views.take(len(self.views.taken_at_s) + int(self.at_s * 1000), self.at_s)

    def ask(self, request: Request, origin: Any) -> None:
        self.ledger, found = self.ledger.receive(request, origin, self.at_s)
        if isinstance(found, motion.Same):
            told = self.judge.statuses.get(request.id, [])
            status = found.answer.status if found.answer is not None else None
            assert status == (told[-1] if told else None)
            return
        if isinstance(found, motion.Different):
            return
        saw = request.saw
        asked = Asked(
            request_id=request.id,
            verb="close_all" if request.verb == "close_all" else "open_aisle",
            aisle=request.aisle,
            actor=request.actor,
            origin=origin,
            ttl_s=request.ttl_s,
            at_s=self.at_s,
            seen_at_s=self.views.find(saw.boot_id, saw.version) if saw else None,
        )
        self.judge.asked[request.id] = asked
        self.judge.statuses.pop(request.id, None)
        self.judge.driven.discard(request.id)
        self.feed(motion.RequestArrived(asked))

    def request(self, request_id: str, verb: str, aisle: int | None, who: Actor) -> Request:
        newest = max(self.views.taken_at_s, default=0)
        saw = Saw(boot_id=self.views.boot_id, version=newest)
        return Request.model_validate(
            {
                "id": request_id,
                "verb": verb,
                "bank": 1,
                "segment": 1,
                "aisle": aisle,
                "actor": who,
                "ttl_s": 10.0,
                "saw": saw,
            }
        )

    def read_interlocks(self) -> None:
        self.take_early(self.reading[-1], self.steel.read(self.at_s))

    def take_early(self, request_id: str, truth: Truth) -> None:
        """A reading for a request is on its way; it may have been taken at any time."""
        self.reading.remove(request_id)
        bank, steel = self.doctor(*truth)
        self.truths[steel.at_s] = truth
        self.taken.append(
            motion.InterlocksRead(at_s=self.at_s, request_id=request_id, bank=bank, steel=steel)
        )

    def deliver(self, index: int, *, keep: bool = False) -> None:
        event = self.taken[index] if keep else self.taken.pop(index)
        newest = self.segment.steel.at_s if self.segment.steel is not None else float("-inf")
        if event.steel.at_s >= newest:
            self.judge.hear(event.bank, event.steel, truth=self.truths[event.steel.at_s])
        self.feed(replace(event, at_s=self.at_s))

    def write(self, *, arrives: bool, replies: bool) -> None:
        command = self.unwritten.pop(0)
        if self.at_s > command.not_after_s or self.segment.drive is None:
            outcome, arrives = "not_sent", False
        else:
            outcome = "ok" if replies and arrives else "unknown"
        if arrives:
            self.steel.open(command)
        self.feed(
            motion.WriteEnded(
                at_s=self.at_s,
                request_id=command.request_id,
                outcome=outcome,  # type: ignore[arg-type]  # drawn from the outcomes
            )
        )

    def stop(self, *, arrives: bool) -> None:
        before = list(self.judge.asked)
        commands = self.feed(motion.StopAsked(self.at_s))
        assert commands[0] == StopMotion()
        for request_id in before:
            self.judge.asked.pop(request_id, None)
        if arrives:
            self.steel.stop()

    def pass_time(self, dt_s: float) -> None:
        self.at_s += dt_s
        self.steel.pass_time(dt_s)
        self.feed(motion.TimePassed(self.at_s))


class AnyInterleaving(RuleBasedStateMachine):
    """Requests, people, faults, lost and late messages and restarts in any order."""

    @initialize(remote=st.booleans())
    def begin(self, remote: bool) -> None:
        self.room = Room(remote_start=remote)
        self.count = 0
        self.settle()

    @rule()
    def settle(self) -> None:
        """The steel is read a few times in a row, as the polling does."""
        for _ in range(3):
            self.room.pass_time(0.3)
            self.room.observe()
        self.room.take_view()

    @rule()
    def the_steel_is_read(self) -> None:
        self.room.observe()

    @rule()
    def a_view_is_taken(self) -> None:
        self.room.take_view()

    @rule(dt_s=st.sampled_from([0.01, 0.2, 0.45, 0.6, 1.0, 3.1, 9.0, 11.0, 21.0]))
    def time_passes(self, dt_s: float) -> None:
        self.room.pass_time(dt_s)

    @rule(
        aisle=st.integers(-1, AISLES),
        who=st.sampled_from(PEOPLE),
        verb=st.sampled_from(["open_aisle", "open_aisle", "close_all"]),
        origin=st.sampled_from(["controller", "bank_page"]),
        old_view=st.integers(0, 3),
    )
    def somebody_asks(self, aisle: int, who: Actor, verb: str, origin: str, old_view: int) -> None:
        self.count += 1
        request = self.room.request(f"r{self.count}", verb, aisle, who)
        known = sorted(self.room.views.taken_at_s)
        if old_view and len(known) > old_view:
            saw = Saw(boot_id=self.room.views.boot_id, version=known[-1 - old_view])
            request = request.model_copy(update={"saw": saw})
        self.room.requests.append((request, origin))
        self.room.ask(request, origin)

    @rule(
        aisle=st.integers(0, AISLES - 1),
        who=st.sampled_from(PEOPLE),
        origin=st.sampled_from(["bank_page", "bank_page", "controller"]),
        view_age_s=st.sampled_from([0.0, 0.0, 0.0, 8.0, 9.0, 10.5]),
        read_after_s=st.sampled_from([0.02, 0.02, 0.3, 1.5]),
        told_after_s=st.sampled_from([0.02, 0.3, 0.3, 0.45, 0.6]),
        read_before_asking=st.sampled_from([False, False, False, True]),
        meanwhile=st.sampled_from(["nothing", "nothing", "stop", "link lost", "trip", "walks in"]),
        arrives=st.booleans(),
        replies=st.booleans(),
    )
    def somebody_asks_and_it_goes_nearly_well(
        self,
        aisle: int,
        who: Actor,
        origin: str = "bank_page",
        view_age_s: float = 0.0,
        read_after_s: float = 0.02,
        told_after_s: float = 0.02,
        read_before_asking: bool = False,
        meanwhile: str = "nothing",
        arrives: bool = True,
        replies: bool = True,
    ) -> None:
        """One request to its write, each step as late as chance wills."""
        self.settle()
        room = self.room
        for _ in range(int(view_age_s)):
            room.pass_time(1.0)
            room.observe()
        room.pass_time(view_age_s % 1)
        early = room.steel.read(room.at_s)
        self.count += 1
        request = room.request(f"r{self.count}", "open_aisle", aisle, who)
        room.requests.append((request, origin))
        room.pass_time(0.01)
        room.ask(request, origin)
        if request.id not in room.reading:
            return
        room.pass_time(read_after_s)
        if read_before_asking:
            room.take_early(request.id, early)
        else:
            room.read_interlocks()
        room.pass_time(told_after_s)
        self.happens(meanwhile)
        if room.taken:
            room.deliver(-1)
        if room.unwritten:
            room.write(arrives=arrives, replies=replies)

    def happens(self, meanwhile: str) -> None:
        match meanwhile:
            case "stop":
                self.room.stop(arrives=True)
            case "link lost":
                self.the_link_is_lost()
                self.room.observe()
            case "trip":
                self.room.steel.trip(6)
            case "walks in":
                self.somebody_walks_in_or_out(1, Check.UNSAFE)

    @rule()
    def a_trip_vanishes_without_a_reset(self) -> None:
        """The controller lost its power and forgot; a person must reset it all the same."""
        steel = self.room.steel
        if steel.state is SteelState.FAULTED:
            self.room.observe()
            steel.state, steel.fault_code = SteelState.HALTED, 0
            self.room.observe()

    @rule(who=st.sampled_from(PEOPLE), confirms_between=st.booleans())
    def somebody_trips_resets_and_confirms(self, who: Actor, confirms_between: bool) -> None:
        self.room.steel.trip(6)
        self.room.observe()
        if confirms_between:
            self.somebody_confirms(who)
        self.room.steel.reset()
        self.room.observe()
        self.somebody_confirms(who)

    @precondition(lambda self: self.room.requests)
    @rule(data=st.data(), aisle=st.none() | st.integers(0, AISLES - 1))
    def an_old_message_comes_again(self, data: st.DataObject, aisle: int | None) -> None:
        request, origin = data.draw(st.sampled_from(self.room.requests))
        if aisle is not None:
            request = request.model_copy(update={"aisle": aisle})
        self.room.ask(request, origin)

    @precondition(lambda self: self.room.reading)
    @rule()
    def interlocks_are_read(self) -> None:
        self.room.read_interlocks()

    @precondition(lambda self: self.room.reading)
    @rule()
    def interlocks_cannot_be_read(self) -> None:
        request_id = self.room.reading.pop(0)
        self.room.feed(motion.InterlocksNotRead(at_s=self.room.at_s, request_id=request_id))

    @precondition(lambda self: self.room.taken)
    @rule(data=st.data(), keep=st.booleans())
    def an_interlock_reading_arrives(self, data: st.DataObject, keep: bool) -> None:
        index = data.draw(st.integers(0, len(self.room.taken) - 1))
        self.room.deliver(index, keep=keep)

    @precondition(lambda self: self.room.unwritten)
    @rule(arrives=st.booleans(), replies=st.booleans())
    def the_write_ends(self, arrives: bool, replies: bool) -> None:
        self.room.write(arrives=arrives, replies=replies)

    @rule(arrives=st.booleans())
    def somebody_stops(self, arrives: bool) -> None:
        self.room.stop(arrives=arrives)

    @rule(
        name=st.sampled_from((*OF_THE_BANK, *OF_THE_SEGMENT)),
        check=st.sampled_from([Check.SAFE, Check.SAFE, Check.UNSAFE, Check.UNKNOWN]),
    )
    def an_interlock_changes(self, name: str, check: Check) -> None:
        self.room.steel.checks[name] = check

    @rule(aisle=st.integers(0, AISLES - 1), check=st.sampled_from(list(Check)))
    def somebody_walks_in_or_out(self, aisle: int, check: Check) -> None:
        self.room.steel.occupancy[aisle] = check
        if check is Check.UNSAFE and self.room.steel.state is SteelState.MOVING:
            self.room.steel.trip(6)

    @rule()
    def all_becomes_safe(self) -> None:
        steel = self.room.steel
        steel.checks = dict.fromkeys(steel.checks, Check.SAFE)
        steel.occupancy = [Check.SAFE] * AISLES
        steel.beats, steel.sluggish = True, False

    @rule(fault_code=st.integers(1, 9))
    def the_controller_trips(self, fault_code: int) -> None:
        self.room.steel.trip(fault_code)

    @rule(beats=st.booleans(), sluggish=st.booleans())
    def the_controller_hangs(self, beats: bool, sluggish: bool) -> None:
        self.room.steel.beats, self.room.steel.sluggish = beats, sluggish

    @rule()
    def somebody_resets(self) -> None:
        self.room.steel.reset()

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_confirms(self, who: Actor) -> None:
        room = self.room
        self.count += 1
        event = motion.Confirmed(at_s=room.at_s, request_id=f"c{self.count}", actor=who)
        commands = room.feed(event)
        if any(isinstance(command, motion.ReportConfirmed) for command in commands):
            bank, steel = room.judge.told[-1]
            if room.judge.trip_told and bank.reset_count == room.judge.count_at_trip:
                room.judge.offences.append("confirmed before the controller's own reset")
            if steel.state is SteelState.FAULTED:
                room.judge.offences.append("confirmed while the controller is tripped")
            room.judge.trip_told = False

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_ends_a_hold(self, who: Actor) -> None:
        self.count += 1
        event = motion.HoldAsked(
            at_s=self.room.at_s,
            request_id=f"h{self.count}",
            verb="release",
            aisle=None,
            actor=who,
            origin="bank_page",
        )
        commands = self.room.feed(event)
        if any(isinstance(command, motion.ReportConfirmed) for command in commands):
            self.room.judge.hold = None

    @rule()
    def the_link_is_lost(self) -> None:
        self.room.feed(motion.LinkLost(self.room.at_s))
        self.room.judge.asked.clear()
        self.room.judge.beat_told_at_s = None

    @rule()
    def what_serves_the_bank_breaks(self) -> None:
        self.room.feed(motion.AgentBroke(self.room.at_s))
        self.room.judge.asked.clear()
        self.room.judge.beat_told_at_s = None

    @rule()
    def the_agent_restarts(self) -> None:
        self.room.start()

    @invariant()
    def no_command_was_against_the_rules(self) -> None:
        if hasattr(self, "room"):
            assert self.room.judge.offences == []

    @invariant()
    def nothing_asked_is_waited_for_without_end(self) -> None:
        if not hasattr(self, "room"):
            return
        segment, at_s = self.room.segment, self.room.at_s
        assert segment.pending is None or at_s <= segment.pending.at_s + 10.0
        drive = segment.drive
        if drive is not None and drive.started_at_s is None:
            assert at_s <= drive.written_at_s + self.room.limits.start_seen_s
        if drive is not None and drive.started_at_s is not None:
            assert at_s <= drive.started_at_s + self.room.limits.end_s


AnyInterleaving.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnyInterleaving = AnyInterleaving.TestCase


def opens_well(room: Room, aisle: int, request_id: str = "r1") -> None:
    """Ask at the bank's page, with everything delivered at once."""
    for _ in range(3):
        room.pass_time(0.3)
        room.observe()
    room.take_view()
    room.ask(room.request(request_id, "open_aisle", aisle, PEOPLE[0]), "bank_page")
    if room.reading:
        room.read_interlocks()
        room.deliver(-1)
    if room.unwritten:
        room.write(arrives=True, replies=True)


def test_the_model_lets_a_rightful_request_through() -> None:
    room = Room()
    opens_well(room, 2)
    for _ in range(40):
        room.pass_time(0.25)
        room.observe()
    assert room.judge.statuses["r1"] == ["accepted", "started", "done"]
    assert room.steel.open_aisle == 2
    assert room.judge.offences == []


def without(name: str) -> Doctor:
    """What the room would see if it did not look at an interlock."""

    def doctor(bank: BankReading, steel: SegmentReading) -> tuple[BankReading, SegmentReading]:
        match name:
            case "occupancy":
                return bank, replace(steel, occupancy=(Check.SAFE,) * AISLES)
            case "entrance" | "obstruction":
                return bank, replace(steel, **{name: Check.SAFE})  # type: ignore[arg-type]  # fields by name
            case "heartbeat":
                return replace(bank, heartbeat=int(bank.at_s * 100)), steel
        return replace(bank, interlocks={**bank.interlocks, name: Check.SAFE}), steel

    return doctor


def make_unsafe(steel: Steel, name: str, check: Check) -> None:
    match name:
        case "occupancy":
            steel.occupancy[1] = check
        case "heartbeat":
            steel.beats = False
        case _:
            steel.checks[name] = check


@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
@pytest.mark.parametrize("name", motion.INTERLOCKS)
def test_each_interlock_holds_the_steel_and_without_it_the_judge_would_object(
    name: str, check: Check
) -> None:
    looking, blind = Room(), Room(doctor=without(name))
    for room in (looking, blind):
        for _ in range(4):
            room.pass_time(0.7)
            room.observe()
        make_unsafe(room.steel, name, check)
        for _ in range(4):
            room.pass_time(0.7)
            room.observe()
        opens_well(room, 2)
    assert looking.judge.offences == []
    assert looking.judge.statuses["r1"] == ["refused"]
    assert blind.judge.offences != []


def test_a_long_random_life_breaks_no_rule() -> None:
    """Many more steps than Hypothesis takes, without its care: one seed, one long day."""
    dice = random.Random(2)
    machine = AnyInterleaving()
    machine.begin(remote=True)
    for _ in range(4000):
        act = dice.choice(
            (
                machine.settle,
                lambda: machine.time_passes(dice.choice([0.1, 0.5, 1.0, 4.0])),
                lambda: machine.somebody_asks_and_it_goes_nearly_well(
                    dice.randrange(AISLES), dice.choice(PEOPLE)
                ),
                machine.all_becomes_safe,
                machine.somebody_resets,
                lambda: machine.somebody_confirms(PEOPLE[0]),
                lambda: machine.somebody_ends_a_hold(PEOPLE[0]),
                lambda: machine.somebody_walks_in_or_out(
                    dice.randrange(AISLES), dice.choice([Check.SAFE, Check.UNSAFE])
                ),
                lambda: machine.somebody_stops(True),
                machine.the_link_is_lost,
            )
        )
        act()
        machine.no_command_was_against_the_rules()
        machine.nothing_asked_is_waited_for_without_end()
    assert len(machine.room.judge.driven) > 50
