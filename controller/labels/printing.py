"""What is printed, as it goes to the process that prints it. Frozen values, no I/O.

The line is JSON: first a job, then for labels one list after the other, an empty one at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from controller.fonts import Font
from controller.labels.model import Label, LabelSize
from controller.labels.plan_sheet import PlanSheet

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
