"""The only way to a machine that dries, humidifies or airs: whoever switches it asks its guard.

It holds the port for as long as the unit is there and lets nobody else have it. What goes out is
written down first, so that a restart in the middle of a write does not forget it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from config.climate import Guard
from config.clock import Clock
from drivers.errors import Refused
from drivers.ports import ClimateUnitDevice
from drivers.readings import UnitReading
from drivers.room.regulation import Decision, Life, Outcome, settle

_log = logging.getLogger(__name__)


class GuardedUnit:
    """One machine behind its guard, and the one writer of what is known of its life."""

    def __init__(
        self,
        name: str,
        guard: Guard,
        life: Life,
        *,
        obeys_within_s: float,
        save: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """`save` brings `life` to disk before anything is written to the machine."""
        self._name = name
        self._guard = guard
        self._obeys_within_s = obeys_within_s
        self._save = save
        self._clock = clock
        self._port: ClimateUnitDevice | None = None
        self.life = life
        self.reading: UnitReading | None = None
        """What it said last; None while it is away."""

    @contextmanager
    def held(self, port: ClimateUnitDevice) -> Iterator[None]:
        """Hold the port of a unit that is there."""
        self._port = port
        try:
            yield
        finally:
            self._port = self.reading = None

    async def look(self) -> None:
        """Read the unit; raise LinkLost or Refused as its port does."""
        port = self._port
        if port is None:
            return
        reading = await port.read()
        self.reading = reading
        self.life = self.life.seen(reading.on, self._clock.monotonic())

    async def carry_out(self, decision: Decision) -> Outcome:
        """Do what was decided as far as the guard allows; raise LinkLost if the unit went away.

        A unit that was not read since it came back is not written to, and one that refuses is asked
        again when its time to obey is over.
        """
        now_s = self._clock.monotonic()
        outcome = settle(
            self._guard, self.life, decision, now_s, obeys_within_s=self._obeys_within_s
        )
        if outcome.write is not None and self._port is not None and self.reading is not None:
            await self._switch(self._port, outcome.write, now_s)
        return outcome

    async def _switch(self, port: ClimateUnitDevice, on: bool, now_s: float) -> None:
        self.life = self.life.ordered(on, now_s)
        await self._save()
        try:
            await port.switch(on)
        except Refused as error:
            _log.warning("%s did not go %s: %s", self._name, "on" if on else "off", error.message)
            self.life = self.life.written(self._clock.monotonic())
        except BaseException:
            self.life = self.life.written(self._clock.monotonic())
            raise
        else:
            at_s = self._clock.monotonic()
            self.life = self.life.written(at_s).seen(on, at_s)
