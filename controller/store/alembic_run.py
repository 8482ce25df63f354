"""Lets Alembic apply migrations to a connection, and refuses what they leave broken."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from controller.store.database import MIGRATIONS, Database, MigrationProblem


def upgrade(connection: Connection, database: Database) -> None:
    """Apply what is missing in the caller's transaction; raise MigrationProblem."""
    try:
        command.upgrade(config_for(database, connection), "head")
    except CommandError as error:
        raise MigrationProblem(
            f"the {database.name} database is of another version of this program: {error}. "
            "Install the version that wrote it, or a newer one."
        ) from error
    refuse_broken_references(connection, database)


def config_for(database: Database, connection: Connection) -> Config:
    """Configure Alembic without a file: where the migrations lie, what to run them on."""
    config = Config()
    config.set_main_option("script_location", _escaped(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(database.folder))
    config.attributes["connection"] = connection
    config.attributes["tables"] = database.tables
    return config


def refuse_broken_references(connection: Connection, database: Database) -> None:
    """Raise MigrationProblem if a row refers to one that is not there."""
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
