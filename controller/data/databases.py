"""The two databases of the archive side: which tables each has, where it lies, how it opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from controller.data import tables
from controller.store.database import Database
from controller.store.engine import Store, sqlite_url
from controller.store.migrate import upgrade

RECORDS = Database("records", tables.RECORDS)
TELEMETRY = Database("telemetry", tables.TELEMETRY)
RECORDS_FILE = "records.db"
TELEMETRY_FILE = "telemetry.db"
DATABASES = {database.name: database for database in (RECORDS, TELEMETRY)}


@dataclass(frozen=True, slots=True)
class Stores:
    """Both databases, open and migrated."""

    records: Store
    telemetry: Store

    def close(self) -> None:
        """Close both."""
        self.records.close()
        self.telemetry.close()


def open_stores(folder: Path) -> Stores:
    """Open both databases of a data folder and bring them up to date."""
    folder.mkdir(parents=True, exist_ok=True)
    stores = Stores(
        records=Store(sqlite_url(folder / RECORDS_FILE), synchronous="FULL"),
        telemetry=Store(sqlite_url(folder / TELEMETRY_FILE), synchronous="NORMAL"),
    )
    upgrade(stores.records, RECORDS)
    upgrade(stores.telemetry, TELEMETRY)
    return stores
