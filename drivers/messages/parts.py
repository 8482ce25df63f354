"""What all payloads are made of: their base, and the words several of them use."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Field(max_length=500)]
Epc = Annotated[str, Field(pattern=r"^[0-9A-F]{4,124}$")]
Zone = Annotated[str, Field(max_length=64)]
"""`desk`, or the beginning of a slot address."""

HEARTBEAT_S = 3.0
"""How often an agent says that it lives; silent for three of these, it counts as away."""


class Message(BaseModel):
    """Anything that crosses the link."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Payload(Message):
    """The outermost object of a message; `v` is the version of the link's language."""

    v: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Write the payload as JSON."""
        return self.model_dump_json().encode()


class Actor(Message):
    """Who asked. `id` is opaque; `name` is what colleagues call them, never a citizen."""

    id: Identifier
    name: Annotated[str, Field(min_length=1, max_length=60)]


def wire_time(moment: datetime) -> datetime:
    """Cut a time to the millisecond, which is all the link promises."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
