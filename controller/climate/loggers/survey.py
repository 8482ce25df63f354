"""Finds out how a file is written: its form by its first rows, the order of dates by all of them.

Whatever stays open becomes a question; nothing is guessed that would move readings in time.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice, pairwise
from statistics import median
from typing import BinaryIO, Final

from config.quantities import TEMPERATURE, quantities
from controller.climate.loggers.cells import decimal_of, parse_number
from controller.climate.loggers.headings import recognise, unit_in, zone_in, zone_unsure
from controller.climate.loggers.local_clock import parse_zone
from controller.climate.loggers.model import (
    CLOCK,
    DATE,
    KINDS,
    MOMENT,
    SENSOR,
    UNREAD,
    Choices,
    Column,
    DateOrder,
    Decimal,
    Layout,
    LoggerProblem,
    Question,
    Separator,
    Unit,
)
from controller.climate.loggers.moments import (
    Ordering,
    Written,
    clock_of,
    day_of,
    order_of,
    seconds_of,
    take_apart,
)
from controller.climate.loggers.text import find_encoding, read_cells, read_lines
from controller.climate.loggers.time_cells import TimeCells

Progress = Callable[[str, int], None]
"""Told what is being done (`surveying`, `checking`, `publishing`) and how many rows are through;
may raise to end it."""

TELL_EVERY: Final = 20_000
HEAD_ROWS: Final = 200
MOST_SENSORS: Final = 50
_MOST_SAMPLES = 2000
_MOST_DATES = 100_000
_NO_ROOM_IS_SO_WARM_C = 45.0
_SEPARATORS: Final[tuple[Separator, ...]] = ("\t", ";", ",", "|")


def survey(stream: BinaryIO, choices: Choices, site_zone: str, tell: Progress) -> Layout:
    """Find out how a file is to be read; raise LoggerProblem if it cannot be read at all."""
    encoding = find_encoding(stream)
    with closing(read_lines(stream, encoding)) as lines:
        head = list(islice(lines, HEAD_ROWS))
    separator, header_row, columns = _form(head, choices)
    headings = _headings(head, separator, header_row)
    named = zone_in(headings)
    zone = choices.zone or named or site_zone
    parse_zone(zone)
    seen = _Seen(columns=columns, sensor=choices.sensor, times=TimeCells(columns))
    has_rows = False
    with closing(read_cells(stream, encoding, separator)) as rows:
        for number, cells in rows:
            if number > header_row:
                has_rows = has_rows or any(cell.strip() for cell in cells)
                seen.take(cells)
            if number % TELL_EVERY == 0:
                tell("surveying", number)
    if not has_rows:
        raise LoggerProblem("climate.import_no_rows", row=header_row)
    decimal = choices.decimal or seen.decimal()
    ordering = order_of(seen.dates)
    if choices.date_order is not None and ordering.by != "form":
        ordering = Ordering(choices.date_order, "choice")
    unit = choices.temperature_unit or seen.unit()
    questions = [*_missing(columns)]
    if ordering.left:
        questions.append(
            Question(about="date_order", options=ordering.left, example=seen.dates[0][0])
        )
    if len(seen.sensors) > 1 and choices.sensor not in seen.sensors:
        questions.append(Question(about="sensor", options=tuple(seen.sensors)))
    unsure = None if choices.zone or named else zone_unsure(headings)
    if unsure is not None:
        questions.append(Question(about="zone", example=unsure))
    if unit is None:
        warm = f"{median(seen.temperatures):g}" if seen.temperatures else ""
        questions.append(Question(about="temperature_unit", options=("C", "F"), example=warm))
    return Layout(
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        header_row=header_row,
        columns=columns,
        zone=zone,
        zone_by="choice" if choices.zone else "site" if zone == site_zone else "file",
        date_order=ordering.order,
        date_order_by=ordering.by,
        temperature_unit=unit or "C",
        sensors=tuple(seen.sensors),
        sensor=choices.sensor,
        falling=seen.is_falling(ordering.order),
        questions=tuple(questions),
    )


@dataclass(slots=True)
class _Seen:
    """What a walk over all rows gathers, bounded."""

    columns: tuple[Column, ...]
    sensor: str | None
    times: TimeCells
    dates: list[tuple[str, int]] = field(default_factory=list)
    sensors: dict[str, None] = field(default_factory=dict)
    temperatures: list[float] = field(default_factory=list)
    _decimals: Counter[Decimal] = field(default_factory=Counter)
    _units: set[Unit] = field(default_factory=set)
    _first: Written | None = None
    _last: Written | None = None

    def take(self, cells: Sequence[str]) -> None:
        """Gather from one row."""
        place = next((each.place - 1 for each in self.columns if each.means == SENSOR), None)
        if place is not None and place < len(cells):
            name = cells[place].strip()
            if name and len(self.sensors) < MOST_SENSORS:
                self.sensors[name] = None
            if self.sensor is not None and name != self.sensor:
                return
        written = self.times.written(cells)
        if written is None:
            return
        self._first = self._first or written
        self._last = written
        if self.dates and self.dates[-1][0] == written.date:
            self.dates[-1] = (written.date, self.dates[-1][1] + 1)
        elif len(self.dates) < _MOST_DATES:
            self.dates.append((written.date, 1))
        if self._decimals.total() < _MOST_SAMPLES or len(self.temperatures) < _MOST_SAMPLES:
            self._sample(cells)

    def decimal(self) -> Decimal:
        """Say which sign of decimals the numbers show; a point if none shows one."""
        return "," if self._decimals[","] > self._decimals["."] else "."

    def unit(self) -> Unit | None:
        """Say in which unit temperatures stand; `None` if that has to be asked."""
        named = {each.unit for each in self.columns if each.means.endswith("_c")} - {None}
        named |= self._units
        if named:
            return "F" if "F" in named else "C"
        if self.temperatures and median(self.temperatures) > _NO_ROOM_IS_SO_WARM_C:
            return None
        return "C"

    def is_falling(self, order: DateOrder | None) -> bool:
        """Say whether the newest row stands first, by how most days follow one another."""
        if self._first is None or self._last is None or order is None:
            return False
        days = [day for text, _ in self.dates if (day := day_of(text, order)) is not None]
        rises = sum(after > before for before, after in pairwise(days))
        falls = sum(after < before for before, after in pairwise(days))
        if rises or falls:
            return falls > rises
        return (seconds_of(self._last.clock) or 0.0) < (seconds_of(self._first.clock) or 0.0)

    def _sample(self, cells: Sequence[str]) -> None:
        for column in self.columns:
            if column.means in KINDS or column.place > len(cells):
                continue
            text = cells[column.place - 1]
            decimal = decimal_of(text)
            if decimal is not None:
                self._decimals[decimal] += 1
            if column.means == TEMPERATURE:
                number = parse_number(text, decimal or ".")
                if number is not None:
                    self.temperatures.append(number.value)
                    unit = unit_in(number.unit) if number.unit else None
                    bare: Unit | None = "F" if number.unit in ("F", "f") else None
                    self._units |= {each for each in (unit, bare) if each is not None}


_Form = tuple[Separator, int, tuple[Column, ...]]


def _form(head: Sequence[str], choices: Choices) -> _Form:
    """Find separator, heading and columns; what a person chose stands."""
    candidates = (choices.separator,) if choices.separator else _SEPARATORS
    named = head[0].strip().casefold() if head else ""
    if named.startswith("sep=") and choices.separator is None and len(named) == 5:
        candidates = tuple(each for each in _SEPARATORS if each == named[4]) or _SEPARATORS
    best: tuple[tuple[int, int], _Form] | None = None
    for separator in candidates:
        rows = list(_split(head, separator))
        score, form = _form_by(separator, rows, choices)
        if best is None or score > best[0]:
            best = (score, form)
    assert best is not None
    separator, header_row, columns = best[1]
    if choices.columns is not None:
        columns = _chosen(columns, choices)
    return separator, header_row, columns


def _split(head: Sequence[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(head, delimiter=separator, skipinitialspace=True)
    except csv.Error:
        return


def _form_by(
    separator: Separator, rows: Sequence[list[str]], choices: Choices
) -> tuple[tuple[int, int], _Form]:
    """Rate how well a separator fits: a heading that says much is best, rows of one width next."""
    if choices.header_row:
        if choices.header_row > len(rows):
            raise LoggerProblem("climate.import_no_such_row", row=choices.header_row)
        columns = recognise(rows[choices.header_row - 1])
        return (2, _told(columns)), (separator, choices.header_row, columns)
    if choices.header_row is None:
        for number, cells in enumerate(rows, start=1):
            columns = recognise(cells)
            if _told(columns) >= 2 and not _missing_time(columns):
                units = rows[number] if number < len(rows) else []
                if _is_units(units):
                    named = [f"{a} {b}" for a, b in zip(cells, units, strict=False)]
                    return (2, _told(columns)), (separator, number + 1, recognise(named))
                return (2, _told(columns)), (separator, number, columns)
    return _without_heading(separator, rows)


def _without_heading(
    separator: Separator, rows: Sequence[list[str]]
) -> tuple[tuple[int, int], _Form]:
    """Find times by their look; which number is what a person has to say."""
    for number, cells in enumerate(rows, start=1):
        kinds = _by_look(cells)
        if MOMENT in kinds or DATE in kinds:
            above = rows[number - 2] if number > 1 else []
            headings = above if len(above) == len(cells) else [""] * len(cells)
            columns = tuple(
                Column(place=place, heading=heading.strip(), means=kind)
                for place, (heading, kind) in enumerate(zip(headings, kinds, strict=True), start=1)
            )
            alike = sum(len(other) == len(cells) for other in rows)
            return (1, alike if len(cells) > 1 else 0), (separator, number - 1, columns)
    widest = max(rows, key=len, default=[])
    columns = tuple(
        Column(place=place, heading=text.strip()[:60], means=UNREAD)
        for place, text in enumerate(widest, start=1)
    )
    return (0, len(widest)), (separator, 0, columns)


def _by_look(cells: Sequence[str]) -> list[str]:
    kinds = [UNREAD] * len(cells)
    for place, cell in enumerate(cells):
        written = take_apart(cell.strip())
        if written is None or cell.strip().isdigit():
            continue
        follows = cells[place + 1].strip() if place + 1 < len(cells) else ""
        if written.clock or clock_of(follows) is None or ":" not in follows:
            kinds[place] = MOMENT
        else:
            kinds[place], kinds[place + 1] = DATE, CLOCK
        break
    return kinds


def _is_units(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells) and not any(
        letter.isdigit() for cell in cells for letter in cell
    )


def _told(columns: Sequence[Column]) -> int:
    return sum(each.means != UNREAD for each in columns)


def _missing_time(columns: Sequence[Column]) -> bool:
    means = {each.means for each in columns}
    return not (MOMENT in means or {DATE, CLOCK} <= means) or means <= KINDS


def _chosen(columns: Sequence[Column], choices: Choices) -> tuple[Column, ...]:
    chosen = dict(choices.columns or {})
    known = KINDS | set(quantities())
    for means in chosen.values():
        if means not in known:
            raise LoggerProblem("climate.no_such_quantity", quantity=means[:40])
    width = max([len(columns), *chosen])
    headings = {each.place: each for each in columns}
    return tuple(
        Column(
            place=place,
            heading=headings[place].heading if place in headings else "",
            means=chosen.get(place, UNREAD),
            unit=headings[place].unit if place in headings else None,
        )
        for place in range(1, width + 1)
    )


def _missing(columns: Sequence[Column]) -> Iterator[Question]:
    """Ask for the columns where no time or no quantity was found, or one stands there twice."""
    counts = Counter(each.means for each in columns if each.means != UNREAD)
    twice = [means for means, count in counts.items() if count > 1]
    if twice or _missing_time(columns):
        headings = tuple(f"{each.place}: {each.heading}" for each in columns)
        yield Question(about="columns", options=headings, example=", ".join(twice))


def _headings(head: Sequence[str], separator: Separator, header_row: int) -> Sequence[str]:
    rows = list(_split(head, separator))
    return rows[header_row - 1] if 0 < header_row <= len(rows) else ()
