"""What the audit ledger says, and how its chain is reckoned. Pure.

hash = SHA-256(previous hash, newline, canonical JSON of the entry); the first follows 64 zeros.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who did what to what, when, and how it ended. `detail` is canonical JSON."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str
    detail: str
    previous: str
    """The hash of the entry before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Statement):
    """A statement with the hash that binds it to all before it."""

    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """Where the chain ends: the last number and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the chain is whole; else the first number that is wrong, and why."""

    entries: int
    broken_seq: int | None = None
    why: str | None = None

    @property
    def whole(self) -> bool:
        return self.broken_seq is None


def canonical(value: object) -> str:
    """Write JSON in the one form that is hashed: sorted keys, no spaces, real characters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(statement: Statement) -> AuditEntry:
    """Bind a statement to the chain."""
    return AuditEntry(**_fields(statement), hash=hash_of(statement))


def hash_of(statement: Statement) -> str:
    """Reckon the hash of everything a statement says and of the hash before it."""
    said = _fields(statement)
    previous = said.pop("previous")
    said["at"] = statement.at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{previous}\n{canonical(said)}".encode()).hexdigest()


def verify(entries: Iterable[AuditEntry], head: ChainHead | None) -> Verdict:
    """Walk a chain from its first entry to its head and name the first one that does not fit."""
    count, previous = 0, GENESIS
    for entry in entries:
        count += 1
        if entry.seq != count:
            return Verdict(entries=count - 1, broken_seq=count, why="missing")
        if entry.previous != previous:
            return Verdict(entries=count - 1, broken_seq=count, why="not_linked")
        if entry.hash != hash_of(entry):
            return Verdict(entries=count - 1, broken_seq=count, why="changed")
        previous = entry.hash
    if (head.seq if head else 0) != count:
        return Verdict(entries=count, broken_seq=count + 1, why="missing")
    if head is not None and head.hash != previous:
        return Verdict(entries=count, broken_seq=count, why="not_the_head")
    return Verdict(entries=count)


def _fields(statement: Statement) -> dict[str, Any]:
    return {part.name: getattr(statement, part.name) for part in fields(Statement)}
