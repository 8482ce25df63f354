"""Where a quantity stands: in which table, under which number, in which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, func

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.series import suspicions
from controller.climate.series.chart.model import Step
from controller.climate.series.rows import CENTI, list_series, table_of
from controller.climate.series.suspicions import SOUND
from controller.climate.series.tables import (
    DayRow,
    HourRow,
    ProbeRow,
    ReadingDayRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.store.engine import ReadSession

_ALL_BITS: Final = 15


@dataclass(frozen=True, slots=True)
class Columns:
    """Where one quantity stands in a table of readings, hours or days."""

    table: Table
    number: int
    at: ColumnElement[int]
    seconds: ColumnElement[float]
    total: ColumnElement[float]
    low: ColumnElement[float]
    high: ColumnElement[float]

    def of_number(self) -> ColumnElement[bool]:
        """Select the probe or series."""
        return next(iter(self.table.primary_key.columns)) == self.number

    def alone(self) -> tuple[ColumnElement[Any], ...]:
        """Select mean, lowest and highest of each row."""
        return self.total / func.nullif(self.seconds, 0.0), self.low, self.high

    def summed(self) -> tuple[ColumnElement[Any], ...]:
        """Select mean, lowest and highest of rows that are put together."""
        seconds = func.nullif(func.sum(self.seconds), 0.0)
        return func.sum(self.total) / seconds, func.min(self.low), func.max(self.high)


def raw_columns(
    session: ReadSession, row: ProbeRow, quantity: str
) -> tuple[Columns, ColumnElement[bool]] | None:
    """Return where readings stand, and which of them are sound."""
    assert row.id is not None
    if quantity in (TEMPERATURE, HUMIDITY):
        table = table_of(SampleRow)
        is_warm = quantity == TEMPERATURE
        value: Any = table.c.temperature_centi_c if is_warm else table.c.humidity_centi_pct
        code = table.c.suspect.bitwise_and(
            suspicions.pack_pair(_ALL_BITS, 0) if is_warm else suspicions.pack_pair(0, _ALL_BITS)
        )
        number, value, sound = (
            row.id,
            value / float(CENTI),
            and_(value.is_not(None), code == SOUND),
        )
    else:
        series_id = list_series(session, row.id).get(quantity)
        if series_id is None:
            return None
        table = table_of(ReadingRow)
        number, value, sound = series_id, table.c.value, table.c.suspect == SOUND
    return Columns(table, number, table.c.at_ms, value, value, value, value), sound


def rolled_columns(
    session: ReadSession, row: ProbeRow, quantity: str, step: Step
) -> Columns | None:
    assert row.id is not None
    if quantity in (TEMPERATURE, HUMIDITY):
        table = table_of(HourRow if step == "hour" else DayRow)
        short = "t" if quantity == TEMPERATURE else "rh"
        names, number = [f"{short}_{what}" for what in ("s", "sum", "min", "max")], row.id
    else:
        series_id = list_series(session, row.id).get(quantity)
        if series_id is None:
            return None
        table = table_of(ReadingHourRow if step == "hour" else ReadingDayRow)
        names, number = ["seconds", "sum", "min", "max"], series_id
    return Columns(table, number, table.c[step], *(table.c[name] for name in names))


def of_one_table(
    session: ReadSession, row: ProbeRow, quantities: Sequence[str], step: Step
) -> list[dict[str, Columns]]:
    """Put quantities together that stand in the same rows."""
    together: dict[tuple[str, int], dict[str, Columns]] = {}
    for name in quantities:
        columns = rolled_columns(session, row, name, step)
        if columns is not None:
            key = columns.table.name, columns.number
            together.setdefault(key, {})[name] = columns
    return list(together.values())


def within(
    at: ColumnElement[int], start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= round(start.timestamp() * 1000), at < round(end.timestamp() * 1000)
