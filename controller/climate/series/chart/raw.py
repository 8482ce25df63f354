"""Draws a period from readings, and tells where each ceased to hold before the next came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from sqlalchemy import func, select

from controller.climate.calibration.rules import AS_MEASURED, Correction, parse_corrections
from controller.climate.series.chart.columns import raw_columns, within
from controller.climate.series.chart.model import Asked, Band, Stretch
from controller.climate.series.rows import load_paces
from controller.climate.series.tables import ProbeRow
from controller.store.engine import ReadSession


def raw_bands(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> Iterator[Band]:
    """Give readings, or what they were in equal times where there are too many."""
    found = raw_columns(session, row, quantity)
    if found is None:
        return
    columns, sound = found
    corrections = parse_corrections(row.calibrations).get(quantity, ())
    width_ms = max(1, ceil((asked.end - asked.start).total_seconds() * 1000 / asked.points))
    are_few = fits(session, row, quantity, asked)
    for since, until, correction in _between_corrections(corrections, asked):
        wanted = (columns.of_number(), sound, columns.at >= since, columns.at < until)
        if are_few:
            alone = select(columns.at, columns.total).where(*wanted).order_by(columns.at)
            for at, raw in session.execute(alone).all():
                value = raw if correction is AS_MEASURED else correction.apply(raw)
                yield at / 1000, value, value, value
            continue
        value = columns.total
        together = (
            select(func.min(columns.at), func.avg(value), func.min(value), func.max(value))
            .where(*wanted)
            .group_by((columns.at - since) // width_ms)
            .order_by(func.min(columns.at))
        )
        for at, *values in session.execute(together).all():
            mean, low, high = (correction.apply(float(each)) for each in values)
            yield at / 1000, mean, low, high


def _between_corrections(
    corrections: Sequence[Correction], asked: Asked
) -> Iterator[tuple[int, int, Correction]]:
    """Cut a period where another correction begins."""
    start, end = (round(moment.timestamp() * 1000) for moment in (asked.start, asked.end))
    every = (AS_MEASURED, *corrections)
    for place, correction in enumerate(every):
        since = start if place == 0 else max(start, correction.from_ms)
        until = min(end, every[place + 1].from_ms) if place + 1 < len(every) else end
        if since < until:
            yield since, until, correction


def raw_known(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked
) -> Iterator[Stretch]:
    """Give the stretches in which each reading comes before the one before ceases to hold."""
    found = raw_columns(session, row, quantity)
    if found is None or row.id is None:
        return
    columns, sound = found
    paces = load_paces(session, row.id)
    start, end = (round(moment.timestamp() * 1000) for moment in (asked.start, asked.end))
    query = (
        select(columns.at)
        .where(
            columns.of_number(), sound, columns.at >= start - paces.furthest_ms(), columns.at < end
        )
        .order_by(columns.at)
    )
    only = paces.longest_ms(start) if paces.is_one() else None
    since: int | None = None
    until = 0
    for at in session.execute(query).scalars():
        if since is not None and at > until:
            yield since / 1000, until / 1000
            since = at
        since = at if since is None else since
        until = at + (paces.longest_ms(at) if only is None else only)
    if since is not None:
        yield since / 1000, until / 1000


def fits(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> bool:
    """Say whether all readings of a period are no more than the points asked for."""
    found = raw_columns(session, row, quantity)
    if found is None:
        return True
    columns, sound = found
    some = (
        select(columns.at)
        .where(columns.of_number(), sound, *within(columns.at, asked.start, asked.end))
        .limit(asked.points + 1)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(some)).scalar_one()) <= asked.points
