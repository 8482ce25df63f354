"""Which driver serves a bank: the one place that knows all makers of shelving."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from config.clock import Clock
from config.commissions import BadProfile, load_profile
from config.geometry import segments_of
from config.room import (
    Bank,
    ModbusShelving,
    Room,
    SerialAddress,
    Shelving,
    TcpAddress,
    Udp55Shelving,
    WebApiShelving,
)
from config.shelving import Commissions, ShelvingProfile, find_commission
from drivers.bus import Bus
from drivers.errors import Refused
from drivers.ports import Connect, ShelvingMotion
from drivers.shelving.modbus.shelving import connect_shelving
from drivers.shelving.sides import closing_aisle
from drivers.shelving.udp55 import shelving as udp55
from drivers.shelving.udp55.shelving import connect_udp55
from drivers.shelving.webapi import shelving as webapi
from drivers.shelving.webapi.shelving import connect_webapi

Buses = Mapping[TcpAddress | SerialAddress, Bus]


def connect_bank(
    device: Shelving,
    room: Room,
    buses: Buses,
    clock: Clock,
    commissions: Commissions,
) -> Connect[ShelvingMotion]:
    """Choose the driver of a bank's controller; what it gives opens the port. Raises BadProfile.

    A bridge of the 0x55 frames that nobody commissioned is not even asked how it stands: only its
    length tells that question from an order (udp55/frames.py), so the first one needs two people.
    """
    bank = room.bank(device.bank)
    profile = find_profile(room, device, commissions)
    match device:
        case Udp55Shelving() if find_commission(room, device, commissions) is None:
            return partial(_refuse_unasked, device)
        case ModbusShelving():
            return partial(connect_shelving, buses[device.at], device, bank)
        case Udp55Shelving() if profile is not None:
            memory = udp55.Memory(bank, profile)
            return partial(connect_udp55, device, bank, profile, clock, memory=memory)
        case WebApiShelving() if profile is not None:
            known = webapi.Memory(bank, profile)
            return partial(connect_webapi, device, bank, profile, clock, memory=known)
    raise BadProfile(f"{room.room} device {device.id}: {device.driver} needs a shelving profile")


def out_of_reach(device: Shelving, bank: Bank) -> dict[int, int]:
    """Name by segment the aisle that a driver cannot open on its own; empty where it opens all.

    The MJJ makers open the outermost aisle by closing all columns, of both segments.
    """
    parts = segments_of(bank)
    if isinstance(device, ModbusShelving) or len(parts) == 1:
        return {}
    return {part.segment: closing_aisle(bank, part) for part in parts}


@asynccontextmanager
async def _refuse_unasked(device: Udp55Shelving) -> AsyncIterator[ShelvingMotion]:
    raise Refused(
        device.id,
        "not_commissioned",
        "nothing is sent to it before two people have tried it: stackroom commission",
    )
    yield


def find_profile(room: Room, device: Shelving, commissions: Commissions) -> ShelvingProfile | None:
    """Find how a maker's words are to be read: as verified on this steel, else as brought along.

    `None` for the reference map, which leaves nothing open. Raises BadProfile.
    """
    if isinstance(device, ModbusShelving):
        return None
    commission = find_commission(room, device, commissions)
    if commission is not None and commission.profile is not None:
        return commission.profile
    return load_profile(device.profile)
