"""The steps of a moving test at the steel: open, look, stop, trip every interlock by hand.

Whatever moves is asked of the room's desk, as a person at the bank would ask; motion decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from uuid import uuid4

from config.clock import Clock
from config.geometry import segments_of
from config.room import Room, Shelving
from config.shelving import Observation
from drivers.commissioning.talk import NotSigned, Talk
from drivers.commissioning.trials import Outcome, Trial, plan_trials
from drivers.messages import Actor, Request, Saw
from drivers.readings import Check
from drivers.room.agent import RoomAgent
from drivers.room.motion import INTERLOCKS, Answer, Faulted, list_checks

_TTL_S = 9.0
_LOOK_S = 0.2
_READY_S = 10.0
_TRIGGERS: Mapping[str, str] = {
    "remote_control": "turn the switch to local",
    "e_stop_chain": "press the emergency stop",
    "maintenance_key": "put in the maintenance key",
    "crank": "engage the crank",
    "fire": "set the fire input to alarm, if that can be done without calling the brigade",
    "power": "take away the mains of the drives",
    "entrance": "stand in an entrance",
    "obstruction": "press a stop bar or strip",
    "occupancy": "step into the open aisle",
}


_VOUCH: Mapping[str, str] = {
    "remote_control": "The steel cannot be moved from its own keys at the same time?",
    "e_stop_chain": "No emergency stop is pressed?",
    "maintenance_key": "No maintenance key is in?",
    "crank": "The crank is disengaged?",
    "fire": "There is no fire alarm?",
    "power": "The drives have power?",
    "entrance": "Nobody stands in an entrance?",
    "obstruction": "Nothing lies in the way of the columns?",
    "occupancy": "Every aisle of this segment is empty: was each looked into?",
    "heartbeat": "Will you stay and watch until the steel stands?",
}
_NOT_TRIED = "not tried"
_NOTICED_S = 3.0
_ASKED_AGAIN = 3
_OVER_S = 900.0
"""No move takes longer; motion itself gives up much earlier."""


class MovingTest:
    """The steps at the steel. Whatever they ask goes to the room's desk, as a person's would."""

    def __init__(
        self, room: Room, device: Shelving, agent: RoomAgent, talk: Talk, clock: Clock
    ) -> None:
        self._bank = room.bank(device.bank)
        self._device = device
        self._agent = agent
        self._talk = talk
        self._clock = clock
        self._steel = agent.banks[device.bank]
        self._actor = Actor(id="commissioning", name=talk.steel)

    @property
    def is_simulated(self) -> bool:
        return self._steel.draw().simulated

    async def wait_ready(self) -> None:
        """Wait until the bank is read; raise NotSigned if it is not."""
        if not await _until(self._is_ready, _READY_S):
            why = self._steel.draw().why_offline or "it does not answer"
            raise NotSigned(f"{self._device.id}: {why}; try stackroom check --probe")

    async def try_aisles(self) -> list[Outcome]:
        """Open one aisle after the other and have a person say where the gap is."""
        standing = {
            number: segment.steel.open_aisles if segment.steel is not None else ()
            for number, segment in self._steel.segments.items()
        }
        outcomes = []
        for trial in plan_trials(self._bank, standing):
            await self._open(trial)
            outcomes.append(await self._look(trial))
        return outcomes

    async def try_stop(self) -> Observation:
        """Stop a long move and have a person say whether the steel stood still."""
        if not all(s.limits.stops for s in self._steel.segments.values()):
            return Observation(
                asked="stop",
                foretold="this controller takes no stop from here",
                seen="not tried",
                agrees=True,
            )
        number, segment = min(self._steel.segments.items())
        here = segment.steel.open_aisles[:1] if segment.steel is not None else ()
        far = max(range(segment.limits.aisles), key=lambda aisle: abs(aisle - sum(here)))
        await self._ask_until_taken(number, far)
        await self._talk.ask("It moves now. Press Enter to stop it ")
        failure = await self._steel.stop(number)
        await _until(lambda: self._steel.segments[number].drive is None, _OVER_S)
        stood = await self._talk.confirm("Did all columns stand still at once?")
        if failure is not None or not stood:
            why = f" ({failure})" if failure is not None else ""
            raise NotSigned(f"the stop did not stop it{why}; have the installer look at it")
        return Observation(
            asked="stop", foretold="all columns stand", seen="all columns stood", agrees=True
        )

    async def try_interlocks(self) -> list[Observation]:
        """Have every interlock that the controller claims to see tripped and released by hand."""
        seen = next(iter(self._steel.segments.values())).limits.interlocks_seen
        tried = [
            await self._try_interlock(name, act) for name, act in _TRIGGERS.items() if name in seen
        ]
        failed = [o.asked for o in tried if not o.agrees and o.seen != _NOT_TRIED]
        if failed:
            raise NotSigned(f"not noticed: {', '.join(failed)}; have the installer look at it")
        return tried

    async def _try_interlock(self, name: str, act: str) -> Observation:
        foretold = f"{name} unsafe, then safe again"
        answer = await self._talk.ask(f"Please {act}, then press Enter (or type skip) ")
        if answer.strip().lower() == "skip":
            return Observation(asked=act, foretold=foretold, seen=_NOT_TRIED, agrees=False)
        during = await self._settled(name, Check.UNSAFE)
        await self._talk.ask("Now undo that, then press Enter ")
        after = await self._settled(name, Check.SAFE)
        return Observation(
            asked=act,
            foretold=foretold,
            seen=f"{name} {during.value}, then {after.value}",
            agrees=during is Check.UNSAFE and after is Check.SAFE,
        )

    async def _settled(self, name: str, wanted: Check) -> Check:
        """Give the wire a moment to show a change; return what it shows at the end of it."""
        await _until(lambda: self._read(name) is wanted, _NOTICED_S)
        return self._read(name)

    def _read(self, name: str) -> Check:
        """The worst of what all segments show."""
        now_s = self._clock.monotonic()
        shown = {
            finding.check
            for segment in self._steel.segments.values()
            for finding in list_checks(segment, now_s)
            if finding.name == name
        }
        return next((c for c in (Check.UNSAFE, Check.UNKNOWN) if c in shown), Check.SAFE)

    async def _look(self, trial: Trial) -> Outcome:
        segment = self._steel.segments[trial.segment]
        part = segments_of(self._bank)[trial.segment - 1]
        columns = range(1, self._bank.columns + 1)
        question = "Person at the steel: which column stands right before the open aisle"
        column = await self._talk.number(f"{question} (the lower number)?", columns)
        if column is not None:
            seen = part.aisle_beside(column, higher_side=True)
        else:
            after = await self._talk.number("Which column stands right after it?", columns)
            seen = None if after is None else part.aisle_beside(after, higher_side=False)
        said = segment.steel.open_aisles if segment.steel is not None else ()
        return Outcome(trial=trial, said=said, seen=seen)

    async def _open(self, trial: Trial) -> None:
        """Have an aisle opened, and wait until that is over; a refusal is no outcome of a trial."""
        await self._wait_confirmed(trial.segment)
        await self._ask_until_taken(trial.segment, trial.aisle)
        await _until(lambda: self._steel.segments[trial.segment].drive is None, _OVER_S)

    async def _ask_until_taken(self, segment: int, aisle: int) -> None:
        """Ask as often as the two want; raise NotSigned if they give up."""
        while True:
            await self._let_move(segment)
            answer = await self._begin(segment, aisle)
            if answer.status in ("accepted", "started", "done"):
                return
            self._talk.say(f"The room refuses: {answer.code}. Nothing was moved.")
            if not await self._talk.confirm("Ask once more?"):
                raise NotSigned(f"the room refused ({answer.code}) and was not asked again")

    async def _wait_confirmed(self, segment: int) -> None:
        """A fault is confirmed at the bank's page alone, by its rules; here is only the wait."""
        for _ in range(_ASKED_AGAIN):
            phase = self._steel.segments[segment].phase
            if not isinstance(phase, Faulted):
                return
            self._talk.say(f"Segment {segment} stands in a fault: {phase.why}, {phase.raw}.")
            self._talk.say("Look, reset it at the steel if it says so, confirm at the bank's page.")
            await self._talk.ask("Press Enter when that is done ")
        raise NotSigned(f"the fault of segment {segment} was not confirmed; nothing more was moved")

    async def _let_move(self, segment: int) -> None:
        """Have the person at the steel look, and vouch for what nothing sees, before each move."""
        self._talk.say(f"Segment {segment}: the program will open an aisle now.")
        for name in self._list_unseen(segment):
            if not await self._talk.confirm(_VOUCH[name]):
                raise NotSigned(f"{name} is not sure; nothing was moved")
        if not await self._talk.confirm("Person at the steel: is every aisle empty? Move?"):
            raise NotSigned("the person at the steel did not let it move")

    async def _begin(self, segment: int, aisle: int) -> Answer:
        """Ask the room's desk, as a person at the bank would; return its first answer."""
        view = self._steel.draw()
        request = Request(
            id=uuid4().hex,
            verb="open_aisle",
            bank=self._bank.bank,
            segment=segment,
            aisle=aisle,
            actor=self._actor,
            vouched=frozenset(self._list_unseen(segment)),
            ttl_s=_TTL_S,
            saw=Saw(boot_id=view.boot_id, version=view.version),
        )
        return await self._agent.desk.ask_here(request)

    def _is_ready(self) -> bool:
        """Say whether all is read and the controller's heartbeat was seen to count."""
        now_s = self._clock.monotonic()
        segments = self._steel.segments.values()
        return all(
            segment.linked
            and all(
                finding.check is not Check.UNKNOWN
                for finding in list_checks(segment, now_s)
                if finding.name in segment.limits.interlocks_seen
            )
            for segment in segments
        )

    def _list_unseen(self, segment: int) -> list[str]:
        limits = self._steel.segments[segment].limits
        seen = limits.interlocks_seen | limits.covered
        return [name for name in INTERLOCKS if name not in seen]


async def _until(condition: Callable[[], bool], longest_s: float) -> bool:
    """Look again and again until something is so, or it took too long."""
    for _ in range(round(longest_s / _LOOK_S)):
        if condition():
            return True
        await asyncio.sleep(_LOOK_S)
    return condition()
