"""Opens the databases and hands out sessions: one commit per use case, at the end of `write()`.

Records (holdings, inbox, audit) and telemetry are two databases: what must survive a power cut is
written with synchronous=FULL, samples with NORMAL.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine, event
from sqlmodel import Session, create_engine


class ReadSession(Session):
    """May query; whatever it changes is thrown away."""


class WriteSession(ReadSession):
    """May query and change things; committed once, by the `write()` that opened it."""


class Store:
    """One database. SQLite gets WAL, foreign keys and an IMMEDIATE begin for every write."""

    def __init__(self, url: str, *, synchronous: Literal["FULL", "NORMAL"]) -> None:
        self.engine = _open(url, synchronous)
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """Open a session for queries."""
        with ReadSession(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[WriteSession]:
        """Open a session that commits when the block ends well and rolls back when it does not."""
        with self._writing, WriteSession(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"stackroom_write": True})
            yield session
            session.commit()

    @contextmanager
    def alone(self, turn: str) -> Iterator[bool]:
        """Hold a turn that only one block on this machine can have; `False` if it is taken.

        It is a locked file beside the SQLite database, so it ends with the process at the latest.
        """
        with Path(f"{self.engine.url.database}.{turn}").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """Name a SQLite file the way SQLAlchemy wants it."""
    return f"sqlite:///{path}"


def _open(url: str, synchronous: str) -> Engine:
    on_disk = url.startswith("sqlite")
    # Parameters may be personal data, and errors end up in logs.
    engine = create_engine(url, pool_pre_ping=not on_disk, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine, synchronous)
    return engine


def _tune_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "busy_timeout=10000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("stackroom_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
