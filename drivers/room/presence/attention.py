"""Which antennas a reader runs next: the desk often, and mostly where a hand can reach now. Pure.

Behind closed steel no box comes or goes, so its antennas need few turns; a person who stands in an
open aisle or at the desk waits for the next one.
"""

from __future__ import annotations

from typing import Final

from drivers.room.presence.field import DESK, Aisles, Field

SHELVES_PER_DESK: Final = 5
"""So many shelf antennas run between two turns of the desk."""

FULL_EVERY: Final = 10
"""One round in so many takes all antennas, whatever is open."""


def plan_round(field: Field, reader_id: str, aisles: Aisles, turn: int) -> tuple[int, ...]:
    """Name the antennas of a reader's round number `turn`, in order.

    Between full rounds only those run that look where a person can reach while no carriage moves;
    if there are none, every round is full. A bank that is unknown may be open.
    """
    spots = {
        antenna: spot for (reader, antenna), spot in field.spots.items() if reader == reader_id
    }
    desk = tuple(antenna for antenna, spot in spots.items() if spot.zone.name == DESK)
    shelves = tuple(antenna for antenna in spots if antenna not in desk)
    within_reach = tuple(antenna for antenna in shelves if aisles.invites(spots[antenna].zone))
    running = shelves if turn % FULL_EVERY == 0 or not within_reach else within_reach
    if not running:
        return desk
    planned: tuple[int, ...] = ()
    for first in range(0, len(running), SHELVES_PER_DESK):
        planned += desk + running[first : first + SHELVES_PER_DESK]
    return planned
