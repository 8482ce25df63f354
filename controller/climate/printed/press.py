"""The process that makes reports: takes a job on stdin, gives the file on stdout.

What a font and a workbook take of memory goes back when it ends; it is polite (`nice`).
"""

from __future__ import annotations

import os
import sys

from controller.climate.printed.model import REPORT_JOB
from controller.climate.printed.pdf import draw_report
from controller.climate.printed.xlsx import write_report

NICENESS = 10


def main() -> None:
    """Make one report."""
    os.nice(NICENESS)
    job = REPORT_JOB.validate_json(sys.stdin.buffer.read())
    if job.form == "xlsx":
        parts = write_report(job.report)
    else:
        if job.font is None:
            raise SystemExit("a PDF needs a font")
        parts = draw_report(job.report, job.font)
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
