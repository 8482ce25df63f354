"""A Modbus module of digital inputs, to which sensors and buttons of our own are wired.

Not responsible for what a level means: the room file says that, and drivers/room/sensors.py reads
it so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from config import room as config
from drivers.bus import Bus, Priority
from drivers.ports import InputReading


@asynccontextmanager
async def connect_inputs(
    bus: Bus, device: config.SensorInputs, beams: Collection[int] = ()
) -> AsyncIterator[ModbusInputs]:
    """Open a module by reading its inputs once, those of door beams with them.

    Raises LinkLost if it is away, Refused if it has no such inputs.
    """
    module = ModbusInputs(bus, device, beams)
    await module.read_inputs()
    yield module


class ModbusInputs:
    """A module of digital inputs. Get one from `connect_inputs`."""

    def __init__(self, bus: Bus, device: config.SensorInputs, beams: Collection[int] = ()) -> None:
        self.id = device.id
        self._bus = bus
        self._device = device
        self._addresses = sorted({*beams, *device.numbers()})

    async def read_inputs(self, *, urgent: bool = False) -> InputReading:
        """Read all inputs the room file names in one transaction; urgent goes before polling."""
        first, last = self._addresses[0], self._addresses[-1]
        bits = await self._bus.read_bits(
            self._device.unit,
            first,
            last - first + 1,
            function=self._device.function,
            priority=Priority.OPERATOR if urgent else Priority.STATUS,
            device=self.id,
        )
        levels = {address: bits.values[address - first] for address in self._addresses}
        return InputReading(levels, bits.at_s)
