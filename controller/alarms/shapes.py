"""Shapes of alarms on the API: what is asked and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from config.moments import Moment
from controller.alarms.life import State
from controller.alarms.model import Channel, Priority, Step
from controller.alarms.reminders import LONGEST_MIN, MOST_STEPS

Reason = Annotated[str, Field(min_length=3, max_length=300)]
MOST_AT_ONCE = 500


class AcknowledgedView(BaseModel):
    """Who took note of an alarm."""

    by: str
    at: datetime
    comment: str


class ToldView(BaseModel):
    """How it went to tell one recipient; `ok` is null before the first try."""

    recipient: str
    channel: Channel
    step: Step
    at: datetime | None
    ok: bool | None
    error: str | None
    attempts: int


class HeldView(BaseModel):
    """By whose word nobody is told of an alarm, why, and until when; null means until ended."""

    by: str
    since: datetime
    until: datetime | None
    reason: str


class SuppressedView(BaseModel):
    """What explains an alarm: another alarm's kind, or a maintenance window.

    `alarm_id` is null while the cause waits to become an alarm, or is none (an open door).
    `gone_at` says since when the cause is gone; what it explained is told if it outlasts its grace.
    """

    by: Literal["cause", "maintenance"]
    kind: str | None
    alarm_id: str | None
    gone_at: datetime | None
    window: HeldView | None


class HistoryView(BaseModel):
    """One step of an alarm's life; `by` is null where nobody did it."""

    step: str
    at: datetime
    by: str | None
    detail: dict[str, JsonValue]


class AlarmView(BaseModel):
    """One occurrence of an alarm."""

    id: str
    kind: str
    room: str
    subject: str
    code: str
    params: dict[str, JsonValue]
    priority: Priority
    since: datetime
    raised_at: datetime
    acknowledged: AcknowledgedView | None
    cleared_at: datetime | None
    told: list[ToldView]
    state: State
    """By ISA-18.2, see life.py."""
    rule: str | None
    rule_version: int | None
    zone: str | None
    assignee: str | None
    latched: bool
    returned_at: datetime | None
    """Of a latched one: since when its cause is gone, so that it can be reset."""
    shelved: HeldView | None
    out_of_service: HeldView | None
    suppressed_by: SuppressedView | None
    history: list[HistoryView]


class AlarmsView(BaseModel):
    """Alarms, newest first."""

    alarms: list[AlarmView]


class AcknowledgeBody(BaseModel):
    """What somebody says who takes note."""

    comment: Annotated[str, Field(max_length=300)] = ""


class AcknowledgeManyBody(BaseModel):
    """Which alarms somebody takes note of, in the same words."""

    ids: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]
    comment: Annotated[str, Field(max_length=300)] = ""


class ActResult(BaseModel):
    """How it went with one of many; `code` says why not."""

    id: str
    ok: bool
    code: str | None = None


class ResultsView(BaseModel):
    """How it went with each, in the order asked."""

    results: list[ActResult]


class ShelveBody(BaseModel):
    """For how long an alarm is set aside, and why."""

    minutes: Annotated[int, Field(ge=1)]
    reason: Reason


class OutOfServiceBody(BaseModel):
    """Why an alarm's subject rests; no end means until somebody returns it."""

    reason: Reason
    until: Moment | None = None


class AssignBody(BaseModel):
    """Who sees to it; null for nobody."""

    user: str | None


class AssigneeView(BaseModel):
    """Somebody who may see to alarms."""

    id: str
    name: str


class AssigneesView(BaseModel):
    """Everybody who may, by name."""

    people: list[AssigneeView]


class WindowBody(BaseModel):
    """A maintenance window. No zone means the whole room, no kinds all but the vital ones."""

    room: str
    zone: str | None = None
    kinds: Annotated[list[str], Field(max_length=50)] = []
    begins_at: Moment = Field(alias="from")
    ends_at: Moment = Field(alias="to")
    reason: Reason


class WindowView(BaseModel):
    """A maintenance window that is planned, in force, or over."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    room: str
    zone: str | None
    kinds: list[str]
    begins_at: datetime = Field(alias="from")
    ends_at: datetime | None = Field(alias="to")
    reason: str
    by: str
    ended_at: datetime | None


class WindowsView(BaseModel):
    """Maintenance windows, the latest to begin first."""

    windows: list[WindowView]


class EscalationStepShape(BaseModel):
    """So long after an alarm was told, these recipients are told too if nobody acknowledged."""

    after_min: Annotated[int, Field(ge=1, le=LONGEST_MIN)]
    recipients: Annotated[list[str], Field(min_length=1, max_length=50)]
    priorities: Annotated[list[Priority], Field(min_length=1, max_length=3)] = [
        "high",
        "medium",
        "low",
    ]


class RepeatShape(BaseModel):
    """After how many minutes an alarm that nobody acknowledged is told again; 0: never."""

    high: Annotated[int, Field(ge=0, le=LONGEST_MIN)]
    medium: Annotated[int, Field(ge=0, le=LONGEST_MIN)]
    low: Annotated[int, Field(ge=0, le=LONGEST_MIN)]


class EscalationShape(BaseModel):
    """The steps by ascending minutes, and the repetition.

    Whoever stands in a step is told by that step and not before.
    """

    steps: Annotated[list[EscalationStepShape], Field(max_length=MOST_STEPS)]
    repeat_min: RepeatShape


class RecipientBody(BaseModel):
    """Somebody to be told. No kinds means all."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    channel: Channel
    to: Annotated[str, Field(min_length=3, max_length=500)]
    kinds: Annotated[list[str], Field(max_length=50)] = []
    language: Literal["zh", "en"] | None = None


class LastView(BaseModel):
    """How the last message went."""

    at: datetime | None
    ok: bool | None
    error: str | None


class RecipientView(BaseModel):
    """Somebody who is told."""

    id: str
    name: str
    channel: Channel
    to: str
    kinds: list[str]
    language: str
    added_at: datetime
    last: LastView | None


class NewRecipientView(RecipientView):
    """A recipient that was just added, with the secret that signs what its webhook gets."""

    secret: str | None


class RecipientsView(BaseModel):
    """Who is told, all there is to be told of, and whether e-mails can be sent at all."""

    recipients: list[RecipientView]
    kinds: list[str]
    email_ready: bool


class TrialView(BaseModel):
    """Whether a test message went out, and if not, why."""

    ok: bool
    error: str | None
