"""When each job last ran, so that a run missed while the program was off is made up."""

from datetime import datetime

from sqlmodel import Field

from controller.store.rows import Record


class JobRunRow(Record, table=True):
    """The last run of a job; `done_at` stays empty when it failed."""

    __tablename__ = "job_runs"

    job: str = Field(primary_key=True)
    started_at: datetime
    done_at: datetime | None = None
    failure: str | None = None
