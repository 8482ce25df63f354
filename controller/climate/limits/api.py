"""Routes of limits: all there are, with every version, and which a zone keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from config.limits import LimitProfile
from config.room import Room, Words
from controller.climate.limits import store
from controller.climate.limits.model import Origin, Version, ZoneLimits, document_of
from controller.climate.limits.store import TakenByFile
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room

_Keeper = Annotated[SignedIn, Depends(permit("climate.manage"))]


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


class ProfileHistoryView(ProfileView):
    """A profile, and all its versions, the newest first."""

    versions: list[RecordedView]


class ChoiceView(BaseModel):
    """Who gave a zone other limits than its room file."""

    profile: str
    at: datetime
    by: str
    reason: str


class ZoneLimitsView(BaseModel):
    """Which limits a zone keeps; null for the air outside."""

    room: str
    zone: str
    name: Words
    kind: str
    profile: str | None
    version: int | None
    choice: ChoiceView | None


class LimitsView(BaseModel):
    """All limits, and who keeps which."""

    profiles: list[ProfileView]
    zones: list[ZoneLimitsView]


class ChooseBody(BaseModel):
    """Other limits for a zone; null goes back to those of the room file."""

    profile: str | None
    reason: Annotated[str, Field(min_length=3, max_length=500)]


def routes(context: Context) -> APIRouter:
    """Offer the routes of limits; files that changed since the last start are recorded now."""
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])
    with context.records.write() as session:
        store.record_files(session, context.limits, at=context.clock.now())

    @router.get("/climate/limits")
    def list_limits() -> LimitsView:
        with context.records.read() as session:
            profiles = [_profile_view(each) for each in store.list_current(session, context.limits)]
            zones = [
                _zone_view(room, each)
                for room in context.rooms.values()
                for each in store.list_zones(session, context.limits, room)
            ]
        return LimitsView(profiles=profiles, zones=zones)

    @router.get("/climate/limits/{profile_id}")
    def read_limits(
        profile_id: str, version: Annotated[int | None, Query(ge=1)] = None
    ) -> ProfileHistoryView:
        with context.records.read() as session:
            found = store.find_version(session, context.limits, profile_id, version)
            if found is None:
                raise Problem(404, "climate.no_such_limits", {"profile": profile_id})
            versions = store.list_versions(session, found.profile.id)
        shown = _profile_view(found).model_dump()
        return ProfileHistoryView(**shown, versions=[_recorded_view(each) for each in versions])

    @router.post("/climate/limits", status_code=201)
    def write_limits(profile: LimitProfile, who: _Keeper) -> ProfileView:
        now = context.clock.now()
        try:
            with context.records.write() as session:
                made = store.add_profile(session, context.limits, profile, at=now, by=who.user_id)
        except TakenByFile as error:
            raise Problem(409, "climate.limits_of_a_file", {"profile": profile.id}) from error
        return _profile_view(made)

    @router.put("/rooms/{room}/climate/zones/{zone}/limits")
    def choose_limits(room: str, zone: str, body: ChooseBody, who: _Keeper) -> ZoneLimitsView:
        known = get_room(context.rooms, room)
        if zone not in {each.zone for each in known.climate.all_zones()}:
            raise Problem(404, "climate.no_such_zone", {"room": room, "zone": zone})
        with context.records.write() as session:
            if body.profile is not None:
                found = store.find_version(session, context.limits, body.profile)
                if found is None:
                    raise Problem(422, "climate.no_such_limits", {"profile": body.profile})
            store.choose(
                session,
                room=room,
                zone=zone,
                profile_id=body.profile,
                reason=body.reason,
                at=context.clock.now(),
                by=who.user_id,
            )
            session.flush()
            zones = store.list_zones(session, context.limits, known)
        return next(_zone_view(known, each) for each in zones if each.zone.zone == zone)

    return router


def _recorded_view(version: Version) -> RecordedView:
    return RecordedView(
        version=version.version,
        digest=version.digest,
        origin=version.origin,
        at=version.at,
        by=version.by,
    )


def _profile_view(version: Version) -> ProfileView:
    return ProfileView(
        **_recorded_view(version).model_dump(),
        id=version.profile.id,
        profile=dict(document_of(version.profile)),
    )


def _zone_view(room: Room, zone: ZoneLimits) -> ZoneLimitsView:
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
    )
