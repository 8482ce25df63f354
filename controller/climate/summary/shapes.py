"""What the pages get of summaries and exposures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from config.limits import LimitProfile
from config.parts import Words
from controller.climate.metrics.mould_days import GERMINATION_MRF, WARNING_MRF
from controller.climate.metrics.rating import Rating
from controller.climate.summary.model import Summary

SOURCES = (
    "PI: closed form fitted to values published by IPI; TWPI: time-weighted harmonic mean (IPI)",
    "Lifetime multiplier: Michalski 2002, Martens 2012; paper, 100 kJ/mol",
    "EMC: Hailwood and Horrobin by Simpson, FPL-RN-0268; ratings: preservationeval, after IPI",
    "Dew point over water: Magnus (Alduchov and Eskridge); absolute humidity: Sonntag",
    "Mould risk factor: IPI-like, by a closed form of our own; its decay is not published",
    "Mould index: VTT, Hukka and Viitanen 1999, classes of 2010",
    "Band of the humidity: in the manner of EN 15757:2010, as Camuffo 2022 sums it up",
)


class ExtremesView(BaseModel):
    """Mean, least and most; null where nothing was measured."""

    mean: float | None
    least: float | None
    most: float | None


class SharesView(BaseModel):
    """How much of the measured time kept the limits, in %."""

    both: float | None
    temperature: float | None
    humidity: float | None


class SwingView(BaseModel):
    """Days that kept the daily swing, in %, in both readings of "±"."""

    limit: float
    days: int
    half_range_pct: float | None
    range_pct: float | None


class MoistureRatingView(BaseModel):
    """What the equilibrium moisture means for paper and for metal parts."""

    mechanical: Rating
    corrosion: Rating


class MouldView(BaseModel):
    """Two models, never merged: the IPI-like risk factor and the index of VTT by surface."""

    mrf: float
    mrf_warning: float
    mrf_critical: float
    vtt: dict[str, float]
    vtt_most: dict[str, float]


class BandView(BaseModel):
    """The band of the humidity in the manner of EN 15757; trust it only for a whole year."""

    low_pct: float
    high_pct: float
    least_pct: float
    most_pct: float
    coverage_pct: float
    is_whole_year: bool


class SummaryView(BaseModel):
    """The figures of a period."""

    start: datetime
    end: datetime
    coverage_pct: float
    temperature_c: ExtremesView
    humidity_pct: ExtremesView
    absolute_g_m3: float | None
    dew_point_c: float | None
    twpi_y: float | None
    pi_mean_y: float | None
    rating: Rating | None
    elm: float | None
    emc_pct: float | None
    emc_rating: MoistureRatingView | None
    shares: SharesView
    swing: dict[str, SwingView]
    mould: MouldView | None
    band: BandView | None


class HeldToView(BaseModel):
    """The limits that shares and swing are judged by."""

    id: str
    version: int
    name: Words
    text: Words | dict[str, str]
    source: tuple[str, ...]
    verified: bool


class MetricsView(SummaryView):
    """The figures of a probe or zone, with the limits they are judged by and their sources."""

    probes: list[str]
    limits: HeldToView | None
    sources: tuple[str, ...] = SOURCES


class SpanView(BaseModel):
    """Where a thing was for a time; room and zone are null where its air is not known."""

    start: datetime
    end: datetime
    place: str
    address: str | None
    room: str | None
    zone: str | None
    zone_name: Words | None
    assumed: bool
    """Before a list first named the box; taken to have stood where that list said."""


class ExposureView(SummaryView):
    """Which air a box lived in."""

    spans: list[SpanView]
    unknown_pct: float
    """Of the time: lent, on its way, or its place unknown."""
    sources: tuple[str, ...] = SOURCES


def summary_fields(summary: Summary) -> dict[str, Any]:
    """Write a summary as its view's fields."""
    fields = asdict(summary)
    if fields["mould"] is not None:
        fields["mould"] |= {"mrf_warning": WARNING_MRF, "mrf_critical": GERMINATION_MRF}
    return fields


def held_to(profile: LimitProfile | None) -> HeldToView | None:
    """Name the limits."""
    if profile is None:
        return None
    return HeldToView(
        id=profile.id,
        version=profile.version,
        name=profile.name,
        text=profile.text.model_dump(),
        source=profile.source,
        verified=profile.verified,
    )
