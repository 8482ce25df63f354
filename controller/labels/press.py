"""The process that prints: takes a job and its labels on stdin, gives the file on stdout.

`controller/labels/apart.py` starts it, feeds it and ends it. It is polite (`nice`), and what a font
and ten thousand pages take of memory goes back when it ends. Its answers are frames: four bytes of
length, most significant first, then so many bytes of the file; a frame of no bytes asks for more
labels.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from typing import BinaryIO

from controller.labels.model import Label
from controller.labels.pdf import draw_labels
from controller.labels.plan import draw_plan
from controller.labels.printing import JOB, LABELS, Job, PlanJob
from controller.labels.zpl import write_labels

NICENESS = 10


def main() -> None:
    """Print one job; end early where the controller is gone."""
    os.nice(NICENESS)
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    job = JOB.validate_json(orders.readline())
    for part in _draw(job, _ask_for_labels(orders, answers)):
        _send(answers, part)


def _draw(job: Job, labels: Iterator[Label]) -> Generator[bytes]:
    if isinstance(job, PlanJob):
        return draw_plan(job.sheet, job.font)
    if job.format == "zpl":
        return write_labels(labels, job.size, job.font, dpi=job.dpi)
    return draw_labels(labels, job.size, job.font, at=job.at, skip=job.skip)


def _ask_for_labels(orders: BinaryIO, answers: BinaryIO) -> Iterator[Label]:
    while True:
        _send(answers, b"")
        line = orders.readline()
        if not line:
            raise SystemExit("the controller is gone, and nobody wants the rest of these labels")
        labels = LABELS.validate_json(line)
        if not labels:
            return
        yield from labels


def _send(answers: BinaryIO, part: bytes) -> None:
    answers.write(len(part).to_bytes(4, "big") + part)
    answers.flush()


if __name__ == "__main__":
    main()
