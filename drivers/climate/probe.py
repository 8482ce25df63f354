"""A probe of whatever its profile says it measures, on a Modbus line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from config import room as config
from drivers.bus import Bus, Priority
from drivers.climate.profile import BadProfile, ProbeProfile, can_be, load_probe_profile
from drivers.climate.registers import Block, Blocks
from drivers.errors import Refused
from drivers.readings import AirReading, Suspicion


@asynccontextmanager
async def connect_probe(
    bus: Bus, device: config.ModbusProbe, profile: ProbeProfile | None = None
) -> AsyncIterator[ModbusProbe]:
    """Open a probe by taking one sample.

    Without a profile it is the one that the room file names. Raises LinkLost if the probe is away,
    Refused if it knows no such registers, has no sensor (no_sensor), or its profile cannot be used
    (bad_profile).
    """
    try:
        known = profile or load_probe_profile(device.profile)
    except BadProfile as error:
        raise Refused(device.id, "bad_profile", str(error)) from error
    probe = ModbusProbe(bus, device, known)
    await probe.read_climate()
    yield probe


class ModbusProbe:
    """A probe with a profile. Get one from `connect_probe`."""

    def __init__(self, bus: Bus, device: config.ModbusProbe, profile: ProbeProfile) -> None:
        self.id = device.id
        self._bus = bus
        self._unit = device.unit
        self._profile = profile

    async def read_climate(self) -> AirReading:
        """Take one sample, in one transaction unless the profile's addresses lie far apart.

        What the sensor cannot have measured is kept and suspect. Raises Refused, no_sensor, if
        every register says that no sensor is connected.
        """
        profile = self._profile
        blocks, at_s = await read_blocks(self._bus, self._unit, profile.blocks, device=self.id)
        values: dict[str, float] = {}
        suspect: dict[str, Suspicion] = {}
        for name, place in profile.values.items():
            value = profile.layout.read(place, blocks)
            if value is None:
                continue
            values[name] = value
            if not can_be(name, value, place.plausible):
                suspect[name] = "implausible"
        if not values:
            names = ", ".join(profile.values)
            raise Refused(self.id, "no_sensor", f"answers that nothing measures {names}")
        return AirReading(probe_id=self.id, values=values, suspect=suspect, at_s=at_s)


async def read_blocks(
    bus: Bus,
    unit: int,
    blocks: Iterable[Block],
    *,
    device: str,
    priority: Priority = Priority.TELEMETRY,
) -> tuple[Blocks, float]:
    """Read blocks of words one after the other; they are as old as the first."""
    found: dict[Block, tuple[int, ...]] = {}
    at_s: list[float] = []
    for block in blocks:
        words = await bus.read(
            unit,
            block.span.address,
            block.span.count,
            priority=priority,
            function=block.function,
            device=device,
        )
        found[block] = words.values
        at_s.append(words.at_s)
    return found, min(at_s)
