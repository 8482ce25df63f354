"""${message[:1].upper()}${message[1:]}."""
# ruff: noqa: E501, F401, RUF100  # written by Alembic: long lines, imports it may not need

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# Triggers and virtual tables, as SQLite states them.
_SQLITE: tuple[str, ...] = (
% for statement in config.attributes["sqlite"]:
    ${repr(statement)},
% endfor
)


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
