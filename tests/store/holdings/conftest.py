"""A small room with 120 boxes and 800 files in it, taken in through the importer."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from config.load import load_room, shipped_room
from config.room import Room, Words
from config.site import Site
from controller.context import Context
from controller.holdings.imports import ImportReport, Kind, run_import
from controller.holdings.shelves import sync_shelves
from controller.live import Hub
from controller.store.engine import Store
from controller.store.secrets import Keys
from simulators.holdings import ArchivePaths, write_archive


@dataclass
class StandingClock:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def advance(self, **parts: float) -> None:
        self.at += timedelta(**parts)


@pytest.fixture(scope="session")
def room() -> Room:
    return load_room(shipped_room("small"))


@pytest.fixture(scope="session")
def archive(room: Room, tmp_path_factory: pytest.TempPathFactory) -> ArchivePaths:
    return write_archive(room, tmp_path_factory.mktemp("archive"), seed=11, boxes=120, files=800)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def context(records: Store, room: Room, clock: StandingClock, tmp_path: Path) -> Context:
    """The archive side with the shelves of the room and nothing on them."""
    site = Site(format=1, site="test", name=Words(zh="试", en="test"), rooms=("small.yaml",))
    made = Context(
        records=records,
        telemetry=records,
        keys=Keys.from_dir(tmp_path / "keys"),
        clock=clock,
        hub=Hub(),
        site=site,
        rooms={room.room: room},
    )
    with records.write() as session:
        sync_shelves(session, room, at=clock.now())
    return made


Take = Callable[..., ImportReport]


@pytest.fixture
def take(context: Context) -> Take:
    """Import a list given as bytes, as text, or as rows."""

    def run(kind: Kind, source: Any, **options: Any) -> ImportReport:
        if isinstance(source, list):
            source = as_csv(source)
        raw = source if isinstance(source, bytes) else source.encode()
        return run_import(context, BytesIO(raw), kind=kind, name="list", by="u1", **options)

    return run


@pytest.fixture
def filled(context: Context, archive: ArchivePaths, take: Take, clock: StandingClock) -> Context:
    """The same with the whole small archive in it, the files a minute after the boxes."""
    assert take("boxes", archive.boxes_csv.read_bytes()).applied
    clock.advance(minutes=1)
    assert take("files", archive.files_csv.read_bytes()).applied
    return context


def as_csv(rows: list[dict[str, str]]) -> str:
    """Write rows the way a spreadsheet would."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def box_rows(archive: ArchivePaths) -> list[dict[str, str]]:
    return _rows(archive.boxes_csv)


@pytest.fixture(scope="session")
def file_rows(archive: ArchivePaths) -> list[dict[str, str]]:
    return _rows(archive.files_csv)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
