"""A listening TCP device whose cable can be cut: connections drop, new ones are refused."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from simulators.faults import FaultKind, Faults

LOOPBACK = "127.0.0.1"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class TcpCable:
    """Listens on one port for as long as `run` runs, but for the time it is cut."""

    def __init__(self, wire: str, faults: Faults, talk: Talk) -> None:
        self.wire = wire
        self._faults = faults
        self._talk = talk
        self._changed = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        faults.add_wire(wire)
        faults.watch(wire, self._changed.set)

    async def listen(self) -> int:
        """Take a free port and return it."""
        self._server = await self._start()
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def run(self) -> None:
        """Follow the wire's faults until cancelled, then close everything."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._follow_faults()
        finally:
            self.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def close(self) -> None:
        """Give the port back and drop every connection."""
        self._stop_listening()
        self.drop_all()

    def drop_all(self) -> None:
        """Drop every connection hard, with whatever was still to be sent."""
        for writer in self._open:
            writer.transport.abort()

    async def _follow_faults(self) -> None:
        cut = self._faults.is_certain(self.wire, FaultKind.CUT)
        if cut:
            self._stop_listening()
            self.drop_all()
        elif self._server is None:
            self._server = await self._start()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _start(self) -> asyncio.Server:
        listener = socket.create_server((LOOPBACK, self.port), reuse_port=False)
        # A device speaks when it speaks. What the listener accepts inherits this; asyncio does not
        # set it on a socket that was not told its protocol.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await asyncio.start_server(self._accept, sock=listener)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The peer or the cable is gone, or the room closes: all the same to a device.
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()
