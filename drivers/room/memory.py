"""What must survive a restart of the agent: faults nobody confirmed yet, and who holds which aisle.

The controller's reset counter too, so that a trip that was reset meanwhile does not go unnoticed:
a restart may not be a way around a confirmation. A disk that fails is told; nothing waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from config.clock import Clock
from drivers.messages import Actor
from drivers.room.motion import Faulted, Hold, Limits, Segment, Unknown
from drivers.room.picture import Moment
from drivers.room.relay import happens

_log = logging.getLogger(__name__)

TRY_AGAIN_S = 0.5
"""After a disk that failed."""


class _Fault(BaseModel):
    model_config = ConfigDict(frozen=True)
    why: str
    latched: bool
    reset_count: int | None
    reset: bool


class _Hold(BaseModel):
    model_config = ConfigDict(frozen=True)
    aisle: int
    actor: Actor
    since: AwareDatetime


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)
    fault: _Fault | None = None
    hold: _Hold | None = None
    reset_count: int | None = None


_FILE = TypeAdapter(dict[str, _Kept])
_NOTHING = _Kept()


class Memory:
    """The one writer of the file; segments are named "bank.segment" in it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        loaded = _load(path)
        self._is_lost = loaded is None
        self._kept: Mapping[str, _Kept] = loaded or {}
        self._saved: Mapping[str, _Kept] = self._kept
        self._failing = False
        self._changed = asyncio.Event()

    def recall(self, bank: int, limits: Limits) -> Segment:
        """Begin a segment with what is known of it from before."""
        kept = self._kept.get(f"{bank}.{limits.segment}", _NOTHING)
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        phase: Faulted | Unknown = Unknown("never_read")
        if self._is_lost:
            phase = Faulted(why="memory_lost", latched=False)
        elif kept.fault is not None:
            phase = Faulted(
                why=kept.fault.why,
                latched=kept.fault.latched,
                reset_count=kept.fault.reset_count,
                reset=kept.fault.reset,
            )
        holds: tuple[Hold, ...] = ()
        if kept.hold is not None:
            age_s = (now.at - kept.hold.since).total_seconds()
            since_s = now.at_s - age_s
            holds = (Hold(aisle=kept.hold.aisle, actor=kept.hold.actor, since_s=since_s),)
        return Segment(
            limits=limits,
            life=uuid4().hex[:12],
            phase=phase,
            holds=holds,
            reset_count=kept.reset_count,
        )

    def note(self, bank: int, segments: Mapping[int, Segment]) -> None:
        """Take in how the segments of a bank are now; `keep` saves what changed."""
        for number, segment in segments.items():
            name = f"{bank}.{number}"
            before = self._kept.get(name, _NOTHING)
            kept = self._worth(segment, before)
            if kept != before:
                self._kept = {**self._kept, name: kept}
                self._changed.set()

    async def keep(self) -> None:
        """Save what changed at once, for ever, and once more on the way out."""
        try:
            while True:
                await happens(self._changed, TRY_AGAIN_S)
                self._changed.clear()
                if self._kept is not self._saved:
                    await asyncio.to_thread(self._save, self._kept)
        finally:
            if self._kept is not self._saved:
                self._save(self._kept)

    def _worth(self, segment: Segment, before: _Kept) -> _Kept:
        phase, hold = segment.phase, next(iter(segment.holds), None)
        fault = None
        if isinstance(phase, Faulted):
            fault = _Fault(
                why=phase.why,
                latched=phase.latched,
                reset_count=phase.reset_count,
                reset=phase.reset,
            )
        return _Kept(
            fault=fault,
            hold=None if hold is None else self._worth_of(hold, before.hold),
            reset_count=segment.reset_count,
        )

    def _worth_of(self, hold: Hold, before: _Hold | None) -> _Hold:
        if before is not None and (before.aisle, before.actor) == (hold.aisle, hold.actor):
            return before
        now = Moment(at=self._clock.now(), at_s=self._clock.monotonic())
        return _Hold(aisle=hold.aisle, actor=hold.actor, since=now.when(hold.since_s))

    def _save(self, kept: Mapping[str, _Kept]) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                file.write(_FILE.dump_json(dict(kept), indent=1))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            if not self._failing:
                _log.error("%s cannot be written, faults end with this process: %s", fresh, error)
            self._failing = True
            return
        self._saved, self._failing = kept, False


def _load(path: Path) -> dict[str, _Kept] | None:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValidationError) as error:
        _log.error("%s cannot be read; a person must confirm every segment: %s", path, error)
        return None
