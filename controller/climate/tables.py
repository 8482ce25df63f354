"""Samples of the climate probes. Times are milliseconds since 1970 to keep many rows small."""

from sqlalchemy import BigInteger
from sqlmodel import Field, UniqueConstraint

from controller.store.rows import TelemetryRow


class ProbeRow(TelemetryRow, table=True):
    """A probe that ever reported, with the short number its samples carry."""

    __tablename__ = "probes"
    __table_args__ = (UniqueConstraint("agent", "device"),)

    id: int | None = Field(default=None, primary_key=True)
    agent: str
    device: str


class SampleRow(TelemetryRow, table=True):
    """One reading in hundredths of a degree and of a percent; a probe has one per moment."""

    __tablename__ = "samples"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    temperature_centi_c: int
    humidity_centi_pct: int
    suspect: bool = False


class TelemetryInboxRow(TelemetryRow, table=True):
    """How far the telemetry of an agent's outbox is stored."""

    __tablename__ = "telemetry_inbox"

    agent: str = Field(primary_key=True)
    outbox: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
