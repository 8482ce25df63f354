"""The web server that every page of the product runs in: a task among others, open to a crowd.

It leaves signals to whoever started the process, and connections that ask for nothing never keep
others away: somebody may want to stop steel.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_log = logging.getLogger(__name__)

_HANDSHAKE_S = 3.0
"""Who connects and does not go on to encrypt is dropped after this, or handles would run out."""
MOST_CONNECTIONS = 200
"""Handles are for wires, files and the link too, and a process often has no more than 1024."""


class QuietServer(uvicorn.Server):
    """uvicorn without its signal handling, with bounds on those who only connect."""

    _known: frozenset[object] = frozenset()
    """Who was connected at the last look."""
    _crowded = False

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen as uvicorn does, but leave nobody a whole minute for the handshake of TLS."""
        encrypted = self.config.ssl is not None
        await super().startup([] if encrypted else sockets)
        for listener in (sockets or []) if encrypted else []:
            server = await asyncio.get_running_loop().create_server(
                self._answer,
                sock=listener,
                ssl=self.config.ssl,
                ssl_handshake_timeout=_HANDSHAKE_S,
                backlog=self.config.backlog,
            )
            self.servers.append(server)

    async def on_tick(self, counter: int) -> bool:
        """Make room when far too many are connected, at the cost of those who ask for nothing.

        Who came since the last look, a tenth of a second ago, is spared while that is possible.
        """
        connections = frozenset(self.server_state.connections)
        crowded = len(connections) > MOST_CONNECTIONS
        if crowded:
            idle = {each for each in connections if _asks_nothing(each)}
            old = idle & self._known
            is_enough = len(connections - old) <= 2 * MOST_CONNECTIONS
            for connection in old if is_enough else idle:
                if isinstance(connection.transport, asyncio.Transport):
                    connection.transport.abort()
        if crowded and not self._crowded:
            _log.warning("%d are connected; who asks for nothing is dropped", len(connections))
        self._known, self._crowded = connections, crowded
        return await super().on_tick(counter)

    def _answer(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]  # a union in uvicorn
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol


def _asks_nothing(connection: object) -> bool:
    """Say whether no whole request is being answered: head or body are still to come, or over."""
    if not isinstance(connection, H11Protocol):
        return True
    cycle = connection.cycle
    return cycle is None or cycle.more_body or cycle.response_complete
