"""The part of a report that is of one zone: limits, figures, swing, mould, band, gaps, curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from config.climate import Zone
from config.quantities import HUMIDITY, TEMPERATURE, quantities
from controller.climate.limits.model import Version
from controller.climate.printed.curves import draw_curve, list_gaps
from controller.climate.printed.model import Block, Cell, Chart, Paragraph, Section, Table
from controller.climate.printed.period import Period
from controller.climate.printed.words import Say
from controller.climate.series.model import HourFigures
from controller.climate.summary.model import Band, Extremes, Summary

_MOST_GAPS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAir:
    """What a zone's air did in the period, and what it is held to."""

    zone: Zone
    limits: Version | None
    hours: Sequence[HourFigures]
    summary: Summary
    band: Band | None
    """Of the year with what EN 15757 needs around it."""

    def limits_name(self, say: Say) -> str:
        """Name the limits with version, and whether anybody compared them with the source."""
        if self.limits is None:
            return "–"
        profile = self.limits.profile
        how = say("confirmed" if profile.verified else "unconfirmed")
        name = getattr(profile.name, say.language)
        return f"{name} ({profile.id}, {say('version')} {self.limits.version}, {how})"


def zone_section(
    air: ZoneAir, period: Period, start: datetime, end: datetime, tz: tzinfo, say: Say
) -> Section:
    """Write the part of one zone."""
    blocks: list[Block] = [*_limits(air, say)]
    if air.summary.coverage_pct <= 0:
        blocks.append(Paragraph(text=say("nothing"), strong=True))
    else:
        blocks += [_figures(air.summary, say), *_swing(air, say), *_mould(air.summary, say)]
        if period.is_year:
            blocks += _band(air.band, say)
        blocks += _gaps(air, start, end, tz, say)
        blocks += _charts(air, period, start, end, tz, say)
    return Section(title=getattr(air.zone.name, say.language), blocks=tuple(blocks))


def _limits(air: ZoneAir, say: Say) -> Iterator[Block]:
    if air.limits is None:
        yield Paragraph(text=say("no_limits"))
        return
    profile = air.limits.profile
    bounds = ("critical_low", "low", "high", "critical_high")
    rows = tuple(
        (_quantity(name, say), *(getattr(limits, bound) for bound in bounds))
        for name, limits in profile.limits.items()
    )
    yield Table(
        title=air.limits_name(say),
        head=(say("quantity"), *(say(bound) for bound in bounds)),
        rows=rows,
    )
    yield Paragraph(
        text=say("labelled", label=say("rule"), text=getattr(profile.text, say.language))
    )
    yield Paragraph(text=say("labelled", label=say("source"), text="; ".join(profile.source)))


def _figures(summary: Summary, say: Say) -> Table:
    def extremes(name: str, found: Extremes) -> tuple[Cell, ...]:
        return (_quantity(name, say), *map(_two, (found.mean, found.least, found.most)))

    ageing = (
        ("share", summary.shares.both),
        ("share_t", summary.shares.temperature),
        ("share_rh", summary.shares.humidity),
        ("twpi", summary.twpi_y),
        ("pi_mean", summary.pi_mean_y),
        ("elm", summary.elm),
        ("emc", summary.emc_pct),
    )
    air = (
        ("dew", summary.dew_point_c),
        ("ah", summary.absolute_g_m3),
        ("coverage", summary.coverage_pct),
    )
    rating = summary.rating
    return Table(
        title=say("figures"),
        head=(say("figure"), say("mean"), say("least"), say("most")),
        rows=(
            extremes(TEMPERATURE, summary.temperature_c),
            extremes(HUMIDITY, summary.humidity_pct),
            *((say(name), _two(value), None, None) for name, value in ageing),
            *_moisture(summary, say),
            *((say(name), _two(value), None, None) for name, value in air),
            (say("rating"), say(rating.value) if rating else None, None, None),
        ),
        widths=(50, 16, 16, 16),
    )


def _moisture(summary: Summary, say: Say) -> Iterator[tuple[Cell, ...]]:
    rated = summary.emc_rating
    if rated is not None:
        yield say("emc_mechanical"), say(rated.mechanical.value), None, None
        yield say("emc_corrosion"), say(rated.corrosion.value), None, None


def _swing(air: ZoneAir, say: Say) -> Iterator[Block]:
    swing = air.limits.profile.daily_swing if air.limits else None
    if swing is None or not air.summary.swing:
        return
    heads = ("quantity", "swing_limit", "days", "half_range", "range")
    yield Table(
        title=say("swing"),
        head=tuple(say(each) for each in heads),
        rows=tuple(
            (
                _quantity(name, say),
                each.limit,
                each.days,
                _two(each.half_range_pct),
                _two(each.range_pct),
            )
            for name, each in air.summary.swing.items()
        ),
    )
    yield Paragraph(text=say("counts", reading=say(f"{swing.reading}_word")))


def _mould(summary: Summary, say: Say) -> Iterator[Block]:
    mould = summary.mould
    if mould is None:
        return
    rows: list[tuple[Cell, ...]] = [(say("mrf"), round(mould.mrf, 3), None)]
    for surface, value in mould.vtt.items():
        most = round(mould.vtt_most[surface], 3)
        rows.append((say("vtt", surface=say(f"vtt_{surface}")), round(value, 3), most))
    yield Table(
        title=say("mould"),
        head=(say("model"), say("at_end"), say("worst")),
        rows=tuple(rows),
        widths=(60, 20, 20),
    )


def _band(band: Band | None, say: Say) -> Iterator[Block]:
    if band is None or not band.is_whole_year:
        yield Paragraph(text=say("labelled", label=say("band"), text=say("band_short")))
        return
    text = say("band_text", low=f"{band.least_pct:+.1f}", high=f"{band.most_pct:+.1f}")
    exact = f"({band.low_pct:+.2f} / {band.high_pct:+.2f} %RH)"
    yield Paragraph(text=say("labelled", label=say("band"), text=f"{text} {exact}"))


def _gaps(air: ZoneAir, start: datetime, end: datetime, tz: tzinfo, say: Say) -> Iterator[Block]:
    gaps = list_gaps(air.hours, start, end)
    if not gaps:
        yield Paragraph(text=say("labelled", label=say("gaps"), text=say("no_gaps")))
        return
    longest = sorted(gaps, key=lambda gap: gap[0] - gap[1])
    shown, rest = sorted(longest[:_MOST_GAPS]), longest[_MOST_GAPS:]
    yield Table(
        title=say("gaps"),
        head=(say("gap_from"), say("gap_to"), say("hours")),
        rows=tuple(
            (_local(first, tz), _local(last, tz), (last - first).total_seconds() / 3600)
            for first, last in shown
        ),
    )
    if rest:
        hours = sum((last - first).total_seconds() for first, last in rest) / 3600
        yield Paragraph(text=say("more_gaps", count=len(rest), hours=f"{hours:.0f}"))


def _charts(
    air: ZoneAir, period: Period, start: datetime, end: datetime, tz: tzinfo, say: Say
) -> Iterator[Block]:
    profile = air.limits.profile if air.limits else None
    names = ("time", "mean", "least", "most", "limit_low", "limit_high")
    for title, quantity in (("chart_t", TEMPERATURE), ("chart_rh", HUMIDITY)):
        points = draw_curve(air.hours, quantity, start, end, tz, profile, daily=period.is_year)
        time, mean, low, high, least, most = (say(name) for name in names)
        yield Chart(
            title=say(title),
            unit=quantities()[quantity].unit,
            points=points,
            names=(time, mean, low, high, least, most),
        )


def _quantity(name: str, say: Say) -> str:
    known = quantities().get(name)
    return name if known is None else f"{getattr(known.name, say.language)} {known.unit}"


def _local(moment: datetime, tz: tzinfo) -> str:
    return f"{moment.astimezone(tz):%Y-%m-%d %H:%M}"


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
