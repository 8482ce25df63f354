"""What all readers of a room hear, weighed by presence, and told as events with who held the aisle.

One presence serves all readers, because a box leaves the field of one and enters that of another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from config.calibration import Calibration
from config.clock import Clock
from config.geometry import AislePlace
from config.room import AnyReader, Room
from drivers import messages, readings
from drivers.calibration.ears import ears_of, tell_unfit
from drivers.errors import LinkLost
from drivers.messages import Actor
from drivers.ports import Connect, TagReader
from drivers.room.benches import Benches
from drivers.room.doors import Doors
from drivers.room.homes import HomesCopy
from drivers.room.motion import Moving, Segment
from drivers.room.outbox import Outbox
from drivers.room.picture import Moment
from drivers.room.presence import (
    Aisles,
    BoxGone,
    BoxMoved,
    BoxSeen,
    Decision,
    Hearing,
    Presence,
    field_of,
    plan_round,
    step,
)
from drivers.room.roster import Roster, supervise
from drivers.room.stations import Stations
from drivers.room.still_heard import Turns
from drivers.room.whereabouts import Whereabouts

_log = logging.getLogger(__name__)

_OTHERS_PER_DOOR = 3
"""So many other antennas run between two turns of those at a door."""
LATEST_CYCLE = timedelta(seconds=60)
"""No reader hands a cycle over later than this."""
SAVE_EVERY_S = 10.0
"""How much learning a crash may cost; what was decided is in the outbox at once."""


class Ears:
    """The one writer of where tags are."""

    def __init__(
        self,
        room: Room,
        *,
        homes: HomesCopy,
        outbox: Outbox,
        roster: Roster,
        find_holder: Callable[[AislePlace], Actor | None],
        path: Path,
        clock: Clock,
        calibration: Calibration | None = None,
        stations: Stations,
        benches: Benches,
        doors: Doors,
    ) -> None:
        for sentence in tell_unfit(room, calibration):
            _log.warning("%s", sentence)
        self._field = field_of(room, ears_of(room, calibration))
        self._hearing = Hearing()
        self._presence = Presence()
        self._whereabouts = Whereabouts(path, outbox)
        self._recalling = asyncio.Lock()
        self._recalled = False
        self._aisles = Aisles()
        self._homes = homes
        self._outbox = outbox
        self._roster = roster
        self._find_holder = find_holder
        self._clock = clock
        self._turns = Turns(self._field, clock.monotonic())
        self._told_at: datetime | None = None
        self._stations = stations
        self._benches = benches
        self._doors = doors

    def zone_of(self, epc: str) -> str | None:
        """Name the zone in which a tag is now; `None` if in none that we know."""
        return self._presence.zone_of(epc)

    def watch(self, bank: int, segments: dict[int, Segment], at_s: float) -> None:
        """Take in how the steel of a bank stands: what moves hides what it carries."""
        if not all(segment.linked for segment in segments.values()):
            self._aisles = self._aisles.without_bank(bank, at_s=at_s)
            return
        self._aisles = self._aisles.with_bank(
            bank,
            open_aisles={
                number: () if segment.steel is None else segment.steel.open_aisles
                for number, segment in segments.items()
            },
            moving=any(isinstance(segment.phase, Moving) for segment in segments.values()),
            at_s=at_s,
        )

    async def listen(self, device: AnyReader, connect: Connect[TagReader]) -> None:
        """Keep a reader's field on for ever, through every loss of it."""
        await self._recall()

        async def serve() -> None:
            try:
                await self._inventory(device, connect)
            finally:
                self._hearing.forget(device.id)
            raise LinkLost(device.id, "the reader ended its reports")

        await supervise(device.id, serve, self._roster, self._clock)

    async def keep(self) -> None:
        """Save what is known every now and then, so that a restart invents no departures."""
        await self._recall()
        try:
            while True:
                await asyncio.sleep(SAVE_EVERY_S)
                snapshot = self._whereabouts.snapshot(self._presence)
                if snapshot is not None:
                    await asyncio.to_thread(self._whereabouts.save, snapshot)
        finally:
            snapshot = self._whereabouts.snapshot(self._presence)
            if snapshot is not None:
                self._whereabouts.save(snapshot)

    def tell_heard(self) -> Iterator[messages.TagsHeard]:
        """Name what is heard as before, if it is some zone's turn; call it every few seconds."""
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        return self._turns.tell(self._presence, now)

    async def _recall(self) -> None:
        async with self._recalling:
            if not self._recalled:
                self._presence = await self._whereabouts.recall()
                self._recalled = True

    async def _inventory(self, device: AnyReader, connect: Connect[TagReader]) -> None:
        turns = count()
        at_doors = self._doors.antennas_of(device.id)

        def plan() -> tuple[int, ...]:
            shelves = plan_round(self._field, device.id, self._aisles, next(turns))
            return with_doors(at_doors, shelves)

        async with connect() as reader, reader.inventory(plan) as heard:
            self._roster.up(device.id)
            with self._stations.holding(device.id, reader):
                self._doors.greet(device.id)
                async for reading in heard:
                    self._take(reading)

    def _take(self, reading: readings.Heard) -> None:
        self._benches.take(reading)
        self._doors.take(reading)
        heard = self._hearing.take(reading)
        if heard is None:
            return
        self._presence, decisions = step(
            self._field, self._presence, heard, self._aisles, self._homes.shelves()
        )
        for decision in decisions:
            self._outbox.append_soon(self._event(decision))

    def _event(self, decision: Decision) -> messages.Event:
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        at = self._told_at = self._not_before(now.when(decision.at_s))
        match decision:
            case BoxSeen():
                return messages.BoxSeen(
                    at=at,
                    epc=decision.epc,
                    zone=decision.zone,
                    confidence=decision.confidence,
                    reader=decision.reader_id,
                )
            case BoxMoved():
                return messages.BoxMoved(
                    at=at,
                    epc=decision.epc,
                    from_zone=decision.from_zone,
                    zone=decision.zone,
                    confidence=decision.confidence,
                    reader=decision.reader_id,
                )
            case BoxGone(last_at_s=last_at_s):
                return messages.BoxGone(
                    at=at,
                    epc=decision.epc,
                    zone=decision.zone,
                    confidence=decision.confidence,
                    reader=decision.reader_id,
                    holder=self._holder(decision.zone),
                    last_at=None if last_at_s is None else min(at, now.when(last_at_s)),
                )

    def _not_before(self, at: datetime) -> datetime:
        """Return a time no earlier than that of the decision before.

        Readers hand their cycles over late, each by its own delay; what is decided later was not
        earlier, or the archive would take a box that came home for one that had just left. A clock
        that was set back is no such delay.
        """
        before = self._told_at
        if before is None or before - at > LATEST_CYCLE:
            return at
        return max(at, before)

    def _holder(self, zone: str) -> Actor | None:
        """Name who holds an aisle that leads to the zone; nobody if several do."""
        places = self._field.aisles_of(zone)
        holders = {h.id: h for h in map(self._find_holder, places) if h is not None}
        return next(iter(holders.values())) if len(holders) == 1 else None


def with_doors(doors: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    """Let the antennas at doors run between any few others: who passes there does not wait."""
    if not doors:
        return others
    planned = doors
    for first in range(0, len(others), _OTHERS_PER_DOOR):
        planned += others[first : first + _OTHERS_PER_DOOR]
        if first + _OTHERS_PER_DOOR < len(others):
            planned += doors
    return planned
