"""What the air of a zone is now: the median of its sound probes, judged by the zone's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Literal

from pydantic import BaseModel

from config.air import absolute_humidity_g_m3, dew_point_c
from config.limits import Bounds, DailySwing, LongWords
from config.quantities import HUMIDITY, TEMPERATURE
from config.room import Words
from controller.climate.limits.model import Version, ZoneLimits
from controller.climate.model import Judgement
from controller.climate.rules import judge_value
from controller.climate.series.model import Measured


class LimitsView(BaseModel):
    """The limits of this month; a quantity that is not limited is null or absent."""

    temperature_c: Bounds | None
    humidity_pct: Bounds | None
    others: dict[str, Bounds]
    daily_swing: DailySwing | None


class ProfileView(BaseModel):
    """A profile, how its rule reads, and how far it can be trusted."""

    id: str
    version: int
    name: Words
    limits: LimitsView
    text: LongWords
    source: tuple[str, ...]
    verified: bool


class AirNow(BaseModel):
    """The air of a zone; figures are null where no sound probe is young enough."""

    temperature_c: float | None
    humidity_pct: float | None
    dew_point_c: float | None
    ah_g_m3: float | None
    judgement: Judgement
    at: datetime | None
    age_s: float | None
    probes_used: int


class ZoneView(BaseModel):
    """A zone, the limits it keeps (null: outside), and its air."""

    zone: str
    name: Words
    kind: Literal["room", "closed_block", "outside"]
    covers: tuple[str, ...]
    profile: ProfileView | None
    now: AirNow


def profile_view(version: Version, month: int) -> ProfileView:
    """Show a profile with the limits of a month."""
    profile = version.profile
    limits = dict(profile.limits_in(month))
    return ProfileView(
        id=profile.id,
        version=version.version,
        name=profile.name,
        limits=LimitsView(
            temperature_c=limits.pop(TEMPERATURE, None),
            humidity_pct=limits.pop(HUMIDITY, None),
            others=limits,
            daily_swing=profile.daily_swing,
        ),
        text=profile.text,
        source=profile.source,
        verified=profile.verified,
    )


def zone_view(
    zone: ZoneLimits, sound: Sequence[Measured], stale: Judgement, now: datetime, month: int
) -> ZoneView:
    """Show a zone; `sound` are its probes' readings that count, `stale` says why none does."""
    limits = zone.limits.profile.limits_in(month) if zone.limits else {}
    return ZoneView(
        zone=zone.zone.zone,
        name=zone.zone.name,
        kind=zone.zone.kind,
        covers=zone.zone.covers,
        profile=profile_view(zone.limits, month) if zone.limits else None,
        now=_air(sound, limits, stale, now),
    )


def _air(
    sound: Sequence[Measured], limits: Mapping[str, Bounds], stale: Judgement, now: datetime
) -> AirNow:
    """Judge the medians, so that one probe that is off does not speak for the zone."""
    temperature, humidity = _median(sound, TEMPERATURE), _median(sound, HUMIDITY)
    judged = [
        judge_value(value, limits.get(name))
        for name, value in ((TEMPERATURE, temperature), (HUMIDITY, humidity))
        if value is not None
    ]
    at = max((each.at for each in sound), default=None)
    dew_point = water = None
    if temperature is not None and humidity is not None:
        dew_point = dew_point_c(temperature, humidity)
        water = absolute_humidity_g_m3(temperature, humidity)
    return AirNow(
        temperature_c=_rounded(temperature),
        humidity_pct=_rounded(humidity),
        dew_point_c=_rounded(dew_point),
        ah_g_m3=_rounded(water),
        judgement=max(judged, key=list(Judgement).index, default=stale),
        at=at,
        age_s=max(0.0, (now - at).total_seconds()) if at else None,
        probes_used=len(sound),
    )


def _median(sound: Sequence[Measured], name: str) -> float | None:
    values = [each.values[name] for each in sound if name in each.values]
    return median(values) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
