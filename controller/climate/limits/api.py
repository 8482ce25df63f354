"""Routes of limits: all there are, with every version, and which a zone keeps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from config.limits import LimitProfile
from controller.climate.limits import store
from controller.climate.limits.model import Flawed, Version
from controller.climate.limits.shapes import (
    ChooseBody,
    LimitsView,
    ProfileHistoryView,
    ProfileView,
    ZoneLimitsView,
    show_flawed,
    show_profile,
    show_recorded,
    show_zone,
)
from controller.climate.limits.store import TakenByFile
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room

_Keeper = Annotated[SignedIn, Depends(permit("climate.manage"))]


def routes(context: Context) -> APIRouter:
    """Offer the routes of limits; files that changed since the last start are recorded now."""
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])
    with context.records.write() as session:
        store.record_files(session, context.limits, at=context.clock.now())
    _add_profile_routes(router, context)
    _add_zone_routes(router, context)
    return router


def _add_profile_routes(router: APIRouter, context: Context) -> None:
    @router.get("/climate/limits")
    def list_limits() -> LimitsView:
        with context.records.read() as session:
            current = store.list_current(session, context.limits)
            zones = [
                show_zone(room, each)
                for room in context.rooms.values()
                for each in store.list_zones(session, context.limits, room)
            ]
        return LimitsView(
            profiles=[show_profile(each) for each in current if isinstance(each, Version)],
            flawed=[show_flawed(each) for each in current if isinstance(each, Flawed)],
            zones=zones,
        )

    @router.get("/climate/limits/{profile_id}")
    def read_limits(
        profile_id: str, version: Annotated[int | None, Query(ge=1)] = None
    ) -> ProfileHistoryView:
        with context.records.read() as session:
            found = store.find_version(session, context.limits, profile_id, version)
            if found is None:
                raise Problem(404, "climate.no_such_limits", {"profile": profile_id})
            versions = store.list_versions(session, found.profile_id)
        view = show_flawed(found) if isinstance(found, Flawed) else show_profile(found)
        shown = view.model_dump()
        return ProfileHistoryView(**shown, versions=[show_recorded(each) for each in versions])

    @router.post("/climate/limits", status_code=201)
    def write_limits(profile: LimitProfile, who: _Keeper) -> ProfileView:
        now = context.clock.now()
        try:
            with context.records.write() as session:
                made = store.add_profile(session, context.limits, profile, at=now, by=who.user_id)
        except TakenByFile as error:
            raise Problem(409, "climate.limits_of_a_file", {"profile": profile.id}) from error
        return show_profile(made)


def _add_zone_routes(router: APIRouter, context: Context) -> None:
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
                if isinstance(found, Flawed):
                    raise Problem(422, "climate.limits_flawed", {"profile": body.profile})
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
        return next(show_zone(known, each) for each in zones if each.zone.zone == zone)
