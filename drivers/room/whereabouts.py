"""What is known of tags, across restarts: rows in a file, and after them the events of the outbox.

A decision is its event: it is on disk as soon as the outbox has it, in that one transaction, and
nowhere else first. The rows are only saved now and then. So after a crash the events that came
after the rows say where the tags were last told to be, and nothing is told a second time.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from drivers.messages import EVENT, BoxGone, BoxMoved, BoxSeen
from drivers.room.outbox import Outbox
from drivers.room.outbox_file import StoredEvent
from drivers.room.presence import Presence, restore, rows_of, with_told

_log = logging.getLogger(__name__)

_EVENTS_PER_BATCH = 500
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is known of all tags, with nothing decided in it that the outbox does not have."""

    presence: Presence
    told: int
    """The events up to this one are in it for sure."""


class Whereabouts:
    """The one reader and writer of the file."""

    def __init__(self, path: Path, outbox: Outbox) -> None:
        self._path = path
        self._outbox = outbox
        self._saved = Presence()

    async def recall(self) -> Presence:
        """Read the rows and the events after them; what cannot be read is learnt anew."""
        rows = await asyncio.to_thread(_load, self._path)
        zones: dict[str, str | None] = {}
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._read_events(rows.told, zones)
        except TimeoutError:
            _log.warning("the outbox does not answer; tags may be told twice")
        return with_told(rows.presence, zones)

    def snapshot(self, presence: Presence) -> Snapshot | None:
        """Say what may be saved now; `None` if nothing is new or an event still waits for the disk.

        Rows that were ahead of the events could swallow one in a crash.
        """
        if presence is self._saved or self._outbox.health().unwritten:
            return None
        return Snapshot(presence=presence, told=self._outbox.written)

    def save(self, snapshot: Snapshot) -> None:
        """Replace the file; a disk that fails is told, nothing waits for it."""
        fresh = self._path.with_suffix(".new")
        content = {"told": snapshot.told, "tags": rows_of(snapshot.presence)}
        try:
            fresh.write_text(json.dumps(content), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("%s cannot be written, tags will be learnt anew: %s", self._path, error)
            return
        self._saved = snapshot.presence

    async def _read_events(self, after: int, zones: dict[str, str | None]) -> None:
        while events := await self._outbox.batch(after, _EVENTS_PER_BATCH):
            for stored in events:
                _follow(stored, zones)
            after = events[-1].seq


def _follow(stored: StoredEvent, zones: dict[str, str | None]) -> None:
    try:
        event = EVENT.validate_json(stored.body)
    except ValidationError as error:
        _log.warning("event %d cannot be read, going on without it: %s", stored.seq, error)
        return
    match event:
        case BoxSeen() | BoxMoved():
            zones[event.epc] = event.zone
        case BoxGone():
            zones[event.epc] = None


def _load(path: Path) -> Snapshot:
    nothing = Snapshot(presence=Presence(), told=0)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return nothing
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read, tags are learnt anew: %s", path, error)
        return nothing
    match content:
        case {"told": int() as told, "tags": dict() as tags}:
            return Snapshot(presence=restore(tags), told=told)
    _log.warning("%s holds no rows of tags, they are learnt anew", path)
    return nothing
