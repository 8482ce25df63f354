"""The room's own copy of a set that the archive assigns: survives restarts, tells its age."""

from __future__ import annotations

import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from pydantic import AwareDatetime, ValidationError

from config.clock import Clock
from drivers.messages import AssignedSet, Manifest, Message

_log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Message)


class _Head(Message):
    """First line of the file; every other line is a row."""

    version: int
    sha256: str = ""
    confirmed_at: AwareDatetime


class SetCopy(ABC, Generic[Row]):
    """Rows as the archive last told them. One writer: the link."""

    name: ClassVar[AssignedSet]
    row_type: type[Row]

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._version = 0
        self._sha256 = ""
        self._confirmed_at: datetime | None = None
        self._rows: tuple[Row, ...] = ()
        self._index(())
        self._load()

    @staticmethod
    @abstractmethod
    def digest(rows: Iterable[Row]) -> str:
        """Hash the rows as the manifest does."""

    @abstractmethod
    def _index(self, rows: Sequence[Row]) -> None:
        """Prepare to be asked about new rows."""

    @property
    def version(self) -> int:
        """Which version of the set this is; 0 is none yet."""
        return self._version

    def is_the_one_of(self, manifest: Manifest) -> bool:
        """Say whether this is the announced set; the same version may differ after a restore."""
        return (manifest.version, manifest.sha256) == (self._version, self._sha256)

    def age_s(self) -> float | None:
        """Say how long ago a living controller confirmed this set; `None` if none ever did."""
        if self._confirmed_at is None:
            return None
        return max(0.0, (self._clock.now() - self._confirmed_at).total_seconds())

    def confirm(self) -> None:
        """Note that the set is still the newest one."""
        self._confirmed_at = self._clock.now()

    def install(self, manifest: Manifest, rows: Sequence[Row]) -> None:
        """Take a whole new set; raise ValueError if it is not the one the manifest names."""
        if len(rows) != manifest.count or self.digest(rows) != manifest.sha256:
            raise ValueError(
                f"{self.name} version {manifest.version}: {len(rows)} of {manifest.count} rows "
                "came, or not the rows that were announced; it is fetched again"
            )
        self._use(manifest.version, manifest.sha256, rows)
        self.confirm()

    def save(self) -> None:
        """Write the copy so that a restart finds it whole or not at all."""
        if self._confirmed_at is None:
            return
        head = _Head(version=self._version, sha256=self._sha256, confirmed_at=self._confirmed_at)
        lines = [head.model_dump_json(), *(row.model_dump_json() for row in self._rows)]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _use(self, version: int, sha256: str, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)
        self._index(self._rows)
        self._version = version
        self._sha256 = sha256

    def _load(self) -> None:
        try:
            with self._path.open(encoding="utf-8") as file:
                head = _Head.model_validate_json(file.readline())
                rows = [self.row_type.model_validate_json(line) for line in file]
        except FileNotFoundError:
            return
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            _log.warning("%s cannot be read and is fetched again: %s", self._path, error)
            return
        self._use(head.version, head.sha256, rows)
        self._confirmed_at = head.confirmed_at
