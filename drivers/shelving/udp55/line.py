"""One question at a time to a bridge, and nothing but its own answer taken for the answer.

Answers bear a command and a column but no number. So after a question that stayed unanswered the
line keeps quiet until the late answer has come or can no longer, and the answer is thrown away.
A duplicate that the network holds back until the same question is asked again cannot be told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock
from config.room import Udp55Shelving
from drivers.errors import LinkLost, NoReply
from drivers.shelving.turns import Turns, Urgency
from drivers.shelving.udp55.frames import Decoder, Frame
from drivers.streams.datagrams import Datagrams

LONGEST_DATAGRAM = 2048
"""What the public client makes room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait; the public client waits 3 s for an answer."""

    reply_s: float = 3.0
    quiet_s: float = 1.0
    """After an unanswered question, for the late answer."""


@dataclass(slots=True)
class _Question:
    """What is on its way, and which frame answers it."""

    fits: Callable[[Frame], bool]
    answer: asyncio.Future[Frame] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Line:
    """The conversation with one zone of a bridge; `on_frame` is told every frame of the zone."""

    def __init__(
        self,
        device: Udp55Shelving,
        clock: Clock,
        timing: Timing,
        on_frame: Callable[[Frame, float], None],
    ) -> None:
        self._device = device.id
        self._zone = device.zone
        self._clock = clock
        self._timing = timing
        self._on_frame = on_frame
        self._decoder = Decoder()
        self._turns = Turns()
        self._asked: _Question | None = None
        self._owed: _Question | None = None
        self._quiet_until_s = 0.0
        self._datagrams: Datagrams | None = None

    def use(self, datagrams: Datagrams) -> None:
        """Send over this from now on."""
        self._datagrams = datagrams

    def hear(self, datagram: bytes) -> None:
        """Take what arrived: an answer to what was asked, a late one, or a push."""
        for frame in self._decoder.feed(datagram[:LONGEST_DATAGRAM]):
            if frame.zone != self._zone:
                continue
            for question in (self._asked, self._owed):
                if question is not None and not question.answer.done() and question.fits(frame):
                    question.answer.set_result(frame)
            self._on_frame(frame, self._clock.monotonic())

    def lose(self, error: OSError) -> None:
        """Take the system's word that nobody listens over there."""
        if self._asked is not None and not self._asked.answer.done():
            lost = LinkLost(self._device, f"the bridge is away: {error}")
            self._asked.answer.set_exception(lost)

    async def ask(
        self,
        request: Frame,
        fits: Callable[[Frame], bool],
        urgency: Urgency,
        before_sending: Callable[[], None] = lambda: None,
    ) -> Frame:
        """Send a frame once and wait for the one that answers it; raise LinkLost.

        `before_sending` is called when nothing can hold up the frame any more, and may raise.
        """
        async with self._turns.turn(urgency):
            await self._keep_quiet()
            before_sending()
            question = self._asked = _Question(fits)
            try:
                self._send(request)
                async with asyncio.timeout(self._timing.reply_s):
                    return await question.answer
            except TimeoutError:
                asked = f"command 0x{request.command:02X} column {request.column}"
                raise NoReply(self._device, f"no answer to {asked}") from None
            finally:
                self._asked = None
                if not _is_answered(question):
                    self._owe(fits)

    def _owe(self, fits: Callable[[Frame], bool]) -> None:
        """Note that an answer may still come, which must not count as the next one's."""
        self._owed = _Question(fits)
        self._quiet_until_s = self._clock.monotonic() + self._timing.quiet_s

    async def _keep_quiet(self) -> None:
        if self._owed is None:
            return
        left_s = self._quiet_until_s - self._clock.monotonic()
        try:
            async with asyncio.timeout(max(left_s, 0.0)):
                await self._owed.answer
        except TimeoutError:
            pass
        self._owed = None

    def _send(self, request: Frame) -> None:
        if self._datagrams is None:
            raise LinkLost(self._device, "nothing is open to send over")
        try:
            self._datagrams.send(request.to_bytes())
        except OSError as error:
            raise LinkLost(self._device, f"cannot send: {error}") from error


def _is_answered(question: _Question) -> bool:
    """Say whether its frame came; the system's word that the bridge is away is none."""
    answer = question.answer
    return answer.done() and not answer.cancelled() and answer.exception() is None
