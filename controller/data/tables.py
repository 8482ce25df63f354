"""All tables of the archive side in one place, for migrations and for tests."""

from __future__ import annotations

from controller.store.rows import Record, TelemetryRow

RECORDS = Record.metadata
TELEMETRY = TelemetryRow.metadata
