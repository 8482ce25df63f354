"""Modbus RTU on the slave's side of a serial line (Modbus over Serial Line 1.02, section 2.5.1)."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable

from simulators.faults import Fate, Faults

TURNAROUND_S = 0.005
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
    """A pty whose other end hardware would be on; units answer, or all are silent."""

    def __init__(self, wire: str, faults: Faults, answer: Answer, *, baud: int) -> None:
        self.wire = wire
        self._faults = faults
        self._answer = answer
        self._byte_s = 11 / baud
        self._closed = False
        self._heard = bytearray()
        self._silence: asyncio.TimerHandle | None = None
        self._replies: set[asyncio.TimerHandle] = set()
        # The slave's end stays open here, so that the line lives on when a client lets go of it.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        faults.add_wire(wire)

    async def run(self) -> None:
        """Answer until cancelled, then give the line back."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._master, self._hear)
        try:
            await asyncio.Event().wait()
        finally:
            loop.remove_reader(self._master)
            for timer in (*self._replies, *([self._silence] if self._silence else ())):
                timer.cancel()
            self.close()

    def close(self) -> None:
        """Give the line back."""
        if not self._closed:
            self._closed = True
            os.close(self._master)
            os.close(self._slave)

    def _hear(self) -> None:
        try:
            self._heard += os.read(self._master, 4096)
        except BlockingIOError:
            return
        if self._silence is not None:
            self._silence.cancel()
        self._silence = asyncio.get_running_loop().call_later(_SILENCE_S, self._heard.clear)
        while (size := request_size(self._heard)) is not None and len(self._heard) >= size:
            frame = bytes(self._heard[:size])
            if size <= _LONGEST_FRAME and frame[-2:] == crc16(frame[:-2]):
                del self._heard[:size]
                self._obey(frame[0], frame[1:-2])
            else:
                del self._heard[:1]

    def _obey(self, unit: int, pdu: bytes) -> None:
        fate = self._faults.draw(self.wire)
        if fate.cut or fate.stall:
            return
        said = self._answer(unit, pdu)
        if said is None or fate.mute:
            return
        self._reply(bytes((unit,)) + said, fate)

    def _reply(self, body: bytes, fate: Fate) -> None:
        frame = body + crc16(body)
        if fate.garble:
            frame = self._faults.garble(frame)
        wait_s = TURNAROUND_S + len(frame) * self._byte_s + fate.delay_s
        loop = asyncio.get_running_loop()

        def send() -> None:
            self._replies.discard(timer)
            try:
                os.write(self._master, frame)
            except BlockingIOError:
                # Nobody reads the line: what does not fit is lost, as on a real one.
                pass

        timer = loop.call_later(wait_s, send)
        self._replies.add(timer)
