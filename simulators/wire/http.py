"""As much HTTP/1.1 as a fixed column's web server speaks: GET, one request a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from simulators.faults import Fate, Faults
from simulators.wire.tcp import TcpCable

_LONGEST_HEAD = 8192

Answer = Callable[[str, dict[str, str]], tuple[int, bytes]]
"""What a device says to a path and its query: a status and a body."""
_WORDS = {200: "OK", 404: "Not Found"}


class HttpDevice:
    """Serves one GET a connection and closes it."""

    def __init__(self, wire: str, faults: Faults, answer: Answer) -> None:
        self.cable = TcpCable(wire, faults, self._talk)
        self._wire = wire
        self._faults = faults
        self._answer = answer

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return
        method, _, rest = head.decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        fate = self._faults.draw(self._wire)
        if method != "GET" or len(head) > _LONGEST_HEAD or fate.cut:
            return
        if fate.stall:
            await reader.read()
            return
        if fate.delay_s:
            await asyncio.sleep(fate.delay_s)
        parts = urlsplit(target)
        status, body = self._answer(parts.path, dict(parse_qsl(parts.query)))
        if fate.mute:
            await reader.read()
            return
        await self._reply(writer, status, body, fate)

    async def _reply(
        self, writer: asyncio.StreamWriter, status: int, body: bytes, fate: Fate
    ) -> None:
        if fate.garble:
            # TCP lets no changed byte through; what breaks is the device, and it breaks JSON.
            body = body[: len(body) // 2]
        head = f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
        writer.write(body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
