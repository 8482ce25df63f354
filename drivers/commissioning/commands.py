"""What `stackroom check --probe` and `stackroom commission` do with a room file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from config.clock import Clock
from config.commissions import (
    check_writable,
    commissions_path,
    load_commissions,
    save_commissions,
)
from config.errors import Mendable, find_mendable
from config.load import load_room
from config.room import SHELVING, Room, Shelving
from config.settings import BrokerSettings, RoomSettings
from config.shelving import Commission, Observation, ShelvingProfile, fingerprint
from drivers.climate.broker import Access
from drivers.commissioning.probe import probe_room
from drivers.commissioning.talk import Ask, Say, Talk, greet
from drivers.commissioning.walk import commission
from drivers.room import opening
from drivers.room.agent import RoomAgent
from drivers.room.motion import Moving
from drivers.room.steel import BankSteel
from drivers.shelving.connect import find_profile

_NOT_WRITTEN = "It is not signed, so nothing is written; a record of before is left as it was."


async def tell_probe(room_file: Path, clock: Clock, say: Say) -> bool:
    """Ask every device of a room file; say whether all of them answer and fit."""
    room, settings = load_room(room_file), RoomSettings()
    access = Access(passwords=settings.probe_passwords, ca_file=settings.probe_ca_file)
    if not room.devices:
        say(f"{room_file}: names no devices")
    fits = True
    async for finding in probe_room(room, load_commissions(room_file), clock, access):
        say(str(finding))
        fits = fits and finding.fits
    return fits


async def run_commission(
    room_file: Path,
    device_id: str,
    *,
    site: str,
    settings: RoomSettings,
    broker: BrokerSettings,
    ask: Ask,
    say: Say,
    clock: Clock,
) -> None:
    """Walk two people through the moving test of one bank and write its signed record.

    The room's agent runs meanwhile in this process, with its page and its stop. Raises Mendable
    before anything moves if the record could not be written.
    """
    check_writable(room_file)
    room = load_room(room_file)
    device = _find(room, device_id)
    known = load_commissions(room_file)
    talk = await greet(ask, say)

    @asynccontextmanager
    async def open_agent(profile: ShelvingProfile | None) -> AsyncIterator[RoomAgent]:
        trying = {**known, device.id: _provisional(room, device, profile, talk, clock)}
        opened = opening.open_agent(
            room, settings, broker, site=site, clock=clock, commissions=trying
        )
        async with opened as agent, asyncio.TaskGroup() as group:
            running = group.create_task(agent.run(say), name="room agent")
            try:
                yield agent
            finally:
                _tell_moving(agent.banks[device.bank], say)
                running.cancel()

    profile = find_profile(room, device, known)
    try:
        signed = await commission(room, device, profile, open_agent, talk, clock)
    except BaseException as failure:
        say(_NOT_WRITTEN)
        mendable = find_mendable(failure) if isinstance(failure, ExceptionGroup) else None
        if mendable is None:
            raise
        raise mendable from None
    save_commissions(room_file, {**known, device.id: signed})
    say(f"wrote {commissions_path(room_file)}; the agent of this room reads it when it starts")


def _find(room: Room, device_id: str) -> Shelving:
    shelving = {device.id: device for device in room.devices if isinstance(device, SHELVING)}
    if device_id not in shelving:
        raise Mendable(
            f"{room.room} has no shelving {device_id!r}; it has {', '.join(shelving) or 'none'}"
        )
    return shelving[device_id]


def _tell_moving(steel: BankSteel, say: Say) -> None:
    """Say what becomes of steel that moves while its agent ends."""
    for number, segment in steel.segments.items():
        if segment.drive is None and not isinstance(segment.phase, Moving):
            continue
        if segment.limits.stops:
            say(f"Segment {number} moves: it is sent a stop now. Look whether it stands, and press")
            say("the emergency stop if it does not.")
        else:
            say(f"Segment {number} moves and takes no stop from here: it GOES ON to its end. Keep")
            say("everybody out until it stands; the emergency stop at the steel ends it sooner.")


def _provisional(
    room: Room, device: Shelving, profile: ShelvingProfile | None, talk: Talk, clock: Clock
) -> Commission:
    """Let the bank move for this test alone; nothing of it is written."""
    under_way = Observation(asked="moving test", foretold="", seen="under way", agrees=False)
    return Commission(
        device=device.id,
        fingerprint=fingerprint(room, device),
        profile=profile,
        people=(talk.keyboard, talk.steel),
        at=clock.now(),
        observations=(under_way,),
    )
