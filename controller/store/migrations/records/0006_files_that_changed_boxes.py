"""Files that changed boxes are found by the box they came from."""
# ruff: noqa: E501, F401, RUF100  # written by Alembic: long lines, imports it may not need

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Triggers and virtual tables, as SQLite states them.
_SQLITE: tuple[str, ...] = ()


def upgrade() -> None:
    # No batch: it would copy every movement and lose the triggers that keep them.
    op.create_index(
        "ix_movements_from_box",
        "movements",
        ["from_box_code", "id"],
        unique=False,
        sqlite_where=sa.text("from_box_code IS NOT NULL"),
        postgresql_where=sa.text("from_box_code IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
