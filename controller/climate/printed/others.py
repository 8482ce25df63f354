"""The parts of a report that are of the whole room: alarms, calibration, units, the book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import col, select

from config.book import ClimateBook
from config.devices import AirUnit, Probe
from config.room import Room
from controller.alarms.quality import Occurrence
from controller.alarms.quality_store import list_occurrences
from controller.climate.book import store as book_store
from controller.climate.book.model import Cell as BookCell
from controller.climate.calibration.due import expired_spans, find_due
from controller.climate.calibration.model import Calibration
from controller.climate.calibration.store import list_calibrations
from controller.climate.printed.model import Block, Cell, Paragraph, Section, Table
from controller.climate.printed.period import Period
from controller.climate.printed.words import Say
from controller.climate.units.tables import UnitDecisionRow
from controller.context import Context
from controller.people.store import names_of
from controller.store.engine import ReadSession

_CLIMATE = "climate."


def alarm_section(
    context: Context, room: Room, start: datetime, end: datetime, say: Say
) -> Section:
    """Count the alarms of the air by kind, and how long people took to acknowledge them."""
    with context.records.read() as session:
        found = list_occurrences(session, start=start, end=end, room=room.room)
    kinds: dict[str, list[Occurrence]] = {}
    for each in found:
        if each.kind.startswith(_CLIMATE) and each.told:
            kinds.setdefault(each.kind, []).append(each)
    if not kinds:
        return Section(title=say("alarms"), blocks=(Paragraph(text=say("no_alarms")),))
    heads = ("kind", "count", "to_ack", "unack", "still")
    rows = tuple(
        (say.kind(kind), *_counted(several, end)) for kind, several in sorted(kinds.items())
    )
    table = Table(
        title="", head=tuple(say(each) for each in heads), rows=rows, widths=(30, 12, 20, 16, 18)
    )
    return Section(title=say("alarms"), blocks=(table,))


def calibration_section(
    context: Context, room: Room, start: datetime, end: datetime, say: Say
) -> Section:
    """List the certificates as they stood at the end, and what was measured on expired ones."""
    tz = context.site.zone()
    name = _names(room.probes(), say)
    with context.records.read() as session:
        every = list_calibrations(session, room.room)
    known = [each for each in every if each.since < end]
    last_day = (end - timedelta(seconds=1)).astimezone(tz).date()
    rows: list[tuple[Cell, ...]] = []
    for due in find_due(known, last_day):
        each = due.calibration
        rows.append(
            (
                name(each.probe),
                say.quantity(each.quantity),
                each.certificate,
                each.laboratory,
                each.since.astimezone(tz).date().isoformat(),
                each.due_on.isoformat() if each.due_on else None,
                say(due.standing),
            )
        )
    certified = {each.probe for each in known}
    for probe in room.probes():
        if probe.id not in certified:
            rows.append((name(probe.id), None, None, None, None, None, say("none")))
    heads = ("probe", "quantity", "certificate", "laboratory", "since", "due_on", "standing")
    table = Table(title="", head=tuple(say(each) for each in heads), rows=tuple(rows))
    return Section(
        title=say("calibrations"),
        blocks=(table, *_expired(known, start, end, context, say, name)),
    )


def unit_section(context: Context, room: Room, start: datetime, end: datetime, say: Say) -> Section:
    """Say how long each unit ran, as the room told it."""
    name = _names(room.units(), say)
    with context.records.read() as session:
        query = select(UnitDecisionRow.device).where(UnitDecisionRow.room == room.room).distinct()
        devices = sorted(session.exec(query).all())
        rows = [(name(device), *_ran(session, room.room, device, start, end)) for device in devices]
    if not rows:
        return Section(title=say("units"), blocks=(Paragraph(text=say("no_units")),))
    heads = tuple(say(each) for each in ("unit", "on_h", "starts"))
    return Section(title=say("units"), blocks=(Table(title="", head=heads, rows=tuple(rows)),))


def book_section(context: Context, room: Room, period: Period, end: datetime, say: Say) -> Section:
    """Copy the book of the month, with what was corrected and who signed."""
    last = min(period.after - timedelta(days=1), end.date())
    entries = book_store.read_book(context, room, period.first, last)
    with context.records.read() as session:
        names = names_of(session, {each.signature.by for each in entries if each.signature})
    zones = {each.zone: getattr(each.name, say.language) for each in room.climate.all_zones()}
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        if entry.due_at > end:
            continue
        signature = entry.signature
        signed = names.get(signature.by, signature.by) if signature else None
        for cell in (*entry.inside, *entry.outside):
            words = _written(cell, say)
            rows.append((entry.day.isoformat(), say(entry.slot), zones[cell.zone], *words, signed))
    times = context.site.climate_book
    heads = ("day", "slot", "zone", "t", "rh", "instrument", "signed")
    text = say("book_times", morning=times.morning, afternoon=times.afternoon)
    table = Table(
        title="",
        head=tuple(say(each) for each in heads),
        rows=tuple(rows),
        widths=(15, 11, 20, 15, 15, 22, 16),
    )
    custom = () if times != ClimateBook() else (Paragraph(text=say("book_custom")),)
    return Section(title=say("book"), blocks=(Paragraph(text=text), *custom, table))


def _counted(several: Sequence[Occurrence], end: datetime) -> tuple[Cell, ...]:
    minutes = [
        (each.noted_at - each.raised_at).total_seconds() / 60
        for each in several
        if each.noted_at is not None
    ]
    return (
        len(several),
        round(median(minutes), 1) if minutes else None,
        len(several) - len(minutes),
        sum(each.cleared_at is None or each.cleared_at > end for each in several),
    )


def _names(devices: Sequence[Probe | AirUnit], say: Say) -> Callable[[str], str]:
    """Return what names a device as people know it, with its code; one that is gone keeps it."""
    known = {each.id: getattr(each.name, say.language) for each in devices}
    return lambda device: f"{known[device]} ({device})" if device in known else device


def _expired(
    known: Sequence[Calibration],
    start: datetime,
    end: datetime,
    context: Context,
    say: Say,
    name: Callable[[str], str],
) -> list[Block]:
    tz = context.site.zone()
    several: dict[tuple[str, str], list[Calibration]] = {}
    for each in known:
        several.setdefault((each.probe, each.quantity), []).append(each)
    return [
        Paragraph(
            text=say(
                "expired_text",
                probe=name(probe),
                quantity=say.quantity(quantity),
                start=f"{first.astimezone(tz):%Y-%m-%d}",
                end=f"{last.astimezone(tz) - timedelta(seconds=1):%Y-%m-%d}",
            ),
            strong=True,
        )
        for (probe, quantity), group in sorted(several.items())
        for first, last in expired_spans(group, tz, start, end)
    ]


def _ran(
    session: ReadSession, room: str, device: str, start: datetime, end: datetime
) -> tuple[float, int]:
    """Add up how long a unit was on; until the room says otherwise it stays as it was."""
    of_unit = (UnitDecisionRow.room == room, UnitDecisionRow.device == device)
    before = session.exec(
        select(UnitDecisionRow)
        .where(*of_unit, col(UnitDecisionRow.at) < start)
        .order_by(col(UnitDecisionRow.at).desc(), col(UnitDecisionRow.id).desc())
    ).first()
    rows = session.exec(
        select(UnitDecisionRow)
        .where(*of_unit, col(UnitDecisionRow.at) >= start, col(UnitDecisionRow.at) < end)
        .order_by(col(UnitDecisionRow.at), col(UnitDecisionRow.id))
    ).all()
    on, since, seconds, starts = bool(before and _is_on(before)), start, 0.0, 0
    for row in rows:
        if on:
            seconds += (row.at - since).total_seconds()
        starts += _is_on(row) and not on
        on, since = _is_on(row), row.at
    if on:
        seconds += (end - since).total_seconds()
    return round(seconds / 3600, 1), starts


def _is_on(row: UnitDecisionRow) -> bool:
    return row.wanted if row.on is None else row.on


def _written(cell: BookCell, say: Say) -> tuple[Cell, Cell, Cell]:
    found = cell.note or cell.proposal
    if found is None:
        return say("missed"), None, None
    if cell.note is None:
        instrument = ", ".join(cell.proposal.probes) if cell.proposal else ""
        return found.temperature_c, found.humidity_pct, f"{instrument} ({say('proposed')})"
    old = cell.replaced[-1] if cell.replaced else None
    return (
        _with_old(cell.note.temperature_c, old.temperature_c if old else None, say),
        _with_old(cell.note.humidity_pct, old.humidity_pct if old else None, say),
        cell.note.instrument,
    )


def _with_old(value: float | None, old: float | None, say: Say) -> Cell:
    """Show a corrected value beside what stood there."""
    if old is None or old == value:
        return value
    return f"{'–' if value is None else f'{value:g}'}{say('was', value=f'{old:g}')}"
