"""A network cable between a driver and a simulated reader that treats what the reader says badly.

It knows no protocol: each read of the reader's socket is one piece, and readers write frame by
frame. So a piece is whole frames, and what is put between two pieces stands between two frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from config.wires import TcpAddress
from tests.contract.modbus_slave import Fate

BYTE_S = 10 / 115_200
LATE_S = 0.3
_PIECE_BYTES = 1 << 20
_HOST = "127.0.0.1"


@dataclass(slots=True)
class BadWire:
    """What befalls what the reader says; what it is told always arrives."""

    rng: Random
    fate: Callable[[], Fate] = lambda: Fate.WHOLE
    repeats: bool = False
    """Whether every piece comes twice."""
    frozen: bool = False
    """A half-open link: nothing gets through any more, and nobody is told."""
    flips: bool = False
    """Whether noise also changes bytes of frames; TCP itself never does, serial lines do."""
    told: bytearray = field(default_factory=bytearray)
    """All that the reader was told."""
    _noise: bytes = b""
    _pieces: int = 0

    def say(self, noise: bytes, *, pieces: int = 1) -> None:
        """Let bytes stand before each of the next pieces that the reader says."""
        self._noise, self._pieces = noise, pieces

    async def carry(
        self, near: asyncio.StreamWriter, far: asyncio.StreamReader, close: Callable[[], None]
    ) -> None:
        """Carry what the reader says until the link ends."""
        while piece := await far.read(_PIECE_BYTES):
            if self.frozen:
                continue
            piece *= 2 if self.repeats else 1
            if self._pieces:
                self._pieces -= 1
                piece = self._noise + piece
            match self.fate():
                case Fate.BYTEWISE:
                    for byte in piece:
                        near.write(bytes((byte,)))
                        await asyncio.sleep(BYTE_S)
                    continue
                case Fate.NOISY:
                    piece = self._spoil(piece)
                case Fate.LOSSY:
                    continue
                case Fate.CUT:
                    close()
                    return
                case Fate.LATE:
                    await asyncio.sleep(LATE_S)
            near.write(piece)
            await near.drain()

    def _spoil(self, piece: bytes) -> bytes:
        if self.flips and self.rng.random() < 0.5:
            at = self.rng.randrange(len(piece))
            return piece[:at] + bytes((piece[at] ^ self.rng.randrange(1, 256),)) + piece[at + 1 :]
        return self.rng.randbytes(self.rng.randint(1, 40)) + piece


@asynccontextmanager
async def bad_wire(far: TcpAddress, seed: int) -> AsyncIterator[tuple[BadWire, TcpAddress]]:
    """Put a wire before a device; yield it with the address to connect to instead."""
    wire = BadWire(Random(seed))
    ends: set[Callable[[], None]] = set()

    async def serve(heard: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            said, away = await asyncio.open_connection(far.host, far.port)

            def close() -> None:
                near.transport.abort()
                away.transport.abort()

            ends.add(close)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(_deliver(wire, heard, away, close))
                    both.create_task(_carry(wire, near, said, close))
            finally:
                ends.discard(close)
                close()

    server = await asyncio.start_server(serve, _HOST, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        try:
            yield wire, TcpAddress(host=_HOST, port=port)
        finally:
            for close in tuple(ends):
                close()


async def _deliver(
    wire: BadWire,
    heard: asyncio.StreamReader,
    away: asyncio.StreamWriter,
    close: Callable[[], None],
) -> None:
    with suppress(ConnectionError):
        while piece := await heard.read(_PIECE_BYTES):
            if not wire.frozen:
                wire.told += piece
                away.write(piece)
                await away.drain()
    close()


async def _carry(
    wire: BadWire,
    near: asyncio.StreamWriter,
    said: asyncio.StreamReader,
    close: Callable[[], None],
) -> None:
    with suppress(ConnectionError):
        await wire.carry(near, said, close)
    close()
