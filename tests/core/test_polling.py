"""A device that misses a reading now and then is still there; one that misses many is away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from drivers.errors import DriverError, NoReply
from drivers.room.polling import poll

MISS = None


def heard(answers: Iterable[int | None], misses: int) -> list[int]:
    """Poll a device that gives these answers, until it counts as away; list what it said."""
    coming = iter(answers)
    said: list[int] = []

    async def read() -> int:
        answer = next(coming)
        if answer is MISS:
            raise NoReply("probe-1", "silent")
        return answer

    async def scenario() -> None:
        async for reading in poll(read, every_s=0.0, misses=misses):
            said.append(reading)

    with pytest.raises(DriverError):
        asyncio.run(scenario())
    return said


def test_so_many_failures_in_a_row_end_it() -> None:
    assert heard([1, 2, MISS, MISS, MISS, 3], misses=3) == [1, 2]
    assert heard([MISS, 1], misses=1) == []


def test_a_reading_between_failures_starts_the_count_anew() -> None:
    assert heard([MISS, MISS, 1, MISS, MISS, 2, MISS, MISS, MISS], misses=3) == [1, 2]
