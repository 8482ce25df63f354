"""Which probes were carried in lately, over restarts of the agent (drivers/climate/plausible.py).

The file says when each probe was heard last, and until when the agent was there to hear it: time in
which the agent was off is no absence of a probe. While it runs, its time is that of the monotonic
clock: a wall clock that is set carries no probe in and lets none settle for years. A disk that
fails costs no sample.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Heard:
    """When a probe was heard last, and until when it settles, on the monotonic clock."""

    at_s: float
    settles_until_s: float | None = None


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
        now_s = self._clock.monotonic()
        known = self._probes.get(device)
        until_s = None if known is None else known.settles_until_s
        if known is None or now_s - known.at_s >= self._absence_s(device):
            until_s = now_s + SETTLES_S
            until = self._clock.now() + timedelta(seconds=SETTLES_S)
            _log.warning("%s was carried in; it is believed from %s on", device, until)
        settling = until_s is not None and now_s < until_s
        self._probes[device] = _Heard(now_s, until_s if settling else None)
        return settling

    async def keep(self) -> None:
        """Save every minute, for ever."""
        while True:
            text = self._file().model_dump_json(indent=1)
            try:
                await asyncio.to_thread(_save, self._path, text)
                self._failing = False
            except OSError as error:
                if not self._failing:
                    _log.warning("%s cannot be written: %s", self._path, error)
                self._failing = True
            await asyncio.sleep(SAVE_EVERY_S)

    def _absence_s(self, device: str) -> float:
        """Say how long a probe must be away to count as carried off and in again."""
        return max(LONG_ABSENCE_S, _INTERVALS * self._intervals.get(device, 0.0))

    def _file(self) -> _File:
        now, now_s = self._clock.now(), self._clock.monotonic()
        probes = {
            device: _Hung(
                heard_at=now - timedelta(seconds=now_s - heard.at_s),
                settles_until=None
                if heard.settles_until_s is None
                else now + timedelta(seconds=heard.settles_until_s - now_s),
            )
            for device, heard in self._probes.items()
        }
        return _File(alive_at=now, probes=probes)

    def _recall(self) -> dict[str, _Heard]:
        now, now_s = self._clock.now(), self._clock.monotonic()
        file = _load(self._path)
        if file is None:
            return {device: _Heard(now_s) for device in self._intervals}
        return {
            device: _recalled(hung, file.alive_at, now, now_s)
            for device, hung in file.probes.items()
            if device in self._intervals
        }


def _recalled(hung: _Hung, alive_at: datetime, now: datetime, now_s: float) -> _Heard:
    """Take up a probe: it was unheard for as long as when the agent was there last."""
    absent_s = max(0.0, (alive_at - hung.heard_at).total_seconds())
    if hung.settles_until is None:
        return _Heard(now_s - absent_s)
    settles_s = min((hung.settles_until - now).total_seconds(), SETTLES_S)
    return _Heard(now_s - absent_s, now_s + settles_s)


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
