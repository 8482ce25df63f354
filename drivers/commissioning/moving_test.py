"""The steps of a moving test at the steel: open, look, stop, trip every interlock by hand.

Whatever moves is asked of the room's desk, as a person at the bank would ask; motion decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from config.clock import Clock
from config.geometry import segments_of
from config.room import Room, Shelving
from config.shelving import Observation
from drivers.commissioning.interlocks import NOT_TRIED, try_interlocks, until
from drivers.commissioning.talk import NotSigned, Talk
from drivers.commissioning.trials import Look, Outcome, Trial, plan_trials
from drivers.messages import Actor, Request, Saw
from drivers.readings import Check
from drivers.room.agent import RoomAgent
from drivers.room.motion import INTERLOCKS, Answer, Faulted, list_checks
from drivers.shelving.connect import out_of_reach

_TTL_S = 9.0
_READY_S = 10.0
_SAID_S = 3.0
_TELLS_SIDES = ("start_not_seen", "end_not_seen", "gap_elsewhere", "moves_elsewhere")
"""How a move may end whose words meant the other side."""
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
_NO_STOP = (
    "This controller takes no stop: what begins goes on to its end, also after Ctrl-C or when this "
    "program ends. Only the emergency stop at the steel ends it sooner."
)
_NO_WATCHDOG = (
    "This controller does not notice when this program dies: then only the emergency stop at the "
    "steel ends what moves. Ctrl-C sends a stop first."
)
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
        self._ends: dict[str, Answer] = {}
        agent.desk.listen(self._hear)
        self._out_of_reach = out_of_reach(device, self._bank)
        self._actor = Actor(id="commissioning", name=talk.steel)

    @property
    def is_simulated(self) -> bool:
        return self._steel.draw().simulated

    async def wait_ready(self) -> None:
        """Wait until the bank is read; raise NotSigned if it is not."""
        if not await until(self._is_ready, _READY_S):
            why = self._steel.draw().why_offline or "it does not answer"
            raise NotSigned(f"{self._device.id}: {why}; try stackroom check --probe")

    async def look_first(self) -> list[Look]:
        """Have a person say where the gaps are before anything moves."""
        looks = []
        for number in self._steel.segments:
            self._talk.say(f"Segment {number}: nothing moves now; only look.")
            seen = await self._look(number)
            await self._settle(number, seen)
            looks.append(Look(segment=number, said=self._said(number), seen=seen))
        return looks

    async def try_aisles(self) -> list[Outcome]:
        """Open one aisle after the other and have a person say where the gap is.

        Ends with the first that is not where it was asked for.
        """
        standing = {number: self._said(number) for number in self._steel.segments}
        outcomes: list[Outcome] = []
        for trial in plan_trials(self._bank, standing, self._out_of_reach):
            number = trial.segment
            stood = self._said(number)
            await self._open(trial)
            seen = await self._look(number)
            await self._settle(number, seen)
            outcome = Outcome(trial=trial, stood=stood, said=self._said(number), seen=seen)
            outcomes.append(outcome)
            if not outcome.agrees:
                break
        return outcomes

    def tell_out_of_reach(self) -> list[Observation]:
        """Write down which aisles could not be tried, because the driver cannot open them."""
        return [
            Observation(
                asked=f"segment {number}: open aisle {aisle}",
                foretold="it opens only when all columns close, which moves the other segment too",
                seen=NOT_TRIED,
                agrees=True,
            )
            for number, aisle in self._out_of_reach.items()
        ]

    async def try_stop(self) -> Observation:
        """Stop a long move and have a person say whether the steel stood still."""
        if not all(s.limits.stops for s in self._steel.segments.values()):
            return Observation(
                asked="stop",
                foretold="this controller takes no stop from here",
                seen=NOT_TRIED,
                agrees=True,
            )
        number, segment = min(self._steel.segments.items())
        here = self._said(number)
        others = set(range(segment.limits.aisles)) - {*here, self._out_of_reach.get(number)}
        far = max(others, key=lambda aisle: min((abs(aisle - at) for at in here), default=aisle))
        await self._ask_until_taken(number, far)
        if not await until(lambda: self._moves_or_ended(number), _READY_S) or (
            self._steel.segments[number].drive is None
        ):
            raise NotSigned("the move that was to be stopped did not begin; ask the installer")
        await self._talk.ask("It moves now. Press Enter to stop it ")
        failure = await self._steel.stop(number)
        await until(lambda: self._steel.segments[number].drive is None, _OVER_S)
        stood = await self._talk.confirm("Did all columns stand still at once?")
        if failure is not None or not stood:
            why = f" ({failure})" if failure is not None else ""
            raise NotSigned(f"the stop did not stop it{why}; have the installer look at it")
        return Observation(
            asked="stop", foretold="all columns stand", seen="all columns stood", agrees=True
        )

    async def try_interlocks(self) -> list[Observation]:
        """Have every interlock tripped and released that is seen, by whomever."""
        return await try_interlocks(self._steel, self._talk, self._clock)

    async def _look(self, number: int) -> tuple[int, ...]:
        """Have the person at the steel name the columns beside each open aisle."""
        gaps = min(self._bank.gaps, self._steel.segments[number].limits.aisles)
        seen = [await self._look_at(number, gap, gaps) for gap in range(1, gaps + 1)]
        return tuple(sorted({aisle for aisle in seen if aisle is not None}))

    async def _look_at(self, number: int, gap: int, gaps: int) -> int | None:
        part = segments_of(self._bank)[number - 1]
        columns = range(1, self._bank.columns + 1)
        which = "the open aisle" if gaps == 1 else f"open aisle {gap} of {gaps}, from column 1 on"
        question = f"Person at the steel: segment {number}, which column stands right before"
        column = await self._talk.number(f"{question} {which} (the lower number)?", columns)
        if column is not None:
            return part.aisle_beside(column, higher_side=True)
        after = await self._talk.number("Which column stands right after it?", columns)
        return None if after is None else part.aisle_beside(after, higher_side=False)

    def _said(self, number: int) -> tuple[int, ...]:
        steel = self._steel.segments[number].steel
        return () if steel is None else steel.open_aisles

    async def _settle(self, number: int, seen: tuple[int, ...]) -> None:
        """Give the wire a moment to tell what a person saw."""
        await until(lambda: set(self._said(number)) == set(seen), _SAID_S)

    def _moves_or_ended(self, number: int) -> bool:
        drive = self._steel.segments[number].drive
        return drive is None or drive.started_at_s is not None

    async def _open(self, trial: Trial) -> None:
        """Have an aisle opened, and wait until that is over.

        A refusal, a trip or a lost link is no outcome of a trial: it is asked once more.
        """
        while True:
            await self._wait_confirmed(trial.segment)
            request_id = await self._ask_until_taken(trial.segment, trial.aisle)
            end = await self._end_of(request_id)
            if end is None or end.status == "done" or end.code in _TELLS_SIDES:
                return
            await self._ask_again(end)

    async def _ask_until_taken(self, segment: int, aisle: int) -> str:
        """Ask as often as the two want; return the id. Raises NotSigned if they give up."""
        while True:
            await self._let_move(segment)
            request_id, answer = await self._begin(segment, aisle)
            if answer.status in ("accepted", "started", "done"):
                return request_id
            await self._ask_again(answer)

    async def _ask_again(self, answer: Answer) -> None:
        if answer.status == "failed":
            self._talk.say(f"It did not end as asked: {answer.code}. Look where the columns stand.")
        else:
            self._talk.say(f"The room refuses: {answer.code}. Nothing was moved.")
        if not await self._talk.confirm("Ask once more?"):
            raise NotSigned(f"the room said {answer.code} and was not asked again")

    async def _end_of(self, request_id: str) -> Answer | None:
        await until(lambda: request_id in self._ends, _OVER_S)
        return self._ends.get(request_id)

    def _hear(self, answer: Answer) -> None:
        if answer.status not in ("armed", "accepted", "started"):
            self._ends[answer.request_id] = answer

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
        limits = self._steel.segments[segment].limits
        if not limits.stops:
            self._talk.say(_NO_STOP)
        elif "heartbeat" not in limits.interlocks_seen:
            self._talk.say(_NO_WATCHDOG)
        for name in self._list_unseen(segment):
            if not await self._talk.confirm(_VOUCH[name]):
                raise NotSigned(f"{name} is not sure; nothing was moved")
        if not await self._talk.confirm("Person at the steel: is every aisle empty? Move?"):
            raise NotSigned("the person at the steel did not let it move")

    async def _begin(self, segment: int, aisle: int) -> tuple[str, Answer]:
        """Ask the room's desk, as a person at the bank would; return the id and first answer."""
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
        return request.id, await self._agent.desk.ask_here(request)

    def _is_ready(self) -> bool:
        """Say whether all is read and the controller's heartbeat was seen to count."""
        now_s = self._clock.monotonic()
        segments = self._steel.segments.values()
        return all(
            segment.linked
            and all(
                finding.check is not Check.UNKNOWN
                for finding in list_checks(segment, now_s)
                if finding.name in segment.limits.interlocks_seen | segment.limits.covered
            )
            for segment in segments
        )

    def _list_unseen(self, segment: int) -> list[str]:
        limits = self._steel.segments[segment].limits
        seen = limits.interlocks_seen | limits.covered
        return [name for name in INTERLOCKS if name not in seen]
