"""Routes of climate: what it is now, and how it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel

from config.room import ModbusProbe, Room, Words
from controller.climate import store
from controller.climate.model import ClimateSample, DailySwing, Judgement, Profile, Range
from controller.climate.profiles import load_profile
from controller.climate.rules import FEWEST_POINTS, judge, judge_value
from controller.context import Context
from controller.people.access import permit
from controller.problems import Problem, get_room

_LONGEST = timedelta(days=400)
_USUAL = timedelta(days=1)

Online = Callable[[str, str], bool | None]
"""Says whether a device (room, id) answers its agent; `None` if nothing is known."""


class LimitsView(BaseModel):
    """The limits a room keeps."""

    temperature_c: Range
    humidity_pct: Range
    daily_swing: DailySwing


class ProfileView(BaseModel):
    """A profile, and how far it can be trusted."""

    id: str
    name: Words
    limits: LimitsView
    source: tuple[str, ...]
    verified: bool


class ProbeView(BaseModel):
    """The last reading of a probe, with its age; `judgement` is the graver of the two."""

    id: str
    name: Words
    temperature_c: float | None
    humidity_pct: float | None
    at: datetime | None
    age_s: float | None
    online: bool
    judgement: Judgement
    temperature_judgement: Judgement
    humidity_judgement: Judgement


class ClimateView(BaseModel):
    """The climate of a room now."""

    profile: ProfileView
    probes: list[ProbeView]


class SeriesView(BaseModel):
    """Points of [seconds since 1970, °C, %]; thinned, but every one was measured."""

    points: list[tuple[float, float, float]]


def routes(context: Context, *, online: Online = lambda room, device: None) -> APIRouter:
    """Offer the routes of climate. Every profile is loaded now, so a bad one shows at start."""
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])
    profiles = {code: load_profile(room.climate.profile) for code, room in context.rooms.items()}

    @router.get("/rooms/{room}/climate")
    def read_climate(room: str) -> ClimateView:
        known = get_room(context.rooms, room)
        with context.telemetry.read() as session:
            samples = store.latest(session, room)
        now = context.clock.now()
        profile = profiles[room]
        probes = [
            _probe_view(probe, samples.get(probe.id), profile, now, online(room, probe.id))
            for probe in _probes(known)
        ]
        return ClimateView(profile=_profile_view(profile), probes=probes)

    @router.get("/rooms/{room}/climate/series")
    def read_series(
        room: str,
        probe: str,
        start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
        end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
        points: Annotated[int, Query(ge=FEWEST_POINTS, le=5000)] = 500,
    ) -> SeriesView:
        if probe not in {known.id for known in _probes(get_room(context.rooms, room))}:
            raise Problem(404, "climate.no_such_probe", {"room": room, "probe": probe})
        last = end or context.clock.now()
        first = start or last - _USUAL
        if not timedelta(0) < last - first <= _LONGEST:
            raise Problem(422, "climate.bad_period", {"most_days": _LONGEST.days})
        with context.telemetry.read() as session:
            series = store.read_series(session, room, probe, start=first, end=last, points=points)
        return SeriesView(points=[(p.at_s, p.temperature_c, p.humidity_pct) for p in series])

    return router


def _probes(room: Room) -> list[ModbusProbe]:
    return [device for device in room.devices if isinstance(device, ModbusProbe)]


def _probe_view(
    probe: ModbusProbe,
    sample: ClimateSample | None,
    profile: Profile,
    now: datetime,
    online: bool | None,
) -> ProbeView:
    """A probe whose state nobody knows counts as online while its readings are young."""
    judgement = judge(sample, profile, now)
    is_young = judgement not in (Judgement.STALE, Judgement.NONE)
    is_judged = sample is not None and is_young and judgement is not Judgement.SUSPECT
    return ProbeView(
        id=probe.id,
        name=probe.name,
        temperature_c=sample.temperature_c if sample else None,
        humidity_pct=sample.humidity_pct if sample else None,
        at=sample.at if sample else None,
        age_s=max(0.0, (now - sample.at).total_seconds()) if sample else None,
        online=is_young if online is None else online,
        judgement=judgement,
        temperature_judgement=(
            judge_value(sample.temperature_c, profile.temperature_c)
            if sample and is_judged
            else judgement
        ),
        humidity_judgement=(
            judge_value(sample.humidity_pct, profile.humidity_pct)
            if sample and is_judged
            else judgement
        ),
    )


def _profile_view(profile: Profile) -> ProfileView:
    return ProfileView(
        id=profile.id,
        name=profile.name,
        limits=LimitsView(
            temperature_c=profile.temperature_c,
            humidity_pct=profile.humidity_pct,
            daily_swing=profile.daily_swing,
        ),
        source=profile.source,
        verified=profile.verified,
    )
