"""The alarm of a box or file that left without being lent: what raises it and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from controller.alarms.model import Clear, Raise, Signal
from controller.alarms.rules import DOOR_LEFT
from controller.alarms.store import apply_signals
from controller.alarms.tables import AlarmRow
from controller.context import Context
from controller.holdings.model import Item
from controller.holdings.tagging import find_bearers
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import BoxMoved, BoxSeen, DoorPassed, Event

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
    """Raise what left by a door; clear what is in the room again. What is lent raises nothing."""
    left = {event.epc for event in events if isinstance(event, DoorPassed) and event.alarmed}
    bearers = find_bearers(session, left)
    free = lent.find(session, bearers.values())
    signals = _signals(agent, events, bearers, free, _list_open(session, agent))
    return apply_signals(session, signals, now=context.clock.now())


def clear_lent(session: WriteSession, lent: Lent, *, now: datetime) -> list[LiveChange]:
    """Clear the alarms of what was lent since."""
    query = select(AlarmRow).where(AlarmRow.kind == DOOR_LEFT, col(AlarmRow.cleared_at).is_(None))
    rows = [(row, _item(row)) for row in session.exec(query).all()]
    free = lent.find(session, (item for _, item in rows if item is not None))
    gone = [Clear(kind=DOOR_LEFT, room=row.room, key=row.key) for row, item in rows if item in free]
    return apply_signals(session, gone, now=now)


def _list_open(session: ReadSession, room: str) -> set[str]:
    """List the tags with an open alarm: there are few, and most events speak of others."""
    query = select(AlarmRow.key).where(
        AlarmRow.kind == DOOR_LEFT, AlarmRow.room == room, col(AlarmRow.cleared_at).is_(None)
    )
    return set(session.exec(query))


def _signals(
    room: str,
    events: Sequence[Event],
    bearers: Mapping[str, Item],
    free: set[Item],
    is_open: set[str],
) -> Iterator[Signal]:
    for event in events:
        match event:
            case DoorPassed(alarmed=True) if (item := bearers.get(event.epc)) not in free:
                is_open.add(event.epc)
                yield Raise(
                    kind=DOOR_LEFT,
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
            case DoorPassed(direction="in") | BoxSeen() | BoxMoved() if event.epc in is_open:
                is_open.discard(event.epc)
                yield Clear(kind=DOOR_LEFT, room=room, key=event.epc)


def _item(row: AlarmRow) -> Item | None:
    code = row.params.get("item_code")
    if code is None:
        return None
    return Item(kind="file" if row.params.get("item_kind") == "file" else "box", code=code)
