"""Databases in temporary files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.data import tables
from controller.store.engine import Store, sqlite_url


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Store]:
    """An empty records database with all its tables."""
    store = Store(sqlite_url(tmp_path / "records.db"), synchronous="FULL")
    tables.RECORDS.create_all(store.engine)
    yield store
    store.close()


@pytest.fixture
def telemetry(tmp_path: Path) -> Iterator[Store]:
    """An empty telemetry database with all its tables."""
    store = Store(sqlite_url(tmp_path / "telemetry.db"), synchronous="NORMAL")
    tables.TELEMETRY.create_all(store.engine)
    yield store
    store.close()
