"""Writes into the audit ledger that an export began, and how it ended."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Literal

from controller.audit.store import append
from controller.context import Context
from controller.exports.model import Window
from controller.exports.writing import Tally

Form = Literal["csv", "epcis"]


def audited(
    context: Context,
    parts: Generator[bytes],
    tally: Tally,
    window: Window,
    *,
    form: Form,
    by: str,
) -> Generator[bytes]:
    """Pass an export on; nothing leaves before its beginning is on record."""
    _write(context, "export.begun", "done", tally, window, form, by)
    outcome = "broken_off"
    try:
        yield from parts
        outcome = "done"
    finally:
        _write(context, "export.ended", outcome, tally, window, form, by)


def _write(
    context: Context,
    action: str,
    outcome: str,
    tally: Tally,
    window: Window,
    form: Form,
    by: str,
) -> None:
    with context.records.write() as session:
        append(
            session,
            at=context.clock.now(),
            actor=by,
            action=action,
            subject="movements",
            outcome=outcome,
            detail={
                "form": form,
                "from": _iso(window.since),
                "to": _iso(window.until),
                "room": window.room,
                "written": tally.written,
            },
        )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
