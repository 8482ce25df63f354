"""A file that is made while it is sent: nothing is held in memory, and whoever leaves ends it.

The parts are made in a worker thread, one after the other. When the client closes the connection
the maker is closed too, so that its `finally` blocks run and it makes nothing for nobody.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

STALL_S = 60.0


class Download(Response):
    """Sends the parts of a file as they are made; an empty part only asks whether to go on."""

    def __init__(
        self,
        parts: Generator[bytes],
        *,
        name: str,
        media_type: str,
        stall_s: float = STALL_S,
    ) -> None:
        """`name` is what the browser calls the file; a client may stall for `stall_s` per part."""
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        super().__init__(media_type=media_type, headers={"Content-Disposition": disposition})
        del self.headers["content-length"]
        self._parts = parts
        self._stall_s = stall_s
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                sent = group.create_task(self._send_all(send), name="download")
                gone = group.create_task(_until_gone(receive), name="until gone")
                sent.add_done_callback(lambda _: gone.cancel())
                gone.add_done_callback(lambda _: sent.cancel())
        except BaseExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None

    async def _send_all(self, send: Send) -> None:
        """Make the first part before the answer begins: what fails there is told as a problem."""
        try:
            part = await asyncio.to_thread(self._make)
            await self._send(
                send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            )
            while part is not None:
                if part:
                    await self._send(
                        send, {"type": "http.response.body", "body": part, "more_body": True}
                    )
                part = await asyncio.to_thread(self._make)
            await self._send(send, {"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, TimeoutError):
            return  # the client stalled or left
        finally:
            await asyncio.shield(asyncio.to_thread(self._end))

    def _make(self) -> bytes | None:
        with self._making:
            return next(self._parts, None)

    def _end(self) -> None:
        """Close the maker once it has finished what it was making."""
        with self._making:
            self._parts.close()

    async def _send(self, send: Send, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._stall_s):
            await send(message)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
