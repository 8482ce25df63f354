"""The sets that the archive assigns and a room fetches in chunks: homes, and loans for the door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from drivers.messages.parts import Epc, Message, Payload, Zone, wire_time

AssignedSet = Literal["homes", "loans"]
_Code = Annotated[str, Field(max_length=64)]


class Manifest(Payload):
    """What the agent should hold of a set."""

    assigned_set: AssignedSet = "homes"
    version: int
    count: int
    chunks: int
    sha256: str
    """Of all rows in order, by `homes_digest` or `loans_digest`."""


class Home(Message):
    """Where a box or a tagged file belongs, by its tag. No title, no name: a room needs none."""

    epc: Epc
    box_code: _Code
    shelf: Zone
    order_mm: int
    file_code: _Code | None = None
    """Set where the tag is that of one file; `shelf` is then the home of its box."""


class Loan(Message):
    """A tag that may leave the room now. Who has it is nothing a room needs to know."""

    epc: Epc
    until: AwareDatetime | None = None
    """None: until the archive takes the row away."""


class Fetch(Payload):
    """The agent asks for one chunk of a version; the topic names the set."""

    version: int
    chunk: int


class Chunk(Payload):
    """A chunk of the homes; the version tells whether it still fits."""

    version: int
    chunk: int
    rows: tuple[Home, ...]


class LoansChunk(Payload):
    """A chunk of the loans; the version tells whether it still fits."""

    version: int
    chunk: int
    rows: tuple[Loan, ...]


def homes_digest(homes: Iterable[Home]) -> str:
    """Hash what a home says, not how it was written, so that a newer writer's keys do no harm."""
    digest = hashlib.sha256()
    for home in homes:
        line = f"{home.epc} {home.box_code} {home.shelf} {home.order_mm}"
        if home.file_code is not None:
            line += f" {home.file_code}"
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def loans_digest(loans: Iterable[Loan]) -> str:
    """Hash what loans say; their ends count to the millisecond, in UTC."""
    digest = hashlib.sha256()
    for loan in loans:
        until_ms = "" if loan.until is None else round(wire_time(loan.until).timestamp() * 1000)
        digest.update(f"{loan.epc} {until_ms}\n".encode())
    return digest.hexdigest()
