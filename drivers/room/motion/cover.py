"""What our own sensors see is put together with what the bank's controller sees. Pure.

An interlock that both see is safe only if both say so: a sensor of ours may cover what the
controller cannot see, but never talks away what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.readings import BankReading, Check, SegmentReading

OF_BANK = ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power")
OF_SEGMENT = ("entrance", "obstruction", "occupancy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What our own contacts say of one segment."""

    at_s: float
    """When the oldest of it was read."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """By the name of the interlock; occupancy is apart."""
    occupancy: Mapping[int, Check] = field(default_factory=dict)
    """By aisle, as far as our contacts look."""


def cover(
    bank: BankReading, steel: SegmentReading, sensed: Sensed | None, *, seen: frozenset[str]
) -> tuple[BankReading, SegmentReading]:
    """Put our sensors' word beside the controller's; `seen` is what the driver itself sees.

    The result is as old as the oldest of its parts.
    """
    if sensed is None or not (sensed.checks or sensed.occupancy):
        return bank, steel
    said = sensed.checks
    of_bank = {
        name: _both(bank.interlocks.get(name, Check.UNKNOWN), said.get(name), seen=name in seen)
        for name in OF_BANK
        if name in bank.interlocks or name in said
    }
    occupancy = tuple(
        _both(_at(steel.occupancy, aisle), sensed.occupancy.get(aisle), seen="occupancy" in seen)
        for aisle in range(max(len(steel.occupancy), *(a + 1 for a in (0, *sensed.occupancy))))
    )
    return (
        replace(bank, at_s=min(bank.at_s, sensed.at_s), interlocks={**bank.interlocks, **of_bank}),
        replace(
            steel,
            at_s=min(steel.at_s, sensed.at_s),
            entrance=_both(steel.entrance, said.get("entrance"), seen="entrance" in seen),
            obstruction=_both(
                steel.obstruction, said.get("obstruction"), seen="obstruction" in seen
            ),
            occupancy=occupancy,
        ),
    )


def _at(occupancy: tuple[Check, ...], aisle: int) -> Check:
    return occupancy[aisle] if aisle < len(occupancy) else Check.UNKNOWN


def _both(controller: Check, sensor: Check | None, *, seen: bool) -> Check:
    if sensor is None:
        return controller
    if Check.UNSAFE in (controller, sensor):
        return Check.UNSAFE
    if not seen:
        return sensor
    return Check.SAFE if controller is sensor is Check.SAFE else Check.UNKNOWN
