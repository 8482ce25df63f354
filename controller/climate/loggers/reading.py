"""Reads the rows of a surveyed file: what each measured, and by row what is wrong.

A row whose time is not known, or whose cell is no number, is named and not taken in. A number that
no sensor can have measured and a time to come are named too, and stored as suspect.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from typing import BinaryIO, Final

from config.quantities import quantities
from controller.climate.loggers.cells import parse_number
from controller.climate.loggers.local_clock import LocalClock, parse_zone
from controller.climate.loggers.model import (
    MOMENT,
    SENSOR,
    Column,
    Findings,
    Layout,
    Reading,
    RowProblem,
)
from controller.climate.loggers.moments import (
    DAY_S,
    day_of,
    offset_s,
    seconds_of,
)
from controller.climate.loggers.survey import TELL_EVERY, Progress
from controller.climate.loggers.text import read_cells
from controller.climate.loggers.time_cells import TimeCells, cell_at
from controller.climate.series.ingest import FUTURE_AFTER
from controller.climate.series.storing import EARLIEST_MS

MOST_LISTED: Final = 50
"""Problems of one kind that are listed; all are counted."""
_REMEMBERED = 50_000
"""Moments among which a row may come twice in one file and be noticed; the store notices all."""
_LONGEST_VALUE = 60
_MOST_STEPS = 1000
_EPOCH = date(1970, 1, 1).toordinal()
_LATEST_DAY: Final = date(2200, 1, 1).toordinal()
"""A later day is a clock that was never set; it is not even a time to come."""


def read_file(
    stream: BinaryIO, layout: Layout, now: datetime, findings: Findings, tell: Progress, doing: str
) -> Generator[Reading]:
    """Walk the readings of a file and write down in `findings` what was found.

    Close it before the stream. `now` is when the file came: what it dates later is suspect.
    """
    walk = _Walk(layout, now, findings)
    with closing(read_cells(stream, layout.encoding, layout.separator)) as rows:
        for number, cells in rows:
            if number % TELL_EVERY == 0:
                tell(doing, number)
            if number <= layout.header_row:
                continue
            reading = walk.take(number, cells)
            if reading is not None:
                yield reading
    walk.end()


class _Walk:
    """Takes the rows one after the other; knows the rows before."""

    def __init__(self, layout: Layout, now: datetime, findings: Findings) -> None:
        self._layout = layout
        self._found = findings
        self._clock = LocalClock(parse_zone(layout.zone), falling=layout.falling)
        self._too_late_s = (now + FUTURE_AFTER).timestamp()
        self._columns = layout.read
        self._times = TimeCells(layout.columns)
        self._sensor = layout.place_of(SENSOR) if layout.sensor is not None else None
        self._steps: Counter[int] = Counter()
        self._before_s: float | None = None
        self._known: OrderedDict[float, dict[str, float]] = OrderedDict()
        self._first_s: float | None = None
        self._last_s: float | None = None

    def take(self, row: int, cells: Sequence[str]) -> Reading | None:
        """Read one row; `None` if nothing of it can be taken in."""
        if not any(cells) or not any(cell.strip() for cell in cells):
            return None
        if self._sensor is not None and cell_at(cells, self._sensor) != self._layout.sensor:
            return None
        self._found.rows += 1
        at_s = self._moment_of(row, cells)
        if at_s is None:
            return None
        values = self._values(row, cells)
        if not values or self._is_known(row, at_s, values):
            return None
        if at_s > self._too_late_s:
            self._problem(row, MOMENT, "future", _time_text(at_s))
        self._note(at_s, values)
        return Reading(row, datetime.fromtimestamp(at_s, UTC), values)

    def end(self) -> None:
        """Sum up."""
        found = self._found
        found.interval_s = float(self._steps.most_common(1)[0][0]) if self._steps else None
        found.first = _moment(self._first_s)
        found.last = _moment(self._last_s)

    def _moment_of(self, row: int, cells: Sequence[str]) -> float | None:
        text = self._times.text(cells)
        written = self._times.written(cells)
        order = self._layout.date_order
        day = day_of(written.date, order or "ymd") if written is not None else None
        seconds = seconds_of(written.clock) if written is not None else None
        if written is None or day is None or seconds is None:
            self._problem(row, MOMENT, "bad_time" if text else "no_time", text)
            return None
        if not _EPOCH <= day < _LATEST_DAY:
            self._problem(row, MOMENT, "too_early" if day < _EPOCH else "bad_time", text)
            return None
        if written.offset:
            at_s: float | None = (day - _EPOCH) * DAY_S + seconds - offset_s(written.offset)
            self._clock.note(at_s or 0.0)
        else:
            at_s, trouble = self._clock.to_utc_s(day, seconds)
            if trouble is not None:
                self._problem(row, MOMENT, trouble, text)
        if at_s is not None and at_s * 1000 < EARLIEST_MS:
            self._problem(row, MOMENT, "too_early", text)
            return None
        return at_s

    def _values(self, row: int, cells: Sequence[str]) -> dict[str, float]:
        values: dict[str, float] = {}
        for column in self._columns:
            text = cell_at(cells, column.place - 1)
            if not text:
                self._found.empty_cells += 1
                continue
            number = parse_number(text, self._layout.decimal)
            if number is None:
                self._problem(row, column.means, "not_a_number", text)
                continue
            value = self._in_own_unit(column, number.value)
            values[column.means] = value
            if not quantities()[column.means].can_be(value):
                self._problem(row, column.means, "implausible", text)
        return values

    def _in_own_unit(self, column: Column, value: float) -> float:
        if not column.means.endswith("_c"):
            return value
        unit = column.unit or self._layout.temperature_unit
        return (value - 32) / 1.8 if unit == "F" else value

    def _is_known(self, row: int, at_s: float, values: dict[str, float]) -> bool:
        """A moment that stands there twice counts once; two different values are told."""
        before = self._known.get(at_s)
        if before is None:
            self._known[at_s] = values
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            return False
        code = "repeated" if before == values else "two_values"
        self._problem(row, MOMENT, code, _time_text(at_s))
        return True

    def _note(self, at_s: float, values: dict[str, float]) -> None:
        found = self._found
        found.moments += 1
        self._first_s = at_s if self._first_s is None else min(self._first_s, at_s)
        if at_s <= self._too_late_s:
            self._last_s = at_s if self._last_s is None else max(self._last_s, at_s)
        if self._before_s is not None and len(self._steps) < _MOST_STEPS:
            self._steps[max(1, round(abs(at_s - self._before_s)))] += 1
        self._before_s = at_s
        for name, value in values.items():
            found.values[name] = found.values.get(name, 0) + 1
            found.lows[name] = min(value, found.lows.get(name, value))
            found.highs[name] = max(value, found.highs.get(name, value))

    def _problem(self, row: int, column: str, code: str, value: str) -> None:
        counts = self._found.counts
        counts[code] = counts.get(code, 0) + 1
        if counts[code] <= MOST_LISTED:
            self._found.problems.append(RowProblem(row, column, code, value[:_LONGEST_VALUE]))


def _moment(at_s: float | None) -> datetime | None:
    return None if at_s is None else datetime.fromtimestamp(at_s, UTC)


def _time_text(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat()
