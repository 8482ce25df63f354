"""What health asks: whether the databases are up to date, rooms are heard and search is whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from controller.context import Context
from controller.data.databases import DATABASES
from controller.finding.search import find_fault
from controller.link.link import ControllerLink
from controller.shelving.mirror import RoomMirror
from controller.store.migrate import is_current
from controller.web.health import HealthCheck, Reason


def list_checks(
    context: Context, link: ControllerLink, mirror: RoomMirror
) -> Sequence[HealthCheck]:
    """List all checks."""
    return (
        partial(_migration_reasons, context),
        partial(_link_reasons, context, link, mirror),
        partial(_search_reasons, context),
    )


def _migration_reasons(context: Context) -> list[Reason]:
    stores = {"records": context.records, "telemetry": context.telemetry}
    return [
        Reason("store.not_migrated", {"database": name})
        for name, store in stores.items()
        if not is_current(store, DATABASES[name])
    ]


def _link_reasons(context: Context, link: ControllerLink, mirror: RoomMirror) -> list[Reason]:
    if link.why_down is not None:
        return [Reason("link.no_broker")]
    return [
        Reason("link.room_silent", {"room": room})
        for room in context.rooms
        if not mirror.link(room).alive
    ]


def _search_reasons(context: Context) -> list[Reason]:
    fault = find_fault(context)
    return [] if fault is None else [Reason(fault)]
