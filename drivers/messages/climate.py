"""What a room tells of its units and contacts of the air, and what may be asked of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from drivers.messages.parts import Actor, Identifier, Message, Payload, Text

LONGEST_OVERRIDE: Final = timedelta(hours=72)
"""So long a person's word about a unit holds at most, whoever asks, also where a machine starts
with a clock years behind."""

Does = Literal["dry", "humidify", "ventilate"]
Detail = str | int | float | bool | None
"""What a reason is filled with: a value, a limit, a contact."""


class UnitFacts(Message):
    """How a unit is, what its regulator wants of it, and why."""

    does: Does | None = None
    """None: nothing regulates it here."""
    zone: Identifier | None = None
    on: bool | None
    """None: it does not answer, or nobody knows."""
    wanted: bool | None = None
    why: str | None = None
    """Code of the reason for what is wanted (drivers/room/regulation)."""
    detail: dict[str, Detail] = Field(default={})
    since: AwareDatetime | None = None
    """When the reason became this one."""
    until: AwareDatetime | None = None
    """When a guard, an override or a duty phase ends."""
    by_hand: Actor | None = None
    """Who overrides the regulator now."""
    starts_last_hour: int = 0
    faults: tuple[str, ...] = ()
    """What the unit reports, by the codes of its profile."""
    set_pct: float | None = None
    measured: dict[str, float] = Field(default={})
    """What its own sensors say, by quantity."""


class UnitDecided(Message):
    """A regulator came to another decision or another reason; told at changes only."""

    kind: Literal["unit_decided"] = "unit_decided"
    at: AwareDatetime
    device: Identifier
    does: Does | None = None
    zone: Identifier | None = None
    wanted: bool
    on: bool | None
    """What it does after this; None: it did not answer."""
    why: str
    detail: dict[str, Detail] = Field(default={})
    actor: Actor | None = None
    """Who asked, of an override."""


class AirContactChanged(Message):
    """A contact of smoke, leak, door, tank, fault or rain changed, or cannot be read any more."""

    kind: Literal["air_contact_changed"] = "air_contact_changed"
    at: AwareDatetime
    device: Identifier
    input: int
    says: Literal["smoke", "leak", "door", "tank_full", "unit_fault", "rain"]
    zone: Identifier | None = None
    safe: bool | None
    """None: it cannot be read, which counts as not safe."""


class ClimateRequest(Payload):
    """A wish about a unit. Never retained, never queued, never repeated: it expires.

    `override` holds a unit on or off until `until` at most, within its guard and interlocks;
    `resume` gives it back to its regulator.
    """

    id: Identifier
    kind: Literal["override", "resume"]
    device: Identifier
    on: bool | None = None
    until: AwareDatetime | None = None
    reason: Text = ""
    actor: Actor
    ttl_s: Annotated[float, Field(gt=0, le=10)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "override" and (self.on is None or self.until is None):
            raise ValueError("override needs on and until")
        return self
