"""One coil of a Modbus module of outputs, such as the sounder of a door: switched and read back.

Function 5 writes it, function 1 reads it (MODBUS Application Protocol V1.1b3, 6.5 and 6.1). A coil
that does not read back as it was written is an error: nobody hears a sounder that only the program
believes to sound.
"""

from __future__ import annotations

from config.room import ClimateRelay, ClimateUnit, OutputModule
from drivers.bus import Bus, Priority
from drivers.errors import Refused


async def switch_coil(
    bus: Bus, device: OutputModule | ClimateRelay | ClimateUnit, number: int, on: bool
) -> None:
    """Switch a coil and read it back.

    Raises LinkLost if the module is away, Refused if it has no such coil (illegal_address) or the
    coil stayed as it was (not_switched).
    """
    await bus.write_bit(device.unit, number, on, priority=Priority.OPERATOR, device=device.id)
    bits = await bus.read_bits(
        device.unit, number, 1, function="coils", priority=Priority.OPERATOR, device=device.id
    )
    if bits.values[0] is not on:
        wanted = "on" if on else "off"
        raise Refused(device.id, "not_switched", f"coil {number} did not go {wanted}")
