"""For developers: writes the migration that takes the databases to the tables of the code.

    python -m controller.data.revise (records|telemetry) MESSAGE

Compares an empty database, taken through all present migrations, with the tables. SQLite's
triggers and virtual tables, which Alembic does not know, are added as it states them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from controller.data.databases import DATABASES
from controller.store.alembic_run import config_for
from controller.store.database import Database
from controller.store.engine import Store, sqlite_url
from controller.store.migrate import upgrade


def main(arguments: Sequence[str]) -> int:
    """Write one migration; Alembic prints where it is."""
    if len(arguments) != 2 or arguments[0] not in DATABASES:
        print(__doc__, file=sys.stderr)
        return 2
    database = DATABASES[arguments[0]]
    with tempfile.TemporaryDirectory() as folder:
        present = Store(sqlite_url(Path(folder) / "present.db"), synchronous="NORMAL")
        wanted = Store(sqlite_url(Path(folder) / "wanted.db"), synchronous="NORMAL")
        upgrade(present, database)
        database.tables.create_all(wanted.engine)
        with present.engine.connect() as now, wanted.engine.connect() as then:
            _write(database, arguments[1], now, special_objects(then) - special_objects(now))
        present.close()
        wanted.close()
    return 0


def special_objects(connection: Connection) -> set[str]:
    """Return the statements that made the triggers and virtual tables of a SQLite database."""
    rows = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'"
    )
    return {str(row[0]) for row in rows}


def _write(database: Database, message: str, connection: Connection, special: set[str]) -> None:
    config = config_for(database, connection)
    config.attributes["sqlite"] = sorted(special)
    count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
    command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04d}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
