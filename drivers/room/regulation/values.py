"""What a regulator looks at, and what it comes to. Times are seconds of one monotonic clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from drivers.messages import Actor

Does = Literal["dry", "humidify", "ventilate"]
Says = Literal["smoke", "leak", "door", "tank_full", "unit_fault", "rain"]
Value = str | int | float | bool | None
Detail = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The air of a zone: the median of its healthy probes."""

    temperature_c: float
    humidity_pct: float
    age_s: float
    """Of the newest value that took part."""
    probes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSays:
    """What a contact of the air says, and since when."""

    says: Says
    device: str
    input: int
    zone: str | None = None
    unit_id: str | None = None
    safe: bool | None = None
    """None: it cannot be read, which counts as not safe."""
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another unit at work in the same zone."""

    unit: str
    does: Does
    runs: bool
    """It was on when it was seen last, or has been told to be on since."""
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person holds the unit on or off for a while."""

    on: bool
    until: datetime
    until_s: float
    """The same moment on the monotonic clock; whichever clock gets there first ends it."""
    actor: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that one decision goes by."""

    now_s: float
    air: Air | None
    """None: no healthy probe of the zone is young enough."""
    outside: Air | None = None
    coldest_c: float | None = None
    """The coldest surface or air that anything in the room measures."""
    fell_pct: float = 0.0
    """How far the humidity of the zone stands below its highest of the last day."""
    runs: bool = False
    """The unit was on when it was seen last, or has been told to be on since."""
    faults: tuple[str, ...] = ()
    """What the unit itself reports."""
    fire: bool = False
    """The steel's controller or a contact of ours says that it burns."""
    contacts: tuple[ContactSays, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code that stands in reasons.py, and the values it goes by."""

    code: str
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is wanted of a unit and why. The guard has not been asked yet."""

    wanted: bool
    reason: Reason
    at_once: bool = False
    """A danger: the unit is switched off even if it has just begun to run."""
    until_s: float | None = None
    """When an override or a phase of a duty cycle ends."""
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a regulator must not forget between two looks, nor over a restart."""

    demand: bool = False
    """What the humidity asked for last: inside the dead band it stays so."""
    wanted: bool = False
    """What was decided last."""
    held: bool = False
    """What was decided last without a person's word, which ends; `fail: hold` stays with it."""
    blind_since_s: float | None = None
    """Since when there is no air to go by."""
