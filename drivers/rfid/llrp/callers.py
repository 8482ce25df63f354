"""Readers that open the connection themselves: we listen, and one of them is let in.

LLRP knows no password. What makes a caller a reader is that it greets as one (20.1); whoever says
anything else, or nothing, is closed. Who comes after the first is turned away.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from config.wires import TcpAddress
from drivers.errors import LinkLost
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.events import ConnectionAttempt, parse_events
from drivers.rfid.llrp.frames import Malformed, MessageType
from drivers.streams.stream import ByteStream
from drivers.streams.tcp import TcpStream

CALL_S: Final = 30.0
"""How long a reader may take to call before it counts as away."""
GREETING_S: Final = 3.0
MOST_CALLERS: Final = 8
"""Strangers listened to at once; more are closed unheard."""
GREETING_BYTES: Final = 4096
"""A greeting is 32 bytes long; nobody needs more than this to say it."""


async def await_call(device: str, at: TcpAddress, *, within_s: float = CALL_S) -> ByteStream:
    """Listen until a reader calls; raise LinkLost if none does, or if we cannot listen there."""
    gate = Gate(device)
    where = f"{at.host}:{at.port}"
    try:
        server = await asyncio.start_server(gate.hear, at.host, at.port)
    except OSError as error:
        raise LinkLost(device, f"cannot listen at {where}: {error}") from error
    try:
        async with asyncio.timeout(within_s):
            await gate.admitted
            return gate.hand_over()
    except TimeoutError as error:
        raise LinkLost(device, f"did not call {where} within {within_s:g} s") from error
    finally:
        server.close()
        gate.close()


class Gate:
    """Listens to who calls, and lets the first in that greets as a reader does.

    Whoever is not handed over by the time the gate closes is turned away, the one let in too.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._callers: set[asyncio.StreamWriter] = set()
        self.admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._let_in: tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one call."""
        if self.admitted.done() or len(self._callers) >= MOST_CALLERS:
            writer.transport.abort()
            return
        self._callers.add(writer)
        try:
            async with asyncio.timeout(GREETING_S):
                said = await _read_greeting(reader)
        except (TimeoutError, OSError):
            said = None
        if said is None or self.admitted.done():
            self._callers.discard(writer)
            writer.transport.abort()
            return
        self._let_in = (said, reader, writer)
        self.admitted.set_result(None)

    def hand_over(self) -> ByteStream:
        """Hand over the connection of the one that is let in; LookupError if nobody is."""
        if self._let_in is None:
            raise LookupError(f"nobody has called for {self._device} yet")
        said, reader, writer = self._let_in
        self._callers.discard(writer)
        return _Heard(said, TcpStream(self._device, reader, writer))

    def close(self) -> None:
        """Turn away whoever is still at the gate."""
        self.admitted.cancel()
        for writer in self._callers:
            writer.transport.abort()


async def _read_greeting(reader: asyncio.StreamReader) -> bytes | None:
    """Read until a caller has greeted as a reader; None if it said anything else."""
    decoder, said = Decoder(), b""
    with suppress(Malformed):
        while len(said) < GREETING_BYTES:
            received = await reader.read(GREETING_BYTES - len(said))
            if not received:
                return None
            said += received
            decoder.feed(received)
            message = decoder.next_message()
            if message is not None:
                is_event = message.type == MessageType.READER_EVENT_NOTIFICATION
                greets = is_event and ConnectionAttempt(0) in parse_events(message)
                return said if greets else None
    return None


class _Heard:
    """A connection of which something has been read already."""

    def __init__(self, said: bytes, stream: ByteStream) -> None:
        self._said = said
        self._stream = stream

    async def read(self, max_bytes: int) -> bytes:
        if self._said:
            said, self._said = self._said[:max_bytes], self._said[max_bytes:]
            return said
        return await self._stream.read(max_bytes)

    async def write(self, payload: bytes) -> None:
        await self._stream.write(payload)

    async def close(self) -> None:
        await self._stream.close()
