"""What raises and clears alarms, who is told and how often we try. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pydantic import JsonValue

from controller.alarms.kinds import (
    AGENT_SILENT,
    DEVICE_DOWN,
    DOOR_OPEN,
    FIRE,
    LEAK,
    PROGRAM_BROKEN,
    SMOKE,
    TRIP,
    UNIT_FAULT,
    UNIT_SILENT,
)
from controller.alarms.model import Channel, Clear, Raise, RoomLook, Signal
from drivers.messages import (
    AirContactChanged,
    DeviceChanged,
    Event,
    ProgramChanged,
    SteelHalted,
    UnitDecided,
)

GIVEN_UP_AFTER = timedelta(days=1)
FEWEST_TRIES = 8
"""So often at least, lest a clock that is set right by a year gives up what was just written."""
LONGEST_RETRY_S = 900.0
_FIRST_RETRY_S = 15.0
_CONTACTS = {
    "smoke": SMOKE,
    "leak": LEAK,
    "door": DOOR_OPEN,
    "tank_full": UNIT_FAULT,
    "unit_fault": UNIT_FAULT,
}
"""What a contact of the air raises; rain only guides the regulators."""
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_LONGEST_EMAIL = 254


def signals_of(room: str, event: Event) -> tuple[Signal, ...]:
    """Say what an event of a room raises or clears."""
    match event:
        case AirContactChanged():
            return _of_contact(room, event)
        case UnitDecided():
            return _of_unit(room, event)
        case SteelHalted(kind="steel_faulted"):
            return (_tripped(room, event),)
        case SteelHalted(found_fit=True):
            return (Clear(kind=TRIP, room=room, prefix=_segment_key(event)),)
        case DeviceChanged(kind="device_down"):
            return (
                Raise(
                    kind=DEVICE_DOWN,
                    room=room,
                    key=event.device,
                    subject=f"{room}/{event.device}",
                    since=event.at,
                    params={"device": event.device} | ({"why": event.why} if event.why else {}),
                ),
            )
        case DeviceChanged(kind="device_up"):
            return (Clear(kind=DEVICE_DOWN, room=room, key=event.device),)
        case ProgramChanged():
            return _of_program(room, event)
        case _:
            return ()


def signals_of_look(look: RoomLook, now: datetime) -> tuple[Signal, ...]:
    """Say what a room's present state raises or clears."""
    silent: Signal = (
        Clear(kind=AGENT_SILENT, room=look.room, key="")
        if look.alive
        else Raise(kind=AGENT_SILENT, room=look.room, key="", subject=look.room, since=now)
    )
    if look.fire_banks is None:
        return (silent,)
    if not look.fire_banks:
        return (silent, Clear(kind=FIRE, room=look.room, key=""))
    banks: list[JsonValue] = [*sorted(look.fire_banks)]
    fire = Raise(
        kind=FIRE, room=look.room, key="", subject=look.room, since=now, params={"banks": banks}
    )
    return (silent, fire)


def wants(kinds: Collection[str], kind: str) -> bool:
    """Say whether somebody with these kinds is told of an alarm of a kind; none means all."""
    return not kinds or kind in kinds


def retry_at(now: datetime, attempts: int, written_at: datetime) -> datetime | None:
    """Say when a message that failed is tried again; `None` when it is given up."""
    wait_s = min(LONGEST_RETRY_S, _FIRST_RETRY_S * 2.0 ** (attempts - 1))
    again = now + timedelta(seconds=wait_s)
    is_young = again - written_at <= GIVEN_UP_AFTER
    return again if is_young or attempts < FEWEST_TRIES else None


def is_address(channel: Channel, to: str) -> bool:
    """Say whether a text can be written to: one plain e-mail address, or a web address."""
    if channel == "email":
        return len(to) <= _LONGEST_EMAIL and _EMAIL.fullmatch(to) is not None
    if not to.isascii() or any(character <= " " for character in to):
        return False
    try:
        url = urlsplit(to)
        port = url.port
    except ValueError:
        return False
    named = url.hostname is not None and _HOST.fullmatch(url.hostname) is not None
    return url.scheme in ("http", "https") and named and "@" not in url.netloc and port != 0


def _of_contact(room: str, event: AirContactChanged) -> tuple[Signal, ...]:
    """What cannot be read counts as not safe; a door that cannot be read explains nothing.

    Smoke and water that were there stay until somebody has looked and resets them.
    """
    kind = _CONTACTS.get(event.says)
    if kind is None:
        return ()
    key = f"{event.device}/{event.input}"
    if event.safe or (kind == DOOR_OPEN and event.safe is None):
        return (Clear(kind=kind, room=room, key=key),)
    return (
        Raise(
            kind=kind,
            room=room,
            key=key,
            subject=f"{room}/{event.device}",
            since=event.at,
            zone=event.zone,
            latched=kind in (SMOKE, LEAK) and event.safe is False,
            params={
                "device": event.device,
                "input": event.input,
                "faults": [event.says],
                "readable": event.safe is not None,
            },
        ),
    )


def _of_unit(room: str, event: UnitDecided) -> tuple[Signal, ...]:
    """What a unit does wrong by itself; while it is away, what was wrong stays so.

    A fault that a contact of ours sees is the contact's alarm.
    """
    if event.why == "unit_away":
        return ()
    reported = event.detail.get("reported")
    faults: list[JsonValue] = [*str(reported).split(", ")] if reported is not None else []
    wrong = {UNIT_SILENT: event.why == "unit_silent", UNIT_FAULT: bool(faults)}
    return tuple(
        Raise(
            kind=kind,
            room=room,
            key=event.device,
            subject=f"{room}/{event.device}",
            since=event.at,
            zone=event.zone,
            params={"device": event.device, "faults": faults},
        )
        if is_wrong
        else Clear(kind=kind, room=room, key=event.device)
        for kind, is_wrong in wrong.items()
    )


def _tripped(room: str, event: SteelHalted) -> Raise:
    """Each trip is an occurrence of its own; an older room names none, so the segment does."""
    return Raise(
        kind=TRIP,
        room=room,
        key=f"{_segment_key(event)}{event.trip_id or ''}",
        subject=f"{room}-B{event.bank}",
        since=event.at,
        params={
            "bank": event.bank,
            "segment": event.segment,
            "code": event.why,
            "raw": event.raw,
            "trip_id": event.trip_id,
        },
    )


def _segment_key(event: SteelHalted) -> str:
    return f"B{event.bank}/{event.segment}/"


def _of_program(room: str, event: ProgramChanged) -> tuple[Signal, ...]:
    program = event.program
    if program.status == "done":
        return (Clear(kind=PROGRAM_BROKEN, room=room, prefix=f"{program.program}/"),)
    if program.status != "broken":
        return ()
    return (
        Raise(
            kind=PROGRAM_BROKEN,
            room=room,
            key=f"{program.program}/{program.id}",
            subject=f"{room}/{program.program}",
            since=event.at,
            params={"program": program.program, "why": program.why},
        ),
    )
