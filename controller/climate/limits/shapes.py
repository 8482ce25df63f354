"""What the routes of limits take and give: profiles with their versions, and who keeps which."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from config.room import Room, Words
from controller.climate.limits.model import (
    Flawed,
    Origin,
    Recorded,
    Version,
    ZoneLimits,
    document_of,
)


class RecordedView(BaseModel):
    """One version of a profile; `at` is null before it was ever recorded."""

    version: int
    digest: str
    origin: Origin
    at: datetime | None
    by: str


class ProfileView(RecordedView):
    """A profile whole, as its file has it."""

    id: str
    profile: dict[str, Any]


class FlawView(BaseModel):
    """One thing that is wrong with limits on record: where, what stands there, what may."""

    place: str
    value: str
    allowed: str


class FlawedView(ProfileView):
    """Limits that were recorded once and cannot be applied; `profile` is what was written."""

    flaws: list[FlawView]


class ProfileHistoryView(ProfileView):
    """A profile, and all its versions, the newest first. With `flaws` it cannot be applied."""

    versions: list[RecordedView]
    flaws: list[FlawView] = []


class ChoiceView(BaseModel):
    """Who gave a zone other limits than its room file."""

    profile: str
    at: datetime
    by: str
    reason: str


class ZoneLimitsView(BaseModel):
    """Which limits a zone keeps; null for the air outside.

    `flawed` names limits that it should keep and that cannot be applied.
    """

    room: str
    zone: str
    name: Words
    kind: str
    profile: str | None
    version: int | None
    choice: ChoiceView | None
    flawed: str | None


class LimitsView(BaseModel):
    """All limits, and who keeps which.

    `flawed` are newest versions that are allowed no more; of these `profiles` has the newest that
    is, if there is one.
    """

    profiles: list[ProfileView]
    flawed: list[FlawedView]
    zones: list[ZoneLimitsView]


class ChooseBody(BaseModel):
    """Other limits for a zone; null goes back to those of the room file."""

    profile: str | None
    reason: Annotated[str, Field(min_length=3, max_length=500)]


def show_recorded(version: Recorded) -> RecordedView:
    """Show a version without its text."""
    return RecordedView(
        version=version.version,
        digest=version.digest,
        origin=version.origin,
        at=version.at,
        by=version.by,
    )


def show_profile(version: Version) -> ProfileView:
    """Show a version whole."""
    return ProfileView(
        **show_recorded(version).model_dump(),
        id=version.profile_id,
        profile=dict(document_of(version.profile)),
    )


def show_flawed(flawed: Flawed) -> FlawedView:
    """Show what was recorded and what is wrong with it."""
    return FlawedView(
        **show_recorded(flawed).model_dump(),
        id=flawed.profile_id,
        profile=dict(flawed.document),
        flaws=[
            FlawView(place=each.path, value=each.value, allowed=each.allowed)
            for each in flawed.problems
        ],
    )


def show_zone(room: Room, zone: ZoneLimits) -> ZoneLimitsView:
    """Show which limits a zone keeps, and who chose them."""
    choice = zone.choice
    return ZoneLimitsView(
        room=room.room,
        zone=zone.zone.zone,
        name=zone.zone.name,
        kind=zone.zone.kind,
        profile=zone.limits.profile.id if zone.limits else None,
        version=zone.limits.version if zone.limits else None,
        choice=choice
        and ChoiceView(profile=choice.profile_id, at=choice.at, by=choice.by, reason=choice.reason),
        flawed=zone.flawed.profile_id if zone.flawed else None,
    )
