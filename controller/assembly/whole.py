"""Wires all subjects of the archive side together: the application, the link, what follows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from config.settings import BrokerSettings, ControllerSettings, SmtpSettings
from controller.alarms.notify import Sender
from controller.alarms.post import Post
from controller.alarms.watch import Watch
from controller.alarms.words import Place
from controller.app import LOOPBACK_NAMES, create_app
from controller.assembly.checks import list_checks
from controller.assembly.effects import LENT
from controller.assembly.incoming import list_takers
from controller.assembly.mirrored import look_at_rooms
from controller.assembly.routes import Shared, list_routers
from controller.climate.loggers.imports import Imports
from controller.climate.series.roll_up import RollUp
from controller.climate.watch import ClimateWatch
from controller.context import Context
from controller.link.link import ControllerLink
from controller.people.passwords import Passwords
from controller.readers.bench import BenchMirror
from controller.readers.feed import Feed
from controller.shelving.mirror import RoomMirror
from controller.shelving.turns import Turns
from controller.tags.write_watch import WriteWatch


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
    shared = Shared(
        mirror=mirror,
        benches=benches,
        turns=Turns(context, mirror),
        link=ControllerLink(
            context, broker, list_takers(context, mirror, (feed.take, writes.take))
        ),
        sender=Sender(smtp=smtp or SmtpSettings(), place=place),
    )
    follow = {
        "turns": shared.turns.run,
        "alarms": Watch(context, partial(look_at_rooms, context, mirror), LENT).run,
        "benches": feed.run,
        "tag writes": writes.run,
        "post": Post(context, shared.sender).run,
        "roll-ups": RollUp(context).run,
        "climate": ClimateWatch(context, alive=lambda room: mirror.link(room).alive).run,
        "logger files": Imports(context).run,
    }
    app = create_app(
        context,
        routers=list_routers(context, settings, passwords, shared),
        checks=list_checks(context, shared.link, mirror),
        static=static,
        hosts=None if settings.tls_certificate else (*LOOPBACK_NAMES, settings.host),
    )
    return Assembly(app=app, link=shared.link, follow=follow, close=context.hub.close)
