"""What each subject offers over HTTP, with the collaborators that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter

from config.settings import ControllerSettings
from controller.alarms import api as alarms_api
from controller.alarms.notify import Sender
from controller.assembly.mirrored import find_device, find_door, is_online
from controller.audit import api as audit_api
from controller.circulation import api as circulation_api
from controller.circulation.store import close_loan, list_borrowers
from controller.climate import api as climate_api
from controller.climate.limits import api as limits_api
from controller.climate.printed import api as printed_api
from controller.climate.replay import api as replay_api
from controller.climate.units import api as units_api
from controller.context import Context
from controller.exports import api as exports_api
from controller.finding import api as finding_api
from controller.holdings import api as holdings_api
from controller.labels import api as labels_api
from controller.link.link import ControllerLink
from controller.people import api as people_api
from controller.people.passwords import Passwords
from controller.people.sessions import SessionLimits
from controller.people.setup import DEMO_ACCOUNTS
from controller.readers import api as readers_api
from controller.readers.bench import BenchMirror
from controller.shelving import api as shelving_api
from controller.shelving.lock_outs import find_lock_out
from controller.shelving.mirror import RoomMirror
from controller.shelving.turns import Turns
from controller.tags import api as tags_api
from controller.tags.writing import TagWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What several subjects share while the process runs."""

    mirror: RoomMirror
    benches: BenchMirror
    turns: Turns
    link: ControllerLink
    sender: Sender


def list_routers(
    context: Context, settings: ControllerSettings, passwords: Passwords, shared: Shared
) -> Sequence[APIRouter]:
    """List the routers of all subjects."""
    mirror, link = shared.mirror, shared.link
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
            turns=shared.turns,
            borrowers=list_borrowers,
        ),
        readers_api.routes(
            context,
            benches=shared.benches,
            devices=partial(find_device, mirror),
            doors=partial(find_door, mirror),
            requests=link.tag_requests,
        ),
        climate_api.routes(context, online=partial(is_online, mirror)),
        limits_api.routes(context),
        replay_api.routes(context),
        units_api.routes(
            context, states=partial(find_device, mirror), requests=link.climate_requests
        ),
        alarms_api.routes(context, shared.sender),
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
