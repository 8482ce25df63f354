"""The process that prints labels and plans: takes a job and its labels, gives the file.

`controller/presses` starts it and ends it; what a font and ten thousand pages take of memory goes
back then.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from controller.labels.model import Label
from controller.labels.pdf import draw_labels
from controller.labels.plan import draw_plan
from controller.labels.printing import JOB, LABELS, Job, PlanJob
from controller.labels.zpl import write_labels
from controller.presses.inside import ask_for_more, hand_over, take_job


def main() -> None:
    """Print one job; end early where the controller is gone."""
    job = JOB.validate_json(take_job())
    hand_over(_draw(job, _ask_for_labels()))


def _draw(job: Job, labels: Iterator[Label]) -> Generator[bytes]:
    if isinstance(job, PlanJob):
        return draw_plan(job.sheet, job.font)
    if job.format == "zpl":
        return write_labels(labels, job.size, job.font, dpi=job.dpi)
    return draw_labels(labels, job.size, job.font, at=job.at, skip=job.skip)


def _ask_for_labels() -> Iterator[Label]:
    while labels := LABELS.validate_json(ask_for_more()):
        yield from labels


if __name__ == "__main__":
    main()
