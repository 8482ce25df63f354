"""What the contacts of our own sensors and buttons say, from how the room really is. Pure."""

from __future__ import annotations

from config.room import AirContact, SensorInput
from simulators.physics.protections import ENTRANCES
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.world import World


def level_of(world: World, device: str, contact: SensorInput) -> bool:
    """Say the level at an input; a broken wire brings no voltage, whatever the sensor says."""
    if (device, contact.input) in world.cut_inputs:
        return False
    return is_safe(world, contact) == bool(contact.safe_when)


def air_level_of(world: World, device: str, contact: AirContact) -> bool:
    """Say the level at an input that concerns the air; a broken wire brings no voltage."""
    if (device, contact.input) in world.cut_inputs:
        return False
    return world.trouble(device, contact) != bool(contact.safe_when)


def is_safe(world: World, contact: SensorInput) -> bool:
    """Say whether what a contact watches is safe now; of a button: whether nobody presses it."""
    bank = world.steel_of(contact.bank)
    parts = [s for s in bank.segments if contact.segment in (None, s.segment)]
    match contact.says:
        case "entrance":
            return not any(part.signs & ENTRANCES for part in parts)
        case "obstruction":
            return not any("obstruction" in part.signs for part in parts)
        case "occupancy":
            return not any(_is_occupied(part, contact.aisle) for part in parts)
        case "start_button":
            return not any((contact.bank, part.segment) in world.pressed for part in parts)
    return not _is_unsafe(bank, contact.says)


def _is_unsafe(bank: BankSteel, says: str) -> bool:
    return {
        "remote_control": bank.local,
        "e_stop_chain": bank.e_stop_open,
        "maintenance_key": bank.key_inserted,
        "crank": bank.crank_engaged,
        "fire": bank.fire,
        "power": bank.power_failed,
    }[says]


def _is_occupied(segment: SegmentSteel, aisle: int | None) -> bool:
    return any(segment.people) if aisle is None else segment.people[aisle] > 0
