"""Makes a question of what a person asked: which probes, by which limits, over which time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from config.limits import LimitProfile
from config.room import Room
from controller.climate.limits.model import Flawed, Version, ZoneLimits
from controller.climate.limits.store import find_version, list_zones
from controller.climate.replay.model import Place, Question, Step
from controller.climate.series.probes import list_probes
from controller.context import Context
from controller.store.engine import ReadSession


class NoSuch(Exception):
    """There is none of a name; `what` it is: room, zone, limits or sound_limits."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what.replace('_', ' ')} {name}")
        self.what = what
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asked; what is empty or `None` means all, or as it is now."""

    rooms: Collection[str] = ()
    zones: Collection[tuple[str, str]] = ()
    """Room and zone."""
    profile_id: str | None = None
    version: int | None = None
    limits: LimitProfile | None = None
    """Limits that nobody wrote down yet."""
    start: datetime
    end: datetime
    step: Step = "hour"
    hysteresis: bool = True
    delays: bool = True


def make_question(context: Context, wish: Wish) -> Question:
    """Find the probes of a wish and their limits; raises NoSuch."""
    for code in [*wish.rooms, *(room for room, _ in wish.zones)]:
        if code not in context.rooms:
            raise NoSuch("room", code)
    named = {*wish.rooms, *(room for room, _ in wish.zones)}
    rooms = [room for code, room in context.rooms.items() if not named or code in named]
    places = tuple(place for room in rooms for place in _places(context, wish, room))
    return Question(
        places=places,
        start=wish.start,
        end=wish.end,
        step=wish.step,
        hysteresis=wish.hysteresis,
        delays=wish.delays,
    )


def _places(context: Context, wish: Wish, room: Room) -> list[Place]:
    """List the probes of the room file, and those that were imported or are gone."""
    with context.records.read() as session:
        zones = {each.zone.zone: each for each in list_zones(session, context.limits, room)}
        chosen = None
        if wish.profile_id is not None:
            chosen = _get_limits(session, context, wish.profile_id, wish.version)
    wanted = {zone for code, zone in wish.zones if code == room.room}
    for zone in wanted - set(zones):
        raise NoSuch("zone", f"{room.room}/{zone}")
    if room.room in wish.rooms or not wanted:
        wanted = set(zones)
    zone_by_probe = {probe.id: room.zone_of_probe(probe) for probe in room.probes()}
    usual = room.climate.usual_zone().zone
    with context.telemetry.read() as session:
        known = [each.probe for each in list_probes(session, room.room)]
    return [
        _place(room, zones[zone], probe, wish, chosen)
        for probe in known
        if (zone := zone_by_probe.get(probe, usual)) in wanted
    ]


def _get_limits(
    session: ReadSession, context: Context, profile_id: str, version: int | None
) -> Version:
    found = find_version(session, context.limits, profile_id, version)
    if found is None:
        raise NoSuch("limits", profile_id)
    if isinstance(found, Flawed):
        raise NoSuch("sound_limits", profile_id)
    return found


def _place(room: Room, zone: ZoneLimits, probe: str, wish: Wish, chosen: Version | None) -> Place:
    used = None if zone.zone.kind == "outside" else chosen or zone.limits
    profile = used.profile if used is not None else None
    if wish.limits is not None and zone.zone.kind != "outside":
        profile, used = wish.limits, None
    return Place(
        room=room.room,
        zone=zone.zone.zone,
        probe=probe,
        profile=profile,
        version=used.version if used is not None else None,
    )
