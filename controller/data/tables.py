"""All tables of the archive side in one place, for migrations and for tests."""

from __future__ import annotations

from controller.alarms import tables as alarms
from controller.audit import tables as audit
from controller.circulation import tables as circulation
from controller.climate.book import tables as book
from controller.climate.calibration import tables as calibration
from controller.climate.limits import tables as limits
from controller.climate.loggers import tables as loggers
from controller.climate.series import tables as series
from controller.climate.units import tables as units
from controller.holdings import tables as holdings
from controller.jobs import tables as jobs
from controller.link import tables as link
from controller.people import tables as people
from controller.readers import tables as readers
from controller.shelving import tables as shelving
from controller.store.rows import Record, TelemetryRow
from controller.tags import tables as tags
from controller.words import tables as words

SUBJECTS = (
    alarms,
    audit,
    book,
    circulation,
    calibration,
    limits,
    holdings,
    jobs,
    link,
    loggers,
    people,
    readers,
    series,
    shelving,
    tags,
    units,
    words,
)
"""Importing a module of tables is what registers them."""

RECORDS = Record.metadata
TELEMETRY = TelemetryRow.metadata
