"""What the page shows and acts on, put together by its server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.clock import Clock
from config.room import Room
from drivers.room.desk import Desk
from drivers.room.doors import Doors
from drivers.room.link import Link
from drivers.room.outbox import Outbox
from drivers.room.regulators import Regulators
from drivers.room.roster import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a room agent that its page needs."""

    room: Room
    pins: Mapping[str, str]
    badges: Mapping[str, str] = field(default_factory=dict)
    """Name to the number that the person's badge types."""
    desk: Desk
    roster: Roster
    doors: Doors
    link: Link
    outbox: Outbox
    regulators: Regulators
    clock: Clock
    names: frozenset[str] = frozenset()
    """What browsers may call this machine, besides its addresses."""
