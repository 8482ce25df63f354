"""A TCP connection as a `ByteStream`."""

from __future__ import annotations

import asyncio

from config.room import TcpAddress
from drivers.errors import LinkLost, NotReached

CONNECT_S = 5.0
WRITE_S = 5.0
CLOSE_S = 1.0


class TcpStream:
    """An established TCP connection; `device` is named in every error."""

    def __init__(
        self, device: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._device = device
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int) -> bytes:
        try:
            received = await self._reader.read(max_bytes)
        except OSError as error:
            raise LinkLost(self._device, f"the connection broke: {error}") from error
        if not received:
            raise LinkLost(self._device, "the device closed the connection")
        return received

    async def write(self, payload: bytes) -> None:
        try:
            self._writer.write(payload)
            async with asyncio.timeout(WRITE_S):
                await self._writer.drain()
        except TimeoutError as error:
            raise LinkLost(self._device, f"took no bytes for {WRITE_S:g} s") from error
        except OSError as error:
            raise LinkLost(self._device, f"the connection broke: {error}") from error

    async def close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        except (TimeoutError, OSError):
            self._writer.transport.abort()


async def connect_tcp(
    device: str, address: TcpAddress, *, within_s: float = CONNECT_S
) -> TcpStream:
    """Connect within a deadline; raise NotReached that names the address if it is away."""
    where = f"{address.host}:{address.port}"
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(address.host, address.port)
    except TimeoutError as error:
        raise NotReached(device, f"no connection to {where} within {within_s:g} s") from error
    except OSError as error:
        raise NotReached(device, f"no connection to {where}: {error}") from error
    return TcpStream(device, reader, writer)
