"""Switches outputs, be they a reader's own or those of a module."""

from __future__ import annotations

from config.room import Contact, OutputModule
from drivers.errors import DriverError, LinkLost
from drivers.outputs.modbus import switch_coil
from drivers.room.ground import Ground
from drivers.room.roster import Roster
from drivers.room.stations import Stations


class Outputs:
    """Reaches any output of the room by the device that has it."""

    def __init__(self, ground: Ground, roster: Roster, stations: Stations) -> None:
        self._buses = ground.buses
        self._modules = {
            each.id: each for each in ground.room.devices if isinstance(each, OutputModule)
        }
        self._roster = roster
        self._stations = stations

    async def switch(self, output: Contact, on: bool) -> None:
        """Switch an output to what the room file calls on or off. Raises DriverError."""
        level = on == bool(output.on_when)
        module = self._modules.get(output.device)
        if module is not None:
            await self._switch_coil(module, output.number, level)
            return
        reader = self._stations.find(output.device)
        if reader is None:
            raise LinkLost(output.device, "not connected")
        await reader.set_output(output.number, level)

    async def _switch_coil(self, module: OutputModule, number: int, level: bool) -> None:
        try:
            await switch_coil(self._buses[module.at], module, number, level)
        except DriverError as error:
            self._roster.down(module.id, error.message)
            raise
        self._roster.up(module.id)
