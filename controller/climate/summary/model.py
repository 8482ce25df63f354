"""What the air of a period did, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from controller.climate.metrics.rating import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """Mean, least and most of a quantity; `None` where nothing was measured."""

    mean: float | None
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How much of the measured time kept the limits, in %; `None` where none is set or known."""

    both: float | None
    temperature: float | None
    humidity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoistureRating:
    """What the equilibrium moisture means; two risks, never merged."""

    mechanical: Rating
    """Whether paper and boards turn brittle or warp."""
    corrosion: Rating
    """Whether clips, staples and shelves rust."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingPasses:
    """How many of the judged days kept the daily swing, in %, in both readings of "±"."""

    limit: float
    """As it is written, in the unit of the quantity."""
    days: int
    half_range_pct: float | None
    range_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """Two models that disagree by orders of magnitude, so they stand apart and are never merged."""

    mrf: float
    """Sum of time by days to germination (IPI-like, a closed form of our own); from 1 on likely."""
    vtt: dict[str, float]
    """Index at the end, 0 to 6, by surface of metrics.vtt.SURFACES."""
    vtt_most: dict[str, float]
    """The highest index of the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The humidity that things have grown used to (EN 15757), around the mean of 30 days."""

    low_pct: float
    high_pct: float
    least_pct: float
    most_pct: float
    """What may be added to the season: never tighter than 10 %RH."""
    coverage_pct: float
    is_whole_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of one period of one probe, or of several put one after the other."""

    start: datetime
    end: datetime
    coverage_pct: float
    """How much of the period was measured."""
    temperature_c: Extremes
    humidity_pct: Extremes
    absolute_g_m3: float | None
    dew_point_c: float | None
    """Over water, of the mean temperature and humidity."""
    twpi_y: float | None
    pi_mean_y: float | None
    """Arithmetic mean, to show how much it promises too much."""
    rating: Rating | None
    """Of the TWPI."""
    elm: float | None
    """Equivalent lifetime multiplier of paper against 20 C and 50 %RH."""
    emc_pct: float | None
    """Equilibrium moisture of wood and paper at the mean."""
    emc_rating: MoistureRating | None
    shares: Shares
    swing: dict[str, SwingPasses]
    """By quantity; empty where the limits name no daily swing."""
    mould: Mould | None
    band: Band | None
