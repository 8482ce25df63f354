"""A unit that dries, humidifies or airs: by its profile on a Modbus line, or behind a bare relay.

It is switched on and off; what it aims at by itself is read, and set at the unit only.
A write goes out once and is read back; guards, reasons and repeats are drivers/room/regulation's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

from config import room as config
from drivers.bus import Bus, Priority
from drivers.climate.probe import read_blocks
from drivers.climate.profile import BadProfile, can_be
from drivers.climate.registers import Blocks, Layout, Place
from drivers.climate.unit_profile import UnitProfile, load_unit_profile
from drivers.errors import Refused
from drivers.outputs.modbus import switch_coil
from drivers.ports import ClimateUnitDevice
from drivers.readings import UnitReading


@asynccontextmanager
async def connect_unit(
    bus: Bus, device: config.ClimateUnit | config.ClimateRelay, profile: UnitProfile | None = None
) -> AsyncIterator[ClimateUnitDevice]:
    """Open a unit by reading it; nothing is switched.

    Without a profile it is the one that the room file names. Raises LinkLost if the unit is away,
    Refused if it knows no such registers or coils, or its profile cannot be used (bad_profile).
    """
    unit: ClimateUnitDevice
    if isinstance(device, config.ClimateRelay):
        unit = Relay(bus, device)
    else:
        try:
            known = profile or load_unit_profile(device.profile)
        except BadProfile as error:
            raise Refused(device.id, "bad_profile", str(error)) from error
        unit = ModbusUnit(bus, device, known)
    await unit.read()
    yield unit


class Relay:
    """A fan, dryer or humidifier on a coil. Get one from `connect_unit`."""

    def __init__(self, bus: Bus, device: config.ClimateRelay) -> None:
        self.id = device.id
        self._bus = bus
        self._device = device

    async def switch(self, on: bool) -> None:
        """Switch the coil by function 5 and read it back by function 1."""
        level = on == bool(self._device.on_when)
        await switch_coil(self._bus, self._device, self._device.coil, level)

    async def read(self) -> UnitReading:
        """Read the coil by function 1."""
        bits = await self._bus.read_bits(
            self._device.unit,
            self._device.coil,
            1,
            function="coils",
            priority=Priority.TELEMETRY,
            device=self.id,
        )
        return UnitReading(on=bits.values[0] == bool(self._device.on_when), at_s=bits.at_s)


class ModbusUnit:
    """A unit with a profile. Get one from `connect_unit`."""

    def __init__(self, bus: Bus, device: config.ClimateUnit, profile: UnitProfile) -> None:
        self.id = device.id
        self._bus = bus
        self._device = device
        self._profile = profile

    async def switch(self, on: bool) -> None:
        """Switch it once and read back that it is so."""
        switch = self._profile.switch
        place = self._profile.switch_place()
        if switch is None:
            raise Refused(self.id, "not_offered", "nothing of it can be switched")
        if switch.coil is not None:
            await switch_coil(self._bus, self._device, switch.coil, on)
            return
        assert place is not None
        word = switch.on_word if on else switch.off_word
        await self._bus.write(self._device.unit, place.address, (word,), device=self.id)
        if await self._read_back(place) != word:
            raise Refused(self.id, "not_switched", f"did not go {'on' if on else 'off'}")

    async def read(self) -> UnitReading:
        """Read all that the profile knows, in as few requests as it allows."""
        profile = self._profile
        blocks, at_s = await read_blocks(
            self._bus, self._device.unit, profile.blocks, device=self.id
        )
        coils = await self._read_coils()
        faults, notices = self._status(blocks, coils)
        set_at = profile.set_humidity
        return UnitReading(
            on=self._is_on(blocks, coils),
            faults=faults,
            notices=notices,
            values={
                name: value
                for name, value in _numbers(profile.layout, profile.values, blocks)
                if can_be(name, value, profile.values[name].plausible)
            },
            set_pct=None if set_at is None else profile.layout.read(set_at, blocks),
            settings=dict(_numbers(profile.layout, profile.settings, blocks)),
            at_s=at_s,
        )

    def _is_on(self, blocks: Blocks, coils: Mapping[int, bool]) -> bool | None:
        switch, place = self._profile.switch, self._profile.switch_place()
        if switch is not None and switch.coil is not None:
            return coils[switch.coil]
        if switch is not None and place is not None:
            word = self._profile.layout.read(place, blocks)
            return {switch.on_word: True, switch.off_word: False}.get(round(word or 0))
        if self._profile.running is None:
            return None
        running = self._profile.layout.read(self._profile.running, blocks)
        return None if running is None else {1: True, 0: False}.get(round(running))

    def _status(
        self, blocks: Blocks, coils: Mapping[int, bool]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        profile = self._profile
        faults = [code for coil, code in profile.fault_coils.items() if coils[coil]]
        notices = [code for coil, code in profile.notice_coils.items() if coils[coil]]
        status, place = profile.status, profile.status_place()
        if status is not None and place is not None:
            word = round(profile.layout.read(place, blocks) or 0)
            faults += [code for bit, code in status.faults.items() if word >> bit & 1]
            notices += [code for bit, code in status.notices.items() if word >> bit & 1]
        return tuple(faults), tuple(notices)

    async def _read_coils(self) -> dict[int, bool]:
        coils: dict[int, bool] = {}
        for span in self._profile.coil_spans:
            bits = await self._bus.read_bits(
                self._device.unit,
                span.address,
                span.count,
                function="coils",
                priority=Priority.TELEMETRY,
                device=self.id,
            )
            coils |= dict(enumerate(bits.values, start=span.address))
        return coils

    async def _read_back(self, place: Place) -> float | None:
        """Read one place before all that waits."""
        layout = self._profile.layout
        blocks, _ = await read_blocks(
            self._bus,
            self._device.unit,
            layout.plan([place]),
            device=self.id,
            priority=Priority.OPERATOR,
        )
        return layout.read(place, blocks)


def _numbers(
    layout: Layout, places: Mapping[str, Place], blocks: Blocks
) -> Iterator[tuple[str, float]]:
    """Read what stands at places; what is not measured is left out."""
    for name, place in places.items():
        value = layout.read(place, blocks)
        if value is not None:
            yield name, value
