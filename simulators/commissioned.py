"""The moving test of steel that is simulated: nobody need stand there, but a record must say so.

The reference map says of itself that it is simulated. Other makers' protocols cannot, so beside
the room file that a simulator writes lies a record that is marked as simulated, and that no device
beyond this machine is measured by (config/shelving.py).
"""

from __future__ import annotations

from datetime import datetime

from config.commissions import load_profile
from config.room import Room, Udp55Shelving, WebApiShelving
from config.shelving import Commission, Commissions, Observation, ShelvingProfile, fingerprint

PEOPLE = ("simulator", "simulator")


def commission_simulated(room: Room, at: datetime) -> Commissions:
    """Sign for every bank whose protocol cannot say that its steel is simulated."""
    return {
        device.id: _record(room, device, at)
        for device in room.devices
        if isinstance(device, Udp55Shelving | WebApiShelving)
    }


def _record(room: Room, device: Udp55Shelving | WebApiShelving, at: datetime) -> Commission:
    profile = load_profile(device.profile)
    return Commission(
        device=device.id,
        fingerprint=fingerprint(room, device),
        profile=profile,
        people=PEOPLE,
        at=at,
        simulated=True,
        observations=(_observation(profile),),
    )


def _observation(profile: ShelvingProfile) -> Observation:
    words = f"left {profile.maker_left}, digit 1 {profile.digit_1}"
    return Observation(
        asked="how the simulator reads the words of this profile",
        foretold=words,
        seen=words,
        agrees=True,
    )
