"""Which probes were carried in lately, over restarts of the agent (drivers/climate/plausible.py).

The file says when each probe was heard last, and until when the agent was there to hear it: time in
which the agent was off is no absence of a probe. A disk that fails costs no sample.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from config.clock import Clock
from config.room import Probe
from drivers.climate.plausible import LONG_ABSENCE_S, SETTLES_S

_log = logging.getLogger(__name__)

SAVE_EVERY_S = 60.0
_INTERVALS = 3


class _Hung(BaseModel):
    model_config = ConfigDict(frozen=True)

    heard_at: AwareDatetime
    settles_until: AwareDatetime | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True)

    alive_at: AwareDatetime
    probes: dict[str, _Hung]


class Deployments:
    """The one writer of the file."""

    def __init__(self, path: Path, devices: Iterable[Probe], clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._intervals = {device.id: device.every_s for device in devices}
        self._probes = self._recall()
        self._failing = False

    def hear(self, device: str) -> bool:
        """Note that a probe measures now; say whether it still shows the air it came from."""
        now = self._clock.now()
        known = self._probes.get(device)
        until = None if known is None else known.settles_until
        if known is None or now - known.heard_at >= self._absence(device):
            until = now + timedelta(seconds=SETTLES_S)
            _log.warning("%s was carried in; it is believed from %s on", device, until)
        settling = until is not None and now < until
        self._probes[device] = _Hung(heard_at=now, settles_until=until if settling else None)
        return settling

    async def keep(self) -> None:
        """Save every minute, for ever."""
        while True:
            file = _File(alive_at=self._clock.now(), probes=dict(self._probes))
            try:
                await asyncio.to_thread(_save, self._path, file.model_dump_json(indent=1))
                self._failing = False
            except OSError as error:
                if not self._failing:
                    _log.warning("%s cannot be written: %s", self._path, error)
                self._failing = True
            await asyncio.sleep(SAVE_EVERY_S)

    def _absence(self, device: str) -> timedelta:
        """Say how long a probe must be away to count as carried off and in again."""
        return timedelta(seconds=max(LONG_ABSENCE_S, _INTERVALS * self._intervals.get(device, 0.0)))

    def _recall(self) -> dict[str, _Hung]:
        now = self._clock.now()
        file = _load(self._path)
        if file is None:
            return {device: _Hung(heard_at=now) for device in self._intervals}
        was_off = max(now - file.alive_at, timedelta())
        return {
            device: _later(hung, was_off, now)
            for device, hung in file.probes.items()
            if device in self._intervals
        }


def _later(hung: _Hung, was_off: timedelta, now: datetime) -> _Hung:
    return _Hung(heard_at=min(hung.heard_at + was_off, now), settles_until=hung.settles_until)


def _load(path: Path) -> _File | None:
    try:
        return _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, ValueError) as error:
        _log.warning("%s cannot be read, all probes count as hung up before: %s", path, error)
        return None


def _save(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
