"""The live feed over a real server: delivers, tells when something was lost, ends promptly."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn

from controller.app import create_app
from controller.context import Context
from controller.live import Hub, LiveChange, Subscription
from controller.people import api as people_api
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import DEMO_ACCOUNTS, ensure_demo_accounts
from controller.web.stream import EventStream

from .conftest import OWN


def change(key: str, kind: str = "bank", **body: object) -> LiveChange:
    return LiveChange(kind=kind, key=key, body=body)


@asynccontextmanager
async def served(context: Context, passwords: Passwords) -> AsyncIterator[str]:
    """A server on a free port that ends with the block."""
    await asyncio.to_thread(ensure_demo_accounts, context.records, context.clock, passwords)
    options = people_api.SignInOptions(passwords=passwords)
    app = create_app(context, routers=[people_api.routes(context, options)])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server._serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            context.hub.close()
            server.should_exit = True
            await asyncio.wait_for(asyncio.shield(running), 5)


@asynccontextmanager
async def signed_in(address: str, post: Post = Post.ARCHIVIST) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser in which somebody signed in."""
    account = next(account for account in DEMO_ACCOUNTS if account.post == post)
    body = {"name": account.name, "password": account.password}
    async with httpx2.AsyncClient(base_url=address, headers=OWN, timeout=10) as client:
        assert (await client.post("/api/v1/session", json=body)).status_code == 200
        yield client


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail after five seconds."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110  # the server under test offers no event for this
            await asyncio.sleep(0)


async def messages(answer: httpx2.Response) -> AsyncIterator[dict[str, str]]:
    """Take the feed apart: one mapping of field to value per event."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "event" in fields:
            yield fields
            fields = {}
        else:
            fields = {}


@asynccontextmanager
async def feed(
    client: httpx2.AsyncClient, hub: Hub, **headers: str
) -> AsyncIterator[Callable[[], Awaitable[dict[str, str]]]]:
    """Open the feed and return what waits for the next event."""
    async with client.stream("GET", "/api/v1/stream", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        taken = messages(answer)
        await until(lambda: hub.listeners() == 1)
        yield lambda: asyncio.wait_for(anext(taken), 5)


def test_a_change_reaches_an_open_page(context: Context, passwords: Passwords) -> None:
    async def story() -> None:
        async with served(context, passwords) as address, signed_in(address) as client:
            async with feed(client, context.hub) as next_event:
                context.hub.publish(change("R1/1", name="一区", at=context.clock.now()))
                event = await next_event()
                assert event["event"] == "bank"
                assert event["id"] == f"{context.hub.run}.1"
                assert event["data"] == '{"name":"一区","at":"2026-03-02T08:00:00Z"}'

    asyncio.run(story())


def test_a_page_that_comes_back_gets_what_it_missed(context: Context, passwords: Passwords) -> None:
    async def story() -> None:
        hub = context.hub
        async with served(context, passwords) as address, signed_in(address) as client:
            hub.publish(change("a"), change("b"), change("c"))
            async with feed(client, hub, **{"Last-Event-ID": f"{hub.run}.1"}) as next_event:
                assert [(await next_event())["id"] for _ in range(2)] == [
                    f"{hub.run}.2",
                    f"{hub.run}.3",
                ]

    asyncio.run(story())


@pytest.mark.parametrize("last", ["ffffffff.1", "{run}.1", "{run}.99999", "{run}.x", "7"])
def test_a_page_whose_place_is_gone_is_told_to_fetch_again(
    context: Context, passwords: Passwords, last: str
) -> None:
    async def story() -> None:
        hub = context.hub
        for number in range(1200):
            hub.publish(change(str(number)))
        header = {"Last-Event-ID": last.format(run=hub.run)}
        async with served(context, passwords) as address, signed_in(address) as client:
            async with feed(client, hub, **header) as next_event:
                assert (await next_event())["event"] == "resync"
                hub.publish(change("later"))
                assert (await next_event())["event"] == "bank"

    asyncio.run(story())


def test_a_post_sees_only_the_kinds_it_may(context: Context, passwords: Passwords) -> None:
    async def story() -> None:
        async with served(context, passwords) as address:
            async with signed_in(address, Post.FACILITY_MANAGER) as client:
                async with feed(client, context.hub) as next_event:
                    context.hub.publish(
                        change("B-1", kind="item", person="张三"),
                        *(change(k, kind=k) for k in ("bench", "pairing")),
                        *(change(k, kind=k) for k in ("tag", "unknown_tag")),
                        change("p", kind="climate"),
                    )
                    assert (await next_event())["event"] == "climate"
            async with signed_in(address, Post.AUDITOR) as client:
                assert (await client.get("/api/v1/stream")).status_code == 403
            async with httpx2.AsyncClient(base_url=address) as stranger:
                assert (await stranger.get("/api/v1/stream")).status_code == 401

    asyncio.run(story())


def test_an_open_page_does_not_hold_up_the_end(context: Context, passwords: Passwords) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with served(context, passwords) as address:
            async with signed_in(address) as client, feed(client, context.hub):
                began = loop.time()
                context.hub.close()
                await until(lambda: context.hub.listeners() == 0)
                assert loop.time() - began < 1

    asyncio.run(story())


def test_a_page_that_leaves_frees_its_place(context: Context, passwords: Passwords) -> None:
    async def story() -> None:
        async with served(context, passwords) as address, signed_in(address) as client:
            async with feed(client, context.hub):
                assert context.hub.listeners() == 1
            await until(lambda: context.hub.listeners() == 0)

    asyncio.run(story())


async def never() -> dict[str, object]:
    await asyncio.Event().wait()
    return {}


def test_a_page_that_stalls_is_put_out(context: Context) -> None:
    async def send_forever(_message: object) -> None:
        await asyncio.Event().wait()

    async def story() -> None:
        stream = EventStream(context.hub, stall_s=0.05)
        await asyncio.wait_for(stream({"type": "http"}, never, send_forever), 5)
        assert context.hub.listeners() == 0

    asyncio.run(story())


def test_a_feed_ends_when_its_session_does(context: Context) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def story() -> None:
        allowed = iter([True, True, False])
        stream = EventStream(
            context.hub, ping_s=0.01, still_allowed=lambda: next(allowed), stall_s=5
        )
        await asyncio.wait_for(stream({"type": "http"}, never, send), 5)

    asyncio.run(story())
    assert [message.get("body") for message in sent[2:]] == [b":\n\n", b":\n\n", b""]
    assert sent[-1]["more_body"] is False


def waiting(hub: Hub) -> Any:
    return hub.subscribe(lambda: None)


def numbers(subscription: Subscription) -> tuple[bool, list[int]]:
    lost, changes = subscription.take()
    return lost, [numbered.number for numbered in changes]


def test_of_one_thing_only_the_newest_change_waits() -> None:
    hub = Hub()
    with waiting(hub) as subscription:
        hub.publish(change("a"), change("b"), change("a"), change("a", kind="link"))
        assert numbers(subscription) == (False, [2, 3, 4])
        assert numbers(subscription) == (False, [])


def test_a_listener_that_sleeps_too_long_loses_all_and_knows_it() -> None:
    hub = Hub()
    with waiting(hub) as subscription:
        for number in range(501):
            hub.publish(change(str(number)))
        hub.publish(change("last"))
        assert numbers(subscription) == (True, [502])
        assert numbers(subscription) == (False, [])
