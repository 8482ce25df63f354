"""Whether opening a closed block of shelves would dry what stands in it.

Opening evenly brings the air of the room between the shelves. Nothing is moved from here: the
program is proposed, and a person who has walked the room starts it.
"""

from __future__ import annotations

from typing import Final

from config.air import absolute_humidity_g_m3
from config.climate import Zone
from drivers.room.regulation.values import Air, Reason, Value

BLOCK_DAMPER: Final = "block_damper"
"""Code of the reason that stands in the proposal."""


def find_need(zone: Zone, block: Air | None, room: Air | None) -> Reason | None:
    """Say why a closed block should be aired with the air of the room; None: it should not."""
    if block is None or room is None or block.humidity_pct <= zone.air_above_pct:
        return None
    block_g = absolute_humidity_g_m3(block.temperature_c, block.humidity_pct)
    room_g = absolute_humidity_g_m3(room.temperature_c, room.humidity_pct)
    if block_g - room_g < zone.air_when_drier_g_m3:
        return None
    detail: dict[str, Value] = {
        "zone": zone.zone,
        "bank": zone.block,
        "block_pct": round(block.humidity_pct, 1),
        "block_g_m3": round(block_g, 2),
        "room_g_m3": round(room_g, 2),
        "least_g_m3": zone.air_when_drier_g_m3,
    }
    return Reason(BLOCK_DAMPER, detail)
