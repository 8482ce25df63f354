"""The conversation with an LLRP reader: bytes and time in, what is heard and commands out. Pure.

It cuts messages, numbers questions, keeps deadlines and counts what it had to skip; what is asked
when is told by courses.py. Chapters are those of LLRP 1.0.1.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from types import MappingProxyType
from typing import Final

from config.readers import LlrpReader
from drivers.errors import Garbled, NoReply, Refused
from drivers.ports import Plan, TagWritten, WriteTag
from drivers.readings import AntennaHealth, Heard, ReaderHealth
from drivers.rfid.llrp import commands, events, frames, steps
from drivers.rfid.llrp.asides import Asides
from drivers.rfid.llrp.capabilities import Capabilities
from drivers.rfid.llrp.courses import Courses, Phase
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.events import Status
from drivers.rfid.llrp.frames import Message, MessageType, Skipped
from drivers.rfid.llrp.repeats import Repeats
from drivers.rfid.llrp.steps import REPLY_S, Answer, Ask, Script, Step, Tell, Until
from drivers.rfid.llrp.tally import Tally
from drivers.rfid.llrp.unasked import Unasked

DOUBT_S: Final = 1.0
"""A message that has not come whole by then may be none."""
ASTRAY_S: Final = 10.0
"""After so long without any message the connection is given up, whatever comes."""
SILENT_PERIODS: Final = 2.5
"""After so many keepalive periods without a byte the link is dead."""


class Session:
    """One connection's conversation. Feed it what came and the time; send what it wants sent.

    Raises LinkLost, NoReply or Garbled when the connection must be given up, and Refused when the
    reader will not do what the room file asks of it. One that `introduces` only asks what the
    reader can do and who it is.
    """

    def __init__(
        self,
        settings: LlrpReader,
        *,
        at_s: float,
        asks_version: bool = True,
        introduces: bool = False,
    ) -> None:
        self._settings = settings
        self._device = settings.id
        self._courses = Courses(settings)
        self._tally = Tally()
        self._unasked = Unasked(settings.id, self._courses, self._tally)
        self._repeats = Repeats()
        self.asides = Asides()
        self._decoder = Decoder()
        self._outgoing = bytearray()
        self._waits_since_s: float | None = None
        self._last_id = 0
        self._awaited_id = self._abandoned_id = 0
        self._heard_at_s = self._now_s = self._since_s = at_s
        self._step: Step | None = None
        self._script: Script = (
            self._courses.introduce()
            if introduces
            else self._courses.open(asks_version=asks_version)
        )
        self._go_on(None)

    @property
    def phase(self) -> Phase:
        return self._courses.phase

    @property
    def capabilities(self) -> Capabilities | None:
        """What the reader said of itself; None until it did."""
        return self._courses.capabilities

    @property
    def doing(self) -> str:
        """Say what is being waited for, in words."""
        return self._step.doing if isinstance(self._step, Ask | Until) else "idle"

    @property
    def is_writing(self) -> bool:
        return self._courses.order is not None

    @property
    def deadline_s(self) -> float:
        """Say when `tick` will do something if nothing comes."""
        return min(self._step_deadline_s(), self._silence_deadline_s(), self.asides.deadline_s)

    def health(self) -> ReaderHealth:
        """Say what is known of the reader, and what went wrong on this connection."""
        known = self.capabilities or Capabilities()
        connected = self._courses.rounds.connected
        return ReaderHealth(
            model=known.name,
            firmware=known.firmware or None,
            region=known.region,
            garbled=self._tally.garbled,
            skipped_bytes=self._tally.skipped_bytes,
            repeated=self._tally.repeated,
            clock_jumps=self._unasked.clock_jumps,
            last_error=self._tally.last_error,
            antennas=MappingProxyType(
                {
                    antenna.antenna: AntennaHealth(connected=connected.get(antenna.antenna))
                    for antenna in self._settings.antennas
                }
            ),
        )

    def take_outgoing(self) -> bytes:
        """Hand out what must be sent now."""
        outgoing = bytes(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def start(self, at_s: float, plan: Plan | None = None) -> None:
        """Switch the field on; phase RUNNING tells that it is. The plan is asked every round."""
        if self.phase is not Phase.READY:
            raise RuntimeError(f"{self._device}: the field is already on, or not yet off")
        self._courses.plan = plan
        self._begin(Phase.STARTING, self._courses.run(), at_s)

    def stop(self, at_s: float) -> None:
        """Switch the field off; phase READY tells that it is and that no ROSpec is left."""
        self._begin(Phase.STOPPING, self._courses.stop(), at_s)

    def leave(self, at_s: float) -> None:
        """Say goodbye; phase LEFT tells that the reader agreed."""
        self._begin(Phase.LEAVING, self._courses.leave(), at_s)

    def write(self, order: WriteTag, at_s: float) -> None:
        """Write a tag, at once or when the round is over; `take_outcome` tells what came of it."""
        courses, known = self._courses, self.capabilities
        if courses.order is not None or self.phase not in (Phase.READY, Phase.RUNNING):
            raise RuntimeError(f"{self._device}: no tag can be written while {self.doing}")
        if all(antenna.antenna != order.antenna for antenna in self._settings.antennas):
            raise Refused(self._device, "not_offered", f"has no antenna {order.antenna}")
        if known is not None and known.max_access_specs == 0:
            raise Refused(self._device, "not_offered", "this reader writes no tags")
        courses.order, courses.outcome = order, None
        if self.phase is Phase.READY:
            self._begin(Phase.WRITING, courses.write_alone(order), at_s)

    def take_outcome(self) -> TagWritten | Refused | None:
        """Hand out what came of the last write, once; None while it goes on."""
        outcome, self._courses.outcome = self._courses.outcome, None
        return outcome

    def set_output(self, number: int, on: bool, at_s: float) -> int:
        """Switch an output; return the number under which `asides` has the answer."""
        outputs = 0 if self.capabilities is None else self.capabilities.outputs
        if not 1 <= number <= outputs:
            raise Refused(
                self._device, "not_offered", f"has {outputs} outputs, and none is number {number}"
            )
        self._post(commands.set_output(number, on))
        self.asides.ask(self._last_id, at_s)
        return self._last_id

    def tick(self, at_s: float) -> None:
        """Give up if the reader has been silent for too long."""
        self._now_s = at_s
        if at_s >= self._silence_deadline_s():
            silent_s = SILENT_PERIODS * self._settings.keepalive_s
            raise NoReply(self._device, f"silent for {silent_s:g} s, not even a keepalive")
        if at_s >= self.asides.deadline_s:
            raise NoReply(self._device, f"did not answer within {REPLY_S:g} s")
        if at_s < self._step_deadline_s():
            return
        if isinstance(self._step, Ask) and self._step.is_foreign:
            self._go_on(Answer(steps.SILENT, self._step.message))
            return
        waited_s = at_s - self._since_s
        if self._decoder.why_lost is not None:
            raise Garbled(self._device, f"this is no LLRP: {self._decoder.why_lost}")
        raise NoReply(self._device, f"no progress for {waited_s:.1f} s while {self.doing}")

    def receive(self, received: bytes, at_s: float) -> list[Heard]:
        """Take the next bytes; return what they tell about tags, antennas and inputs."""
        decoder, waited_s = self._decoder, self._waited_s(at_s)
        if waited_s >= DOUBT_S:
            decoder.doubt()
        decoder.feed(received)
        self._heard_at_s = self._now_s = at_s
        heard: list[Heard] = []
        is_taken = False
        try:
            while (message := decoder.next_message()) is not None:
                is_taken = True
                if decoder.has_skipped:
                    self._skip_stray()
                heard += self._take(message)
        except frames.Malformed as error:
            raise Garbled(self._device, f"this is no LLRP: {error}") from error
        if decoder.has_skipped:
            self._skip_stray()
        if not decoder.is_waiting:
            self._waits_since_s = None
        elif is_taken or self._waits_since_s is None:
            self._waits_since_s = at_s
        elif waited_s >= ASTRAY_S:
            raise Garbled(self._device, f"this is no LLRP: no message in {waited_s:.0f} s")
        return heard

    def _waited_s(self, at_s: float) -> float:
        """Say for how long a message has begun and not ended, or none was found."""
        return 0.0 if self._waits_since_s is None else at_s - self._waits_since_s

    def _skip_stray(self) -> None:
        """Count what stood between messages; what a report leaves out is not filled in over it."""
        for skipped in self._decoder.take_skipped():
            self._tally.skip(skipped)
        self._unasked.forget()

    def _take(self, message: Message) -> list[Heard]:
        if self._repeats.is_repeat(message):
            self._tally.repeat("it says its reports or events twice")
            return []
        match message.type:
            case MessageType.RO_ACCESS_REPORT:
                return self._unasked.take_report(message, self._now_s)
            case MessageType.READER_EVENT_NOTIFICATION:
                heard = self._unasked.take_events(message, self._now_s)
                if isinstance(self._step, Until) and self._step.holds():
                    self._go_on(None)
                return heard
            case MessageType.KEEPALIVE:
                self._send(commands.keepalive_ack(message.message_id))
            case _:
                self._take_answer(message)
        return []

    def _take_answer(self, message: Message) -> None:
        """Go on if this is the answer we wait for; count and drop every other."""
        ask = self._step if isinstance(self._step, Ask) else None
        is_error = message.type == MessageType.ERROR_MESSAGE
        is_ours = message.message_id == self._awaited_id
        if self.asides.is_answer(message):
            status = self._parse_status(message, 0)
            if status is not None:
                self.asides.answer(message.message_id, status)
        elif ask is not None and (
            (is_error and (is_ours or ask.is_foreign)) or (is_ours and ask.is_answered_by(message))
        ):
            status = self._parse_status(message, 0 if is_error else ask.status_at)
            if status is not None:
                # An ERROR_MESSAGE is no yes, whatever its code.
                code = status.code or (-1 if is_error else 0)
                self._go_on(Answer(Status(code, status.text), message))
        elif message.message_id != self._abandoned_id:
            self._tally.repeat(f"an answer to no question, message {message.type}")

    def _parse_status(self, message: Message, start: int) -> Status | None:
        try:
            return events.parse_status(message, start)
        except frames.Malformed as error:
            self._tally.skip(Skipped(len(message.body), f"message {message.type}: {error}"))
            return None

    def _begin(self, phase: Phase, script: Script, at_s: float) -> None:
        """Begin something ourselves; nobody listened until now, so silence counts from here."""
        self._heard_at_s = self._now_s = at_s
        self._abandoned_id = self._awaited_id if isinstance(self._step, Ask) else 0
        self._courses.phase, self._script = phase, script
        self._go_on(None)

    def _go_on(self, answer: Answer | None) -> None:
        """Run the script to its next step."""
        try:
            step = self._script.send(answer)
            while isinstance(step, Tell):
                self._post(step.message)
                step = self._script.send(None)
        except StopIteration:
            step = None
        except frames.Malformed as error:
            raise Garbled(
                self._device, f"what it says of itself cannot be read: {error}"
            ) from error
        self._step, self._since_s = step, self._now_s
        if isinstance(step, Ask):
            self._post(step.message)
            self._awaited_id = self._last_id

    def _post(self, message: Message) -> None:
        self._last_id += 1
        self._send(replace(message, message_id=self._last_id))

    def _send(self, message: Message) -> None:
        version = max(self._courses.version, message.version)
        self._outgoing += replace(message, version=version).to_bytes()

    def _step_deadline_s(self) -> float:
        match self._step:
            case Ask():
                return self._since_s + REPLY_S
            case Until(within_s=within_s):
                return self._since_s + within_s
        return inf

    def _silence_deadline_s(self) -> float:
        # Keepalives are only promised once they are configured.
        if not self._courses.keeps_alive or self.phase is Phase.LEFT:
            return inf
        return self._heard_at_s + SILENT_PERIODS * self._settings.keepalive_s
