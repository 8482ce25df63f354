"""What every response carries and every request must pass before any route sees it.

Headers that keep a browser strict, and the check that an unsafe request comes from our own page:
Fetch Metadata where the browser sends it (it does in secure contexts), else the Origin header.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.problems import respond

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_TYPES = frozenset({"application/json", "multipart/form-data"})
_API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


def page_policy(nonce: str | None) -> str:
    """Write the content security policy of the page; the nonce is for its style elements."""
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'self'; img-src 'self' data: blob:; style-src {styles}; script-src 'self'; "
        "connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


class StrictHeaders:
    """Adds the security headers that the response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _headers(is_api, secure=scope["scheme"] == "https").items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_strict)


class OwnPageOnly:
    """Refuses unsafe requests of other origins, unknown host names and strange body types."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str] | None = None) -> None:
        """`hosts` are the names this server answers to; `None` means any, for TLS names."""
        self.app = app
        self.hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refuse(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self.hosts is not None and _host_name(headers.get("host", "")) not in self.hosts:
            return respond(421, "request.unknown_host")
        if scope["method"] in _SAFE_METHODS:
            return None
        if not _is_same_origin(headers, scope["scheme"]):
            return respond(403, "request.foreign_origin")
        body_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body and body_type not in _BODY_TYPES:
            return respond(415, "request.wrong_body_type")
        return None


def _is_same_origin(headers: Headers, scheme: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and origin == f"{scheme}://{headers.get('host', '')}"


def _host_name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def _headers(is_api: bool, *, secure: bool) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": _API_POLICY if is_api else page_policy(None),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if is_api:
        headers["Cache-Control"] = "no-store"
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
