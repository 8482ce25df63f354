"""What the page's forms send. Whoever acts signs with a name and a PIN, or with a badge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.texts import PlainText
from drivers import messages

Secret = Annotated[str, Field(max_length=60)]
_MOST_HOURS = messages.LONGEST_OVERRIDE.total_seconds() / 3600


class StopBody(BaseModel):
    """Which steel to stop; nothing named is all of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    bank: int | None = None
    segment: int | None = None


class SilenceBody(BaseModel):
    """Which door to silence; none named is all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    door: Annotated[str, Field(max_length=40)] | None = None


class Signed(BaseModel):
    """Who acts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Secret = ""
    pin: Secret = ""
    badge: Secret = ""


class AskBody(Signed):
    """A wish, with the view of the bank that its sender saw and what that person vouches for."""

    verb: Literal[
        messages.MotionVerb, messages.SettingVerb, messages.HoldVerb, messages.LockOutVerb
    ]
    bank: Annotated[int, Field(ge=1)]
    segment: int | None = None
    aisle: int | None = None
    column: int | None = None
    to: Secret | None = None
    """Name of the person to hand over to."""
    reason: Annotated[PlainText, Field(max_length=200)] | None = None
    vouched: frozenset[Annotated[str, Field(max_length=40)]] = frozenset()
    saw: messages.Saw | None = None


class StartBody(Signed):
    """Start what waits to be started at this bank."""

    bank: int
    segment: int
    vouched: frozenset[Annotated[str, Field(max_length=40)]] = frozenset()


class ConfirmBody(Signed):
    """A faulted segment is fit again, or was walked round after a power cut."""

    what: Literal["fit", "walked"]
    bank: int
    segment: int


class UnitBody(Signed):
    """Hold a unit of the air on or off for some hours, or give it back to its regulator."""

    unit: Annotated[str, Field(max_length=64)]
    on: bool | None
    """None: give it back."""
    hours: Annotated[float, Field(gt=0, le=_MOST_HOURS)] = 2.0
    reason: Annotated[PlainText, Field(max_length=200)] = ""


class ProposeBody(Signed):
    """Propose to move the whole room."""

    program: messages.Program


class StartProgramBody(Signed):
    """The room was walked through; the program that was proposed may begin its warning."""

    id: messages.Identifier
