"""A small scriptable Modbus device on a socket or a pty, restated from the standard for tests.

It shares no code with the product, so a mistake in the product's frames cannot hide here.
"""

from __future__ import annotations

import asyncio
import os
import pty
import tempfile
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from config.room import SerialAddress, TcpAddress
from drivers.errors import LinkLost

Port = TypeVar("Port")


class Fate(StrEnum):
    """What the wire does to one reply."""

    WHOLE = "whole"
    BYTEWISE = "bytewise"
    NOISY = "noisy"
    LOSSY = "lossy"
    CUT = "cut"
    LATE = "late"
    STRANGER = "stranger"
    """The answer comes from another unit, and is well formed."""


@dataclass(slots=True)
class Slave:
    """What the device does: answers PDUs, logs them, and treats each reply by `fate`."""

    answer: Callable[[int, bytes], bytes | None]
    """(unit, request PDU) -> reply PDU; `None` for silence."""
    fate: Callable[[], Fate] = lambda: Fate.WHOLE
    late_s: float = 0.05
    rng: Random = field(default_factory=lambda: Random(7))
    asked: list[tuple[int, bytes]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    make_noise: Callable[[bytes], object] = len
    """Puts bytes on a serial line that nobody asked for."""

    def hear(self, unit: int, pdu: bytes) -> bytes | None:
        self.asked.append((unit, pdu))
        self.heard.set()
        return self.answer(unit, pdu)

    def asked_of(self, function: int) -> list[bytes]:
        return [pdu for _, pdu in self.asked if pdu[0] == function]


Wrap = Callable[[int, bytes], bytes]


def deliver(
    slave: Slave, unit: int, reply: bytes, wrap: Wrap, write: Callable[[bytes], None]
) -> bool:
    """Send a reply as fate has it; say whether the wire breaks now."""
    loop = asyncio.get_running_loop()
    frame = wrap(unit, reply)
    match slave.fate():
        case Fate.WHOLE:
            write(frame)
        case Fate.BYTEWISE:
            _drip(loop, frame, write)
        case Fate.NOISY:
            write(_garble(slave.rng, unit, reply, wrap))
        case Fate.STRANGER:
            write(wrap(unit % 247 + 1, reply))
        case Fate.LOSSY:
            pass
        case Fate.LATE:
            loop.call_later(slave.late_s, write, frame)
        case Fate.CUT:
            write(frame[: len(frame) // 2])
            return True
    return False


def _drip(loop: asyncio.AbstractEventLoop, frame: bytes, write: Callable[[bytes], None]) -> None:
    write(frame[:1])
    if len(frame) > 1:
        loop.call_soon(_drip, loop, frame[1:], write)


def _garble(rng: Random, unit: int, reply: bytes, wrap: Wrap) -> bytes:
    """Make a frame that is wrong where the standard lets a master see it."""
    longer = reply[:1] + bytes([(reply[1] + 2) & 0xFF]) + reply[2:] + b"\x12\x34"
    frames = [
        wrap(unit % 247 + 1, reply),
        wrap(unit, bytes([reply[0] ^ 7]) + reply[1:]),
        wrap(unit, longer),
        wrap(unit, reply[:-1]),
        wrap(unit, reply)[:-2],
        bytes(rng.randrange(256) for _ in range(7)),
    ]
    return rng.choice(frames)


def crc(frame: bytes) -> bytes:
    """The serial line checksum, low byte first."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return bytes([value & 0xFF, value >> 8])


@asynccontextmanager
async def tcp_slave(slave: Slave, port: int = 0) -> AsyncIterator[TcpAddress]:
    """Serve on a free port of the loopback."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        slave.connections += 1
        try:
            while True:
                head = await reader.readexactly(7)
                pdu = await reader.readexactly(int.from_bytes(head[4:6], "big") - 1)
                reply = slave.hear(head[6], pdu)
                if reply is None:
                    continue

                def wrap(unit: int, body: bytes, number: bytes = head[:4]) -> bytes:
                    return number + (len(body) + 1).to_bytes(2, "big") + bytes([unit]) + body

                def write(frame: bytes) -> None:
                    if not writer.is_closing():
                        writer.write(frame)

                if deliver(slave, head[6], reply, wrap, write):
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    finally:
        server.close()


class _Line:
    """The far end of a pty that can be cut and plugged in again under the same name."""

    def __init__(self, slave: Slave, path: Path) -> None:
        self._slave = slave
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._far = self._near = -1
        self._plug_in()

    def close(self) -> None:
        self._loop.remove_reader(self._far)
        os.close(self._far)
        os.close(self._near)
        self._far = -1

    def _plug_in(self) -> None:
        self._far, self._near = pty.openpty()
        self._slave.make_noise = partial(os.write, self._far)
        tty.setraw(self._near)
        self._path.unlink(missing_ok=True)
        self._path.symlink_to(os.ttyname(self._near))
        self._loop.add_reader(self._far, self._read)

    def _read(self) -> None:
        try:
            self._received += os.read(self._far, 1024)
        except OSError:
            return
        while (length := _request_length(self._received)) and len(self._received) >= length:
            frame, self._received = self._received[:length], self._received[length:]
            if crc(frame[:-2]) == frame[-2:]:
                self._hear(frame)

    def _hear(self, frame: bytes) -> None:
        reply = self._slave.hear(frame[0], frame[1:-2])
        if reply is None:
            return
        far = self._far
        if deliver(self._slave, frame[0], reply, _wrap_rtu, lambda out: self._write(far, out)):
            self.close()
            self._plug_in()

    def _write(self, far: int, frame: bytes) -> None:
        if far == self._far:
            os.write(far, frame)


def _wrap_rtu(unit: int, body: bytes) -> bytes:
    return bytes([unit]) + body + crc(bytes([unit]) + body)


def _request_length(received: bytes) -> int:
    if len(received) < 2:
        return 0
    if received[1] != 16:
        return 8
    return 9 + received[6] if len(received) > 6 else 0


@asynccontextmanager
async def rtu_slave(slave: Slave) -> AsyncIterator[SerialAddress]:
    """Serve on a pty."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tty"
        line = _Line(slave, path)
        try:
            yield SerialAddress(path=str(path), baud=115200)
        finally:
            line.close()


def registers_of(words: dict[int, int]) -> Callable[[int, bytes], bytes]:
    """Answer functions 3, 4, 6 and 16 from a dictionary, and exception 2 for what is not in it."""

    def answer(_unit: int, pdu: bytes) -> bytes:
        function = pdu[0]
        address = int.from_bytes(pdu[1:3], "big")
        if function in (3, 4):
            count = int.from_bytes(pdu[3:5], "big")
            span = range(address, address + count)
            if any(a not in words for a in span):
                return bytes([function | 0x80, 2])
            return bytes([function, 2 * count]) + b"".join(
                words[a].to_bytes(2, "big") for a in span
            )
        values = pdu[3:5] if function == 6 else pdu[6:]
        for i in range(0, len(values), 2):
            words[address + i // 2] = int.from_bytes(values[i : i + 2], "big")
        return pdu[:5]

    return answer


@asynccontextmanager
async def connected(
    connect: Callable[[], AbstractAsyncContextManager[Port]],
) -> AsyncIterator[Port]:
    """Open a port as a supervisor does: again until it is there."""
    async with AsyncExitStack() as stack:
        while True:
            try:
                port = await stack.enter_async_context(connect())
                break
            except LinkLost:
                continue
        yield port
