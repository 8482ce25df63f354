"""Serves the room's own page as a child task; signals are the agent's business."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from config.clock import Clock
from config.errors import Mendable
from config.listening import listen
from config.room import Room
from config.settings import RoomSettings
from drivers.room.desk import Desk
from drivers.room.link import Link
from drivers.room.outbox import Outbox
from drivers.room.page.app import Parts, create_page
from drivers.room.roster import Roster

_log = logging.getLogger(__name__)

_GOODBYE_S = 1.0
MOST_CONNECTIONS = 200


class CannotListen(Mendable):
    """The page's address cannot be had."""


class PageServer:
    """The web server of the room's own page."""

    def __init__(
        self,
        room: Room,
        settings: RoomSettings,
        *,
        desk: Desk,
        roster: Roster,
        link: Link,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._host, self._port = settings.page_host, settings.page_port
        pins = {name: pin.get_secret_value() for name, pin in settings.pins.items()}
        self._app = create_page(
            Parts(
                room=room,
                pins=pins,
                desk=desk,
                roster=roster,
                link=link,
                outbox=outbox,
                clock=clock,
                names=settings.page_names | {self._host, socket.gethostname()},
            )
        )

    async def run(self, announce: Callable[[str], None]) -> None:
        """Serve until cancelled; raise CannotListen if the address cannot be had."""
        listener = _listen(self._host, self._port)
        config = uvicorn.Config(
            self._app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = _QuietServer(config)
        port = listener.getsockname()[1]
        announce(f"ready http://{_in_url(self._host)}:{port}/")
        try:
            await server.serve(sockets=[listener])
        except asyncio.CancelledError:
            await _say_goodbye(server, listener)
            raise
        finally:
            listener.close()


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to whoever started the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        """Make room when far too many are connected: the wires of the steel need handles too."""
        connections = self.server_state.connections
        if len(connections) > MOST_CONNECTIONS:
            _log.warning("the room's page had %d connections; all are dropped", len(connections))
            for connection in tuple(connections):
                if isinstance(connection.transport, asyncio.Transport):
                    connection.transport.abort()
        return await super().on_tick(counter)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # the address follows; it is told anyway
        raise CannotListen(
            f"the room's page cannot listen on {host} port {port}: {reason}; choose another "
            "STACKROOM_ROOM_PAGE_HOST or STACKROOM_ROOM_PAGE_PORT (0 takes a free one)"
        ) from error


async def _say_goodbye(server: uvicorn.Server, listener: socket.socket) -> None:
    if not server.started:
        return
    server.force_exit = True
    try:
        async with asyncio.timeout(_GOODBYE_S):
            await server.shutdown(sockets=[listener])
    except TimeoutError:
        _log.warning("the room's page had open connections when it ended")


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
