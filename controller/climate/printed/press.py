"""The process that makes reports: takes a job, gives the file.

`controller/presses` starts it and ends it; what a font and a workbook take of memory goes back
then.
"""

from __future__ import annotations

from collections.abc import Generator

from controller.climate.printed.model import REPORT_JOB, ReportJob
from controller.climate.printed.pdf import draw_report
from controller.climate.printed.xlsx import write_report
from controller.presses.inside import hand_over, take_job


def main() -> None:
    """Make one report."""
    hand_over(_make(REPORT_JOB.validate_json(take_job())))


def _make(job: ReportJob) -> Generator[bytes]:
    if job.form == "xlsx":
        return write_report(job.report)
    if job.font is None:
        raise SystemExit("a PDF needs a font")
    return draw_report(job.report, job.font)


if __name__ == "__main__":
    main()
