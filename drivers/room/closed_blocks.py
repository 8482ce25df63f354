"""Proposes to air closed blocks of shelves where that would dry them, not too often.

Steel is never moved from here: a person who has walked the room starts what is proposed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from config.climate import Climate, Zone
from config.clock import Clock
from drivers.room.air_sight import AirSight
from drivers.room.motion import Answer
from drivers.room.regulation import Reason, find_need, reason_for

STALE_S: Final = 900.0
"""Older readings do not speak for airing."""


class Propose(Protocol):
    """Proposes airing some banks; a person starts it."""

    def __call__(self, reason: Reason, banks: frozenset[int]) -> Awaitable[Answer]: ...


class ClosedBlocks:
    """The one writer of when airing each closed block was proposed last."""

    def __init__(
        self,
        climate: Climate,
        *,
        sight: AirSight,
        propose: Propose,
        proposed_at: Mapping[str, datetime],
        clock: Clock,
    ) -> None:
        """`proposed_at` is what an earlier life of the program noted, by zone."""
        self._zones = tuple(zone for zone in climate.all_zones() if zone.kind == "closed_block")
        self._usual_zone = climate.usual_zone().zone
        self._sight = sight
        self._propose = propose
        self._clock = clock
        self.proposed_at = dict(proposed_at)

    async def look(self) -> bool:
        """Propose to air the blocks whose air is damper than the room's; say whether it was."""
        now = self._clock.now()
        room = self._sight.air(self._usual_zone, STALE_S)
        due = (zone for zone in self._zones if self._may_propose(zone, now))
        found = (find_need(zone, self._sight.air(zone.zone, STALE_S), room) for zone in due)
        needs = [need for need in found if need is not None]
        if not needs:
            return False
        banks = frozenset(need.bank for need in needs)
        answer = await self._propose(reason_for(needs), banks)
        if answer.status != "done":
            return False
        self.proposed_at |= {need.zone: now for need in needs}
        return True

    def _may_propose(self, zone: Zone, now: datetime) -> bool:
        last = self.proposed_at.get(zone.zone)
        pause = timedelta(hours=zone.propose_every_h)
        return last is None or last > now or now - last >= pause
