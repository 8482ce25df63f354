"""Writes a series as CSV while it is sent, and on record that it left the house."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from io import StringIO
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from controller.audit.store import append
from controller.climate.series.chart import Asked, Step, read_chart
from controller.climate.series.points import read_points
from controller.context import Context

_BOM = b"\xef\xbb\xbf"
_PARTS: Final[dict[Step, timedelta]] = {
    "raw": timedelta(days=2),
    "hour": timedelta(days=180),
    "day": timedelta(days=3650),
}
"""So much is read at a time, so that a slow client holds up nobody."""

_Cell = tuple[float, int, tuple[object, ...], str]
"""Seconds since 1970, place of the quantity, its columns, and what makes it suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: quantities of one probe over a time, at one step."""

    room: str
    probe: str
    quantities: tuple[str, ...]
    start: datetime
    end: datetime
    step: Step
    by: str


def write_series(context: Context, export: Export) -> Generator[bytes]:
    """Write a line for each moment, hour or day: UTF-8 with a byte order mark.

    Times are the site's own with their offset. Hours and days have mean, lowest and highest of
    each quantity. Readings have its value, and a last column that names those that are suspect.
    """
    _note(context, export, "export.begun", "done", 0)
    lines, outcome = 0, "broken_off"
    try:
        yield _BOM + _lines([_head(export)])
        for start, end in _parts(export, context.site.zone()):
            rows = list(_rows(context, export, start, end))
            lines += len(rows)
            yield _lines(rows)
        outcome = "done"
    finally:
        _note(context, export, "export.ended", outcome, lines)


def _head(export: Export) -> list[object]:
    if export.step == "raw":
        return ["at", *export.quantities, "suspect"]
    names = [f"{name}{end}" for name in export.quantities for end in ("", "_min", "_max")]
    return ["at", *names]


def _parts(export: Export, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Cut the time at whole hours or days of the site, so that none is told twice."""
    start, length = export.start.astimezone(zone), _PARTS[export.step]
    if export.step == "hour":
        start = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    elif export.step == "day":
        start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while start < export.end:
        end = min(start + length, export.end)
        yield start, end
        start = end


def _rows(
    context: Context, export: Export, start: datetime, end: datetime
) -> Iterator[list[object]]:
    zone, width = context.site.zone(), 1 if export.step == "raw" else 3
    cells = _readings(context, export, start, end)
    if export.step != "raw":
        cells = _bands(context, export, start, end)
    for at_s, together in groupby(cells, key=lambda cell: cell[0]):
        at = datetime.fromtimestamp(at_s, UTC).astimezone(zone)
        row: list[object] = [at.isoformat(timespec="seconds")]
        row += [""] * (width * len(export.quantities))
        suspect = []
        for _, place, values, why in together:
            row[1 + width * place : 1 + width * (place + 1)] = values
            if why:
                suspect.append(f"{export.quantities[place]}: {why}")
        if export.step == "raw":
            row.append("; ".join(suspect))
        yield row


def _readings(context: Context, export: Export, start: datetime, end: datetime) -> Sequence[_Cell]:
    with context.telemetry.read() as session:
        streams = [
            [
                (point.at_s, place, (round(point.value, 4),), point.suspect or "")
                for point in read_points(
                    session, export.room, export.probe, name, start, end, with_suspect=True
                )
            ]
            for place, name in enumerate(export.quantities)
        ]
    return list(merge(*streams))


def _bands(context: Context, export: Export, start: datetime, end: datetime) -> Sequence[_Cell]:
    asked = Asked(
        start=start,
        end=end,
        points=2**31,
        now=context.clock.now(),
        zone=context.site.zone(),
        step=export.step,
    )
    with context.telemetry.read() as session:
        chart = read_chart(session, export.room, export.probe, export.quantities, asked)
    streams = [
        [(at_s, place, tuple(round(each, 4) for each in band), "") for at_s, *band in bands]
        for place, bands in enumerate(chart.bands.values())
    ]
    return list(merge(*streams))


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _note(context: Context, export: Export, action: str, outcome: str, lines: int) -> None:
    with context.records.write() as session:
        append(
            session,
            at=context.clock.now(),
            actor=export.by,
            action=action,
            subject="climate",
            outcome=outcome,
            detail={
                "form": "csv",
                "room": export.room,
                "probe": export.probe,
                "quantities": list(export.quantities),
                "step": export.step,
                "from": export.start.isoformat(),
                "to": export.end.isoformat(),
                "written": lines,
            },
        )
