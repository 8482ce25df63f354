"""Switches what sounds at a door: on at once, off by itself, by a person, or when nobody knows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from config.clock import Clock
from drivers.errors import DriverError

_log = logging.getLogger(__name__)

RETRY_S = 1.0
Switch = Callable[[bool], Awaitable[None]]
"""Switches the output on or off; raises DriverError if it cannot."""


class Sounder:
    """The one writer of one output. What it does not know to be off, it switches off."""

    def __init__(self, name: str, switch: Switch, *, sounds_s: float, clock: Clock) -> None:
        self._name = name
        self._switch = switch
        self._sounds_s = sounds_s
        self._clock = clock
        self._until_s = float("-inf")
        self._is_on: bool | None = None
        self._changed = asyncio.Event()
        self._failing = False

    @property
    def sounding(self) -> bool:
        """Whether it is meant to sound now."""
        return self._clock.monotonic() < self._until_s

    @property
    def obeys(self) -> bool:
        """Whether its output switched the last time it was told to."""
        return not self._failing

    def sound(self) -> None:
        """Sound now, for as long as the room file says."""
        self._until_s = self._clock.monotonic() + self._sounds_s
        self._changed.set()

    def silence(self) -> None:
        """Fall silent now."""
        self._until_s = float("-inf")
        self._changed.set()

    def forget(self) -> None:
        """The device was away: nobody knows what its output does."""
        self._is_on = None
        self._changed.set()

    async def run(self) -> None:
        """Bring the output to what it should be, until cancelled; then switch it off."""
        try:
            while True:
                self._changed.clear()
                wait_s = await self._settle()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._changed.wait()
        finally:
            if self._is_on is not False:
                with suppress(DriverError, TimeoutError):
                    async with asyncio.timeout(RETRY_S):
                        await self._switch(False)

    async def _settle(self) -> float | None:
        """Switch if needed; return after how many seconds to look again."""
        wanted = self.sounding
        if wanted != self._is_on:
            self._is_on = None  # whoever is cancelled meanwhile does not know
            try:
                await self._switch(wanted)
            except DriverError as error:
                if not self._failing:
                    _log.warning("the sounder of %s does not switch: %s", self._name, error)
                self._failing = True
                return RETRY_S
            self._failing, self._is_on = False, wanted
        return max(0.0, self._until_s - self._clock.monotonic()) if wanted else None
