"""Routes of climate: what it is now; how it was stands in series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from config.limits import Bounds
from config.quantities import HUMIDITY, TEMPERATURE
from config.room import Probe, Room, Words
from controller.climate.book import api as book_api
from controller.climate.calibration import api as calibration_api
from controller.climate.limits.model import ZoneLimits
from controller.climate.limits.store import list_zones
from controller.climate.loggers import api as loggers_api
from controller.climate.model import Judgement
from controller.climate.rules import judge, judge_value
from controller.climate.series import api as series_api
from controller.climate.series.ingest import FUTURE_AFTER
from controller.climate.series.latest import latest
from controller.climate.series.model import Measured
from controller.climate.series.recalibration import take_over
from controller.climate.summary import api as summary_api
from controller.climate.zones import ProfileView, ZoneView, profile_view, zone_view
from controller.context import Context
from controller.people.access import permit
from controller.problems import get_room

Online = Callable[[str, str], bool | None]
"""Says whether a device (room, id) answers its agent; `None` if nothing is known."""
_COUNTS = frozenset({Judgement.OK, Judgement.LOW, Judgement.HIGH})


class ValueView(BaseModel):
    """One value of a probe, calibrated; `suspect` says why it is not believed."""

    value: float
    suspect: str | None


class ProbeView(BaseModel):
    """The last reading of a probe, with its age; `judgement` is the graver of the two.

    `values` holds every quantity that it told.
    """

    id: str
    name: Words
    zone: str
    values: dict[str, ValueView]
    temperature_c: float | None
    humidity_pct: float | None
    at: datetime | None
    age_s: float | None
    online: bool
    judgement: Judgement
    temperature_judgement: Judgement
    humidity_judgement: Judgement


class ClimateView(BaseModel):
    """The climate of a room now; `profile` is that of the zone which probes are in by default."""

    profile: ProfileView | None
    zones: list[ZoneView]
    probes: list[ProbeView]


def routes(context: Context, *, online: Online = lambda room, device: None) -> APIRouter:
    """Offer the routes of climate."""
    every = APIRouter()
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])

    @router.get("/rooms/{room}/climate")
    def read_climate(room: str) -> ClimateView:
        known = get_room(context.rooms, room)
        take_over(context)
        with context.telemetry.read() as session:
            samples = latest(session, room, until=context.clock.now() + FUTURE_AFTER)
        with context.records.read() as records:
            zones = list_zones(records, context.limits, known)
        return _climate_view(known, zones, samples, context.clock.now(), partial(online, room))

    for each in (
        router,
        series_api.routes(context),
        series_api.export_routes(context),
        loggers_api.routes(context),
        summary_api.routes(context),
        calibration_api.routes(context),
        book_api.routes(context),
    ):
        every.include_router(each)
    return every


def _climate_view(
    room: Room,
    zones: Sequence[ZoneLimits],
    samples: Mapping[str, Measured],
    now: datetime,
    online: Callable[[str], bool | None],
) -> ClimateView:
    month = now.astimezone(room.zone()).month
    limits = {
        each.zone.zone: each.limits.profile.limits_in(month) if each.limits else {}
        for each in zones
    }
    usual = room.climate.usual_zone().zone
    probes = [
        _probe_view(
            each, samples.get(each.id), room.zone_of_probe(each), limits, now, online(each.id)
        )
        for each in room.probes()
    ]
    profile = next((z.limits for z in zones if z.zone.zone == usual and z.limits), None)
    return ClimateView(
        profile=profile_view(profile, month) if profile else None,
        zones=[_zone_view(each, probes, samples, now, month) for each in zones],
        probes=probes,
    )


def _zone_view(
    zone: ZoneLimits,
    probes: Sequence[ProbeView],
    samples: Mapping[str, Measured],
    now: datetime,
    month: int,
) -> ZoneView:
    mine = [each for each in probes if each.zone == zone.zone.zone]
    sound = [samples[each.id] for each in mine if each.judgement in _COUNTS]
    others = [each.judgement for each in mine if each.judgement not in _COUNTS]
    why = min(others, key=list(Judgement).index, default=Judgement.NONE)
    return zone_view(zone, sound, why, now, month)


def _probe_view(
    probe: Probe,
    sample: Measured | None,
    zone: str,
    limits_of: Mapping[str, Mapping[str, Bounds]],
    now: datetime,
    online: bool | None,
) -> ProbeView:
    """A probe whose state nobody knows counts as online while its readings are young."""
    limits = limits_of[zone]
    judgement = judge(sample, limits, now, probe.every_s)
    is_young = judgement not in (Judgement.STALE, Judgement.NONE)
    values = sample.values if sample and judgement in _COUNTS else {}
    return ProbeView(
        id=probe.id,
        name=probe.name,
        zone=zone,
        values={
            name: ValueView(value=value, suspect=sample.suspect.get(name))
            for name, value in sample.values.items()
        }
        if sample
        else {},
        temperature_c=sample.temperature_c if sample else None,
        humidity_pct=sample.humidity_pct if sample else None,
        at=sample.at if sample else None,
        age_s=max(0.0, (now - sample.at).total_seconds()) if sample else None,
        online=is_young if online is None else online,
        judgement=judgement,
        temperature_judgement=_judge(values.get(TEMPERATURE), limits.get(TEMPERATURE), judgement),
        humidity_judgement=_judge(values.get(HUMIDITY), limits.get(HUMIDITY), judgement),
    )


def _judge(value: float | None, limits: Bounds | None, otherwise: Judgement) -> Judgement:
    return otherwise if value is None else judge_value(value, limits)
