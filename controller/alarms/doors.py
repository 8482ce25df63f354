"""The alarms of doors: what left without being lent, what is missed there, and what ends both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from controller.alarms.kinds import DOOR_LEFT, DOOR_UNSURE
from controller.alarms.model import Clear, Raise, Signal
from controller.alarms.store import apply_signals
from controller.alarms.tables import AlarmRow
from controller.context import Context
from controller.holdings.model import Item
from controller.holdings.store import list_seen_by_people
from controller.holdings.tagging import find_items
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import BoxMoved, BoxSeen, DoorMissed, DoorPassed, Event

Borrowers = Callable[[ReadSession, Sequence[str]], Mapping[str, str]]
"""Says who has which of some items on loan, by code; circulation's to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """Asks circulation whether items are lent."""

    boxes: Borrowers
    files: Borrowers

    def find(self, session: ReadSession, items: Iterable[Item]) -> set[Item]:
        """List those of some items that are lent."""
        wanted = list(items)
        boxes = self.boxes(session, [item.code for item in wanted if item.kind == "box"])
        files = self.files(session, [item.code for item in wanted if item.kind == "file"])
        return {item for item in wanted if item.code in (boxes if item.kind == "box" else files)}


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event], *, lent: Lent
) -> list[LiveChange]:
    """Raise what left by a door or is missed there; clear what is in the room again.

    What is lent, or was seen by a person since, raises nothing.
    """
    raising = [event for event in events if isinstance(event, DoorPassed | DoorMissed)]
    told = {e.epc for e in raising if isinstance(e, DoorMissed) or e.alarmed}
    bearers = find_items(session, told)
    settled = _Settled(
        free=lent.find(session, bearers.values()),
        seen_at=list_seen_by_people(session, bearers.values()) if bearers else {},
    )
    signals = _signals(agent, events, bearers, settled, _list_open(session, agent))
    return apply_signals(session, signals, now=context.clock.now())


def clear_settled(session: WriteSession, lent: Lent, *, now: datetime) -> list[LiveChange]:
    """Clear the alarms of what was lent since, or seen in the room by a person."""
    rows = session.exec(_open()).all()
    items = [item for row in rows if (item := _item(row)) is not None]
    settled = _Settled(free=lent.find(session, items), seen_at=list_seen_by_people(session, items))
    gone = [
        Clear(kind=row.kind, room=row.room, key=row.key)
        for row in rows
        if settled.ends(_item(row), row.since)
    ]
    return apply_signals(session, gone, now=now)


def has_open(session: ReadSession) -> bool:
    """Say whether an alarm of a door is open."""
    return session.exec(_open().limit(1)).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What people did about some items: lent them, or saw them and when."""

    free: set[Item]
    seen_at: Mapping[Item, datetime]

    def ends(self, item: Item | None, since: datetime) -> bool:
        """Say whether nobody has to look for an item that was at a door at a time."""
        if item is None:
            return False
        return item in self.free or self.seen_at.get(item, since) > since


def _open() -> SelectOfScalar[AlarmRow]:
    return select(AlarmRow).where(
        col(AlarmRow.kind).in_((DOOR_LEFT, DOOR_UNSURE)), col(AlarmRow.cleared_at).is_(None)
    )


def _list_open(session: ReadSession, room: str) -> dict[str, set[str]]:
    """List the tags with open alarms by kind: there are few, and most events speak of others."""
    found: dict[str, set[str]] = {DOOR_LEFT: set(), DOOR_UNSURE: set()}
    for row in session.exec(_open().where(AlarmRow.room == room)):
        found[row.kind].add(row.key)
    return found


def _signals(
    room: str,
    events: Sequence[Event],
    bearers: Mapping[str, Item],
    settled: _Settled,
    is_open: Mapping[str, set[str]],
) -> Iterator[Signal]:
    for event in events:
        match event:
            case DoorPassed(alarmed=True) | DoorMissed():
                item = bearers.get(event.epc)
                if settled.ends(item, event.last_at) or event.epc in is_open[DOOR_LEFT]:
                    continue
                kind = DOOR_LEFT if isinstance(event, DoorPassed) else DOOR_UNSURE
                if kind == DOOR_LEFT:
                    yield from _clear(room, event.epc, is_open)
                is_open[kind].add(event.epc)
                yield _raise(kind, room, event, item)
            case DoorPassed(direction="in") | BoxSeen() | BoxMoved():
                yield from _clear(room, event.epc, is_open)


def _raise(kind: str, room: str, event: DoorPassed | DoorMissed, item: Item | None) -> Raise:
    return Raise(
        kind=kind,
        room=room,
        key=event.epc,
        subject=f"{room}/{event.door}",
        since=event.last_at,
        params={
            "door": event.door,
            "epc": event.epc,
            "item_kind": None if item is None else item.kind,
            "item_code": None if item is None else item.code,
        },
    )


def _clear(room: str, epc: str, is_open: Mapping[str, set[str]]) -> Iterator[Clear]:
    for kind, epcs in is_open.items():
        if epc in epcs:
            epcs.discard(epc)
            yield Clear(kind=kind, room=room, key=epc)


def _item(row: AlarmRow) -> Item | None:
    code = row.params.get("item_code")
    if code is None:
        return None
    return Item(kind="file" if row.params.get("item_kind") == "file" else "box", code=code)
