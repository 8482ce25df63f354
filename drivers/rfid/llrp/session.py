"""The conversation with an LLRP reader: bytes and time in, reads and antenna cycles out. Pure.

The ROSpec has one AISpec per dwell, starts when told and ends after one round; the session then
starts the next. So a reader whose client died goes silent after one round, and the end of each
AISpec tells that its antenna really ran. When the plan names other antennas for the next round, the
ROSpec is replaced in between: only one is ever kept, because many readers hold no more.
Chapters are those of LLRP 1.0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import inf
from typing import Final

from drivers.errors import Garbled, LinkLost, NoReply, Refused
from drivers.ports import Plan
from drivers.readings import AntennaCycle, TagRead
from drivers.rfid.llrp import commands, frames
from drivers.rfid.llrp.frames import Message, MessageType, Notice
from drivers.rfid.llrp.rounds import LastSeen, Rounds, Specs

Reading = TagRead | AntennaCycle

REPLY_S: Final = 3.0
KEEPALIVE_MS: Final = 2000
SILENCE_S: Final = 2.5 * KEEPALIVE_MS / 1000
DWELL_MS: Final = 100
ROSPEC_ID: Final = 1
ALL_ROSPECS: Final = 0


class Phase(Enum):
    """Where the conversation stands; every phase but READY and RUNNING waits for one answer."""

    GREETING = auto()
    ASKING = auto()
    CONFIGURING = auto()
    CONFIGURING_PLAINLY = auto()
    READY = auto()
    CLEARING = auto()
    ADDING = auto()
    ENABLING = auto()
    STARTING = auto()
    RUNNING = auto()
    STOPPING = auto()
    REMOVING = auto()
    LEAVING = auto()
    LEFT = auto()


@dataclass(frozen=True, slots=True)
class _Wait:
    """What ends a phase: an answer, the phase after it, and the phase after a refusal if any."""

    answer: MessageType
    then: Phase
    refused: Phase | None = None


_TRANSITIONS: Final = {
    Phase.ASKING: _Wait(MessageType.GET_READER_CAPABILITIES_RESPONSE, Phase.CONFIGURING),
    Phase.CONFIGURING: _Wait(
        MessageType.SET_READER_CONFIG_RESPONSE, Phase.READY, refused=Phase.CONFIGURING_PLAINLY
    ),
    Phase.CONFIGURING_PLAINLY: _Wait(MessageType.SET_READER_CONFIG_RESPONSE, Phase.READY),
    Phase.CLEARING: _Wait(MessageType.DELETE_ROSPEC_RESPONSE, Phase.ADDING),
    Phase.ADDING: _Wait(MessageType.ADD_ROSPEC_RESPONSE, Phase.ENABLING),
    Phase.ENABLING: _Wait(MessageType.ENABLE_ROSPEC_RESPONSE, Phase.STARTING),
    Phase.STARTING: _Wait(MessageType.START_ROSPEC_RESPONSE, Phase.RUNNING),
    # A round that ended by itself cannot be stopped; what counts is that nothing is left behind.
    Phase.STOPPING: _Wait(MessageType.STOP_ROSPEC_RESPONSE, Phase.REMOVING, refused=Phase.REMOVING),
    Phase.REMOVING: _Wait(MessageType.DELETE_ROSPEC_RESPONSE, Phase.READY),
    Phase.LEAVING: _Wait(MessageType.CLOSE_CONNECTION_RESPONSE, Phase.LEFT, refused=Phase.LEFT),
}

_HEARING: Final = frozenset({Phase.STARTING, Phase.RUNNING})
_REPLACING: Final = frozenset({Phase.CLEARING, Phase.ADDING, Phase.ENABLING})

_ALL_NOTICES: Final = (Notice.ROSPEC, Notice.READER_EXCEPTION, Notice.AISPEC, Notice.ANTENNA)
_PLAIN_NOTICES: Final = (Notice.ROSPEC, Notice.READER_EXCEPTION, Notice.ANTENNA)


class Session:
    """One connection's conversation. Feed it what came and the time; send what it wants sent.

    Raises LinkLost, NoReply or Garbled when the connection must be given up, and Refused when the
    reader will not do what the room file asks of it.
    """

    def __init__(
        self, device: str, antennas: Sequence[int], *, at_s: float, dwell_ms: int = DWELL_MS
    ) -> None:
        self._device = device
        self._antennas = tuple(antennas)
        self._dwell_ms = dwell_ms
        self._plan: Plan | None = None
        self._specs: Specs = ()
        self._capabilities = frames.Capabilities()
        self._decoder = frames.Decoder()
        self._outgoing = bytearray()
        self._last_id = 0
        self._awaited_id = 0
        self._phase = Phase.GREETING
        self._phase_since_s = at_s
        self._heard_at_s = at_s
        self._last_seen = LastSeen()
        self._rounds = Rounds(device, ROSPEC_ID)
        self._rounds_done = 0

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def capabilities(self) -> frames.Capabilities:
        """What the reader said of itself; known from phase CONFIGURING on."""
        return self._capabilities

    @property
    def deadline_s(self) -> float:
        """Say when `tick` will give up if nothing comes."""
        return min(self._phase_deadline_s(), self._silence_deadline_s())

    def take_outgoing(self) -> bytes:
        """Hand out what must be sent now."""
        outgoing = bytes(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def start(self, at_s: float, plan: Plan | None = None) -> None:
        """Switch the field on; phase RUNNING tells that it is. The plan is asked every round."""
        if self._phase is not Phase.READY:
            raise RuntimeError(f"{self._device}: the field is already on, or not yet off")
        self._plan = plan
        self._specs = self._specs_of_next_round()
        self._say(Phase.CLEARING, at_s)

    def stop(self, at_s: float) -> None:
        """Switch the field off; phase READY tells that it is and that no ROSpec is left."""
        self._say(Phase.STOPPING, at_s)

    def leave(self, at_s: float) -> None:
        """Say goodbye; phase LEFT tells that the reader agreed."""
        self._say(Phase.LEAVING, at_s)

    def tick(self, at_s: float) -> None:
        """Give up if the reader has been silent for too long."""
        if at_s >= self._silence_deadline_s():
            raise NoReply(self._device, f"silent for {SILENCE_S:g} s, not even a keepalive")
        if at_s >= self._phase_deadline_s():
            waited_s = at_s - self._phase_since_s
            raise NoReply(self._device, f"no progress for {waited_s:.1f} s while {self._doing}")

    def receive(self, received: bytes, at_s: float) -> list[Reading]:
        """Take the next bytes; return what they tell about tags and antennas."""
        self._decoder.feed(received)
        self._heard_at_s = at_s
        readings: list[Reading] = []
        try:
            while (message := self._decoder.next_message()) is not None:
                readings += self._take(message, at_s)
        except frames.Malformed as error:
            raise Garbled(self._device, f"this is no LLRP: {error}") from error
        return readings

    def _take(self, message: Message, at_s: float) -> list[Reading]:
        match message.type:
            case MessageType.RO_ACCESS_REPORT:
                return self._take_report(message, at_s)
            case MessageType.READER_EVENT_NOTIFICATION:
                return self._take_events(message, at_s)
            case MessageType.KEEPALIVE:
                self._outgoing += commands.keepalive_ack(message.message_id).to_bytes()
            case _:
                self._take_answer(message, at_s)
        return []

    def _take_answer(self, message: Message, at_s: float) -> None:
        """Go on to the next phase if this is the answer we wait for; others are late, drop them."""
        wait = _TRANSITIONS.get(self._phase)
        wanted = wait and message.type in (wait.answer, MessageType.ERROR_MESSAGE)
        if wait is None or not wanted or message.message_id != self._awaited_id:
            return
        status = frames.parse_status(message)
        if status.code or message.type == MessageType.ERROR_MESSAGE:
            self._enter(self._after_refusal(wait, status), at_s)
            return
        if self._phase is Phase.ASKING:
            self._adopt(frames.parse_capabilities(message))
        if message.type == MessageType.SET_READER_CONFIG_RESPONSE:
            self._release_held_reports()
        self._enter(wait.then, at_s)

    def _release_held_reports(self) -> None:
        """Ask for what an earlier client had the reader hold back; not all readers know how."""
        if self._capabilities.can_hold_reports:
            self._last_id += 1
            self._outgoing += commands.enable_events_and_reports(self._last_id).to_bytes()

    def _after_refusal(self, wait: _Wait, status: frames.Status) -> Phase:
        """Say where to go on; a reader that takes no plan gets all its antennas in turn."""
        if wait.refused is not None:
            return wait.refused
        in_turn = self._fitting(self._antennas)
        if self._phase is Phase.ADDING and self._specs != in_turn:
            self._plan = None
            self._specs = in_turn
            return Phase.ADDING
        raise self._refusal(status)

    def _refusal(self, status: frames.Status) -> Refused | LinkLost:
        said = status.text or "no reason given"
        if self._rounds_done:
            return LinkLost(self._device, f"stopped {self._doing}: {said} (llrp.{status.code})")
        return Refused(
            self._device, f"llrp.{status.code}", f"will not go on while {self._doing}: {said}"
        )

    def _adopt(self, capabilities: frames.Capabilities) -> None:
        """Learn what the reader can do; it may have too few antennas."""
        self._capabilities = capabilities
        highest = max(self._antennas)
        if 0 < capabilities.max_antennas < highest:
            raise Refused(
                self._device,
                "antenna_missing",
                f"has {capabilities.max_antennas} antennas, but the room file names "
                f"antenna {highest}; correct the room file",
            )

    def _specs_of_next_round(self) -> Specs:
        asked = self._antennas if self._plan is None else self._plan()
        known = tuple(antenna for antenna in asked if antenna in self._antennas)
        return self._fitting(known or self._antennas)

    def _fitting(self, antennas: tuple[int, ...]) -> Specs:
        """Make one AISpec per dwell; where that is too many fewer dwells, or one for all."""
        most = self._capabilities.max_specs_per_rospec
        if not 0 < most < len(antennas):
            return tuple((antenna,) for antenna in antennas)
        each_once = tuple(dict.fromkeys(antennas))
        return (each_once,) if most < len(each_once) else tuple((a,) for a in each_once)

    def _take_report(self, message: Message, at_s: float) -> list[Reading]:
        readings: list[Reading] = []
        for report in frames.parse_tag_reports(message):
            if report is None:
                self._last_seen = LastSeen()
                continue
            known = self._last_seen = self._last_seen.completed_by(report)
            antenna = self._antenna_of(known)
            if antenna is None or not report.epc or not self._is_hearing:
                continue
            readings.append(
                TagRead(
                    reader_id=self._device,
                    antenna=antenna,
                    epc=report.epc,
                    rssi_dbm=known.rssi_dbm,
                    count=1 if known.count is None else known.count,
                    at_s=at_s,
                    channel=known.channel,
                )
            )
        return readings

    def _antenna_of(self, known: LastSeen) -> int | None:
        if known.antenna is not None:
            return known.antenna
        spec = self._rounds.antennas_of(known.spec_index)
        return spec[0] if len(spec) == 1 else None

    def _take_events(self, message: Message, at_s: float) -> list[Reading]:
        readings: list[Reading] = []
        for event in frames.parse_events(message):
            match event:
                case frames.ConnectionAttempt(status):
                    self._greeted(status, at_s)
                case frames.ConnectionClosing():
                    raise LinkLost(self._device, "the reader closes the connection")
                case _ if self._is_hearing:
                    readings += self._rounds.take(event, at_s)
        if self._phase is Phase.RUNNING and self._rounds.over:
            self._begin_next_round(at_s)
        return readings

    @property
    def _is_hearing(self) -> bool:
        """Between two rounds something of the first may still arrive."""
        between = self._rounds_done > 0 and self._phase in _REPLACING
        return between or self._phase in _HEARING

    def _begin_next_round(self, at_s: float) -> None:
        self._rounds_done += 1
        before, self._specs = self._specs, self._specs_of_next_round()
        self._enter(Phase.STARTING if self._specs == before else Phase.CLEARING, at_s)

    def _greeted(self, status: int, at_s: float) -> None:
        if self._phase is not Phase.GREETING:
            return  # 4: somebody else tried to connect and was sent away
        if status:
            raise LinkLost(
                self._device, f"the reader serves another client (connection attempt {status})"
            )
        self._enter(Phase.ASKING, at_s)

    def _enter(self, phase: Phase, at_s: float) -> None:
        self._phase = phase
        self._phase_since_s = at_s
        command = _COMMANDS.get(phase)
        if command is not None:
            self._last_id += 1
            self._awaited_id = self._last_id
            self._outgoing += command(self, self._last_id).to_bytes()
        match phase:
            case Phase.STARTING:
                self._rounds.begin(self._specs)
            case Phase.STOPPING:
                self._rounds_done = 0
            case Phase.RUNNING if self._rounds.over:
                self._begin_next_round(at_s)

    def _say(self, phase: Phase, at_s: float) -> None:
        """Begin something ourselves; nobody listened until now, so silence counts from here."""
        self._heard_at_s = at_s
        self._enter(phase, at_s)

    def _phase_deadline_s(self) -> float:
        if self._phase in (Phase.READY, Phase.LEFT):
            return inf
        if self._phase is Phase.RUNNING:
            round_s = self._dwell_ms * sum(map(len, self._specs)) / 1000
            return self._phase_since_s + 3 * round_s + 2
        return self._phase_since_s + REPLY_S

    def _silence_deadline_s(self) -> float:
        # Keepalives are only promised once they are configured.
        silent_ok = self._phase in (Phase.GREETING, Phase.ASKING, Phase.CONFIGURING, Phase.LEFT)
        return inf if silent_ok else self._heard_at_s + SILENCE_S

    @property
    def _doing(self) -> str:
        return self._phase.name.lower().replace("_", " ")

    def _configure(self, message_id: int, notices: tuple[Notice, ...]) -> Message:
        return commands.set_reader_config(
            message_id,
            notices=notices,
            keepalive_ms=KEEPALIVE_MS,
            hold=False if self._capabilities.can_hold_reports else None,
        )

    def _add_rospec(self, message_id: int) -> Message:
        return commands.add_rospec(message_id, ROSPEC_ID, self._specs, self._dwell_ms)


_about = commands.about_rospec

_COMMANDS: Final[dict[Phase, Callable[[Session, int], Message]]] = {
    Phase.ASKING: lambda _, i: commands.get_capabilities(i),
    Phase.CONFIGURING: lambda session, i: session._configure(i, _ALL_NOTICES),
    Phase.CONFIGURING_PLAINLY: lambda session, i: session._configure(i, _PLAIN_NOTICES),
    Phase.CLEARING: lambda _, i: _about(MessageType.DELETE_ROSPEC, i, ALL_ROSPECS),
    Phase.ADDING: lambda session, i: session._add_rospec(i),
    Phase.ENABLING: lambda _, i: _about(MessageType.ENABLE_ROSPEC, i, ROSPEC_ID),
    Phase.STARTING: lambda _, i: _about(MessageType.START_ROSPEC, i, ROSPEC_ID),
    Phase.STOPPING: lambda _, i: _about(MessageType.STOP_ROSPEC, i, ROSPEC_ID),
    Phase.REMOVING: lambda _, i: _about(MessageType.DELETE_ROSPEC, i, ALL_ROSPECS),
    Phase.LEAVING: lambda _, i: commands.close_connection(i),
}
