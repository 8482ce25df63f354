"""All tables of the archive side in one place, for migrations and for tests."""

from __future__ import annotations

import controller.audit.tables
import controller.circulation.tables
import controller.climate.tables
import controller.finding.tables
import controller.holdings.tables
import controller.jobs.tables
import controller.link.tables
import controller.people.tables
import controller.shelving.tables  # noqa: F401  # importing the modules is what registers them
from controller.store.rows import Record, TelemetryRow

RECORDS = Record.metadata
TELEMETRY = TelemetryRow.metadata
