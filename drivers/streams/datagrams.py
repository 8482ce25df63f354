"""A UDP socket that hears one peer only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from config.room import TcpAddress
from drivers.errors import LinkLost


class Listener(Protocol):
    """Whoever takes what arrives. Called from the loop, so it must not wait."""

    def hear(self, datagram: bytes) -> None: ...

    def lose(self, error: OSError) -> None:
        """Be told that the system says the peer cannot be reached."""
        ...


class Datagrams(Protocol):
    """A way to one peer."""

    def send(self, datagram: bytes) -> None: ...


OpenDatagrams = Callable[[Listener], AbstractAsyncContextManager[Datagrams]]


@asynccontextmanager
async def open_udp(
    device: str, peer: TcpAddress, listener: Listener, *, local_port: int = 0
) -> AsyncIterator[Datagrams]:
    """Take a local port and hear `peer` on it; raise LinkLost if that cannot be."""
    loop = asyncio.get_running_loop()
    local = ("0.0.0.0", local_port) if local_port else None
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Endpoint(listener), local_addr=local, remote_addr=(peer.host, peer.port)
        )
    except OSError as error:
        where = f"{peer.host}:{peer.port}"
        raise LinkLost(device, f"cannot take UDP port {local_port} to {where}: {error}") from error
    try:
        yield _Socket(transport)
    finally:
        transport.close()


class _Socket:
    def __init__(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def send(self, datagram: bytes) -> None:
        self._transport.sendto(datagram)


class _Endpoint(asyncio.DatagramProtocol):
    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._listener.hear(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self._listener.lose(exc)
