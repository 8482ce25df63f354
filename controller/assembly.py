"""Every subject with its collaborators: the application, the link, and what health asks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from starlette.applications import Starlette

from config.room import SHELVING, Room
from config.settings import BrokerSettings, ControllerSettings, SmtpSettings
from controller.alarms import api as alarms_api
from controller.alarms import doors as alarms_doors
from controller.alarms import store as alarms_store
from controller.alarms.doors import Lent
from controller.alarms.model import RoomLook
from controller.alarms.notify import Sender
from controller.alarms.post import Post
from controller.alarms.watch import Watch
from controller.alarms.words import Place
from controller.app import LOOPBACK_NAMES, create_app
from controller.audit import api as audit_api
from controller.circulation import api as circulation_api
from controller.circulation.loans import Loans
from controller.circulation.store import close_loan, list_borrowers, list_file_borrowers
from controller.climate import api as climate_api
from controller.climate.limits import api as limits_api
from controller.climate.loggers.imports import Imports
from controller.climate.printed import api as printed_api
from controller.climate.replay import api as replay_api
from controller.climate.series import ingest as series_ingest
from controller.climate.series.roll_up import RollUp
from controller.climate.units import api as units_api
from controller.climate.units import store as units_store
from controller.climate.units.views import show_unit
from controller.climate.watch import ClimateWatch
from controller.context import Context
from controller.data.databases import DATABASES
from controller.exports import api as exports_api
from controller.finding import api as finding_api
from controller.finding.search import find_fault
from controller.holdings import api as holdings_api
from controller.holdings import homes, sightings
from controller.labels import api as labels_api
from controller.link.assignments import SetSource
from controller.link.inbox import ApplyMany, Inbox
from controller.link.link import ControllerLink, Takers
from controller.live import LiveChange
from controller.people import api as people_api
from controller.people.passwords import Passwords
from controller.people.sessions import SessionLimits
from controller.people.setup import DEMO_ACCOUNTS
from controller.readers import api as readers_api
from controller.readers import told as readers_told
from controller.readers.bench import BenchMirror
from controller.readers.feed import Feed, find_reader, show_reader
from controller.shelving import api as shelving_api
from controller.shelving import store as shelving_store
from controller.shelving import told as shelving_told
from controller.shelving.lock_outs import find_lock_out
from controller.shelving.mirror import RoomMirror
from controller.shelving.turns import Turns
from controller.store.engine import WriteSession
from controller.store.migrate import is_current
from controller.tags import api as tags_api
from controller.tags import heard as tags_heard
from controller.tags import settling as tags_settling
from controller.tags.write_watch import WriteWatch
from controller.tags.writing import TagWriter
from controller.web.health import HealthCheck, Reason
from drivers.messages import (
    BankState,
    BenchState,
    DeviceState,
    DoorState,
    Event,
    Home,
    State,
    TagsHeard,
    Telemetry,
    UnitFacts,
)

_SIGHTED = partial(
    sightings.apply_many, borrowers=list_borrowers, file_borrowers=list_file_borrowers
)


def _in_turn(*subjects: ApplyMany) -> ApplyMany:
    """Let several subjects take the same events, in one transaction."""

    def apply_many(
        session: WriteSession, context: Context, agent: str, events: Sequence[Event]
    ) -> list[LiveChange]:
        return [each for apply in subjects for each in apply(session, context, agent, events)]

    return apply_many


_LENT = Lent(boxes=list_borrowers, files=list_file_borrowers)
_LEFT = partial(alarms_doors.apply_many, lent=_LENT)
_HEARD = _in_turn(tags_settling.apply_many, _SIGHTED, tags_heard.apply_many, _LEFT)
_ALARMING = _in_turn(shelving_told.apply_many, alarms_store.apply_many)
_OF_AIR = _in_turn(units_store.apply_many, alarms_store.apply_many)
EFFECTS: Mapping[str, ApplyMany] = {
    "box_seen": _HEARD,
    "box_moved": _HEARD,
    "box_gone": _HEARD,
    "door_passed": _in_turn(_SIGHTED, readers_told.apply_many, _LEFT),
    "door_missed": _in_turn(readers_told.apply_many, _LEFT),
    "door_silenced": readers_told.apply_many,
    "tag_written": tags_settling.apply_many,
    "request_changed": shelving_told.apply_many,
    "steel_halted": _ALARMING,
    "steel_faulted": _ALARMING,
    "steel_reset": _ALARMING,
    "steel_confirmed": _ALARMING,
    "program_changed": _ALARMING,
    "device_down": _ALARMING,
    "device_up": _ALARMING,
    "unit_decided": _OF_AIR,
    "air_contact_changed": _OF_AIR,
}
"""Which subject does what an event means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What several subjects share while the process runs."""

    mirror: RoomMirror
    benches: BenchMirror
    turns: Turns
    link: ControllerLink
    sender: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What runs: the web application, the link to the rooms, and what follows what they show."""

    app: Starlette
    link: ControllerLink
    follow: Mapping[str, Callable[[], Coroutine[None, None, None]]]
    """What follows the rooms for ever, by name: the queue for aisles, alarms and their post."""
    close: Callable[[], None]
    """Ends every open live feed."""


def assemble(
    context: Context,
    settings: ControllerSettings,
    broker: BrokerSettings,
    *,
    passwords: Passwords,
    static: Path | None,
    smtp: SmtpSettings | None = None,
    address: str = "",
) -> Assembly:
    """Wire all subjects of the archive side together; nothing runs yet.

    `address` is where people open the page, for links in e-mails.
    """
    mirror = RoomMirror(context.clock, context.hub)
    benches = BenchMirror(context.clock)
    feed, writes = Feed(context, benches), WriteWatch(context)
    place = Place(context.site, context.rooms, address)
    parts = _Parts(
        mirror=mirror,
        benches=benches,
        turns=Turns(context, mirror),
        link=ControllerLink(context, broker, _takers(context, mirror, (feed.take, writes.take))),
        sender=Sender(smtp=smtp or SmtpSettings(), place=place),
    )
    follow = {
        "turns": parts.turns.run,
        "alarms": Watch(context, partial(_look_at_rooms, context, mirror), _LENT).run,
        "benches": feed.run,
        "tag writes": writes.run,
        "post": Post(context, parts.sender).run,
        "roll-ups": RollUp(context).run,
        "climate": ClimateWatch(context, alive=lambda room: mirror.link(room).alive).run,
        "logger files": Imports(context).run,
    }
    app = create_app(
        context,
        routers=_routers(context, settings, passwords, parts),
        checks=_checks(context, parts.link, mirror),
        static=static,
        hosts=None if settings.tls_certificate else (*LOOPBACK_NAMES, settings.host),
    )
    return Assembly(app=app, link=parts.link, follow=follow, close=context.hub.close)


def _routers(
    context: Context, settings: ControllerSettings, passwords: Passwords, parts: _Parts
) -> Sequence[APIRouter]:
    mirror, link = parts.mirror, parts.link
    lock_out = partial(find_lock_out, mirror)
    return (
        people_api.routes(context, _sign_in_options(settings, passwords)),
        audit_api.routes(context),
        finding_api.routes(context),
        holdings_api.routes(context, find_lock_out=lock_out),
        tags_api.routes(
            context,
            TagWriter(context, link.tag_requests, settings.tag_password),
            end_loan=close_loan,
        ),
        circulation_api.routes(context, find_lock_out=lock_out),
        shelving_api.routes(
            context,
            mirror=mirror,
            requests=link.requests,
            turns=parts.turns,
            borrowers=list_borrowers,
        ),
        readers_api.routes(
            context,
            benches=parts.benches,
            devices=partial(_find_device, mirror),
            doors=partial(_find_door, mirror),
            requests=link.tag_requests,
        ),
        climate_api.routes(context, online=partial(_is_online, mirror)),
        limits_api.routes(context),
        replay_api.routes(context),
        units_api.routes(
            context, states=partial(_find_device, mirror), requests=link.climate_requests
        ),
        alarms_api.routes(context, parts.sender),
        labels_api.routes(context, settings.font),
        printed_api.routes(context, settings.font),
        exports_api.routes(context),
    )


def _sign_in_options(
    settings: ControllerSettings, passwords: Passwords
) -> people_api.SignInOptions:
    return people_api.SignInOptions(
        passwords=passwords,
        limits=SessionLimits(
            idle_s=settings.session_idle_minutes * 60, whole_s=settings.session_hours * 3600
        ),
        demo_accounts=DEMO_ACCOUNTS if settings.demo else (),
    )


def _takers(
    context: Context, mirror: RoomMirror, benches: Sequence[Callable[[str, BenchState], None]]
) -> Takers:
    loans = Loans(context.records, context.clock)
    return Takers(
        inbox=Inbox(context, EFFECTS),
        mirror=ReaderTeller(context, mirror),
        reply=partial(shelving_store.record_reply, context),
        samples=partial(take_samples, context),
        bench=partial(_take_bench, benches),
        heard=partial(take_heard, context),
        homes=SetSource(
            version=partial(_homes_version, context), rows=partial(_each_home, context)
        ),
        loans=SetSource(version=loans.version, rows=loans.rows),
    )


def _take_bench(
    takers: Sequence[Callable[[str, BenchState], None]], room: str, state: BenchState
) -> None:
    for take in takers:
        take(room, state)


def take_samples(context: Context, agent: str, telemetry: Telemetry) -> Sequence[LiveChange]:
    """Store what a probe measured, with how often the room file lets it report."""
    now, interval_s = context.clock.now(), _interval_s(context, agent, telemetry.device)
    with context.telemetry.write() as session:
        return series_ingest.add_samples(session, agent, telemetry, now=now, interval_s=interval_s)


def _interval_s(context: Context, room: str, device: str) -> float | None:
    """Say how often a room file lets a probe report."""
    if room not in context.rooms:
        return None
    probe = context.rooms[room].find_probe(device)
    return None if probe is None else probe.every_s


def take_heard(context: Context, agent: str, heard: TagsHeard) -> None:
    """Refresh when things were last seen, and tags that belong to nothing."""
    with context.records.write() as session:
        sightings.refresh(session, heard)
        tags_heard.refresh(session, agent, heard)


def _homes_version(context: Context, room: str) -> int:
    with context.records.read() as session:
        return homes.homes_version(session, room)


def _each_home(context: Context, room: str) -> Iterator[Home]:
    with context.records.read() as session:
        yield from homes.each_home(session, room)


def _find_device(mirror: RoomMirror, room: str, device: str) -> tuple[DeviceState | None, bool]:
    now = mirror.now(room)
    states = (seen.state for seen in now.devices if isinstance(seen.state, DeviceState))
    return next((s for s in states if s.device == device), None), now.link.alive


def _find_door(mirror: RoomMirror, room: str, door: str) -> tuple[DoorState | None, bool]:
    now = mirror.now(room)
    states = (seen.state for seen in now.doors if isinstance(seen.state, DoorState))
    return next((s for s in states if s.device == door), None), now.link.alive


class ReaderTeller:
    """The mirror, telling of readers and units besides, as their pages show them."""

    def __init__(self, context: Context, mirror: RoomMirror) -> None:
        self._context = context
        self._mirror = mirror
        self._units: dict[str, tuple[bool, UnitFacts | None]] = {}
        self.take_status = mirror.take_status
        self.tick = mirror.tick

    def take_state(self, agent: str, state: State, *, retained: bool) -> None:
        """Pass a snapshot on; that of a reader or unit changes its page too."""
        self._mirror.take_state(agent, state, retained=retained)
        if not isinstance(state, DeviceState) or retained:
            return
        reader = find_reader(self._context, agent, state.device)
        if reader is not None:
            shown = show_reader(reader, state, True).model_dump(mode="json")
            body = {"room": agent} | shown
            self._context.hub.publish(
                LiveChange(kind="reader", key=f"{agent}/{state.device}", body=body)
            )
        if state.climate is not None:
            self._tell_unit(agent, state)

    def _tell_unit(self, agent: str, state: DeviceState) -> None:
        """Tell pages of a unit when something of it other than the time of telling changed."""
        room = self._context.rooms[agent]
        unit = next((each for each in room.units() if each.id == state.device), None)
        key = f"{agent}/{state.device}"
        if unit is None:
            return
        news = (state.online, state.climate)
        if self._units.get(key) == news:
            return
        self._units[key] = news
        body = {"room": agent} | show_unit(room, unit, state, True).model_dump(mode="json")
        self._context.hub.publish(LiveChange(kind="unit", key=key, body=body))


def _is_online(mirror: RoomMirror, room: str, device: str) -> bool | None:
    now = mirror.now(room)
    for seen in now.devices:
        if isinstance(seen.state, DeviceState) and seen.state.device == device:
            return now.link.alive and seen.state.online
    return None


def _look_at_rooms(context: Context, mirror: RoomMirror) -> list[RoomLook]:
    return [look_at(room, mirror) for room in context.rooms.values()]


def look_at(room: Room, mirror: RoomMirror) -> RoomLook:
    """Show the alarms how a room is; a bank that is not heard may burn unseen."""
    now = mirror.now(room.room)
    states = [seen.state for seen in now.banks if isinstance(seen.state, BankState)]
    heard = [state for state in states if now.link.alive and state.online]
    burning = frozenset(
        state.bank for state in heard if any(each.mode == "fire" for each in state.segments)
    )
    driven = {device.bank for device in room.devices if isinstance(device, SHELVING)}
    all_heard = {state.bank for state in heard} >= driven
    return RoomLook(
        room=room.room,
        alive=now.link.alive,
        fire_banks=burning if burning or all_heard else None,
    )


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
