"""What probes measured and what was rolled up of it. Times are whole numbers to keep rows small.

Raw rows are milliseconds since 1970 and hold what was measured, never calibrated. Hours count from
1970 in UTC; days are the site's own, counted from 1 January 1970.
"""

from sqlalchemy import BigInteger, SmallInteger
from sqlmodel import Field, UniqueConstraint

from controller.store.rows import TelemetryRow


class ProbeRow(TelemetryRow, table=True):
    """A probe that ever reported, with the short number its samples carry."""

    __tablename__ = "probes"
    __table_args__ = (UniqueConstraint("agent", "device"),)

    id: int | None = Field(default=None, primary_key=True)
    agent: str
    device: str
    calibrations: str = "[]"
    """The corrections that its hours were made with, as calibration.rules writes them."""
    mould_from: int | None = None
    """The first hour from which the mould index has to be followed again."""
    mould_to: int | None = None
    """The last hour that changed since; beyond it the index may be found to be as it was."""


class SampleRow(TelemetryRow, table=True):
    """One reading in hundredths of a degree and of a percent; a probe has one per moment.

    `suspect` holds a code for each of the two (see suspicions.py), 0 for a sound reading.
    """

    __tablename__ = "samples"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    temperature_centi_c: int | None = None
    humidity_centi_pct: int | None = None
    suspect: int = Field(default=0, sa_type=SmallInteger)


class SeriesRow(TelemetryRow, table=True):
    """A further quantity of a probe, with the short number its readings carry."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("probe_id", "quantity"),)

    id: int | None = Field(default=None, primary_key=True)
    probe_id: int = Field(foreign_key="probes.id")
    quantity: str


class ReadingRow(TelemetryRow, table=True):
    """One reading of a further quantity, in its own unit."""

    __tablename__ = "readings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: int = Field(primary_key=True, foreign_key="series.id")
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    value: float
    suspect: int = Field(default=0, sa_type=SmallInteger)


class PaceRow(TelemetryRow, table=True):
    """How often a probe reports from some moment on; with an end, what a logger's file did."""

    __tablename__ = "paces"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    from_ms: int = Field(primary_key=True, sa_type=BigInteger)
    until_ms: int = Field(primary_key=True, sa_type=BigInteger)
    """`FOR_EVER` where it goes on until another one begins."""
    interval_s: float
    source: str
    """`room` for what the room file says, otherwise what was imported."""


class DirtyHourRow(TelemetryRow, table=True):
    """An hour of a probe that has to be rolled up anew."""

    __tablename__ = "dirty_hours"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    hour: int = Field(primary_key=True)


class _Held(TelemetryRow):
    """Sums of temperature and humidity over a time, each value times the seconds that it held."""

    n: int
    """Sound readings within the time."""
    t_s: float
    """Seconds that temperatures held; what the time is longer is gap."""
    t_sum: float
    t_min: float | None
    t_max: float | None
    rh_s: float
    rh_sum: float
    rh_min: float | None
    rh_max: float | None
    pair_s: float
    """Seconds in which both held; what follows is of these."""
    ah_sum: float
    """Absolute humidity, g/m³ s."""
    inv_pi: float
    """Seconds by the preservation index in years."""
    inv_lm: float
    """Seconds by the lifetime multiplier."""
    mould_dose: float
    """Days by the days until germination."""
    basis: int = Field(sa_type=SmallInteger)
    """See model.Basis."""


class HourRow(_Held, table=True):
    """An hour of a probe, calibrated, with the mould index at its end for each surface.

    m_ is the index, dry_ the hours without growth; the rest of the names is that of the surface.
    """

    __tablename__ = "hours"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    hour: int = Field(primary_key=True)
    m_1999: float
    dry_1999: float
    m_vs: float
    dry_vs: float
    m_s: float
    dry_s: float
    m_mr: float
    dry_mr: float
    m_r: float
    dry_r: float


class DayRow(_Held, table=True):
    """A day of a probe by the site's own calendar: the sums of its hours."""

    __tablename__ = "days"
    __table_args__ = ({"sqlite_with_rowid": False},)

    probe_id: int = Field(primary_key=True, foreign_key="probes.id")
    day: int = Field(primary_key=True)


class _ReadingHeld(TelemetryRow):
    """Sums of a further quantity, calibrated."""

    n: int
    seconds: float
    sum: float
    min: float
    max: float
    basis: int = Field(sa_type=SmallInteger)


class ReadingHourRow(_ReadingHeld, table=True):
    """An hour of a further quantity."""

    __tablename__ = "reading_hours"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: int = Field(primary_key=True, foreign_key="series.id")
    hour: int = Field(primary_key=True)


class ReadingDayRow(_ReadingHeld, table=True):
    """A day of a further quantity."""

    __tablename__ = "reading_days"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: int = Field(primary_key=True, foreign_key="series.id")
    day: int = Field(primary_key=True)


class RollUpRow(TelemetryRow, table=True):
    """What all roll-ups were made with, by name: the zone whose days they are."""

    __tablename__ = "roll_up"

    name: str = Field(primary_key=True)
    value: str


class TelemetryInboxRow(TelemetryRow, table=True):
    """How far the telemetry of an agent's outbox is stored."""

    __tablename__ = "telemetry_inbox"

    agent: str = Field(primary_key=True)
    outbox: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
