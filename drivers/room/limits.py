"""What is fixed in writing about the segments of a bank, before its driver was ever reached."""

from __future__ import annotations

from config.geometry import park_aisle, segments_of
from config.room import Room, Shelving
from config.shelving import Commissions, find_commission
from drivers.room.motion import Limits
from drivers.room.sensors import Sensors
from drivers.shelving.connect import find_profile

_SETTING_S = 30.0
"""How long a controller of the reference map may take to lock, unlock, sleep or wake."""


def limits_of(
    room: Room, device: Shelving, commissions: Commissions, sensors: Sensors
) -> tuple[Limits, ...]:
    """Put together what room file, profile and commissioning say; the driver's part is learnt."""
    bank = room.bank(device.bank)
    profile = find_profile(room, device, commissions)
    times = bank.motion if profile is None else profile
    return tuple(
        Limits(
            segment=part.segment,
            aisles=len(part.aisles),
            park_aisle=park_aisle(bank, part),
            remote_start=room.start == "remote",
            covered=sensors.covered(bank.bank, part.segment, len(part.aisles)),
            commissioned=find_commission(room, device, commissions) is not None,
            gaps=bank.gaps,
            first_column=part.first,
            start_seen_s=times.start_seen_s,
            end_s=times.end_s,
            setting_s=_SETTING_S if profile is None else max(profile.wake_s, profile.unlock_s),
        )
        for part in segments_of(bank)
    )
