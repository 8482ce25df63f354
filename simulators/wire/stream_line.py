"""A serial line with one device that speaks whenever it likes, as RFID readers do, at line speed.

Lines of Modbus units are another matter (rtu.py): there the master alone begins to talk.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tty
from collections.abc import Awaitable, Callable
from typing import Protocol

from config.room import SerialAddress
from simulators.faults import FaultKind, Faults
from simulators.wire.pacing import pace_of
from simulators.wire.tcp import TcpCable

_HEARD_AT_ONCE = 4096

Send = Callable[[bytes], Awaitable[None]]


class Talk(Protocol):
    """A device on a stream: hears what comes and says what it likes while the wire stands."""

    def __call__(self, heard: asyncio.StreamReader, send: Send, /) -> Awaitable[None]: ...


class StreamLine:
    """A pty whose other end the device would be on; `at` becomes the address to open."""

    def __init__(self, wire: str, faults: Faults, talk: Talk, *, at: SerialAddress) -> None:
        self.wire = wire
        self._faults = faults
        self._talk = talk
        self._closed = False
        self._heard: asyncio.StreamReader | None = None
        self._character_s = pace_of(at).character_s
        # The slave's end stays open here, so that the line lives on when a client lets go of it.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.at = at.model_copy(update={"path": os.ttyname(self._slave), "parity": "N"})
        faults.add_wire(wire)

    async def run(self) -> None:
        """Let the device talk until cancelled, then give the line back."""
        loop = asyncio.get_running_loop()
        heard = self._heard = asyncio.StreamReader()
        loop.add_reader(self._master, self._hear)
        try:
            await self._talk(heard, self._send)
        finally:
            loop.remove_reader(self._master)
            self.close()

    def close(self) -> None:
        """Give the line back."""
        if not self._closed:
            self._closed = True
            os.close(self._master)
            os.close(self._slave)

    def _hear(self) -> None:
        try:
            came = os.read(self._master, _HEARD_AT_ONCE)
        except BlockingIOError:
            return
        if self._heard is not None and not self._faults.is_certain(self.wire, FaultKind.CUT):
            self._heard.feed_data(came)

    async def _send(self, frame: bytes) -> None:
        said = await befall(self._faults, self.wire, frame)
        if said is None:
            return
        await asyncio.sleep(len(said) * self._character_s)
        try:
            os.write(self._master, said)
        except BlockingIOError:
            # Nobody reads the line: what does not fit is lost, as on a real one.
            pass


class StreamCable:
    """The same device behind a network port; one client after the other is served."""

    def __init__(self, wire: str, faults: Faults, talk: Talk) -> None:
        self.cable = TcpCable(wire, faults, self._serve)
        self._wire = wire
        self._faults = faults
        self._talk = talk

    async def _serve(self, heard: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A serial server hands over what comes at once; asyncio leaves Nagle's algorithm on here.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        async def send(frame: bytes) -> None:
            said = await befall(self._faults, self._wire, frame)
            if said is not None:
                writer.write(said)
                await writer.drain()

        await self._talk(heard, send)


async def befall(faults: Faults, wire: str, frame: bytes) -> bytes | None:
    """Let a wire's faults befall a frame on its way to us; None if nothing of it arrives."""
    fate = faults.draw(wire)
    if fate.cut or fate.stall or fate.mute:
        return None
    if fate.delay_s:
        await asyncio.sleep(fate.delay_s)
    if fate.garble:
        frame = faults.garble(frame)
    if fate.garbage:
        frame = faults.noise() + frame
    return frame * 2 if fate.duplicate else frame
