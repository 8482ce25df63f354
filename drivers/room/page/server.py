"""Serves the room's own page as a child task; signals are the agent's business."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

import uvicorn

from config.clock import Clock
from config.errors import Mendable
from config.listening import listen
from config.room import Room
from config.settings import RoomSettings
from config.tls import ServerCertificate, address_to_show, find_server_certificate
from config.web import QuietServer
from drivers.room.desk import Desk
from drivers.room.doors import Doors
from drivers.room.link import Link
from drivers.room.outbox import Outbox
from drivers.room.page.app import create_page
from drivers.room.page.parts import Parts
from drivers.room.regulators import Regulators
from drivers.room.roster import Roster

_log = logging.getLogger(__name__)

_GOODBYE_S = 1.0


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
        doors: Doors,
        link: Link,
        outbox: Outbox,
        regulators: Regulators,
        clock: Clock,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._certificate = find_server_certificate(settings.tls_certificate, settings.tls_key)
        pins = {name: pin.get_secret_value() for name, pin in settings.pins.items()}
        badges = {name: badge.get_secret_value() for name, badge in settings.badges.items()}
        self._app = create_page(
            Parts(
                room=room,
                pins=pins,
                badges=badges,
                desk=desk,
                roster=roster,
                doors=doors,
                link=link,
                outbox=outbox,
                regulators=regulators,
                clock=clock,
                names=_names(settings, self._certificate),
            )
        )

    async def run(self, announce: Callable[[str], None]) -> None:
        """Serve until cancelled; raise CannotListen if the address cannot be had."""
        settings, certificate = self._settings, self._certificate
        listener = _listen(settings.page_host, settings.page_port)
        config = uvicorn.Config(
            self._app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
        )
        server = QuietServer(config)
        if certificate is not None and (due := certificate.find_due(self._clock.now())):
            _log.warning("the room's page: %s", due)
        scheme = "http" if certificate is None else "https"
        host = address_to_show(settings.page_host, certificate)
        announce(f"ready {scheme}://{host}:{listener.getsockname()[1]}/")
        try:
            await server.serve(sockets=[listener])
        except asyncio.CancelledError:
            await _say_goodbye(server, listener)
            raise
        finally:
            listener.close()


def _names(settings: RoomSettings, certificate: ServerCertificate | None) -> frozenset[str]:
    """List what browsers may call this page: what it is told, and what its certificate proves."""
    proven = () if certificate is None else certificate.names
    return settings.page_names | {settings.page_host, socket.gethostname(), *proven}


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
