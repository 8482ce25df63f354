"""Tells a line that is down, a gateway or a bus, from devices that are down by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from pydantic import JsonValue
from sqlmodel import col, select

from config.room import Room
from config.wires import SerialAddress, TcpAddress
from controller.alarms.kinds import DEVICE_DOWN, LINE_DOWN
from controller.alarms.model import Clear, Raise, Signal
from controller.alarms.tables import AlarmRow
from controller.store.engine import ReadSession


def lines_of(room: Room) -> dict[str, frozenset[str]]:
    """Name the lines of a room that bear several devices, each with its devices."""
    found: dict[str, set[str]] = {}
    for device in room.devices:
        at = getattr(device, "at", None)
        if isinstance(at, TcpAddress | SerialAddress):
            found.setdefault(at.words(), set()).add(device.id)
    return {line: frozenset(devices) for line, devices in found.items() if len(devices) > 1}


def find_signals(session: ReadSession, rooms: Mapping[str, Room], *, now: datetime) -> list[Signal]:
    """Say which lines went down or came back: a line is down while all its devices are."""
    query = select(AlarmRow).where(
        col(AlarmRow.kind).in_((DEVICE_DOWN, LINE_DOWN)), col(AlarmRow.cleared_at).is_(None)
    )
    there = session.exec(query).all()
    if not there:
        return []
    down = {(row.room, row.key) for row in there if row.kind == DEVICE_DOWN}
    known = {(row.room, row.key) for row in there if row.kind == LINE_DOWN}
    return [each for room in rooms.values() for each in _of_room(room, down, known, now)]


def _of_room(
    room: Room, down: set[tuple[str, str]], known: set[tuple[str, str]], now: datetime
) -> Iterator[Signal]:
    lines = lines_of(room)
    for line, devices in lines.items():
        is_down = all((room.room, device) in down for device in devices)
        if is_down and (room.room, line) not in known:
            named = cast("list[JsonValue]", sorted(devices))
            yield Raise(
                kind=LINE_DOWN,
                room=room.room,
                key=line,
                subject=f"{room.room}/{line}",
                since=now,
                params={"line": line, "devices": named},
            )
        elif not is_down and (room.room, line) in known:
            yield Clear(kind=LINE_DOWN, room=room.room, key=line)
    for place, line in known:
        if place == room.room and line not in lines:
            yield Clear(kind=LINE_DOWN, room=place, key=line)
