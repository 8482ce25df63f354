"""What is printed, as it goes to the process that prints it (press.py).

The line is JSON: first a job, then for labels one list after the other, an empty one at the end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from pydantic import TypeAdapter

from controller.fonts import Font
from controller.labels.model import Label, LabelSize
from controller.labels.plan_sheet import PlanSheet
from controller.presses.apart import print_apart

Format = Literal["pdf", "zpl"]
Dpi = Literal[203, 300]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsJob:
    """Labels of one size; `at` and `skip` are for PDF, `dpi` for ZPL."""

    format: Format
    size: LabelSize
    font: Font
    at: datetime
    skip: int = 0
    dpi: Dpi = 203


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJob:
    """A location plan."""

    sheet: PlanSheet
    font: Font


Job = LabelsJob | PlanJob
JOB: TypeAdapter[Job] = TypeAdapter(LabelsJob | PlanJob)
LABELS: TypeAdapter[tuple[Label, ...]] = TypeAdapter(tuple[Label, ...])

PRESS = "controller.labels.press"
_LABELS_AT_ONCE = 50


def print_job(job: Job, labels: Iterable[Label] = ()) -> Generator[bytes]:
    """Print a job as `print_apart` does; labels are read as they are printed."""
    return print_apart(PRESS, JOB.dump_json(job), label_lines(labels))


def label_lines(labels: Iterable[Label]) -> Iterator[bytes]:
    """Write labels line by line, as the press asks for them."""
    unread = iter(labels)
    while some := tuple(islice(unread, _LABELS_AT_ONCE)):
        yield LABELS.dump_json(some)
    yield LABELS.dump_json(())
