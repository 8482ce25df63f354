"""What a database of ours is: a list of tables, and the migrations that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

MIGRATIONS = Path(__file__).parent / "migrations"


class MigrationProblem(Exception):
    """The database cannot be brought to this program's tables; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Database:
    """One of the two databases: its name names the folder of its migrations."""

    name: str
    tables: MetaData

    @property
    def folder(self) -> Path:
        """Where its migrations lie."""
        return MIGRATIONS / self.name

    def newest(self) -> str:
        """Name its last migration, e.g. `0001`."""
        return max(path.stem.partition("_")[0] for path in self.folder.glob("[0-9]*_*.py"))
