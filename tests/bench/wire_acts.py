"""What happens on a random day at a bank of some maker, as a table of acts that chance draws from.

People are honest: who vouches for what no sensor sees looks first, watches while the request waits,
and presses stop when something happens meanwhile. All else is as bad as it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from drivers.messages import Actor, Request
from drivers.room.motion import INTERLOCKS, Faulted
from simulators import acts
from simulators.physics.plc import blocking
from simulators.physics.protections import DEFECTS, PROTECTIONS
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.stage import Stage
from tests.bench.wire_agent import Agent
from tests.bench.wire_far import TROUBLES, Far

Maker = Literal["modbus", "udp55", "webapi"]
PEOPLE = (Actor(id="li", name="Li"), Actor(id="wang", name="Wang"))
EVERYTHING = frozenset(INTERLOCKS)
_SHOWN: dict[Maker, frozenset[str]] = {
    "modbus": frozenset(),
    "udp55": frozenset({"LOCKED"}),
    "webapi": frozenset({"LOCKED", "ASLEEP"}),
}
"""What a maker's protocol shows by itself, so that nobody need look for it."""


@dataclass
class Day:
    """A bank, its agent, and what people do there."""

    maker: Maker
    stage: Stage
    far: Far
    agent: Agent
    start_anew: Callable[[], Coroutine[Any, Any, Agent]]
    kill: Callable[[], None]
    chance: Random
    told: list[str] = field(default_factory=list)
    waiting: list[asyncio.Task[Any]] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)

    @property
    def bank(self) -> BankSteel:
        return self.stage.steel_of(1)

    def some_segment(self) -> SegmentSteel:
        return self.chance.choice(self.bank.segments)

    def tell(self, what: str) -> None:
        """Write down what was done, for whoever reads of an offence."""
        now_s = self.stage.clock.monotonic()
        self.told = [*self.told[-30:], f"{now_s:9.3f} {what}"]

    def do(self, act: Callable[..., Any], **given: Any) -> None:
        """Do an act of simulators.acts; what cannot be done is not done. Who watches stops."""
        before = {s.segment: self.looks_well(s) for s in self.bank.segments}
        try:
            self.stage.act(act, **given)
        except acts.Impossible:
            return
        self.tell(f"{act.__name__} {given}")
        for segment in self.bank.segments:
            waits = self.agent.segments[segment.segment].pending is not None
            if waits and before[segment.segment] and not self.looks_well(segment):
                self.tell(f"who watches segment {segment.segment} stops")
                self.later(self.agent.steel.stop(segment.segment), "stop")

    def looks_well(self, segment: SegmentSteel) -> bool:
        """Say whether a person who looks would vouch."""
        bad = {reason.name for reason in blocking(self.bank, segment)}
        return not segment.fault and not bad - _SHOWN[self.maker]

    def later(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Let somebody do something that takes time, and go on."""
        loop = asyncio.get_running_loop()
        self.waiting = [task for task in self.waiting if not task.done()]
        self.waiting.append(loop.create_task(work, name=name))

    def vouches(self, segment: SegmentSteel) -> frozenset[str]:
        """Say what a person at the bank answers for: on other makers' steel all, having looked."""
        if self.maker == "modbus":
            return self.chance.choice((frozenset[str](), EVERYTHING))
        return EVERYTHING if self.looks_well(segment) else frozenset()


def somebody_asks(day: Day) -> None:
    """From afar or at the page, for motion; now and then with an old view or a short time."""
    segment = day.some_segment()
    verb = day.chance.choice(("open_aisle",) * 6 + ("close_all", "ventilate", "park"))
    beyond = (-1, len(segment.people))
    aisles = range(len(segment.people)) if day.chance.random() < 0.95 else beyond
    aisle = day.chance.choice(aisles) if verb == "open_aisle" else None
    _ask(day, segment, verb, aisle=aisle)


def somebody_sets(day: Day) -> None:
    segment = day.some_segment()
    _ask(day, segment, day.chance.choice(("lock", "unlock", "unlock", "sleep", "wake", "wake")))


def somebody_holds(day: Day) -> None:
    segment = day.some_segment()
    verb = day.chance.choice(("release", "release", "release", "hand_over", "take_over"))
    _ask(day, segment, verb, to=day.chance.choice(PEOPLE))


def somebody_locks_out(day: Day) -> None:
    column = day.chance.choice(day.some_segment().columns).column
    verb = day.chance.choice(("lock_out", "lift_lock_out", "lift_lock_out", "lift_lock_out"))
    _ask(day, day.some_segment(), verb, column=column, reason="repair")


def _ask(day: Day, segment: SegmentSteel, verb: str, **given: Any) -> None:
    here = day.chance.random() < (0.5 if day.maker == "modbus" else 0.9)
    ttl_s = 0.3 if day.chance.random() < 0.1 else 10.0
    if here:
        given["vouched"] = day.vouches(segment)
    request = day.agent.request(
        verb,
        day.chance.choice(PEOPLE),
        ttl_s=ttl_s,
        bank=1,
        segment=segment.segment,
        **given,
    )
    day.tell(f"asks {'here' if here else 'from afar'} {verb} segment {segment.segment} {given}")
    _send(day, request, here=here)
    day.sent = [*day.sent[-5:], request]


def _send(day: Day, request: Request, *, here: bool) -> None:
    if here:
        day.later(day.agent.desk.ask_here(request), request.id)
    else:
        day.agent.send(request, day.stage.clock.monotonic())


def an_old_request_comes_again(day: Day) -> None:
    plain = [request for request in day.sent if not request.vouched]
    if plain:
        _send(day, day.chance.choice(plain), here=False)


def somebody_starts(day: Day) -> None:
    """At the page or by the button, what is armed."""
    segment = day.some_segment()
    if day.chance.random() < 0.3:
        if day.maker == "modbus":
            day.agent.press(segment.segment)
        return
    who, vouched = day.chance.choice(PEOPLE), day.vouches(segment)
    day.tell(f"starts segment {segment.segment} vouching for {len(vouched)}")
    day.later(day.agent.desk.start(1, segment.segment, "page", who, vouched), "start")


def somebody_confirms(day: Day) -> None:
    """Every segment, after a walk round."""
    who = day.chance.choice(PEOPLE)
    what: Literal["fit", "walked"] = "fit" if day.chance.random() < 0.3 else "walked"
    for segment in day.bank.segments:
        if day.looks_well(segment) or day.maker == "modbus":
            day.later(day.agent.desk.confirm(1, segment.segment, who, what), "confirm")


def somebody_stops(day: Day) -> None:
    number = day.chance.choice((None, 1, 2))
    day.tell(f"stops {number}")
    request = day.agent.request("stop", PEOPLE[0], ttl_s=10.0, bank=1, segment=number)
    _send(day, request, here=day.chance.random() < 0.5)


def somebody_walks(day: Day) -> None:
    segment = day.some_segment()
    inside = [aisle for aisle, count in enumerate(segment.people) if count]
    if inside:
        _at(day, acts.leave_aisle, segment, aisle=inside[0])
    for aisle in segment.open_aisles[: 0 if inside else 1]:
        _at(day, acts.enter_aisle, segment, aisle=aisle)


def a_protection_speaks(day: Day) -> None:
    name = day.chance.choice(tuple(PROTECTIONS))
    _at(day, acts.raise_protection, day.some_segment(), protection=name)


def a_switch_turns(day: Day) -> None:
    off = day.chance.random() < 0.5
    pairs: tuple[tuple[Any, Any], ...] = (
        (acts.switch_local, acts.switch_remote),
        (acts.open_e_stop, acts.close_e_stop),
        (acts.insert_key, acts.remove_key),
        (acts.engage_crank, acts.disengage_crank),
    )
    day.do(day.chance.choice(pairs)[off], bank=1)


def fire_or_power(day: Day) -> None:
    day.do(
        day.chance.choice((acts.raise_fire, acts.clear_fire, acts.fail_power, acts.return_power))
    )


def a_column_breaks(day: Day) -> None:
    column = day.chance.choice(day.some_segment().columns).column
    kind = day.chance.random()
    if kind < 0.5:
        day.do(acts.break_column, bank=1, column=column, defect=day.chance.choice(tuple(DEFECTS)))
    elif kind < 0.7:
        day.do(acts.jam, bank=1, column=column)
    else:
        day.do(acts.mend, bank=1, column=column)


def somebody_locks_at_the_steel(day: Day) -> None:
    act = day.chance.choice((acts.lock_at_steel, acts.unlock_at_steel, acts.unlock_at_steel))
    _at(day, act, day.some_segment())


def drives_fall_asleep(day: Day) -> None:
    _at(day, day.chance.choice((acts.fall_asleep, acts.wake_at_steel)), day.some_segment())


def a_sensor_fails(day: Day) -> None:
    segment = day.some_segment()
    aisle = day.chance.randrange(len(segment.people))
    _at(day, day.chance.choice((acts.blind_sensor, acts.mend_sensor)), segment, aisle=aisle)


def _at(day: Day, act: Callable[..., Any], segment: SegmentSteel, **given: Any) -> None:
    day.do(act, bank=1, segment=segment.segment, **given)


def somebody_resets(day: Day) -> None:
    day.do(acts.press_reset, bank=1)


def the_wire_gets_bad(day: Day) -> None:
    trouble, often = day.chance.choice(TROUBLES), day.chance.choice((1.0, 0.4, 0.1))
    day.tell(f"wire: {trouble} {often}")
    day.far.cable.strike(trouble, often)


def the_wire_gets_well(day: Day) -> None:
    day.tell("wire: whole")
    day.far.cable.strike(None)


def connections_drop(day: Day) -> None:
    day.tell("connections drop")
    day.far.cable.drop()


def all_is_put_right(day: Day) -> None:
    """Everybody leaves, all is mended, woken, unlocked, reset, confirmed and let go."""
    the_wire_gets_well(day)
    for segment in day.bank.segments:
        for aisle, count in enumerate(segment.people):
            for _ in range(count):
                _at(day, acts.leave_aisle, segment, aisle=aisle)
            _at(day, acts.mend_sensor, segment, aisle=aisle)
        for sign in segment.signs:
            _at(day, acts.clear_protection, segment, protection=sign)
        _at(day, acts.unlock_at_steel, segment)
        _at(day, acts.wake_at_steel, segment)
        for column in segment.columns:
            day.do(acts.mend, bank=1, column=column.column)
    for act in (acts.switch_remote, acts.close_e_stop, acts.remove_key, acts.disengage_crank):
        day.do(act, bank=1)
    day.do(acts.clear_fire)
    day.do(acts.return_power)
    somebody_resets(day)
    day.later(_tidy(day), "tidy")


async def _tidy(day: Day) -> None:
    """Once the steel was read so: confirm it, let go of aisles and lift lock-outs."""
    await asyncio.sleep(1.5)
    agent = day.agent
    for number, segment in agent.segments.items():
        if isinstance(segment.phase, Faulted):
            await agent.desk.confirm(1, number, PEOPLE[0], "walked")
        for hold in segment.holds:
            release = agent.request(
                "release", hold.actor, ttl_s=10.0, bank=1, segment=number, aisle=hold.aisle
            )
            await agent.desk.ask_here(release)
        for lock_out in segment.lock_outs:
            lift = agent.request(
                "lift_lock_out", lock_out.actor, ttl_s=10.0, bank=1, column=lock_out.column
            )
            await agent.desk.ask_here(lift)


def a_program_is_walked(day: Day) -> None:
    day.later(_walk_program(day), "program")


async def _walk_program(day: Day) -> None:
    agent = day.agent
    await agent.desk.propose(day.chance.choice(("night_closing", "ventilation")), PEOPLE[0])
    proposed = agent.desk.draw_program()
    if proposed is not None:
        await agent.desk.start_program(proposed.id, PEOPLE[0])
    if day.chance.random() < 0.2:
        await asyncio.sleep(day.chance.uniform(0.0, 60.0))
        await agent.desk.cancel_program()


async def the_agent_ends(day: Day) -> None:
    """It is ended in good order, or killed, and starts anew."""
    killed = day.chance.random() < 0.5
    day.tell("the agent is killed" if killed else "the agent ends")
    if killed:
        day.kill()
    for task in day.waiting:
        task.cancel()
    await asyncio.gather(*day.waiting, return_exceptions=True)
    await day.agent.end()
    day.agent = await day.start_anew()
    day.sent = []


ACTS: tuple[tuple[Callable[[Day], Any], int], ...] = (
    (somebody_asks, 36),
    (somebody_starts, 12),
    (all_is_put_right, 20),
    (somebody_sets, 4),
    (somebody_holds, 4),
    (somebody_locks_out, 2),
    (an_old_request_comes_again, 2),
    (somebody_confirms, 3),
    (somebody_stops, 3),
    (somebody_walks, 5),
    (a_protection_speaks, 3),
    (a_switch_turns, 2),
    (fire_or_power, 2),
    (a_column_breaks, 2),
    (somebody_locks_at_the_steel, 2),
    (drives_fall_asleep, 2),
    (a_sensor_fails, 2),
    (somebody_resets, 2),
    (the_wire_gets_bad, 4),
    (the_wire_gets_well, 4),
    (connections_drop, 1),
    (a_program_is_walked, 2),
    (the_agent_ends, 1),
)
