"""Turns away what no person at the bank sends: other sites, strange names, huge bodies.

Stop is let through always, from anywhere: a needless stop costs less than a refused one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Set
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STOP = "/api/stop"
LONGEST_BODY = 16_384
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class Guard:
    """Stands before the page; `names` are those under which this machine may be called."""

    def __init__(self, app: ASGIApp, names: Set[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names) | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        if scope["path"] == STOP:
            await self._app(scope, receive, send_guarded)
            return
        code = self._find_fault(scope)
        if code is not None:
            body = {"status": "refused", "code": code, "detail": {}}
            await JSONResponse(body, status_code=403)(scope, receive, send_guarded)
            return
        await self._app(scope, _limited(receive), send_guarded)

    def _find_fault(self, scope: Scope) -> str | None:
        """Refuse foreign origins, and names that a foreign site may have pointed at us."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if not self._is_ours(host):
            return "other_host"
        origin = headers.get(b"origin")
        if scope["method"] in ("GET", "HEAD") or origin is None:
            return None
        return None if origin == f"{scope['scheme']}://{host}" else "other_origin"

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            if name in self._names:
                return True
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _limited(receive: Receive) -> Receive:
    left = LONGEST_BODY

    async def limited() -> Any:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"longer than {LONGEST_BODY} bytes")
        return message

    return limited
