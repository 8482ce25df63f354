"""What must survive a restart of the agent, on disk as soon as it is so.

Faults nobody confirmed yet, with the controller's reset counter, so that a restart is no way around
a confirmation; who holds which aisle; which columns and segments are locked by whom. A disk that
fails is told. Only a lock or a lock-out waits for it, because people rely on what they were told.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from config.clock import Clock
from drivers.room.kept import NOTHING, Kept, keep, recall
from drivers.room.motion import Faulted, Limits, Segment
from drivers.room.picture import Moment
from drivers.room.relay import happens

_log = logging.getLogger(__name__)

TRY_AGAIN_S = 0.5
"""After a disk that failed."""
SETTLE_S = 2.0
"""How long a person who locks something waits for a slow disk."""
MEMORY_LOST = "memory_lost"

_FILE = TypeAdapter(dict[str, Kept])


class Memory:
    """The one writer of the file; segments are named "bank.segment" in it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        loaded = _load(path)
        self.is_lost = loaded is None
        """Nobody knows what was there before: the file cannot be read."""
        self._kept: Mapping[str, Kept] = loaded or {}
        self._saved: Mapping[str, Kept] = self._kept
        self._failing = False
        self._changed = asyncio.Event()
        self._tried = asyncio.Event()

    def recall(self, bank: int, limits: Limits) -> Segment:
        """Begin a segment with what is known of it from before."""
        kept = self._kept.get(f"{bank}.{limits.segment}", NOTHING)
        life = uuid4().hex[:12]
        segment = recall(kept, limits, life=life, now=self._now())
        if not self.is_lost:
            return segment
        at_s = self._clock.monotonic()
        fault = Faulted(why=MEMORY_LOST, latched=False, trip_id=f"{life}-0", since_s=at_s)
        return replace(segment, phase=fault)

    def note(self, bank: int, segments: Mapping[int, Segment]) -> None:
        """Take in how the segments of a bank are now; `keep` saves what changed."""
        for number, segment in segments.items():
            name = f"{bank}.{number}"
            before = self._kept.get(name, NOTHING)
            kept = keep(segment, before, self._now())
            if kept != before:
                self._kept = {**self._kept, name: kept}
                self._changed.set()

    async def settle(self) -> bool:
        """Wait until all locks and lock-outs that were noted are on disk; say whether they are."""
        try:
            async with asyncio.timeout(SETTLE_S):
                while _promises(self._kept) != _promises(self._saved):
                    self._tried.clear()
                    self._changed.set()
                    await self._tried.wait()
                    if self._failing:
                        return False
        except TimeoutError:
            return False
        return True

    async def keep(self) -> None:
        """Save what changed at once, for ever, and once more on the way out."""
        try:
            while True:
                await happens(self._changed, TRY_AGAIN_S)
                self._changed.clear()
                if self._kept is not self._saved:
                    await asyncio.to_thread(self._save, self._kept)
                self._tried.set()
        finally:
            if self._kept is not self._saved:
                self._save(self._kept)

    def _now(self) -> Moment:
        return Moment(at=self._clock.now(), at_s=self._clock.monotonic())

    def _save(self, kept: Mapping[str, Kept]) -> None:
        try:
            _write(self._path, _FILE.dump_json(dict(kept), indent=1, exclude={"__all__": {"hold"}}))
        except OSError as error:
            if not self._failing:
                _log.error(
                    "%s cannot be written, faults and locks end with this process: %s",
                    self._path,
                    error,
                )
            self._failing = True
            return
        self._saved, self._failing = kept, False


def _promises(kept: Mapping[str, Kept]) -> dict[str, object]:
    return {name: each.promises for name, each in kept.items() if any(each.promises)}


def _write(path: Path, text: bytes) -> None:
    """Replace a file so that a restart finds it whole, even if the machine loses its power now."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _load(path: Path) -> dict[str, Kept] | None:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValidationError) as error:
        _log.error("%s cannot be read; a person must confirm every segment: %s", path, error)
        return None
