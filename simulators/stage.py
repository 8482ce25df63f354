"""The one holder of the world: wires read it here, acts and time change it here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Concatenate, ParamSpec

from config.clock import Clock
from simulators.physics import plc, radio
from simulators.physics.steel import BankSteel
from simulators.things import Thing
from simulators.world import World, step

Params = ParamSpec("Params")

TICK_S = 0.05
_LONGEST_CATCH_UP_S = 1.0


class Stage:
    """Holds the world of now; everyone else gets the frozen value."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self._watchers: list[Callable[[World], None]] = []
        self._indexed: tuple[Mapping[str, Thing], ...] = ()
        self._tags: Mapping[radio.Where, tuple[radio.Tag, ...]] = {}

    def tags(self) -> Mapping[radio.Where, tuple[radio.Tag, ...]]:
        """Sort all tags by where they are now, once for all readers until one moves."""
        now = (self.world.boxes, self.world.files, self.world.strays)
        if len(self._indexed) != len(now) or any(
            one is not other for one, other in zip(self._indexed, now, strict=True)
        ):
            self._indexed, self._tags = now, radio.index_tags(self.world)
        return self._tags

    def watch(self, on_change: Callable[[World], None]) -> Callable[[], None]:
        """Be told of every new world, at once; call what this returns to be told no more."""
        self._watchers.append(on_change)
        return lambda: self._watchers.remove(on_change)

    def act(
        self,
        act: Callable[Concatenate[World, Params], World],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> None:
        """Do an act of acts.py in the world; raises what the act raises."""
        self._turn(act(self.world, *args, **kwargs))

    def obey(self, bank: int, segment: int, order: plc.Order) -> None:
        """Hand a command to a bank's controller."""
        self._turn(self.world.with_bank(plc.obey(self.world.steel_of(bank), segment, order)))

    def feed_watchdog(self, bank: int, count: int) -> None:
        """Hand the agent's heartbeat to a bank's controller."""
        self._turn(self.world.with_bank(plc.feed_watchdog(self.world.steel_of(bank), count)))

    def note_written(self, bank: int, segment: int, block: tuple[int, int, int, int, int]) -> None:
        """Keep a command block as it was written, so that it reads back."""
        steel = self.world.steel_of(bank)
        part = replace(steel.segment(segment), written=block)
        self._turn(self.world.with_bank(steel.with_segment(part)))

    def switch_output(self, device: str, number: int, on: bool) -> None:
        """Let a device switch one of its outputs, and with it what is wired there."""
        others = self.world.outputs_on - {(device, number)}
        now = others | {(device, number)} if on else others
        if now != self.world.outputs_on:
            self._turn(replace(self.world, outputs_on=now))

    def steel_of(self, bank: int) -> BankSteel:
        """Return a bank's steel as it is now."""
        return self.world.steel_of(bank)

    def let_pass(self, dt_s: float) -> None:
        """Let time pass in steps that are small beside anything that moves."""
        while dt_s > 0:
            self._turn(step(self.world, min(dt_s, TICK_S)))
            dt_s -= TICK_S

    async def run(self) -> None:
        """Keep the world in step with the clock until cancelled."""
        before_s = self.clock.monotonic()
        while True:
            await asyncio.sleep(TICK_S)
            now_s = self.clock.monotonic()
            # When the machine slept, so did the world: a jump would trip every watchdog.
            self.let_pass(min(now_s - before_s, _LONGEST_CATCH_UP_S))
            before_s = now_s

    def _turn(self, world: World) -> None:
        self.world = world
        for on_change in tuple(self._watchers):
            on_change(world)
