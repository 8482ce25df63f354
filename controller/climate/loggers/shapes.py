"""What the routes of logger imports say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from pydantic import BaseModel

from controller.climate.loggers import store
from controller.climate.loggers.model import Choices, Column, Question
from controller.climate.loggers.tables import LoggerImportRow
from controller.store.engine import ReadSession

State = Literal["reading", "ready", "publishing", "stopped", "published", "cancelled", "failed"]


class ProblemView(BaseModel):
    """What is wrong in one row of the file; rows count from 1, with everything above the data."""

    row: int
    column: str
    code: str
    value: str


class ValuesView(BaseModel):
    """How many values of a quantity there are, and between what they lie."""

    quantity: str
    count: int
    lowest: float
    highest: float


class FailureView(BaseModel):
    """Why a file cannot be read."""

    code: str
    params: Mapping[str, str | int]


class LoggerImportView(BaseModel):
    """A logger's file: how it is read, what was found, how far it is taken in.

    `problems` lists the first of each kind; `problem_counts` counts all. Nothing is published
    while a question is open. `same_as` is an earlier import of the same file.
    """

    id: str
    at: datetime
    by: str
    room: str
    probe: str
    name: str
    size: int
    sha256: str
    state: State
    doing: str
    rows_done: int
    choices: Choices
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header_row: int | None = None
    columns: tuple[Column, ...] = ()
    zone: str | None = None
    zone_by: str | None = None
    date_order: str | None = None
    date_order_by: str | None = None
    temperature_unit: str | None = None
    sensors: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    rows: int = 0
    moments: int = 0
    empty_cells: int = 0
    first: datetime | None = None
    last: datetime | None = None
    interval_s: float | None = None
    values: tuple[ValuesView, ...] = ()
    problem_counts: Mapping[str, int] = {}
    problems: tuple[ProblemView, ...] = ()
    new: int | None = None
    """Moments that nothing had been stored of before; known once it is published."""
    already: int | None = None
    """Moments that were here already; with the new ones all moments of the file."""
    failure: FailureView | None = None
    same_as: str | None = None
    ended_at: datetime | None = None


class LoggerImportsView(BaseModel):
    """Imports, the newest first; `problems` are left out here."""

    imports: list[LoggerImportView]


def show(session: ReadSession, row: LoggerImportRow, names: Mapping[str, str]) -> LoggerImportView:
    """Show an import; `names` are those of people by id."""
    layout, findings = store.layout_of(row), store.findings_of(row)
    view = LoggerImportView(
        id=row.id,
        at=row.at,
        by=names.get(row.by, row.by),
        room=row.room,
        probe=row.probe,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        state=cast(State, row.state),
        doing=row.doing,
        rows_done=row.rows_done,
        choices=store.choices_of(row),
        new=row.taken if row.state == "published" else None,
        failure=_failure(row),
        same_as=store.find_same(session, row),
        ended_at=row.ended_at,
    )
    if layout is not None:
        taken = set(LoggerImportView.model_fields) & set(type(layout).__slots__)
        view = view.model_copy(update={name: getattr(layout, name) for name in taken})
    if findings is None:
        return view
    return view.model_copy(
        update={
            "rows": findings.rows,
            "moments": findings.moments,
            "empty_cells": findings.empty_cells,
            "first": findings.first,
            "last": findings.last,
            "interval_s": findings.interval_s,
            "already": findings.moments - row.taken if row.state == "published" else None,
            "values": tuple(
                ValuesView(
                    quantity=name,
                    count=count,
                    lowest=findings.lows[name],
                    highest=findings.highs[name],
                )
                for name, count in findings.values.items()
            ),
            "problem_counts": findings.counts,
            "problems": tuple(ProblemView(**each._asdict()) for each in findings.problems),
        }
    )


def _failure(row: LoggerImportRow) -> FailureView | None:
    if row.failure is None:
        return None
    return FailureView(code=row.failure, params=json.loads(row.failure_params))
