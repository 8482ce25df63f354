"""A TCP device that opens the connection itself, over a cable that can be cut."""

from __future__ import annotations

import asyncio
import socket

from simulators.faults import FaultKind, Faults
from simulators.wire.tcp import LOOPBACK, Talk

RETRY_S = 0.5


class TcpCaller:
    """Calls one port again and again for as long as `run` runs, but for the time it is cut."""

    def __init__(self, wire: str, faults: Faults, talk: Talk) -> None:
        self.wire = wire
        self._faults = faults
        self._talk = talk
        self._changed = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self.port = 0
        faults.add_wire(wire)
        faults.watch(wire, self._follow_faults)

    async def listen(self) -> int:
        """Find a free port for the other side to listen on, and return it."""
        with socket.create_server((LOOPBACK, 0)) as found:
            self.port = found.getsockname()[1]
        return self.port

    async def run(self) -> None:
        """Call until cancelled."""
        while True:
            self._changed.clear()
            if self._is_cut():
                await self._changed.wait()
                continue
            await self._call()
            await asyncio.sleep(RETRY_S)

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def _call(self) -> None:
        try:
            reader, self._writer = await asyncio.open_connection(LOOPBACK, self.port)
        except OSError:
            return  # nobody listens yet
        try:
            await self._talk(reader, self._writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side hung up, or the cable is cut
        finally:
            self._writer.transport.abort()
            self._writer = None

    def _follow_faults(self) -> None:
        self._changed.set()
        if self._is_cut():
            self.close()

    def _is_cut(self) -> bool:
        return self._faults.is_certain(self.wire, FaultKind.CUT)
