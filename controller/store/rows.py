"""The two kinds of rows: records, which must survive a power cut, and telemetry.

Every table of the archive side derives from one of the two, so that each database has its own list
of tables and every constraint a name that a later migration can find.
"""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(SQLModel):
    """A row of the records database: holdings, inbox, people, audit."""

    metadata = MetaData(naming_convention=_NAMES)


class TelemetryRow(SQLModel):
    """A row of the telemetry database: samples and their own inbox."""

    metadata = MetaData(naming_convention=_NAMES)
