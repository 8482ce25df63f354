"""Every subject with its collaborators: the application, the link, and what health asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from config.settings import BrokerSettings, ControllerSettings
from controller.app import LOOPBACK_NAMES, create_app
from controller.audit import api as audit_api
from controller.circulation import api as circulation_api
from controller.circulation.store import list_borrowers
from controller.climate import api as climate_api
from controller.climate import store as climate_store
from controller.context import Context
from controller.data.databases import DATABASES
from controller.finding import api as finding_api
from controller.finding.search import find_fault
from controller.holdings import api as holdings_api
from controller.holdings import homes, sightings
from controller.link.assignments import HomesSource
from controller.link.inbox import ApplyMany, Inbox
from controller.link.link import ControllerLink, Takers
from controller.live import LiveChange
from controller.people import api as people_api
from controller.people.passwords import Passwords
from controller.people.sessions import SessionLimits
from controller.people.setup import DEMO_ACCOUNTS
from controller.shelving import api as shelving_api
from controller.shelving import store as shelving_store
from controller.shelving import told as shelving_told
from controller.shelving.lock_outs import find_lock_out
from controller.shelving.mirror import RoomMirror
from controller.shelving.turns import Turns
from controller.store.migrate import is_current
from controller.web.health import HealthCheck, Reason
from drivers.messages import DeviceState, Home, Telemetry

_SIGHTED = partial(sightings.apply_many, borrowers=list_borrowers)
EFFECTS: Mapping[str, ApplyMany] = {
    "box_seen": _SIGHTED,
    "box_moved": _SIGHTED,
    "box_gone": _SIGHTED,
    "request_changed": shelving_told.apply_many,
    "steel_halted": shelving_told.apply_many,
    "steel_faulted": shelving_told.apply_many,
    "steel_reset": shelving_told.apply_many,
    "steel_confirmed": shelving_told.apply_many,
    "program_changed": shelving_told.apply_many,
    "device_down": shelving_told.apply_many,
    "device_up": shelving_told.apply_many,
}
"""Which subject does what an event means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What runs: the web application, the link to the rooms, and what follows what they show."""

    app: Starlette
    link: ControllerLink
    turns: Turns
    close: Callable[[], None]
    """Ends every open live feed."""


def assemble(
    context: Context,
    settings: ControllerSettings,
    broker: BrokerSettings,
    *,
    passwords: Passwords,
    static: Path | None,
) -> Assembly:
    """Wire all subjects of the archive side together; nothing runs yet."""
    mirror = RoomMirror(context.clock, context.hub)
    turns = Turns(context, mirror)
    lock_out = partial(find_lock_out, mirror)
    link = ControllerLink(context, broker, _takers(context, mirror))
    people = people_api.SignInOptions(
        passwords=passwords,
        limits=SessionLimits(
            idle_s=settings.session_idle_minutes * 60, whole_s=settings.session_hours * 3600
        ),
        demo_accounts=DEMO_ACCOUNTS if settings.demo else (),
    )
    app = create_app(
        context,
        routers=[
            people_api.routes(context, people),
            audit_api.routes(context),
            finding_api.routes(context),
            holdings_api.routes(context, find_lock_out=lock_out),
            circulation_api.routes(context, find_lock_out=lock_out),
            shelving_api.routes(
                context,
                mirror=mirror,
                requests=link.requests,
                turns=turns,
                borrowers=list_borrowers,
            ),
            climate_api.routes(context, online=partial(_is_online, mirror)),
        ],
        checks=_checks(context, link, mirror),
        static=static,
        hosts=None if settings.tls_certificate else (*LOOPBACK_NAMES, settings.host),
    )
    return Assembly(app=app, link=link, turns=turns, close=context.hub.close)


def _takers(context: Context, mirror: RoomMirror) -> Takers:
    return Takers(
        inbox=Inbox(context, EFFECTS),
        mirror=mirror,
        reply=partial(shelving_store.record_reply, context),
        samples=partial(_take_samples, context),
        homes=HomesSource(
            version=partial(_homes_version, context), rows=partial(_list_homes, context)
        ),
    )


def _take_samples(context: Context, agent: str, telemetry: Telemetry) -> Sequence[LiveChange]:
    with context.telemetry.write() as session:
        return climate_store.add_samples(session, agent, telemetry)


def _homes_version(context: Context, room: str) -> int:
    with context.records.read() as session:
        return homes.homes_version(session, room)


def _list_homes(context: Context, room: str) -> Sequence[Home]:
    with context.records.read() as session:
        return homes.list_homes(session, room)


def _is_online(mirror: RoomMirror, room: str, device: str) -> bool | None:
    now = mirror.now(room)
    for seen in now.devices:
        if isinstance(seen.state, DeviceState) and seen.state.device == device:
            return now.link.alive and seen.state.online
    return None


def _checks(context: Context, link: ControllerLink, mirror: RoomMirror) -> Sequence[HealthCheck]:
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
