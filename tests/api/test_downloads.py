"""A file that is made while it is sent: whoever leaves ends its making."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest
from starlette.types import Message

from controller.downloads import Download


class Client:
    """Takes what is sent, and leaves once it has so many parts."""

    def __init__(self, leaves_after: int | None = None) -> None:
        self.parts: list[bytes] = []
        self.started = False
        self.whole = False
        self._left = asyncio.Event()
        self._leaves_after = leaves_after

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            return
        self.parts.append(message["body"])
        self.whole = not message["more_body"]
        if self._leaves_after == len(self.parts):
            self._left.set()

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}


def made(parts: Generator[bytes]) -> Download:
    return Download(parts, name="移动.csv", media_type="text/csv")


def test_all_parts_arrive_and_empty_ones_are_not_sent() -> None:
    async def scenario() -> None:
        def parts() -> Generator[bytes]:
            yield b"one"
            yield b""
            yield b"two"

        client = Client()
        answer = made(parts())
        await answer({"type": "http"}, client.receive, client.send)
        assert client.parts == [b"one", b"two", b""]
        assert client.whole
        assert "%E7%A7%BB%E5%8A%A8.csv" in answer.headers["content-disposition"]

    asyncio.run(scenario())


def test_nobody_makes_what_nobody_takes() -> None:
    async def scenario() -> None:
        count, closed = 0, asyncio.Event()
        loop = asyncio.get_running_loop()

        def parts() -> Generator[bytes]:
            nonlocal count
            try:
                while True:
                    count += 1
                    yield b"more"
            finally:
                loop.call_soon_threadsafe(closed.set)

        client, making = Client(leaves_after=3), parts()
        await made(making)({"type": "http"}, client.receive, client.send)
        async with asyncio.timeout(5):
            await closed.wait()
        assert list(making) == []
        assert count <= 6
        assert not client.whole

    asyncio.run(scenario())


def test_what_fails_before_the_first_part_is_told_before_the_answer_begins() -> None:
    async def scenario() -> None:
        def parts() -> Generator[bytes]:
            raise LookupError("no such room")
            yield b""

        client = Client()
        with pytest.raises(LookupError, match="no such room"):
            await made(parts())({"type": "http"}, client.receive, client.send)
        assert not client.started

    asyncio.run(scenario())


def test_what_fails_later_leaves_the_file_unfinished() -> None:
    async def scenario() -> None:
        def parts() -> Generator[bytes]:
            yield b"one"
            raise LookupError("gone")

        client = Client()
        with pytest.raises(LookupError, match="gone"):
            await made(parts())({"type": "http"}, client.receive, client.send)
        assert client.started
        assert not client.whole

    asyncio.run(scenario())
