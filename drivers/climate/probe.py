"""A probe of temperature and humidity on a Modbus line, as its profile describes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import room as config
from drivers.bus import Bus, Priority, Registers
from drivers.climate.profile import ProbeProfile, Quantity, Unreadable, load_probe_profile
from drivers.errors import Garbled
from drivers.readings import ClimateReading


@asynccontextmanager
async def connect_probe(bus: Bus, device: config.ModbusProbe) -> AsyncIterator[ModbusProbe]:
    """Open a probe by taking one sample.

    Raises LinkLost if it is away, Refused if it knows no such registers, BadProfile if the
    profile cannot be used.
    """
    probe = ModbusProbe(bus, device, load_probe_profile(device.profile))
    await probe.read_climate()
    yield probe


class ModbusProbe:
    """A probe with a profile. Get one from `connect_probe`."""

    def __init__(self, bus: Bus, device: config.ModbusProbe, profile: ProbeProfile) -> None:
        self.id = device.id
        self._bus = bus
        self._unit = device.unit
        self._profile = profile

    async def read_climate(self) -> ClimateReading:
        """Take one sample in one transaction; raise Garbled for a value no such sensor can have."""
        profile = self._profile
        words = await self._bus.read(
            self._unit,
            profile.address,
            profile.count,
            priority=Priority.TELEMETRY,
            function=profile.function,
            device=self.id,
        )
        return ClimateReading(
            probe_id=self.id,
            temperature_c=self._value("temperature_c", profile.temperature_c, words),
            humidity_pct=self._value("humidity_pct", profile.humidity_pct, words),
            at_s=words.at_s,
        )

    def _value(self, name: str, quantity: Quantity, words: Registers) -> float:
        try:
            return quantity.read(self._profile.cut(words.values, quantity))
        except Unreadable as error:
            raise Garbled(self.id, f"{name} reads {error}") from error
