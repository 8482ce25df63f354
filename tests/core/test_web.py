"""The web server of all pages: whoever only holds a connection keeps nobody away."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.types import Receive, Scope, Send

from config.listening import listen
from config.web import MOST_CONNECTIONS, QuietServer

HEAD = b"GET / HT"
BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\nsome"
FEED = b"GET /feed HTTP/1.1\r\nHost: a\r\n\r\n"
ASK = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Read a whole body and answer; a feed begins and does not end."""
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": scope["path"] == "/feed"})
    while scope["path"] == "/feed" and (await receive())["type"] != "http.disconnect":
        pass


def test_who_drips_a_head_or_a_body_is_dropped_and_who_is_answered_is_not() -> None:
    async def scenario() -> None:
        with listen("127.0.0.1", 0) as listener:
            config = uvicorn.Config(application, lifespan="off", log_level="critical", ws="none")
            server = QuietServer(config)
            serving = asyncio.create_task(server.serve([listener]))
            port = listener.getsockname()[1]

            async def dial(text: bytes) -> Wire:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(text)
                return reader, writer

            feed, feed_writer = await dial(FEED)
            assert await feed.readline() == b"HTTP/1.1 204 No Content\r\n"
            crowd = [await dial((HEAD, BODY)[n % 2]) for n in range(MOST_CONNECTIONS + 1)]
            reading = {asyncio.ensure_future(reader.read()) for reader, _ in crowd}
            dropped, kept = await asyncio.wait(
                reading, timeout=30, return_when=asyncio.FIRST_COMPLETED
            )
            assert dropped
            assert all(each.exception() or each.result() == b"" for each in dropped)
            assert len(server.server_state.connections) <= MOST_CONNECTIONS
            for each in kept:
                each.cancel()
            asker, writer = await dial(ASK)
            assert await asker.readline() == b"HTTP/1.1 204 No Content\r\n"
            assert not feed.at_eof()
            for _, each_writer in (*crowd, (asker, writer), (feed, feed_writer)):
                each_writer.close()
            server.should_exit = server.force_exit = True
            await serving

    asyncio.run(scenario())
