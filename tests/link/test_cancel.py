"""A link that is told to end ends, whatever answer arrives at that moment."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import aiomqtt

from config.mqtt import publish
from tests.link.parts import scenario


class AnswersWhileCancelled:
    """A client that waits as aiomqtt does."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()

    async def publish(self, *_: Any, **__: Any) -> None:
        await asyncio.wait_for(self.answered.wait(), 5)


@scenario
async def test_a_cancellation_that_meets_the_brokers_answer_is_not_forgotten() -> None:
    client = AnswersWhileCancelled()
    went_on: list[str] = []

    async def beat() -> None:
        await publish(cast(aiomqtt.Client, client), "topic", b"", qos=1)
        went_on.append("beat")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(beat())
        for _ in range(3):
            await asyncio.sleep(0)
        client.answered.set()
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert went_on == []
