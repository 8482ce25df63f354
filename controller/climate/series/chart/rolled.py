"""Draws a period from hours or days, neighbours put together where there are too many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from controller.climate.series import days
from controller.climate.series.chart.columns import Columns
from controller.climate.series.chart.model import Asked, Band, Step, Stretch
from controller.climate.series.figures import first_hour
from controller.climate.series.model import HOUR_S
from controller.climate.series.rows import fetch_plain
from controller.store.engine import ReadSession

_DAY_S: Final = 24 * HOUR_S
_HOUR: Final = float(HOUR_S)


@dataclass(frozen=True, slots=True)
class _Rolled:
    bands: dict[str, list[Band]]
    known: list[Stretch]
    """Of the first quantity."""


def rolled_bands(
    session: ReadSession, several: Mapping[str, Columns], asked: Asked, step: Step
) -> _Rolled:
    """Read hours or days of quantities that stand in the same rows, neighbours put together."""
    lead = next(iter(several.values()))
    first, end = _rolled_span(asked, step)
    together = max(1, ceil((end - first) / asked.points))
    wanted = (lead.of_number(), lead.at >= first, lead.at < end)
    enough = lead.seconds >= _half_s(step)
    if together == 1:
        laid = _laid_out([columns.alone() for columns in several.values()], lead.at, step)
        query = select(*laid, lead.seconds).where(*wanted).order_by(lead.at)
        rows = fetch_plain(session, query)
        half_s = _half_s(step)
        known = [row[0] for row in rows if row[-1] >= half_s]
    else:
        at = func.min(lead.at)
        laid = _laid_out([columns.summed() for columns in several.values()], at, step)
        group = (lead.at - first) // together
        rows = fetch_plain(session, select(*laid).where(*wanted).group_by(group).order_by(at))
        whole = select(_laid_at(lead.at, step)).where(*wanted, enough).order_by(lead.at)
        known = [at for (at,) in fetch_plain(session, whole)]
    bands = {name: _bands(rows, 4 * place, step, asked.zone) for place, name in enumerate(several)}
    return _Rolled(bands, list(_stretches(known, step, asked.zone)))


def _laid_out(
    values: Sequence[Sequence[ColumnElement[Any]]], at: ColumnElement[int], step: Step
) -> list[ColumnElement[Any]]:
    """Have the database lay out bands as pages get them.

    A loop over a year of hours takes as long as reading it.
    """
    return [each for of_one in values for each in (_laid_at(at, step), *of_one)]


def _laid_at(at: ColumnElement[int], step: Step) -> ColumnElement[Any]:
    """Give the time of an hour in seconds; of a day its number, as calendars count."""
    return at * _HOUR if step == "hour" else at


def _bands(rows: Sequence[tuple[Any, ...]], first: int, step: Step, zone: ZoneInfo) -> list[Band]:
    """Take the band of one quantity, which begins at a place of each row, where it was measured."""
    last = first + 4
    bands = [row[first:last] for row in rows if row[first + 1] is not None]
    if step == "hour":
        return cast("list[Band]", bands)
    return [(_began_s(day, zone), mean, low, high) for day, mean, low, high in bands]


def _rolled_span(asked: Asked, step: Step) -> tuple[int, int]:
    """Return the first hour or day that belongs to a period, and the first that does not."""
    start, end = int(asked.start.timestamp() // HOUR_S), first_hour(asked.end)
    if step == "hour":
        return start, end
    return days.day_of(start, asked.zone), days.day_of(end - 1, asked.zone) + 1


def _stretches(known: Sequence[float], step: Step, zone: ZoneInfo) -> Iterator[Stretch]:
    """Put hours (by seconds) or days (by number) together that follow each other."""
    unit = _HOUR if step == "hour" else 1
    edges: list[int] = []
    if known and known[-1] - known[0] > (len(known) - 1) * unit:
        edges = [place for place in range(1, len(known)) if known[place] - known[place - 1] > unit]
    for first, end in pairwise([0, *edges, len(known)] if known else []):
        since, until = known[first], known[end - 1] + unit
        if step == "hour":
            yield since, until
        else:
            yield _began_s(int(since), zone), _began_s(int(until), zone)


def _half_s(step: Step) -> float:
    """Say how much of an hour or day must be known for it not to be a gap."""
    return (HOUR_S if step == "hour" else _DAY_S) / 2


def _began_s(day: int, zone: ZoneInfo) -> float:
    return float(days.first_hour_of(day, zone) * HOUR_S)
