"""Brings a database to the tables of this program, at every start and in one transaction.

To write a migration after tables changed, run in a checkout, for `records` or `telemetry`:

    .venv/bin/python -m controller.data.revise records "boxes know their weight"

and read what it wrote: triggers and virtual tables are carried over as SQLite states them, other
dialects and moved data need a human hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData

from controller.store.engine import Store

_FOLDER = Path(__file__).parent / "migrations"


class MigrationProblem(Exception):
    """The database cannot be brought to this program's tables; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Database:
    """One of the two databases: its name names the folder of its migrations."""

    name: str
    tables: MetaData


def upgrade(store: Store, database: Database) -> None:
    """Apply every migration that is missing; an empty database gets them all."""
    with _writing(store) as connection:
        try:
            command.upgrade(config_for(database, connection), "head")
        except CommandError as error:
            raise MigrationProblem(
                f"the {database.name} database is of another version of this program: {error}. "
                "Install the version that wrote it, or a newer one."
            ) from error
        _refuse_broken_references(connection, database)


def is_current(store: Store, database: Database) -> bool:
    """Say whether every migration was applied."""
    with store.engine.connect() as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
        script = ScriptDirectory.from_config(config_for(database, connection))
        return applied == set(script.get_heads())


def config_for(database: Database, connection: Connection) -> Config:
    """Configure Alembic without a file: where the migrations lie, what to run them on."""
    config = Config()
    config.set_main_option("script_location", _escaped(_FOLDER))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(_FOLDER / database.name))
    config.attributes["connection"] = connection
    config.attributes["tables"] = database.tables
    return config


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


def _refuse_broken_references(connection: Connection, database: Database) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise MigrationProblem(
            f"the {database.name} database would hold {len(broken)} rows that refer to nothing, "
            f"the first in {broken[0][0]}; nothing was changed, restore a backup"
        )


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
