"""Where boxes belong: the set that the archive assigns and a room fetches in chunks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from drivers.messages.parts import Epc, Message, Payload, Zone


class Manifest(Payload):
    """What the agent should hold of a set."""

    assigned_set: Literal["homes"] = "homes"
    version: int
    count: int
    chunks: int
    sha256: str
    """Of all rows in order, by `homes_digest`."""


class Home(Message):
    """Where a box belongs, by its tag. No title, no name: a room needs none."""

    epc: Epc
    box_code: Annotated[str, Field(max_length=64)]
    shelf: Zone
    order_mm: int


class Fetch(Payload):
    """The agent asks for one chunk of a version."""

    version: int
    chunk: int


class Chunk(Payload):
    """A chunk of a set; the version tells whether it still fits."""

    version: int
    chunk: int
    rows: tuple[Home, ...]


def homes_digest(homes: Iterable[Home]) -> str:
    """Hash what a home says, not how it was written, so that a newer writer's keys do no harm."""
    digest = hashlib.sha256()
    for home in homes:
        digest.update(f"{home.epc} {home.box_code} {home.shelf} {home.order_mm}\n".encode())
    return digest.hexdigest()
