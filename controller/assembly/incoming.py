"""What comes from the rooms beside events, and who takes it; what the rooms fetch in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from controller.assembly.effects import EFFECTS
from controller.assembly.telling import PageTeller
from controller.circulation.loans import Loans
from controller.climate.series import ingest as series_ingest
from controller.context import Context
from controller.holdings import homes, sightings
from controller.link.assignments import SetSource
from controller.link.inbox import Inbox
from controller.link.link import Takers
from controller.live import LiveChange
from controller.shelving import store as shelving_store
from controller.shelving.mirror import RoomMirror
from controller.tags import heard as tags_heard
from drivers.messages import BenchState, Home, TagsHeard, Telemetry

TakeBench = Callable[[str, BenchState], None]


def list_takers(context: Context, mirror: RoomMirror, benches: Sequence[TakeBench]) -> Takers:
    """Name who takes each kind of message; `benches` all take what lies before antennas."""
    loans = Loans(context.records, context.clock)
    return Takers(
        inbox=Inbox(context, EFFECTS),
        mirror=PageTeller(context, mirror),
        reply=partial(shelving_store.record_reply, context),
        samples=partial(take_samples, context),
        bench=partial(_take_bench, benches),
        heard=partial(take_heard, context),
        homes=SetSource(
            version=partial(_homes_version, context), rows=partial(_each_home, context)
        ),
        loans=SetSource(version=loans.version, rows=loans.rows),
    )


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


def _take_bench(takers: Sequence[TakeBench], room: str, state: BenchState) -> None:
    for take in takers:
        take(room, state)


def _homes_version(context: Context, room: str) -> int:
    with context.records.read() as session:
        return homes.homes_version(session, room)


def _each_home(context: Context, room: str) -> Iterator[Home]:
    with context.records.read() as session:
        yield from homes.each_home(session, room)
