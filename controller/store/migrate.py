"""Brings a database to the tables of this program, at every start and in one transaction.

To write a migration after tables changed, run in a checkout, for `records` or `telemetry`:

    .venv/bin/python -m controller.data.revise records "boxes know their weight"

and read what it wrote: triggers and virtual tables are carried over as SQLite states them, other
dialects and moved data need a human hand. It names its files by number, and the highest is what a
database must have seen: that is all a usual start looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect

from controller.store.database import Database
from controller.store.engine import Store


def upgrade(store: Store, database: Database) -> None:
    """Apply every migration that is missing; an empty database gets them all."""
    if is_current(store, database):
        return
    from controller.store import alembic_run  # here, because it takes a fifth of a second to load

    with _writing(store) as connection:
        alembic_run.upgrade(connection, database)


def is_current(store: Store, database: Database) -> bool:
    """Say whether the last migration was applied."""
    with store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        applied = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        return list(applied.scalars()) == [database.newest()]


@contextmanager
def _writing(store: Store) -> Iterator[Connection]:
    """Hold the write lock for all migrations; SQLite may not follow references while tables move.

    The pragma does nothing inside a transaction, so it goes to the driver before the first one.
    """
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        is_sqlite = connection.dialect.name == "sqlite" and driver is not None
        if is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            writing = connection.execution_options(stackroom_write=True)
            with writing.begin():
                yield writing
        finally:
            if is_sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")
