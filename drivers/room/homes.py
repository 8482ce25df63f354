"""The room's own copy of where boxes belong: survives restarts, tells its age, needs no network."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from config.clock import Clock
from drivers.messages import Home, Manifest, Message, homes_digest

_log = logging.getLogger(__name__)


class _Head(Message):
    """First line of the file; every other line is a home."""

    version: int
    sha256: str = ""
    confirmed_at: AwareDatetime


class HomesCopy:
    """Boxes and their home shelves as the archive last told them. One writer: the link."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._version = 0
        self._sha256 = ""
        self._confirmed_at: datetime | None = None
        self._by_code: dict[str, Home] = {}
        self._by_epc: dict[str, Home] = {}
        self._shelves: Mapping[str, str] | None = None
        self._load()

    def __len__(self) -> int:
        return len(self._by_code)

    @property
    def version(self) -> int:
        """Which version of the list this is; 0 is none yet."""
        return self._version

    def is_the_one_of(self, manifest: Manifest) -> bool:
        """Say whether this is the announced list; the same version may differ after a restore."""
        return (manifest.version, manifest.sha256) == (self._version, self._sha256)

    def age_s(self) -> float | None:
        """Say how long ago a living controller confirmed this list; `None` if none ever did."""
        if self._confirmed_at is None:
            return None
        return max(0.0, (self._clock.now() - self._confirmed_at).total_seconds())

    def find(self, box_code: str) -> Home | None:
        """Find a box by its code."""
        return self._by_code.get(box_code.strip())

    def list_like(self, text: str, limit: int = 20) -> list[Home]:
        """List boxes whose code contains the text, whatever its case."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        found = (home for code, home in self._by_code.items() if wanted in code.casefold())
        return [home for home, _ in zip(found, range(limit), strict=False)]

    def zone_of(self, epc: str) -> str | None:
        """Name the home shelf of a tag."""
        home = self._by_epc.get(epc)
        return home.shelf if home else None

    def shelves(self) -> Mapping[str, str]:
        """Give the home shelf of every tag; a new mapping only when a new list came."""
        if self._shelves is None:
            self._shelves = {epc: home.shelf for epc, home in self._by_epc.items()}
        return self._shelves

    def confirm(self) -> None:
        """Note that the list is still the newest one."""
        self._confirmed_at = self._clock.now()

    def install(self, manifest: Manifest, homes: Sequence[Home]) -> None:
        """Take a whole new list; raise ValueError if it is not the one the manifest names."""
        if len(homes) != manifest.count or homes_digest(homes) != manifest.sha256:
            raise ValueError(
                f"homes version {manifest.version}: {len(homes)} of {manifest.count} rows came, "
                "or not the rows that were announced; it is fetched again"
            )
        self._use(manifest.version, manifest.sha256, homes)
        self.confirm()

    def save(self) -> None:
        """Write the copy so that a restart finds it whole or not at all."""
        if self._confirmed_at is None:
            return
        head = _Head(version=self._version, sha256=self._sha256, confirmed_at=self._confirmed_at)
        lines = [head.model_dump_json(), *(h.model_dump_json() for h in self._by_code.values())]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _use(self, version: int, sha256: str, homes: Sequence[Home]) -> None:
        self._by_code = {home.box_code: home for home in homes}
        self._by_epc = {home.epc: home for home in homes}
        self._shelves = None
        self._version = version
        self._sha256 = sha256

    def _load(self) -> None:
        try:
            with self._path.open(encoding="utf-8") as file:
                head = _Head.model_validate_json(file.readline())
                homes = [Home.model_validate_json(line) for line in file]
        except FileNotFoundError:
            return
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            _log.warning("%s cannot be read and is fetched again: %s", self._path, error)
            return
        self._use(head.version, head.sha256, homes)
        self._confirmed_at = head.confirmed_at
