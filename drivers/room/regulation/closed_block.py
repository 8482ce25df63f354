"""Whether opening closed blocks of shelves would dry what stands in them.

Opening evenly brings the air of the room between the shelves. Nothing is moved from here: the
program is proposed, and a person who has walked the room starts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.air import absolute_humidity_g_m3
from config.climate import Zone
from drivers.room.regulation.values import Air, Reason, Value

BLOCK_DAMPER: Final = "block_damper"
"""Code of the reason that stands in the proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A closed block should be aired with the air of the room."""

    zone: str
    bank: int
    block_pct: float
    block_g_m3: float
    room_g_m3: float
    least_g_m3: float
    """So much drier the room's air must be."""


def find_need(zone: Zone, block: Air | None, room: Air | None) -> Need | None:
    """Say why a zone should be aired with the room's air; None: no closed block, or no need."""
    if zone.block is None or block is None or room is None:
        return None
    if block.humidity_pct <= zone.air_above_pct:
        return None
    block_g = absolute_humidity_g_m3(block.temperature_c, block.humidity_pct)
    room_g = absolute_humidity_g_m3(room.temperature_c, room.humidity_pct)
    if block_g - room_g < zone.air_when_drier_g_m3:
        return None
    return Need(
        zone=zone.zone,
        bank=zone.block,
        block_pct=round(block.humidity_pct, 1),
        block_g_m3=round(block_g, 2),
        room_g_m3=round(room_g, 2),
        least_g_m3=zone.air_when_drier_g_m3,
    )


def reason_for(needs: Sequence[Need]) -> Reason:
    """Say why some blocks should be aired: all their banks, and the figures of the dampest."""
    dampest = max(needs, key=lambda need: need.block_g_m3)
    detail: dict[str, Value] = {
        "banks": ", ".join(map(str, sorted({need.bank for need in needs}))),
        "zone": dampest.zone,
        "bank": dampest.bank,
        "block_pct": dampest.block_pct,
        "block_g_m3": dampest.block_g_m3,
        "room_g_m3": dampest.room_g_m3,
        "least_g_m3": dampest.least_g_m3,
    }
    return Reason(BLOCK_DAMPER, detail)
