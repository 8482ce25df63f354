"""Modbus RTU on the slave's side of a serial line, at the speed of the line.

A pty hands over bytes at once; here they take the time that they would take on the wire (see
pacing.py): a request is seen when its last byte has arrived and the silence behind it has passed,
the unit thinks for its turnaround, and its reply comes byte by byte.
Source: Modbus over Serial Line 1.02, section 2.5.1.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable

from config.room import SerialAddress
from simulators.faults import Fate, Faults
from simulators.wire.pacing import LineBook, Talk, pace_of

TURNAROUND_S = 0.010
_HANDED_OVER_EVERY_S = 0.001
"""As an adapter does, several bytes of a fast line are handed over together."""
_SILENCE_S = 0.05
_LONGEST_FRAME = 256

Answer = Callable[[int, bytes], bytes | None]
"""What the units on a line say to a unit id and a PDU; `None` is silence."""


def crc16(frame: bytes) -> bytes:
    """Compute the check of a frame, low byte first (polynomial 0xA001, preset 0xFFFF)."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def request_size(frame: bytes | bytearray) -> int | None:
    """Say how long the request that begins here is; `None` until its length is known."""
    if len(frame) < 2:
        return None
    if frame[1] != 0x10:
        return 8
    return None if len(frame) < 7 else 9 + frame[6]


class RtuLine:
    """A pty whose other end hardware would be on; units answer, or all are silent.

    `at` becomes the address under which it can be opened; `signs` says under which id a unit
    answers, which is its own unless it is broken.
    """

    def __init__(
        self,
        wire: str,
        faults: Faults,
        answer: Answer,
        *,
        at: SerialAddress,
        turnaround_s: float = TURNAROUND_S,
        signs: Callable[[int], int] = int,
    ) -> None:
        self.wire = wire
        self._faults = faults
        self._answer = answer
        self._signs = signs
        self._turnaround_s = turnaround_s
        self._closed = False
        self._heard = bytearray()
        self._talk: Talk | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        # The slave's end stays open here, so that the line lives on when a client lets go of it.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.at = _on_pty(at, os.ttyname(self._slave))
        self.book = LineBook(pace_of(self.at))
        faults.add_wire(wire)

    async def run(self) -> None:
        """Answer until cancelled, then give the line back."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._master, self._hear)
        try:
            await asyncio.Event().wait()
        finally:
            loop.remove_reader(self._master)
            for timer in (*self._timers, *([self._silence] if self._silence else ())):
                timer.cancel()
            self.close()

    def close(self) -> None:
        """Give the line back."""
        if not self._closed:
            self._closed = True
            os.close(self._master)
            os.close(self._slave)

    def _hear(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        try:
            came = os.read(self._master, 4096)
        except BlockingIOError:
            return
        if self._talk is not None:
            # The master talks into a reply: neither is understood.
            self._talk = None
            self.book.collide(now_s)
            return
        self.book.hear(len(came), now_s, begins=not self._heard)
        self._heard += came
        if self._silence is not None:
            self._silence.cancel()
        self._silence = loop.call_later(_SILENCE_S, self._heard.clear)
        while (size := request_size(self._heard)) is not None and len(self._heard) >= size:
            frame = bytes(self._heard[:size])
            if size <= _LONGEST_FRAME and frame[-2:] == crc16(frame[:-2]):
                del self._heard[:size]
                self._note_request(frame)
            else:
                del self._heard[:1]

    def _note_request(self, frame: bytes) -> None:
        """Let the units see a request once the silence behind its last byte has passed."""
        self.book.note_request(frame[1])
        seen_at_s = self.book.free_at_s + self.book.pace.gap_s
        self._at(seen_at_s, lambda: self._obey(frame[0], frame[1:-2], seen_at_s))

    def _obey(self, unit: int, pdu: bytes, seen_at_s: float) -> None:
        fate = self._faults.draw(self.wire)
        if fate.cut or fate.stall:
            return
        said = self._answer(unit, pdu)
        if said is None or fate.mute:
            return
        self._reply(
            bytes((self._signs(unit),)) + said, fate, seen_at_s + self._turnaround_s + fate.delay_s
        )

    def _reply(self, body: bytes, fate: Fate, begins_at_s: float) -> None:
        frame = body + crc16(body)
        if fate.garble:
            frame = self._faults.garble(frame)
        self._at(begins_at_s, lambda: self._begin(frame, begins_at_s))

    def _begin(self, frame: bytes, begins_at_s: float) -> None:
        if self._talk is not None or self.book.free_at_s > begins_at_s:
            # Two talk at once: of a reply that comes so late nothing can be understood.
            self.book.collide(begins_at_s)
            return
        self._talk = Talk(frame, begins_at_s, self.book.pace.character_s)
        self._go_on(self._talk)

    def _go_on(self, talk: Talk) -> None:
        """Hand over what has arrived, and come again for the rest."""
        if talk is not self._talk:
            return
        # Read before the bytes go: whoever is waiting for them may run first from then on.
        now_s = asyncio.get_running_loop().time()
        self._write(talk.take_arrived(now_s))
        next_at_s = talk.next_at_s(_HANDED_OVER_EVERY_S)
        if next_at_s is not None:
            self._at(next_at_s, lambda: self._go_on(talk))
            return
        self._talk = None
        self.book.say(len(talk.frame), began_at_s=talk.begins_at_s, ended_at_s=now_s)

    def _write(self, piece: bytes) -> None:
        try:
            if piece:
                os.write(self._master, piece)
        except BlockingIOError:
            # Nobody reads the line: what does not fit is lost, as on a real one.
            pass

    def _at(self, when_s: float, act: Callable[[], None]) -> None:
        def come() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_at(when_s, come)
        self._timers.add(timer)


def _on_pty(at: SerialAddress, path: str) -> SerialAddress:
    """Return the settings that a pty can have: it knows no parity, so a stop bit takes its time."""
    stop_bits = at.stop_bits if at.parity == "N" else 2
    return at.model_copy(update={"path": path, "parity": "N", "stop_bits": stop_bits})
