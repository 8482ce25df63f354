"""Reads a device again and again; some readings may fail before it counts as away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from drivers.errors import DriverError

_R = TypeVar("_R")


async def poll(
    read: Callable[[], Awaitable[_R]],
    *,
    every_s: float,
    misses: int,
    miss: Callable[[DriverError], None] = lambda _: None,
) -> AsyncIterator[_R]:
    """Yield what is read; raise the DriverError that makes it `misses` failures in a row.

    `miss` is told every failure.
    """
    missed = 0
    while True:
        try:
            reading = await read()
        except DriverError as error:
            miss(error)
            missed += 1
            if missed >= misses:
                raise
        else:
            missed = 0
            yield reading
        await asyncio.sleep(every_s)
