"""What a logger's file is taken to say, as values: its form, what is asked of it, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Separator = Literal["\t", ";", ",", "|"]
Decimal = Literal[".", ","]
DateOrder = Literal["ymd", "dmy", "mdy"]
Unit = Literal["C", "F"]

MOMENT: Final = "moment"
DATE: Final = "date"
CLOCK: Final = "clock"
SENSOR: Final = "sensor"
UNREAD: Final = ""
KINDS: Final = frozenset({MOMENT, DATE, CLOCK, SENSOR, UNREAD})
"""What a column can be besides a quantity."""


class LoggerProblem(Exception):
    """The file as a whole cannot be read; `code` says why, `params` what to change."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class Choices(BaseModel):
    """What a person decided about a file; whatever is unset is found out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    separator: Separator | None = None
    decimal: Decimal | None = None
    zone: Annotated[str, Field(max_length=40)] | None = None
    """IANA name, or a fixed distance from UTC such as UTC+08:00."""
    date_order: DateOrder | None = None
    header_row: Annotated[int, Field(ge=0, le=200)] | None = None
    """0: there is none."""
    columns: Mapping[Annotated[int, Field(ge=1, le=200)], str] | None = None
    """By number from 1: a quantity, or moment, date, clock, sensor; what is not named is unread."""
    temperature_unit: Unit | None = None
    sensor: Annotated[str, Field(max_length=200)] | None = None
    """Which of several sensors in one file is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, numbered from 1, and what is read from it."""

    place: int
    heading: str
    means: str
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the file leaves open, and between what a person has to choose."""

    about: Literal["columns", "date_order", "temperature_unit", "sensor", "zone"]
    options: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is read. With open questions nothing is taken in."""

    encoding: str
    separator: Separator
    decimal: Decimal
    header_row: int
    columns: tuple[Column, ...]
    zone: str
    zone_by: Literal["site", "file", "choice"]
    date_order: DateOrder | None
    date_order_by: Literal["form", "values", "separator", "sequence", "choice"] | None
    temperature_unit: Unit
    sensors: tuple[str, ...] = ()
    sensor: str | None = None
    falling: bool = False
    """Whether the newest row stands first."""
    questions: tuple[Question, ...] = ()

    def place_of(self, means: str) -> int | None:
        """Return where a kind of column or a quantity stands, counted from 0."""
        return next((each.place - 1 for each in self.columns if each.means == means), None)

    @property
    def read(self) -> tuple[Column, ...]:
        """The columns that hold quantities."""
        return tuple(each for each in self.columns if each.means not in KINDS)


class RowProblem(NamedTuple):
    """What is wrong in one row; `value` is what stands there, cut short."""

    row: int
    column: str
    code: str
    value: str


class Reading(NamedTuple):
    """What one row measured."""

    row: int
    at: datetime
    values: Mapping[str, float]


@dataclass(slots=True, kw_only=True)
class Findings:
    """What reading a whole file found. Every problem is counted, the first of each kind listed."""

    rows: int = 0
    moments: int = 0
    """Rows of a known time with at least one number."""
    empty_cells: int = 0
    first: datetime | None = None
    last: datetime | None = None
    interval_s: float | None = None
    values: dict[str, int] = field(default_factory=dict)
    lows: dict[str, float] = field(default_factory=dict)
    highs: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many problems there are."""
        return sum(self.counts.values())
