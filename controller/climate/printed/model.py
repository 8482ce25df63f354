"""A report as it goes to the process that makes the file: words, tables, curves. No I/O.

Everything is said in one language already; times of curves are seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from config.address_words import Language
from controller.fonts import Font

Cell = str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A text; a strong one is what nobody should overlook."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; numbers stay numbers, so that a workbook can reckon with them."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()
    """How wide columns are, compared with each other; empty: all the same."""


class ChartPoint(NamedTuple):
    """Mean and extremes of an hour or day, and the limits it was to keep."""

    at_s: float
    mean: float | None
    low: float | None
    high: float | None
    limit_low: float | None
    limit_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A curve with the band of its extremes and its limits; a gap is a point without a mean."""

    title: str
    unit: str
    points: tuple[ChartPoint, ...]
    names: tuple[str, str, str, str, str, str]
    """What time, mean, lowest, highest, lower and upper limit are called."""


Block = Paragraph | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report: a heading in the PDF, a sheet of the workbook."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report."""

    title: str
    subtitle: str
    made: str
    zone: str
    """Time zone of curves, IANA."""
    language: Language
    at: datetime
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJob:
    """What is to be made of a report. A workbook needs no font."""

    form: Literal["pdf", "xlsx"]
    report: Report
    font: Font | None = None


REPORT_JOB: TypeAdapter[ReportJob] = TypeAdapter(ReportJob)
PRESS = "controller.climate.printed.press"
