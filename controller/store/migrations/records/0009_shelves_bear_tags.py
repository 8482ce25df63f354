"""Shelves bear tags, and a shelf keeps its number from tag to tag."""
# ruff: noqa: E501, F401, RUF100  # written by Alembic: long lines, imports it may not need

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Triggers and virtual tables, as SQLite states them.
_SQLITE: tuple[str, ...] = ()


def upgrade() -> None:
    with op.batch_alter_table("shelves", schema=None) as batch_op:
        batch_op.add_column(sa.Column("epc", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_index(batch_op.f("ix_shelves_epc"), ["epc"], unique=True)

    with op.batch_alter_table("tag_writes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_tag_writes_new_epc"), type_="unique")
        batch_op.create_index(batch_op.f("ix_tag_writes_new_epc"), ["new_epc"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
