"""Passages that still hold reads are found by their time."""
# ruff: noqa: E501, F401, RUF100  # written by Alembic: long lines, imports it may not need

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Triggers and virtual tables, as SQLite states them.
_SQLITE: tuple[str, ...] = ()


def upgrade() -> None:
    op.create_index(
        "ix_passages_with_reads",
        "passages",
        ["at"],
        unique=False,
        sqlite_where=sa.text("NOT alarmed AND CAST(reads AS TEXT) <> '[]'"),
        postgresql_where=sa.text("NOT alarmed AND CAST(reads AS TEXT) <> '[]'"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
