"""Gathers what a report of a room says: zones, alarms, calibrations, units, the book."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.address_words import Language
from config.room import Room
from controller.climate.limits.store import list_zones
from controller.climate.printed.model import Block, Paragraph, Report, Section, Table
from controller.climate.printed.others import (
    alarm_section,
    book_section,
    calibration_section,
    unit_section,
)
from controller.climate.printed.period import Period
from controller.climate.printed.words import Say
from controller.climate.printed.zones import ZoneAir, zone_section
from controller.climate.summary.figures import summarise
from controller.climate.summary.reading import read_air
from controller.context import Context

MOSTLY_PCT = 95.0
"""From this share of the time on a zone counts as kept within its limits. Our choice."""
_SOURCES = ("pi", "lm", "emc", "air", "mrf", "vtt", "band")
_SEASON = timedelta(days=16)
"""What EN 15757 needs of readings before and after the year, and a day."""


def gather_report(context: Context, room: Room, period: Period, language: Language) -> Report:
    """Put a report together, up to now where the period is not over."""
    say, tz = Say(language), context.site.zone()
    now = context.clock.now()
    start, whole_end = period.bounds(tz)
    end = min(whole_end, now.astimezone(tz))
    airs = _read_zones(context, room, period, start, end)
    name = getattr(room.name, language)
    title = say("title_year" if period.is_year else "title_month")
    made = say("made", at=f"{now.astimezone(tz):%Y-%m-%d %H:%M}")
    if end < whole_end:
        made += "; " + say("so_far", at=f"{end:%Y-%m-%d %H:%M}")
    sections = [
        _overview(airs, say),
        *(zone_section(air, period, start, end, tz, say) for air in airs),
        alarm_section(context, room, start, end, say),
        calibration_section(context, room, start, end, say),
        unit_section(context, room, start, end, say),
    ]
    if not period.is_year:
        sections.append(book_section(context, room, period, end, say))
    sources = tuple(Paragraph(text=say(f"source_{each}")) for each in _SOURCES)
    sections.append(Section(title=say("sources"), blocks=sources))
    return Report(
        title=f"{title} {period.text}",
        subtitle=f"{getattr(context.site.name, language)} · {room.room} {name}",
        made=made,
        zone=context.site.time_zone,
        language=language,
        at=now,
        sections=tuple(sections),
    )


def _read_zones(
    context: Context, room: Room, period: Period, start: datetime, end: datetime
) -> list[ZoneAir]:
    margin = _SEASON if period.is_year else timedelta(0)
    with context.records.read() as session:
        kept = list_zones(session, context.limits, room)
    airs = []
    for each in kept:
        probes = [probe.id for probe in room.probes(each.zone.zone)]
        around = read_air(context, room.room, probes, start - margin, end + margin)
        first, last = start.timestamp(), end.timestamp()
        hours = [hour for hour in around if first <= hour.start_s < last]
        zone, profile = context.site.zone(), each.limits.profile if each.limits else None
        airs.append(
            ZoneAir(
                zone=each.zone,
                limits=each.limits,
                hours=hours,
                summary=summarise(hours, start=start, end=end, zone=zone, profile=profile),
                band=summarise(around, start=start, end=end, zone=zone, profile=None).band,
            )
        )
    return airs


def _overview(airs: list[ZoneAir], say: Say) -> Section:
    rows = []
    ageing = []
    for air in airs:
        summary, name = air.summary, getattr(air.zone.name, say.language)
        share, rating = summary.shares.both, summary.rating
        rows.append(
            (
                name,
                air.limits_name(say),
                _one(share),
                _one(summary.twpi_y),
                say(rating.value) if rating else None,
                _one(summary.coverage_pct),
            )
        )
        if share is not None and share >= MOSTLY_PCT and rating is not None and rating == "risk":
            text = say("ageing", zone=name, share=f"{share:.1f}", twpi=f"{summary.twpi_y:.0f}")
            ageing.append(Paragraph(text=text, strong=True))
    heads = ("zone", "limits", "share", "twpi", "rating", "coverage")
    table = Table(
        title="",
        head=tuple(say(each) for each in heads),
        rows=tuple(rows),
        widths=(24, 40, 15, 13, 12, 12),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text=say("side_by_side")),
        table,
        *ageing,
        Paragraph(text=say("limits_now")),
        Paragraph(text=say("no_claim"), strong=True),
    )
    return Section(title=say("overview"), blocks=blocks)


def _one(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
