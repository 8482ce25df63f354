"""Which logger files were taken in, by whom and how far; and the files themselves as they came."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, LargeBinary, Text
from sqlmodel import Field

from controller.store.rows import Record, TelemetryRow


class LoggerImportRow(Record, table=True):
    """One file for one probe. Choices, layout and findings are JSON."""

    __tablename__ = "logger_imports"

    id: str = Field(primary_key=True)
    at: datetime = Field(index=True)
    by: str
    room: str
    probe: str
    name: str
    size: int = Field(sa_type=BigInteger)
    sha256: str = Field(index=True)
    state: str = Field(index=True)
    """reading, ready, publishing, stopped, published, cancelled or failed."""
    doing: str = ""
    rows_done: int = 0
    choices: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    layout: str | None = Field(default=None, sa_column=Column(Text))
    findings: str | None = Field(default=None, sa_column=Column(Text))
    taken: int = 0
    """Moments that were new when they were published, in however many runs."""
    failure: str | None = None
    failure_params: str = "{}"
    ended_at: datetime | None = None
    ended_by: str | None = None


class LoggerPartRow(TelemetryRow, table=True):
    """A part of a file as it came, packed; it stands here because it is large."""

    __tablename__ = "logger_parts"

    import_id: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    packed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LoggerTakenRow(TelemetryRow, table=True):
    """How much of a file was new so far; it stands here to be counted as readings are stored."""

    __tablename__ = "logger_taken"

    import_id: str = Field(primary_key=True)
    moments: int = Field(sa_type=BigInteger)
