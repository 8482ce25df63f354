"""The web server as a task among others: it starts and ends when told, and handles no signals."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from config.settings import ControllerSettings
from config.web import QuietServer

_GRACE_S = 3
_END_S = 6.0


class WebServer:
    """Serves an application on a socket. `closing` is called before open streams must end."""

    def __init__(
        self, app: ASGIApp, settings: ControllerSettings, *, closing: Callable[[], None]
    ) -> None:
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_S,
                ssl_certfile=settings.tls_certificate,
                ssl_keyfile=settings.tls_key,
            )
        )
        self._closing = closing

    async def run(self, listener: socket.socket, started: Callable[[], None]) -> None:
        """Serve until cancelled, then let open requests finish; `started` is called once."""
        self._server.on_start = started
        serving = asyncio.create_task(self._server.serve([listener]), name="web server")
        try:
            await asyncio.shield(serving)
        finally:
            self._closing()
            self._server.should_exit = True
            await asyncio.wait({serving}, timeout=_END_S)
            serving.cancel()


class _Server(QuietServer):
    """Tells when it listens."""

    on_start: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.on_start is not None:
            self.on_start()
