"""What makers leave open about their shelving, and what two people saw when they tried it.

A profile says how a maker's words are to be read. Makers contradict each other on left and right
and on polarity, so a profile counts for real steel only once a commissioning has verified it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from config.room import Part, Room, Shelving, TcpAddress, Words

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
Seconds = Annotated[float, Field(gt=0, le=600)]


class ShelvingProfile(Part):
    """How the words of a maker's protocol are to be read. Low and high are column numbers."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Words
    maker_left: Literal["low", "high"]
    """Where the maker's command "open left" makes the gap, seen from the column named."""
    digit_1: Literal["gap_low", "gap_high"]
    """Which side of a column is open when its status digit is 1; 2 is the other side."""
    digit_0: Literal["closed", "free"] = "closed"
    """What a status digit of 0 says about both sides of a column; 3 says the opposite."""
    true_means: Mapping[Literal["vent", "power", "lock"], Literal["on", "off"]] = {}
    """What a true flag says; makers differ."""
    wake_s: Seconds = 7.0
    unlock_s: Seconds = 30.0
    start_seen_s: Seconds = 3.0
    end_s: Seconds = 150.0
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    verified: bool = False
    """Tried on steel; in what this program brings along, never."""


class Observation(Part):
    """One step of the moving test: what was asked, what the profile foretold, what was seen."""

    asked: Annotated[str, Field(max_length=200)]
    foretold: Annotated[str, Field(max_length=200)]
    seen: Annotated[str, Field(max_length=200)]
    agrees: bool


class Commission(Part):
    """The signed record of a moving test of one bank."""

    device: str
    fingerprint: str
    """Of the room file's bank and device: another bank needs another test."""
    profile: ShelvingProfile | None = None
    """The profile as verified; None for the reference map, which leaves nothing open."""
    people: Annotated[tuple[str, ...], Field(min_length=2)]
    """Who stood at the steel and who asked."""
    at: AwareDatetime
    simulated: bool = False
    observations: Annotated[tuple[Observation, ...], Field(min_length=1)]


Commissions = Mapping[str, Commission]
"""By device id."""


def fingerprint(room: Room, device: Shelving) -> str:
    """Hash what a moving test depends on: the bank and its controller, but not its address."""
    bank = room.bank(device.bank).model_dump_json()
    driver = device.model_dump_json(exclude={"at"})
    return hashlib.sha256(f"{bank}{driver}".encode()).hexdigest()[:16]


def find_commission(room: Room, device: Shelving, commissions: Commissions) -> Commission | None:
    """Find the record that still fits this bank and device.

    What a simulator signed for itself counts for a device on this machine alone.
    """
    found = commissions.get(device.id)
    if found is None or found.fingerprint != fingerprint(room, device):
        return None
    return None if found.simulated and not _is_here(device) else found


def is_simulated(room: Room, device: Shelving, commissions: Commissions) -> bool:
    """Say whether a simulator signed for a bank."""
    found = find_commission(room, device, commissions)
    return found is not None and found.simulated


def _is_here(device: Shelving) -> bool:
    return isinstance(device.at, TcpAddress) and device.at.host in _LOOPBACK
