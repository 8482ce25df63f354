"""What is done with an LLRP reader, course by course: opening, rounds, writing, the end. Pure.

The ROSpec has one AISpec per dwell, starts when told and ends after one round; then the next is
started. So a reader whose client died goes silent after one round, and the end of each AISpec tells
that its antenna really ran. When the plan names other antennas for the next round, the ROSpec is
replaced in between: only one is ever kept, because many readers hold no more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from config.readers import LlrpReader
from drivers.errors import LinkLost, Refused
from drivers.ports import Plan, TagWritten, WriteTag
from drivers.readings import AntennaCycle
from drivers.rfid.llrp import access, commands, events, fitting, steps
from drivers.rfid.llrp.capabilities import NO_CONFIG, Capabilities
from drivers.rfid.llrp.events import Status
from drivers.rfid.llrp.frames import MessageType
from drivers.rfid.llrp.rounds import Rounds, Specs
from drivers.rfid.llrp.steps import REPLY_S, Answer, Ask, Script, Step, Tell, Until
from drivers.rfid.llrp.tags import TagReport

ACCESS_MS: Final = 400
"""How long an antenna tries one operation on a tag."""
MOST_TOUCHED: Final = 1024
"""Reports kept of one such round; so many tags stand before no antenna."""
ROSPEC_ID: Final = 1
ACCESS_ROSPEC_ID: Final = 2
ALL: Final = 0


class Phase(Enum):
    """Where the conversation stands."""

    OPENING = auto()
    READY = auto()
    STARTING = auto()
    RUNNING = auto()
    WRITING = auto()
    """A tag is written while no inventory is open."""
    STOPPING = auto()
    LEAVING = auto()
    LEFT = auto()


class Courses:
    """The state of one connection's talk, and the scripts that move it."""

    def __init__(self, settings: LlrpReader) -> None:
        self._settings = settings
        self._device = settings.id
        self._dwell_ms = {a.antenna: settings.dwell_of(a) for a in settings.antennas}
        self._antennas = tuple(self._dwell_ms)
        self._impinj = False
        self._plain = False
        self._rounds_done = 0
        self._touch_over = False
        self._is_writing = False
        self.phase = Phase.OPENING
        self.greeted = False
        self.keeps_alive = False
        self.version = 1
        """Of LLRP, as messages bear it: 1 is 1.0.1, 2 is 1.1."""
        self.capabilities: Capabilities | None = None
        self.config = NO_CONFIG
        self.plan: Plan | None = None
        self.rounds = Rounds(settings.id, ROSPEC_ID)
        self.hearing = False
        """Whether what is heard belongs to an inventory; between two rounds of it too."""
        self.order: WriteTag | None = None
        self.outcome: TagWritten | Refused | None = None
        self.touched: list[TagReport] | None = None
        """What is reported while a tag is written; None at all other times."""

    def take(self, event: events.ReaderEvent, at_s: float) -> list[AntennaCycle]:
        """Take an event of a round; return the cycles that are now certain."""
        match event:
            case events.ConnectionAttempt(status) if not self.greeted:
                steps.greet(self._device, status)
                self.greeted = True  # later ones tell of somebody else who was sent away
            case events.RoSpecChanged(step, rospec_id) if rospec_id == ACCESS_ROSPEC_ID:
                self._touch_over = self._touch_over or step in events.OVER
        if self.hearing or isinstance(event, events.AntennaChanged):
            return self.rounds.take(event, at_s)
        return []

    def touch(self, report: TagReport) -> None:
        """Keep what is reported while a tag is written."""
        if self.touched is not None and len(self.touched) < MOST_TOUCHED:
            self.touched.append(report)

    def introduce(self) -> Script:
        """Take the greeting, learn what the reader can do and who it is; change nothing."""
        yield from self._take_greeting()
        known = yield from steps.ask_capabilities(self._device)
        identity = yield from steps.ask_identity()
        self.capabilities = replace(known, identity=identity)

    def open(self, *, asks_version: bool) -> Script:
        """Take the greeting, learn what the reader can do, and set it up."""
        yield from self._take_greeting()
        if asks_version:
            self.version = max(self.version, (yield from steps.agree()))
        known = self.capabilities = yield from steps.ask_capabilities(self._device)
        yield from fitting.recognise(self._settings)
        powers = fitting.check(self._settings, known)
        if known.is_impinj:
            self._impinj = yield from steps.enable_impinj(self._device)
        self.config = yield from steps.configure(self._settings, known, powers)
        self.rounds.learn(self.config.connected)
        self.keeps_alive = True
        if known.can_hold_reports:
            # What an earlier client had the reader hold back; not all readers know how.
            yield Tell(commands.enable_events_and_reports())
        self.phase = Phase.READY

    def _take_greeting(self) -> Script:
        yield Until(holds=lambda: self.greeted, within_s=REPLY_S, doing="awaiting its greeting")

    def run(self) -> Script:
        """Run round after round for ever, and write a tag between two when one is ordered."""
        self._rounds_done = 0
        specs = self._specs_of_next_round()
        loaded: Specs = ()
        while True:
            if specs != loaded:
                loaded = yield from self._load(specs)
            self.hearing = True
            self.rounds.begin(loaded)
            yield from self._must(_about(MessageType.START_ROSPEC, ROSPEC_ID, "starting"))
            self.phase = Phase.RUNNING
            if not self.rounds.over:
                yield self._round(lambda: self.rounds.over, self._duration_ms(loaded))
            self._rounds_done += 1
            if self.order is not None:
                yield from self._write(self.order)
                loaded = ()
            specs = self._specs_of_next_round()

    def _load(self, specs: Specs) -> Generator[Step, Answer, Specs]:
        """Put a round's ROSpec in place of any other; return its AISpecs.

        A reader that will not take it gets one that asks for less; one that takes no plan gets all
        its antennas in turn from then on.
        """
        yield from self._must(_about(MessageType.DELETE_ROSPEC, ALL, "clearing"))
        in_turn = self._fitting(self._antennas)
        while True:
            answer = yield self._add(ROSPEC_ID, self._dwells(specs))
            if not answer.status.code:
                break
            if not self._rounds_done and not self._plain:
                self._plain = True
            elif specs != in_turn:
                self.plan, specs = None, in_turn
            else:
                raise self._refusal("adding", answer.status)
        yield from self._must(_about(MessageType.ENABLE_ROSPEC, ROSPEC_ID, "enabling"))
        return specs

    def write_alone(self, order: WriteTag) -> Script:
        """Write a tag while no inventory is open."""
        yield from self._write(order)
        self.phase = Phase.READY

    def _write(self, order: WriteTag) -> Script:
        """Write a tag between two rounds, and leave nothing behind."""
        self.touched, self._is_writing = [], True
        try:
            outcome: TagWritten | Refused = yield from self._go_through(order)
        except Refused as refused:
            outcome = refused
        self.touched, self._is_writing = None, False
        yield _about(MessageType.DELETE_ACCESSSPEC, ALL, "removing what wrote")
        yield from self._must(_about(MessageType.DELETE_ROSPEC, ALL, "removing"))
        self.order, self.outcome = None, outcome

    def _go_through(self, order: WriteTag) -> Generator[Step, Answer, TagWritten]:
        yield from self._must(_about(MessageType.DELETE_ROSPEC, ALL, "clearing"))
        self.hearing = False  # what came until now was of the round before
        answer = yield self._add(ACCESS_ROSPEC_ID, [((order.antenna,), ACCESS_MS)])
        if answer.status.code and not self._plain:
            self._plain = True
            answer = yield self._add(ACCESS_ROSPEC_ID, [((order.antenna,), ACCESS_MS)])
        if answer.status.code:
            raise self._refusal("adding a round to write in", answer.status)
        yield from self._must(_about(MessageType.ENABLE_ROSPEC, ACCESS_ROSPEC_ID, "enabling"))
        stages = access.write_tag(self._device, order)
        stage = next(stages)
        while True:
            found = yield from self._run_stage(stage, order.antenna)
            try:
                stage = stages.send(found)
            except StopIteration as done:
                written: TagWritten = done.value
                return written

    def _run_stage(
        self, stage: access.Stage, antenna: int
    ) -> Generator[Step, Answer, list[TagReport]]:
        """Run one operation; what the reader reports of it comes before its last answer."""
        yield from self._must(_about(MessageType.DELETE_ACCESSSPEC, ALL, "clearing"))
        answer = yield Ask(
            message=stage.add_accessspec(antenna),
            answer=MessageType.ADD_ACCESSSPEC_RESPONSE,
            doing="adding an operation on a tag",
        )
        if answer.status.code:
            said = answer.status.text or f"llrp.{answer.status.code}"
            raise Refused(self._device, "not_offered", f"takes no operation on a tag: {said}")
        yield from self._must(
            _about(MessageType.ENABLE_ACCESSSPEC, access.ACCESSSPEC_ID, "enabling")
        )
        found: list[TagReport] = []
        self.touched, self._touch_over = found, False
        yield from self._must(_about(MessageType.START_ROSPEC, ACCESS_ROSPEC_ID, "starting"))
        if not self._touch_over:
            yield self._round(lambda: self._touch_over, ACCESS_MS)
        yield from self._must(_about(MessageType.DELETE_ACCESSSPEC, ALL, "removing"))
        return found

    def stop(self) -> Script:
        """Switch the field off, and leave no ROSpec behind."""
        self.hearing, self.touched, self._rounds_done = False, None, 0
        was_writing, self.order, self._is_writing = self._is_writing, None, False
        # A round that ended by itself cannot be stopped; what counts is that nothing stays behind.
        yield _about(MessageType.STOP_ROSPEC, ROSPEC_ID, "stopping")
        if was_writing:
            yield _about(MessageType.DELETE_ACCESSSPEC, ALL, "removing what wrote")
        yield from self._must(_about(MessageType.DELETE_ROSPEC, ALL, "removing"))
        self.phase = Phase.READY

    def leave(self) -> Script:
        """Say goodbye."""
        yield Ask(
            message=commands.close_connection(),
            answer=MessageType.CLOSE_CONNECTION_RESPONSE,
            doing="leaving",
        )
        self.phase = Phase.LEFT

    def _add(self, rospec_id: int, dwells: list[commands.Dwell]) -> Ask:
        return Ask(
            message=commands.add_rospec(rospec_id, dwells, plain=self._plain, impinj=self._impinj),
            answer=MessageType.ADD_ROSPEC_RESPONSE,
            doing="adding",
        )

    def _round(self, holds: Callable[[], bool], duration_ms: int) -> Until:
        return Until(holds=holds, within_s=3 * duration_ms / 1000 + 2, doing="running")

    def _must(self, ask: Ask) -> Generator[Step, Answer, None]:
        answer = yield ask
        if answer.status.code:
            raise self._refusal(ask.doing, answer.status)

    def _refusal(self, doing: str, status: Status) -> Refused | LinkLost:
        if self._rounds_done and not self._is_writing:
            said = status.text or "no reason given"
            return LinkLost(self._device, f"stopped {doing}: {said} (llrp.{status.code})")
        return steps.refusal(self._device, doing, status)

    def _specs_of_next_round(self) -> Specs:
        asked = self._antennas if self.plan is None else self.plan()
        known = tuple(antenna for antenna in asked if antenna in self._dwell_ms)
        return self._fitting(known or self._antennas)

    def _fitting(self, antennas: tuple[int, ...]) -> Specs:
        """Make one AISpec per dwell; where that is too many fewer dwells, or one for all."""
        most = 0 if self.capabilities is None else self.capabilities.max_specs_per_rospec
        if not 0 < most < len(antennas):
            return tuple((antenna,) for antenna in antennas)
        each_once = tuple(dict.fromkeys(antennas))
        return (each_once,) if most < len(each_once) else tuple((a,) for a in each_once)

    def _dwells(self, specs: Specs) -> list[commands.Dwell]:
        return [(spec, sum(self._dwell_ms[antenna] for antenna in spec)) for spec in specs]

    def _duration_ms(self, specs: Specs) -> int:
        return sum(duration_ms for _, duration_ms in self._dwells(specs))


_ANSWERS: Final = {
    MessageType.DELETE_ROSPEC: MessageType.DELETE_ROSPEC_RESPONSE,
    MessageType.START_ROSPEC: MessageType.START_ROSPEC_RESPONSE,
    MessageType.STOP_ROSPEC: MessageType.STOP_ROSPEC_RESPONSE,
    MessageType.ENABLE_ROSPEC: MessageType.ENABLE_ROSPEC_RESPONSE,
    MessageType.DELETE_ACCESSSPEC: MessageType.DELETE_ACCESSSPEC_RESPONSE,
    MessageType.ENABLE_ACCESSSPEC: MessageType.ENABLE_ACCESSSPEC_RESPONSE,
}


def _about(kind: MessageType, spec_id: int, doing: str) -> Ask:
    return Ask(message=commands.about_spec(kind, spec_id), answer=_ANSWERS[kind], doing=doing)
