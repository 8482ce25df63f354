"""Brings to readers what is wired to them: beams of doors at their inputs, and antenna cables."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from config.doors import Contact
from config.room import READERS
from simulators.stage import Stage
from simulators.world import World


class Wired(Protocol):
    """A reader that has inputs, and says something when an antenna is lost or found."""

    async def turn_input(self, number: int, on: bool) -> None:
        """Let the level at an input change."""
        ...

    async def turn_antenna(self, antenna: int, connected: bool) -> None:
        """Let an antenna's cable come off, or be on again."""
        ...


class Contacts:
    """Watches the world and tells every reader what changed at its sockets."""

    def __init__(self, stage: Stage, readers: Mapping[str, Wired]) -> None:
        self._stage = stage
        self._readers = readers
        room = stage.world.room
        self._beams = tuple(
            (door.door, door.beam)
            for door in room.doors
            if door.beam is not None and door.beam.device in readers
        )
        self._antennas = tuple(
            (device.id, antenna.antenna)
            for device in room.devices
            if isinstance(device, READERS) and device.id in readers
            for antenna in device.antennas
        )
        self._told_inputs: dict[tuple[str, int], bool] = {}
        self._told_cut: frozenset[tuple[str, int]] = frozenset()

    async def run(self) -> None:
        """Tell of every change until cancelled."""
        changed = asyncio.Event()

        def look(world: World) -> None:
            cut = world.cut_antennas is not self._told_cut
            if cut or self._levels(world) != self._told_inputs:
                changed.set()

        watch_no_more = self._stage.watch(look)
        try:
            while True:
                changed.clear()
                await self._tell(self._stage.world)
                await changed.wait()
        finally:
            watch_no_more()

    async def _tell(self, world: World) -> None:
        before, now = self._told_cut, world.cut_antennas
        levels = self._levels(world)
        turned = [key for key, level in levels.items() if self._told_inputs.get(key) != level]
        self._told_cut, self._told_inputs = now, levels
        for device, number in turned:
            await self._readers[device].turn_input(number, levels[device, number])
        for key in self._antennas:
            if (key in before) != (key in now):
                await self._readers[key[0]].turn_antenna(key[1], key not in now)

    def _levels(self, world: World) -> dict[tuple[str, int], bool]:
        return {
            (beam.device, beam.number): beam_level(world, door, beam) for door, beam in self._beams
        }


def beam_level(world: World, door: str, beam: Contact) -> bool:
    """Say the level that a door's beam gives: that of `on_when` while somebody breaks it."""
    return world.beam_is_broken(door) == bool(beam.on_when)


def sounds(world: World, sounder: Contact) -> bool:
    """Say whether a door's sounder sounds, from the output it is wired to."""
    return ((sounder.device, sounder.number) in world.outputs_on) == bool(sounder.on_when)
