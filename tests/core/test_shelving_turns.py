"""Who speaks next to a controller that takes one question at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from drivers.shelving.turns import Turns, Urgency


def run(scenario: Callable[[Turns, list[str]], Awaitable[None]]) -> list[str]:
    """Run a scenario; return who spoke, in order."""
    spoke: list[str] = []

    async def bounded() -> None:
        async with asyncio.timeout(5):
            await scenario(Turns(), spoke)

    asyncio.run(bounded())
    return spoke


async def speak(turns: Turns, urgency: Urgency, name: str, spoke: list[str]) -> None:
    async with turns.turn(urgency):
        spoke.append(name)
        await asyncio.sleep(0)


def test_the_most_urgent_goes_first_and_equals_in_the_order_they_came() -> None:
    async def scenario(turns: Turns, spoke: list[str]) -> None:
        asked = (
            ("first", Urgency.STATUS),
            ("poll 1", Urgency.STATUS),
            ("poll 2", Urgency.STATUS),
            ("interlocks", Urgency.INTERLOCKS),
            ("read back", Urgency.VERIFICATION),
            ("order", Urgency.ORDER),
        )
        async with asyncio.TaskGroup() as group:
            for name, urgency in asked:
                group.create_task(speak(turns, urgency, name, spoke))

    said = run(scenario)
    assert said == ["first", "order", "interlocks", "read back", "poll 1", "poll 2"]


def test_whoever_gives_up_waiting_or_speaking_holds_up_nobody() -> None:
    async def scenario(turns: Turns, spoke: list[str]) -> None:
        async with turns.turn(Urgency.STATUS):
            gone = asyncio.ensure_future(speak(turns, Urgency.ORDER, "gone", spoke))
            called = asyncio.ensure_future(speak(turns, Urgency.INTERLOCKS, "called", spoke))
            last = asyncio.ensure_future(speak(turns, Urgency.STATUS, "last", spoke))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.sleep(0)
        called.cancel()
        await last

    assert run(scenario) == ["last"]
