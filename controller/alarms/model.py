"""Values of alarms. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from controller.alarms.life import State

Priority = Literal["high", "medium", "low"]
PRIORITIES: tuple[Priority, ...] = ("high", "medium", "low")
"""The gravest first."""
Channel = Literal["email", "webhook"]
Step = Literal["raised", "again", "escalated", "worse", "better", "cleared"]
"""What recipients are told of; other steps of an alarm's life stand in its history only."""
HoldSort = Literal["shelf", "out_of_service", "maintenance"]
Params = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of alarm. Its code is also what the pages and the e-mails word it by."""

    code: str
    priority: Priority
    delay_s: float = 0.0
    """How long the cause must last before anybody is told."""
    ends_when_acknowledged: bool = False
    """For what happened and is over, so that nothing but a person's word can end it."""
    told_with: Literal["zone", "door"] | None = None
    """What comes of one zone or one door at a time is told in one message; else at once."""
    vital: bool = False
    """No other cause explains it away, nor a maintenance window that does not name it."""
    version: int = 1
    """Of the rule that raises it where no other is named; it grows when that rule changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """There is a cause for an alarm. `key` tells it from others of its kind in the room."""

    kind: str
    room: str
    key: str
    subject: str
    since: datetime
    params: Params = field(default_factory=dict)
    rule: str | None = None
    """Which rule found it, with its version: a profile of limits, for one; `None`: the kind's."""
    rule_version: int | None = None
    priority: Priority | None = None
    """Graver or milder than usual. Said again of an open alarm, it changes that alarm's."""
    eases_after_s: float = 0.0
    """How long a milder priority must hold before an open alarm becomes milder."""
    zone: str | None = None
    latched: bool = False
    """Stays when the cause is gone, until a person resets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """The cause is gone: that of one key, or of all keys that begin with `prefix`."""

    kind: str
    room: str
    key: str | None = None
    prefix: str | None = None


Signal = Raise | Clear


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLook:
    """What a room shows of itself now. `fire_banks` is `None` while not all banks are heard."""

    room: str
    alive: bool
    fire_banks: frozenset[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who took note of an alarm."""

    by: str
    at: datetime
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How it went to tell one recipient of one step. `ok` is `None` before the first try."""

    recipient: str
    channel: Channel
    step: Step
    at: datetime | None
    ok: bool | None
    error: str | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why nobody is told for a while, by whose word, and until when; no end means until ended."""

    id: str
    sort: HoldSort
    room: str
    zone: str | None
    kinds: tuple[str, ...]
    subject: str | None
    begins_at: datetime
    ends_at: datetime | None
    reason: str
    by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The other cause that explains an alarm; its alarm, once it is one."""

    kind: str
    key: str
    alarm_id: str | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """One step of an alarm's life. `by` is a person's name; `None` if nobody did it."""

    step: str
    at: datetime
    by: str | None
    detail: Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One occurrence, from the moment it was raised."""

    id: str
    kind: str
    room: str
    subject: str
    params: Params
    priority: Priority
    since: datetime
    raised_at: datetime
    acknowledged: Acknowledgement | None
    cleared_at: datetime | None
    told: tuple[Told, ...] = ()
    state: State = "UNACK"
    rule: str | None = None
    rule_version: int | None = None
    zone: str | None = None
    latched: bool = False
    returned_at: datetime | None = None
    assignee: str | None = None
    hold: Hold | None = None
    cause: Cause | None = None
    history: tuple[HistoryStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody or something that wants to be told. No kinds means all."""

    id: str
    name: str
    channel: Channel
    to: str
    kinds: tuple[str, ...]
    language: str
    added_at: datetime
    last: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing a letter says."""

    event: Step
    alarm: Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one recipient. The id stays the same however often it is sent."""

    id: str
    channel: Channel
    to: str
    language: str
    secret: str | None
    event: Step | Literal["test"]
    alarm: Alarm | None
    more: tuple[Said, ...] = ()
    """What else it says, where several alarms of one zone or door came together."""
