"""How a ROSpec runs a reader's antennas in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Protocol

from simulators.physics.radio import FLOOR_DBM
from simulators.wire import llrp_frames as f
from simulators.wire import llrp_specs as specs
from simulators.wire.antenna_field import AntennaField
from simulators.wire.tag_report import Sighting

_SLICE_S = 0.2
_SHORTEST_S = 0.001
_MOST_KEPT = 10_000
_IMMEDIATE, _PERIODIC = 1, 2
_ENDLESS_S = float("inf")
_EMPTY_PROBABILITY = 0.5
CHANNELS = 16


class Device(Protocol):
    """What an inventory asks of its reader."""

    def now_us(self) -> int:
        """Say what the reader believes the time is."""
        ...

    def loss_db(self, antenna: int) -> float:
        """Say how much weaker than with full power an antenna hears."""
        ...

    def touch(self, epc: str, antenna: int, rospec: int) -> bytes:
        """Do to a tag what AccessSpecs ask; return the result parameters."""
        ...


class Inventory:
    """One run of a ROSpec: reports as tuples of sightings, events as bytes, in order."""

    def __init__(
        self,
        field: AntennaField,
        rospec: specs.RoSpec,
        report: specs.ReportSpec,
        device: Device,
    ) -> None:
        self._field = field
        self._rospec = rospec
        self._report = report
        self._device = device
        self._kept: list[Sighting] = []
        self._by_number = report.trigger != 0 and report.tags > 0
        self._left_s = _ENDLESS_S

    async def run(self) -> AsyncIterator[bytes | tuple[Sighting, ...]]:
        """Run the AISpecs once, in order; a trigger other than null begins again by itself."""
        rospec = self._rospec
        while True:
            yield f.rospec_event(f.ROSPEC_BEGINS, rospec.rospec)
            self._left_s = _ENDLESS_S if rospec.duration_s is None else rospec.duration_s
            async for said in self._pass():
                yield said
            if self._report.trigger:
                yield self.take()
            yield f.rospec_event(f.ROSPEC_ENDS, rospec.rospec)
            if rospec.start == _PERIODIC:
                await asyncio.sleep(rospec.period_s)
            elif rospec.start != _IMMEDIATE:
                return

    def take(self, count: int | None = None) -> tuple[Sighting, ...]:
        """Hand over what was heard since the last report, or the oldest `count` of it."""
        end = len(self._kept) if count is None else count
        taken, self._kept = tuple(self._kept[:end]), self._kept[end:]
        return taken

    async def _pass(self) -> AsyncIterator[bytes | tuple[Sighting, ...]]:
        for index, ai_spec in enumerate(self._rospec.ai_specs, start=1):
            if self._left_s <= 0:
                return
            async for report in self._run_ai_spec(index, ai_spec):
                yield report
            if self._report.trigger == 1 and (
                self._kept or self._field.draw.random() < _EMPTY_PROBABILITY
            ):
                yield self.take()
            yield f.ai_spec_event(self._rospec.rospec, index)

    async def _run_ai_spec(
        self, index: int, ai_spec: specs.AiSpec
    ) -> AsyncIterator[tuple[Sighting, ...]]:
        antennas = self._field.antennas if 0 in ai_spec.antennas else ai_spec.antennas
        slice_s, rounds = _SLICE_S, None
        if ai_spec.duration_s is not None:
            slice_s, rounds = max(ai_spec.duration_s / len(antennas), _SHORTEST_S), 1
        while self._left_s > 0 and rounds != 0:
            rounds = None if rounds is None else rounds - 1
            for antenna in antennas:
                began_us = self._device.now_us()
                await asyncio.sleep(min(slice_s, self._left_s))
                self._left_s -= slice_s
                self._hear(index, ai_spec.inventory, antenna, began_us, slice_s)
                while self._by_number and len(self._kept) >= self._report.tags:
                    yield self.take(self._report.tags)

    def _hear(
        self, index: int, inventory: int, antenna: int, began_us: int, dwell_s: float
    ) -> None:
        draw = self._field.draw
        now_us = self._device.now_us()
        self._kept = self._kept[-_MOST_KEPT:]
        loss_db = self._device.loss_db(antenna)
        for full in self._field.listen(antenna, dwell_s):
            heard = replace(full, rssi_dbm=full.rssi_dbm - loss_db)
            if heard.rssi_dbm < FLOOR_DBM:
                continue
            first_us = draw.randint(began_us, max(began_us, now_us))
            channel = draw.randint(1, CHANNELS)
            self._kept.append(
                Sighting(
                    heard=heard,
                    rospec=self._rospec.rospec,
                    spec_index=index,
                    inventory=inventory,
                    antenna=antenna,
                    channel=channel,
                    first_us=first_us,
                    last_us=draw.randint(first_us, max(first_us, now_us)),
                    phase=_phase(heard.distance_m, channel, draw),
                    results=self._device.touch(heard.epc, antenna, self._rospec.rospec),
                )
            )


def _phase(distance_m: float, channel: int, draw: Random) -> int:
    """Say with what phase a tag answers: twice its distance in wavelengths, in 1/4096 of a turn.

    A real phase is steady to about 0.1 rad.
    """
    wave_m = 299.792458 / (920.375 + 0.25 * channel)
    turns = 2 * distance_m / wave_m + draw.gauss(0.0, 0.016)
    return round(turns * 4096) % 4096
