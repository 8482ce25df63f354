"""The outbox on disk: one SQLite file, used by one thread. Not for deciding when to write.

Events keep their sequence for ever and are never thinned. Telemetry has a sequence of its own and
gives way, oldest first, when it grows too large or the disk is full.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, acked_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS samples (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, body TEXT NOT NULL,
    sent_as INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS samples_sent ON samples (sent_as);
"""

_Statement = tuple[str, Sequence[tuple[object, ...]]]
"""What to execute, once for each row of values."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as JSON text, with its place in the outbox."""

    seq: int
    body: str


@dataclass(frozen=True, slots=True)
class StoredSamples:
    """Samples of one device, always sent together once they were; `seq` is that of the last."""

    seq: int
    device: str
    bodies: tuple[str, ...]


class OutboxFile:
    """One outbox file. Every method may raise sqlite3.Error; what raised has changed nothing."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=1, cached_statements=32
        )
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _prepare(self) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("INSERT OR IGNORE INTO facts VALUES ('uuid', ?)", (uuid4().hex,))
        self._db.execute("INSERT OR IGNORE INTO facts VALUES ('acked', '0')")
        self.uuid = self._fact("uuid")
        self.acked = int(self._fact("acked"))
        self.last = self._last_seq("events")

    def _fact(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0])

    def _last_seq(self, table: str) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        found = row.fetchone()
        return int(found[0]) if found else 0

    def write_events(self, bodies: Sequence[str]) -> int:
        """Write events in one transaction and return the sequence number of the first."""
        first = self.last + 1
        rows = [(first + offset, body) for offset, body in enumerate(bodies)]
        self._transaction([("INSERT INTO events (seq, body) VALUES (?, ?)", rows)])
        self.last += len(rows)
        return first

    def write_samples(self, samples: Sequence[tuple[str, str]]) -> None:
        """Write (device, sample) pairs in one transaction."""
        self._transaction([("INSERT INTO samples (device, body) VALUES (?, ?)", samples)])

    def list_events(self, after: int, limit: int) -> list[StoredEvent]:
        """List events after a sequence number, in order, acknowledged or not."""
        rows = self._db.execute(
            "SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
        )
        return [StoredEvent(seq, body) for seq, body in rows]

    def oldest(self) -> int:
        """Name the smallest sequence number still held, or the next one if none is."""
        (seq,) = self._db.execute("SELECT min(seq) FROM events").fetchone()
        return int(seq) if seq is not None else self.last + 1

    def mark_acked(self, seq: int, at: datetime) -> None:
        """Note that the archive has everything up to `seq`, and wants what follows."""
        low, high = sorted((seq, self.acked))
        stamp = at.isoformat() if seq > self.acked else None
        marks = [(stamp, low, high)]
        rows: list[_Statement] = [
            ("UPDATE events SET acked_at = ? WHERE seq > ? AND seq <= ?", marks),
            ("UPDATE facts SET value = ? WHERE name = 'acked'", [(str(seq),)]),
        ]
        self._transaction(rows)
        self.acked = seq

    def start_anew(self) -> None:
        """Take a new identity: the archive knows more of this outbox than the file does.

        What was acknowledged under the old one goes, so that it is never sent under the new one.
        """
        uuid = uuid4().hex
        self._transaction(
            [
                ("UPDATE facts SET value = ? WHERE name = 'uuid'", [(uuid,)]),
                ("DELETE FROM events WHERE seq <= ?", [(self.acked,)]),
            ]
        )
        self.uuid = uuid

    def prune(self, now: datetime, keep: timedelta) -> None:
        """Drop events that were acknowledged longer ago than `keep`."""
        limit = (now - keep).isoformat()
        self._transaction(
            [("DELETE FROM events WHERE seq <= ? AND acked_at < ?", [(self.acked, limit)])]
        )

    def next_samples(self, limit: int) -> StoredSamples | None:
        """Pick the samples to send next: a batch sent before, else the oldest device's."""
        (sent_as,) = self._db.execute("SELECT min(sent_as) FROM samples").fetchone()
        if sent_as is not None:
            rows = self._rows("WHERE sent_as = ? ORDER BY seq", (sent_as,))
            return _together(rows)
        oldest = self._rows("ORDER BY seq LIMIT 1", ())
        if not oldest:
            return None
        rows = self._rows("WHERE device = ? ORDER BY seq LIMIT ?", (oldest[0][1], limit))
        chosen = [(rows[-1][0], seq) for seq, _, _ in rows]
        self._transaction([("UPDATE samples SET sent_as = ? WHERE seq = ?", chosen)])
        return _together(rows)

    def _rows(self, rest: str, values: tuple[object, ...]) -> list[tuple[int, str, str]]:
        return list(self._db.execute(f"SELECT seq, device, body FROM samples {rest}", values))

    def drop_samples(self, seq: int) -> None:
        """Forget the batch that ended with `seq`: the archive has it."""
        self._transaction([("DELETE FROM samples WHERE sent_as = ?", [(seq,)])])

    def thin_samples(self, keep: int) -> int:
        """Drop the oldest samples until `keep` are left; return how many went."""
        (count,) = self._db.execute("SELECT count(*) FROM samples").fetchone()
        if count <= keep:
            return 0
        oldest = "SELECT seq FROM samples ORDER BY seq LIMIT ?"
        self._transaction([(f"DELETE FROM samples WHERE seq IN ({oldest})", [(count - keep,)])])
        return int(count - keep)

    def count_samples(self) -> int:
        """Count the samples that wait."""
        (count,) = self._db.execute("SELECT count(*) FROM samples").fetchone()
        return int(count)

    def _transaction(self, statements: Sequence[_Statement]) -> None:
        with closing(self._db.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                for statement, rows in statements:
                    cursor.executemany(statement, rows)
                cursor.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    cursor.execute("ROLLBACK")
                raise


def _together(rows: Sequence[tuple[int, str, str]]) -> StoredSamples:
    return StoredSamples(rows[-1][0], rows[0][1], tuple(body for _, _, body in rows))
