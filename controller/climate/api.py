"""Routes of climate: what it is now; how it was stands in series."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from config.room import ModbusProbe, MqttProbe, Room, Words
from controller.climate.loggers import api as loggers_api
from controller.climate.model import DailySwing, Judgement, Profile, Range
from controller.climate.profiles import load_profile
from controller.climate.rules import judge, judge_value
from controller.climate.series import api as series_api
from controller.climate.series.model import Measured
from controller.climate.series.reading import latest
from controller.climate.series.recalibration import take_over
from controller.context import Context
from controller.people.access import permit
from controller.problems import get_room

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


def routes(context: Context, *, online: Online = lambda room, device: None) -> APIRouter:
    """Offer the routes of climate. Every profile is loaded now, so a bad one shows at start."""
    every = APIRouter()
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])
    profiles = {code: load_profile(room.climate.profile) for code, room in context.rooms.items()}

    @router.get("/rooms/{room}/climate")
    def read_climate(room: str) -> ClimateView:
        known = get_room(context.rooms, room)
        take_over(context)
        with context.telemetry.read() as session:
            samples = latest(session, room)
        now = context.clock.now()
        profile = profiles[room]
        probes = [
            _probe_view(probe, samples.get(probe.id), profile, now, online(room, probe.id))
            for probe in _probes(known)
        ]
        return ClimateView(profile=_profile_view(profile), probes=probes)

    for each in (
        router,
        series_api.routes(context),
        series_api.export_routes(context),
        loggers_api.routes(context),
    ):
        every.include_router(each)
    return every


def _probes(room: Room) -> list[ModbusProbe | MqttProbe]:
    return [device for device in room.devices if isinstance(device, ModbusProbe | MqttProbe)]


def _probe_view(
    probe: ModbusProbe | MqttProbe,
    sample: Measured | None,
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
        temperature_judgement=_judge(
            sample.temperature_c if sample and is_judged else None, profile.temperature_c, judgement
        ),
        humidity_judgement=_judge(
            sample.humidity_pct if sample and is_judged else None, profile.humidity_pct, judgement
        ),
    )


def _judge(value: float | None, limits: Range, otherwise: Judgement) -> Judgement:
    return otherwise if value is None else judge_value(value, limits)


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
