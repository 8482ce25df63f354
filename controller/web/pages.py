"""Serves the built web client: one page for every path people may open, and its hashed assets."""

from __future__ import annotations

import secrets
import stat
from mimetypes import guess_type
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Receive, Scope, Send

from controller.problems import respond
from controller.web.guard import page_policy

_PAGE = "index.html"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class WebClient(StaticFiles):
    """Files of a folder; what is no file is the page itself, if a browser asks for a page."""

    def __init__(self, folder: Path, *, hashed: str = "assets") -> None:
        """`hashed` is the sub-folder whose file names change with their content."""
        super().__init__(directory=folder, check_dir=False)
        self._page = folder / _PAGE
        self._hashed = f"{hashed}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            response = await self.get_response(self.get_path(scope), scope)
        except HTTPException as error:
            response = respond(error.status_code, _code(error), headers=error.headers)
        await response(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if path in (".", _PAGE):
            return await self._page_response()
        try:
            response = await self._file(path, scope)
        except (HTTPException, OSError, ValueError):
            response = None
        if response is not None:
            response.headers["Cache-Control"] = self._caching(path)
            return response
        if "text/html" in Headers(scope=scope).get("accept", ""):
            return await self._page_response()
        raise HTTPException(404)

    async def _file(self, path: str, scope: Scope) -> Response | None:
        full_path, found = await to_thread.run_sync(self.lookup_path, path)
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        headers = Headers(scope=scope)
        packed_path, packed = await to_thread.run_sync(self.lookup_path, f"{path}.gz")
        if packed is None or "gzip" not in headers.get("accept-encoding", ""):
            response = FileResponse(full_path, stat_result=found)
        else:
            kind = guess_type(path)[0] or "application/octet-stream"
            response = FileResponse(packed_path, stat_result=packed, media_type=kind)
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        if self.is_not_modified(response.headers, headers):
            return NotModifiedResponse(response.headers)
        return response

    async def _page_response(self) -> Response:
        """Send the page with a nonce of its own, in its policy and wherever it says __NONCE__."""
        try:
            text = await to_thread.run_sync(self._page.read_text, "utf-8")
        except OSError as error:
            raise HTTPException(503) from error
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            text.replace("__NONCE__", nonce),
            headers={
                "Content-Security-Policy": page_policy(nonce),
                "Cache-Control": _ASK_AGAIN,
            },
        )

    def _caching(self, path: str) -> str:
        return _FOR_EVER if path.startswith(self._hashed) else _ASK_AGAIN


def _code(error: HTTPException) -> str:
    return {503: "page.not_built", 405: "request.wrong_method"}.get(
        error.status_code, "request.unknown_path"
    )
