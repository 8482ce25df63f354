"""What all readers of a room hear, weighed by presence, and told as events with who held the aisle.

One presence serves all readers, because a box leaves the field of one and enters that of another.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path

from config.clock import Clock
from config.geometry import AislePlace
from config.room import LlrpReader, Room
from drivers import messages
from drivers.errors import LinkLost
from drivers.messages import Actor
from drivers.ports import Connect, TagReader
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
    restore,
    rows_of,
    step,
)
from drivers.room.roster import Roster, supervise

_log = logging.getLogger(__name__)

SAVE_EVERY_S = 2.0


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
    ) -> None:
        self._field = field_of(room)
        self._hearing = Hearing()
        self._presence = _load(path)
        self._saved = self._presence
        self._aisles = Aisles()
        self._homes = homes
        self._outbox = outbox
        self._roster = roster
        self._find_holder = find_holder
        self._path = path
        self._clock = clock

    def watch(self, bank: int, segments: dict[int, Segment], at_s: float) -> None:
        """Take in how the steel of a bank stands: what moves hides what it carries."""
        if not all(segment.linked for segment in segments.values()):
            self._aisles = self._aisles.without_bank(bank, at_s=at_s)
            return
        self._aisles = self._aisles.with_bank(
            bank,
            open_aisles={
                number: None if segment.steel is None else segment.steel.open_aisle
                for number, segment in segments.items()
            },
            moving=any(isinstance(segment.phase, Moving) for segment in segments.values()),
            at_s=at_s,
        )

    async def listen(self, device: LlrpReader, connect: Connect[TagReader]) -> None:
        """Keep a reader's field on for ever, through every loss of it."""

        async def serve() -> None:
            try:
                await self._inventory(device, connect)
            finally:
                self._hearing.forget(device.id)
            raise LinkLost(device.id, "the reader ended its reports")

        await supervise(device.id, serve, self._roster, self._clock)

    async def keep(self) -> None:
        """Save what is known every now and then, so that a restart invents no departures."""
        try:
            while True:
                await asyncio.sleep(SAVE_EVERY_S)
                if self._presence is not self._saved:
                    await asyncio.to_thread(self._save, self._presence)
        finally:
            self._save(self._presence)

    async def _inventory(self, device: LlrpReader, connect: Connect[TagReader]) -> None:
        turns = count()

        def plan() -> tuple[int, ...]:
            return plan_round(self._field, device.id, self._aisles, next(turns))

        async with connect() as reader, reader.inventory(plan) as readings:
            self._roster.up(device.id)
            async for reading in readings:
                heard = self._hearing.take(reading)
                if heard is None:
                    continue
                self._presence, decisions = step(
                    self._field, self._presence, heard, self._aisles, self._homes.shelves()
                )
                for decision in decisions:
                    self._outbox.append_soon(self._event(decision))

    def _event(self, decision: Decision) -> messages.Event:
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        at = now.when(decision.at_s)
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
            case BoxGone():
                return messages.BoxGone(
                    at=at,
                    epc=decision.epc,
                    zone=decision.zone,
                    confidence=decision.confidence,
                    reader=decision.reader_id,
                    holder=self._holder(decision.zone),
                )

    def _holder(self, zone: str) -> Actor | None:
        """Name who holds an aisle that leads to the zone; nobody if several do."""
        places = self._field.aisles_of(zone)
        holders = {h.id: h for h in map(self._find_holder, places) if h is not None}
        return next(iter(holders.values())) if len(holders) == 1 else None

    def _save(self, presence: Presence) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(rows_of(presence)), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("%s cannot be written, tags will be learnt anew: %s", self._path, error)
            return
        self._saved = presence


def _load(path: Path) -> Presence:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Presence()
    except (OSError, ValueError) as error:
        _log.warning("%s cannot be read, tags are learnt anew: %s", path, error)
        return Presence()
    return restore(rows if isinstance(rows, dict) else {})
