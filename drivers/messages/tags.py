"""What may be asked of a room about its tags: write one, watch an antenna, silence a door."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from drivers.messages.parts import Actor, Epc, Identifier, Payload

AntennaNumber = Annotated[int, Field(ge=1, le=65535)]
TagVerb = Literal["write_tag", "watch", "silence"]

NOTHING_WRITTEN: Final = frozenset(
    {"tag_away", "several_tags", "tag_locked", "wrong_password", "low_power", "not_offered"}
)
"""With these codes of a reader the tag still has the number it had."""
NOT_LOCKED: Final = "not_locked"
"""With this code the tag has its new number and only the lock is missing."""


class TagRequest(Payload):
    """A wish about tags. Never retained, never queued, never repeated: it expires."""

    id: Identifier
    kind: TagVerb
    reader: Identifier | None = None
    """For write_tag and watch."""
    antenna: AntennaNumber | None = None
    """For write_tag and watch."""
    epc: Epc | None = None
    """For write_tag: what the tag answers now."""
    new_epc: Epc | None = None
    """For write_tag: what it is to answer."""
    lock: bool = False
    """For write_tag: lock the number with the password afterwards."""
    password: Annotated[int, Field(ge=0, le=0xFFFF_FFFF)] | None = Field(default=None, repr=False)
    """For write_tag: the access password of the tag; None is a tag without one."""
    door: Identifier | None = None
    """For silence; None silences every door of the room."""
    actor: Actor
    ttl_s: Annotated[float, Field(gt=0, le=10)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = {
            "write_tag": ("reader", "antenna", "epc", "new_epc"),
            "watch": ("reader", "antenna"),
            "silence": (),
        }
        lacking = [name for name in needed[self.kind] if getattr(self, name) is None]
        if lacking:
            raise ValueError(f"{self.kind} needs {', '.join(lacking)}")
        return self
