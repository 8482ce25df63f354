"""One HTTP/1.1 GET over a connection of its own, with bounds on all that the peer may choose.

For devices on the room's own network that know no more than GET. A connection each time, because
then no late answer of an earlier question can be taken for this one's. No redirects, no cookies, no
TLS, no retry; a library for that is none of this product's.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from config.room import TcpAddress
from drivers.errors import Garbled, LinkLost, NoReply, Refused
from drivers.streams.stream import ByteStream
from drivers.streams.tcp import CONNECT_S, connect_tcp

LONGEST_HEAD = 8 * 1024
LONGEST_BODY = 64 * 1024
_READ_BYTES = 4096
_END_OF_HEAD = b"\r\n\r\n"


class Fetch(Protocol):
    """Asks for a target of one device and returns the body of its answer.

    Raises LinkLost if nothing sound came back: of an operation the outcome is unknown then, as it
    is after a redirect or any other success than 200. Raises Refused (http_4xx) if the device says
    that it will not.
    """

    async def __call__(self, target: str) -> bytes: ...


def fetch_from(device: str, at: TcpAddress, *, reply_s: float) -> Fetch:
    """Say how to ask a device; `reply_s` bounds one whole exchange."""

    async def fetch(target: str) -> bytes:
        try:
            async with asyncio.timeout(reply_s):
                return await _get(device, at, target)
        except TimeoutError:
            raise NoReply(device, f"no answer to {target} within {reply_s:g} s") from None

    return fetch


async def _get(device: str, at: TcpAddress, target: str) -> bytes:
    stream = await connect_tcp(device, at, within_s=CONNECT_S)
    try:
        host = f"[{at.host}]" if ":" in at.host else at.host
        head = f"GET {target} HTTP/1.1\r\nHost: {host}:{at.port}\r\n"
        await stream.write(f"{head}Accept: application/json\r\nConnection: close\r\n\r\n".encode())
        return await read_answer(device, stream)
    finally:
        await stream.close()


class _Received:
    """What a peer sends, taken in pieces of a bounded size."""

    def __init__(self, device: str, stream: ByteStream) -> None:
        self.device = device
        self._stream = stream
        self._kept = b""

    async def until(self, mark: bytes, longest: int) -> bytes:
        """Return what comes before a mark, and drop the mark."""
        while mark not in self._kept:
            if len(self._kept) > longest:
                raise Garbled(self.device, f"no end of line within {longest} bytes")
            self._kept += await self._stream.read(_READ_BYTES)
        found, _, self._kept = self._kept.partition(mark)
        if len(found) > longest:
            raise Garbled(self.device, f"no end of line within {longest} bytes")
        return found

    async def exactly(self, count: int) -> bytes:
        """Return that many bytes."""
        while len(self._kept) < count:
            self._kept += await self._stream.read(_READ_BYTES)
        found, self._kept = self._kept[:count], self._kept[count:]
        return found

    async def rest(self, longest: int) -> bytes:
        """Return all until the peer closes the connection."""
        while len(self._kept) <= longest:
            try:
                self._kept += await self._stream.read(_READ_BYTES)
            except LinkLost:
                return self._kept
        raise Garbled(self.device, f"an answer of more than {longest} bytes")


async def read_answer(device: str, stream: ByteStream) -> bytes:
    """Read the body of an answer, at most LONGEST_BODY bytes; raise LinkLost or Refused."""
    received = _Received(device, stream)
    lines = (await received.until(_END_OF_HEAD, LONGEST_HEAD)).decode("latin-1").split("\r\n")
    version, _, status = lines[0].partition(" ")
    if not version.startswith("HTTP/1.") or not status[:3].isdigit():
        raise Garbled(device, "the answer is no HTTP")
    if not status.startswith(("200", "4")):
        raise Garbled(device, f"it answered {status[:60]!r}")
    if status[:3] != "200":
        raise Refused(device, f"http_{status[:3]}", f"it answered {status[:60]!r}")
    fields = {name.strip().lower(): value.strip() for name, _, value in map(_split, lines[1:])}
    if fields.get("transfer-encoding", "identity").lower() == "chunked":
        return await _read_chunks(received)
    length = fields.get("content-length")
    if length is None:
        return await received.rest(LONGEST_BODY)
    return await received.exactly(_bounded(device, length, 10, LONGEST_BODY))


def _split(line: str) -> tuple[str, str, str]:
    return line.partition(":")


async def _read_chunks(received: _Received) -> bytes:
    body = b""
    while True:
        size = (await received.until(b"\r\n", 64)).decode("latin-1").partition(";")[0]
        count = _bounded(received.device, size.strip(), 16, LONGEST_BODY - len(body))
        if count == 0:
            return body
        body += await received.exactly(count)
        await received.until(b"\r\n", 0)


def _bounded(device: str, text: str, base: int, longest: int) -> int:
    digits = "0123456789abcdef"[:base]
    if not text or len(text) > 8 or any(letter not in digits for letter in text.lower()):
        raise Garbled(device, f"{text[:20]!r} is no length")
    if (count := int(text, base)) > longest:
        raise Garbled(device, f"an answer of more than {LONGEST_BODY} bytes")
    return count
