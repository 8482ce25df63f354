"""What Alembic runs: the migrations of one database on the connection it is handed."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection


def _run(connection: Connection) -> None:
    hidden = _virtual_tables(connection)

    def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
        """Leave out virtual tables and their shadows; migrations state those as SQL."""
        return kind != "table" or not any(
            name == virtual or str(name).startswith(f"{virtual}_") for virtual in hidden
        )

    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["tables"],
        render_as_batch=True,
        include_name=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _virtual_tables(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    )
    return [str(row[0]) for row in rows]


_run(context.config.attributes["connection"])
