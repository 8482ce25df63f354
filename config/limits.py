"""Limits of the air as data: what a zone should keep, from where that comes, when it alarms.

A file of config/profiles/limits holds one, or one of a site's own folder `limits` beside its site
file. Bounds are in the unit of their quantity. Frozen, strict, no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.climate import ProfileId
from config.parts import Flaw, Part, Words, flawless
from config.quantities import HUMIDITY, TEMPERATURE, QuantityName, quantities
from config.texts import PlainText

Medium = Literal[
    "paper", "special", "film_copy", "film_master", "magnetic", "optical", "museum", "mixed"
]
Positive = Annotated[float, Field(gt=0)]
Wait = Annotated[float, Field(ge=0, le=7 * 86_400)]
Distance = Annotated[float, Field(ge=0)]
Bound = Literal["critical_low", "low", "high", "critical_high"]
Month = Annotated[int, Field(ge=1, le=12)]

USUAL_HYSTERESIS: Final[Mapping[str, float]] = {TEMPERATURE: 0.5, HUMIDITY: 2.0}
"""How far inside the limit a value must be before its alarm ends. On three real sites this, with
the waits below, left a quarter of the alarms, and hardly any that came again within six hours."""
HYSTERESIS_SHARE: Final = 0.1
"""Of quantities that no hysteresis is written for: this share of the limit."""


class Bounds(Part):
    """What one quantity should stay within; each of the four may be missing, not all."""

    critical_low: float | None = None
    low: float | None = None
    high: float | None = None
    critical_high: float | None = None

    @model_validator(mode="after")
    def _rises(self) -> Self:
        named = ("critical_low", "low", "high", "critical_high")
        given = [(name, value) for name in named if (value := getattr(self, name)) is not None]
        if not given:
            raise ValueError("at least one of critical_low, low, high, critical_high is needed")
        for (below, least), (above, most) in pairwise(given):
            if least >= most:
                raise ValueError(f"{below} ({least:g}) must be less than {above} ({most:g})")
        return self

    def leaves(self, bound: Bound, ends_at: float) -> bool:
        """Say whether the other limit of the same grade leaves room where an alarm ends."""
        if bound.endswith("low"):
            other = self.critical_high if bound.startswith("critical") else self.high
            return other is None or ends_at < other
        other = self.critical_low if bound.startswith("critical") else self.low
        return other is None or ends_at > other

    def items(self) -> tuple[tuple[Bound, float], ...]:
        """List the bounds that are given, from the lowest up."""
        pairs: tuple[tuple[Bound, float | None], ...] = (
            ("critical_low", self.critical_low),
            ("low", self.low),
            ("high", self.high),
            ("critical_high", self.critical_high),
        )
        return tuple((bound, value) for bound, value in pairs if value is not None)


Limits = Mapping[QuantityName, Bounds]


class Season(Part):
    """Other bounds for some months; a quantity that is not named keeps its usual ones."""

    first_month: Month
    last_month: Month
    """Included; before first_month it lies in the next year."""
    limits: Limits

    def has(self, month: int) -> bool:
        """Say whether a month belongs to the season."""
        if self.first_month <= self.last_month:
            return self.first_month <= month <= self.last_month
        return month >= self.first_month or month <= self.last_month


class AroundYear(Part):
    """How far a quantity may go from the mean of the year before, below and above.

    ASHRAE's types of control are written so: the seasonal change that is allowed, and the short
    one on top of it.
    """

    down: Distance
    up: Distance
    short: Positive


class DailySwing(Part):
    """How much a quantity may change within a day of the site's clock.

    half_range: that much to either side of the middle; range: that much between the extremes.
    """

    temperature_c: Positive | None = None
    humidity_pct: Positive | None = None
    reading: Literal["half_range", "range"] = "half_range"

    def limit_of(self, quantity: str) -> float | None:
        """Return the figure for a quantity, as it is written."""
        figures = {TEMPERATURE: self.temperature_c, HUMIDITY: self.humidity_pct}
        return figures.get(quantity)


class HistoricBand(Part):
    """Humidity may depart from the mean of 30 days as far as it did in the year before (EN 15757).

    The band runs from the 7th to the 93rd percentile of what it departed, and is never tighter
    than 10 %RH.
    """

    quantity: Literal["humidity_pct"] = "humidity_pct"


class Mould(Part):
    """From where the two models of mould alarm; each is told by its own name."""

    vtt_warning: Positive = 1.0
    vtt_critical: Positive = 3.0
    vtt_surface: Literal["1999", "vs", "s", "mr", "r"] = "s"
    """Coated paper counts as "s", sensitive."""
    mrf_warning: Positive = 0.5
    mrf_critical: Positive = 1.0
    mrf_days: Annotated[int, Field(ge=1, le=400)] = 90
    """Doses older than this count no more; how IPI lets them go is not published."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        for name in ("vtt", "mrf"):
            warning, critical = getattr(self, f"{name}_warning"), getattr(self, f"{name}_critical")
            if warning >= critical:
                raise ValueError(f"{name}_warning must be less than {name}_critical")
        return self


class Delays(Part):
    """How long a bound must be broken before it alarms, and kept again before that ends."""

    on_s: Wait
    off_s: Wait
    hysteresis: Mapping[QuantityName, Distance] = USUAL_HYSTERESIS

    def hysteresis_of(self, quantity: str, limit: float) -> float:
        """Return how far inside a limit a value must be to end its alarm."""
        found = self.hysteresis.get(quantity, USUAL_HYSTERESIS.get(quantity))
        return abs(limit) * HYSTERESIS_SHARE if found is None else found


class LimitProfile(Part):
    """Limits with a number of their own, where they come from, and who has checked that."""

    format: Literal[2]
    id: ProfileId
    version: Annotated[int, Field(ge=1, le=100_000)]
    name: Words
    medium: Medium
    limits: Limits
    seasons: tuple[Season, ...] = ()
    around_year: Mapping[QuantityName, AroundYear] = {}
    mean_24h: Limits = Field(default_factory=dict)
    daily_swing: DailySwing | None = None
    rate_per_h: Mapping[QuantityName, Positive] = {}
    historic_band: HistoricBand | None = None
    mould: Mould | None = Mould()
    warning: Delays = Delays(on_s=4 * 3600, off_s=3600)
    critical: Delays = Delays(on_s=900, off_s=1800)
    text: LongWords
    """The rule in words, as reports print it: what it says, how it is read, what is our own."""
    source: Annotated[tuple[PlainText, ...], Field(min_length=1)]
    verified: bool
    """Whether somebody has compared the figures with the source itself."""
    aliases: tuple[ProfileId, ...] = ()
    """Names under which room files may know it from before."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        flaws = [*self._unknown(), *self._seasons_twice(), *self._impossible()]
        return flawless(self, flaws or self._endless())

    def limits_in(self, month: int) -> Limits:
        """Return the bounds of a month, 1 to 12."""
        here = next((season.limits for season in self.seasons if season.has(month)), {})
        return {**self.limits, **here}

    def delays_of(self, bound: Bound) -> Delays:
        """Return how patient the alarm of a bound is."""
        return self.critical if bound.startswith("critical") else self.warning

    def watched(self) -> tuple[str, ...]:
        """List the quantities that some limit names."""
        named = [self.limits, self.around_year, self.mean_24h, self.rate_per_h]
        named += [season.limits for season in self.seasons]
        return tuple(dict.fromkeys(quantity for part in named for quantity in part))

    def _parts(self) -> list[tuple[tuple[str | int, ...], Mapping[str, object]]]:
        """List each part that is written by quantity, with its place in the file."""
        seasons = [
            (("seasons", number, "limits"), season.limits)
            for number, season in enumerate(self.seasons)
        ]
        return [
            (("limits",), self.limits),
            (("around_year",), self.around_year),
            (("mean_24h",), self.mean_24h),
            (("rate_per_h",), self.rate_per_h),
            (("warning", "hysteresis"), self.warning.hysteresis),
            (("critical", "hysteresis"), self.critical.hysteresis),
            *seasons,
        ]

    def _unknown(self) -> list[Flaw]:
        return [
            Flaw((*place, name), name, "no such quantity; config/quantities.yaml lists them")
            for place, part in self._parts()
            for name in part
            if name not in quantities()
        ]

    def _seasons_twice(self) -> list[Flaw]:
        twice = [m for m in range(1, 13) if sum(each.has(m) for each in self.seasons) > 1]
        return [Flaw(("seasons",), f"month {m}", "stands in two seasons") for m in twice]

    def _impossible(self) -> list[Flaw]:
        """Find limits that no sensor could ever report."""
        return [
            Flaw((*place, name, bound), value, f"{name} cannot be this")
            for place, part in self._parts()
            for name, bounds in part.items()
            if isinstance(bounds, Bounds) and name in quantities()
            for bound, value in bounds.items()
            if not quantities()[name].can_be(value)
        ]

    def _endless(self) -> list[Flaw]:
        """Find limits whose alarm would hardly ever end: hysteresis reaches over the other one."""
        by_month = [self.limits_in(month) for month in range(1, 13)]
        found = [
            Flaw(
                ("critical" if bound.startswith("critical") else "warning", "hysteresis", name),
                width,
                f"less: what alarms at {bound} {value:g} would end at {ends_at:g}",
            )
            for part in (*by_month, self.mean_24h)
            for name, bounds in part.items()
            for bound, value in bounds.items()
            for width in (self.delays_of(bound).hysteresis_of(name, value),)
            for ends_at in (value + width if bound.endswith("low") else value - width,)
            if not (quantities()[name].can_be(ends_at) and bounds.leaves(bound, ends_at))
        ]
        return list(dict.fromkeys(found))


class LongWords(Part):
    """A text of some sentences in both languages."""

    zh: Annotated[PlainText, Field(min_length=1, max_length=2000)]
    en: Annotated[PlainText, Field(min_length=1, max_length=2000)]


LimitProfile.model_rebuild()
