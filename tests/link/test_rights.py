"""Who may say and hear what, on both brokers. A room is nobody else, and nobody is anonymous."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt
import pytest
from pydantic import SecretStr

from config.mqtt import open_client
from config.settings import BrokerSettings
from controller.link.rights import covers, rights_of
from drivers.topics import AgentTopics
from tests.link.brokers import SITE, TestBroker, settings_for
from tests.link.parts import scenario

MINE, OTHERS = AgentTopics(SITE, "S1"), AgentTopics(SITE, "S2")


@asynccontextmanager
async def connected(broker: TestBroker, user: str) -> AsyncIterator[aiomqtt.Client]:
    async with open_client(settings_for(broker.port, user), identifier=user, clean=True) as client:
        yield client


async def next_topic(client: aiomqtt.Client) -> str:
    async for message in client.messages:
        return message.topic.value
    raise AssertionError("the connection ended")


@pytest.mark.parametrize(
    "account",
    [
        BrokerSettings(),
        BrokerSettings(user="S1", password=SecretStr("wrong")),
        BrokerSettings(user="nobody", password=SecretStr("secret of S1")),
    ],
    ids=["anonymous", "wrong password", "unknown name"],
)
@scenario
async def test_who_is_not_known_is_refused(broker: TestBroker, account: BrokerSettings) -> None:
    settings = account.model_copy(update={"port": broker.port})
    with pytest.raises(aiomqtt.MqttError):
        async with open_client(settings, identifier="S1", clean=True):
            pass


@scenario
async def test_a_room_cannot_speak_as_another(broker: TestBroker) -> None:
    async with connected(broker, "controller") as archive, connected(broker, "S1") as room:
        await archive.subscribe(f"sr/v1/{SITE}/#", qos=1)
        others = (OTHERS.event, OTHERS.status, OTHERS.ack, OTHERS.bench("reader-1-1"), OTHERS.heard)
        for topic in (*others, OTHERS.tags, MINE.request, MINE.tags, MINE.ack):
            await room.publish(topic, b"forged", qos=1, retain=True)
        await room.publish(MINE.event, b"honest", qos=1)
        assert await next_topic(archive) == MINE.event


@scenario
async def test_a_room_cannot_hear_what_is_said_to_another(broker: TestBroker) -> None:
    async with connected(broker, "controller") as archive, connected(broker, "S1") as room:
        for wanted in (OTHERS.request, OTHERS.tags, OTHERS.ack, f"sr/v1/{SITE}/+/request", "#"):
            await room.subscribe(wanted, qos=1)
        await room.subscribe(MINE.request, qos=1)
        await archive.publish(OTHERS.request, b"not for S1", qos=1)
        await archive.publish(OTHERS.ack, b"not for S1", qos=1)
        await archive.publish(OTHERS.tags, b"not for S1", qos=1)
        await archive.publish(MINE.request, b"for S1", qos=1)
        assert await next_topic(room) == MINE.request


@scenario
async def test_a_room_hears_what_is_asked_of_its_tags_and_shows_what_lies_before_its_antennas(
    broker: TestBroker,
) -> None:
    async with connected(broker, "controller") as archive, connected(broker, "S1") as room:
        await room.subscribe(MINE.tags, qos=1)
        await archive.subscribe(MINE.bench("+"), qos=1)
        await archive.publish(MINE.tags, b"write", qos=1)
        assert await next_topic(room) == MINE.tags
        await room.publish(MINE.bench("reader-1-1"), b"tags", qos=1)
        assert await next_topic(archive) == MINE.bench("reader-1-1")


@scenario
async def test_retained_states_of_others_do_not_leak_to_who_connects(broker: TestBroker) -> None:
    async with connected(broker, "controller") as archive, connected(broker, "S2") as other:
        await archive.subscribe(f"sr/v1/{SITE}/#", qos=1)
        await other.publish(OTHERS.state("plc-1"), b"{}", qos=1, retain=True)
        assert await next_topic(archive) == OTHERS.state("plc-1")
        async with connected(broker, "S1") as room:
            await room.subscribe(MINE.ack, qos=1)
            await archive.publish(MINE.ack, b"{}", qos=1)
            assert await next_topic(room) == MINE.ack


@scenario
async def test_a_last_will_cannot_be_left_in_anothers_name(broker: TestBroker) -> None:
    will = aiomqtt.Will(OTHERS.status, b"forged", qos=1, retain=True)
    settings = settings_for(broker.port, "S1")
    async with connected(broker, "controller") as archive:
        await archive.subscribe(f"sr/v1/{SITE}/#", qos=1)
        try:
            async with open_client(settings, identifier="S1", clean=True, will=will) as room:
                sock = room._client.socket()  # break the connection without a goodbye
                assert isinstance(sock, socket.socket)
                sock.shutdown(2)
                await asyncio.wait_for(room._disconnected, 5)
        except aiomqtt.MqttError:
            pass  # refused, or cut off by us
        async with connected(broker, "S1") as room:
            await room.publish(MINE.event, b"honest", qos=1)
        assert await next_topic(archive) == MINE.event


def test_filters_cover_what_they_match_and_nothing_more() -> None:
    assert covers("a/+/c", "a/b/c")
    assert covers("a/#", "a/b/#")
    assert covers("a/#", "a/+/c")
    assert not covers("a/+", "a/#")
    assert not covers("a/b", "a/+")
    assert not covers("a/+", "a")
    assert not covers("a/+", "a/b/c")


def test_an_agent_may_not_name_itself_into_other_topics() -> None:
    with pytest.raises(ValueError, match="cannot stand in a topic"):
        rights_of("+", SITE)
