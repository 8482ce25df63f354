"""Writes numbers into tags: gives one out, asks the room, and pairs it once the tag answers so.

What becomes of a write is settled once, by whoever knows first: the room's answer, its report, or
a reader that hears the tag. Only that the room read the number back overrules a failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol
from uuid import uuid4

from pydantic import Field, SecretStr
from sqlalchemy import or_, select
from sqlmodel import col

from config.readers import READERS
from config.room import Room
from controller.audit.store import append
from controller.context import Context
from controller.holdings.model import Item, NotHeld
from controller.holdings.shapes import Shape
from controller.holdings.tagging import TagInUse, find_bearer, list_spans_of_items
from controller.holdings.views import show_items
from controller.live import LiveChange
from controller.people.model import SignedIn
from controller.store.engine import WriteSession
from controller.tags import schemes, write_rules
from controller.tags.model import Refused
from controller.tags.shapes import Asked, EpcText, ItemRef
from controller.tags.store import new_number, pair_tag
from controller.tags.tables import TagWriteRow
from controller.tags.write_rules import Outcome
from drivers.messages import (
    NOT_LOCKED,
    Actor,
    BoxMoved,
    BoxSeen,
    Event,
    Identifier,
    Reply,
    TagRequest,
    TagWritten,
)

_TTL_S = 8.0
_BATCH = 400


class TagRequests(Protocol):
    """Asks a room about its tags and waits for the outcome."""

    async def ask(self, room: str, request: TagRequest) -> Reply | None: ...


class WriteAsked(Asked):
    """The tag in front of an antenna, as it answers now, and the item that is to bear it."""

    reader: Identifier
    antenna: Annotated[int, Field(ge=1, le=65535)]
    epc: EpcText
    item: ItemRef
    lock: bool = False


class WrittenView(Shape):
    """A tag that was written and answered with its new number when it was read back."""

    epc: str
    new_epc: str
    verified: bool
    locked: bool


class TagWriter:
    """Takes wishes to write tags to the room. `password` is the one the site's tags have."""

    def __init__(
        self, context: Context, requests: TagRequests, password: SecretStr | None = None
    ) -> None:
        self._context = context
        self._requests = requests
        self._password = None if password is None else int(password.get_secret_value(), 16)

    async def write(self, room: Room, body: WriteAsked, who: SignedIn) -> WrittenView:
        """Write a tag and pair it. Raises Refused, NotHeld or TagInUse; nothing is half done."""
        _require_antenna(room, body)
        if body.lock and not self._password:
            raise Refused("tags.no_password")
        row = await asyncio.to_thread(self.begin, room.room, body, who)
        request = await asyncio.to_thread(self._request, row)
        reply = await self._requests.ask(room.room, request)
        answered = write_rules.outcome_of(
            None if reply is None else reply.status, None if reply is None else reply.code
        )
        outcome = await asyncio.to_thread(self._settle, row.id, answered)
        if outcome.state == "done" and outcome.code not in (None, NOT_LOCKED):
            raise Refused("tags.not_paired", epc=row.epc, new_epc=row.new_epc, why=outcome.code)
        if outcome.state == "done":
            locked = row.locked and answered.code != NOT_LOCKED
            return WrittenView(epc=row.epc, new_epc=row.new_epc, verified=True, locked=locked)
        if outcome.state == "failed":
            raise Refused(f"tags.{outcome.code}", epc=row.epc)
        raise Refused("tags.outcome_unknown", epc=row.epc, new_epc=row.new_epc, why=outcome.code)

    def begin(self, room: str, body: WriteAsked, who: SignedIn) -> TagWriteRow:
        """Give out a number and write down that the room will be asked; blocks."""
        now, tagging = self._context.clock.now(), self._context.site.tagging
        epc, item = schemes.parse_epc(body.epc), body.item.item()
        with self._context.records.write() as session:
            if item not in show_items(session, [item]):
                raise NotHeld(item.code)
            owner = find_bearer(session, epc)
            if owner not in (None, item):
                raise TagInUse(epc, owner or item)
            _require_quiet(session, epc, now)
            row = TagWriteRow(
                id=uuid4().hex,
                room=room,
                reader=body.reader,
                antenna=body.antenna,
                epc=epc,
                new_epc=new_number(session, tagging),
                item_kind=item.kind,
                item_code=item.code,
                scheme=tagging.scheme,
                locked=body.lock,
                by=who.user_id,
                by_name=who.name[:60],
                asked_at=now,
                state="asked",
            )
            session.add(row)
            _audit(session, row, "tag.write_asked", by=row.by, at=now)
        return row

    def _request(self, row: TagWriteRow) -> TagRequest:
        """The password goes along where it is needed: to lock, and for a tag that we locked."""
        with self._context.records.read() as session:
            ours = session.execute(
                select(col(TagWriteRow.id)).where(
                    col(TagWriteRow.new_epc) == row.epc,
                    col(TagWriteRow.locked),
                    col(TagWriteRow.state) == "done",
                )
            ).first()
        return TagRequest(
            id=row.id,
            kind="write_tag",
            reader=row.reader,
            antenna=row.antenna,
            epc=row.epc,
            new_epc=row.new_epc,
            lock=row.locked,
            password=self._password if row.locked or ours else None,
            actor=Actor(id=row.by, name=row.by_name),
            ttl_s=_TTL_S,
        )

    def _settle(self, write_id: str, outcome: Outcome) -> Outcome:
        with self._context.records.write() as session:
            row = session.get_one(TagWriteRow, write_id)
            changes = settle(session, self._context, row, outcome, at=self._context.clock.now())
            settled = Outcome(_state(row), row.code)
        self._context.hub.publish(*changes)
        return settled


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Settle writes by what a room reports and hears. Comes before the holdings."""
    heard = [event for event in events if isinstance(event, BoxSeen | BoxMoved)]
    changes: list[LiveChange] = []
    for event in events:
        if isinstance(event, TagWritten):
            row = session.get(TagWriteRow, event.request_id)
            if row is None:
                _audit_stray(session, agent, event)
            else:
                changes += settle(session, context, row, Outcome("done"), at=event.at)
    open_writes = _open_writes(session, {event.epc for event in heard})
    for event in heard if open_writes else ():
        for row in open_writes:
            if event.epc not in (row.epc, row.new_epc):
                continue
            outcome = write_rules.outcome_heard(
                new=event.epc == row.new_epc, asked_at=row.asked_at, heard_at=event.at
            )
            if outcome is not None:
                changes += settle(session, context, row, outcome, at=event.at)
    return changes


def settle(
    session: WriteSession, context: Context, row: TagWriteRow, outcome: Outcome, *, at: datetime
) -> list[LiveChange]:
    """Write down what became of a write, once; a number that is in the tag comes to its item."""
    if not write_rules.is_news(_state(row), outcome):
        return []
    row.state, row.code = outcome.state, outcome.code
    if outcome.state == "unknown":
        _audit(session, row, "tag.write_unknown", by=row.by, at=at, outcome="failed")
        return []
    row.settled_at = at
    row.locked = row.locked and outcome.code != NOT_LOCKED
    if outcome.state == "failed":
        _audit(session, row, "tag.write_failed", by=row.by, at=at, outcome="failed")
        return []
    item = Item(kind="box" if row.item_kind == "box" else "file", code=row.item_code)
    if _has_newer_tag(session, item, row):
        row.code = "has_newer_tag"
        _audit(session, row, "tag.write_unpaired", by=row.by, at=at, outcome="failed")
        return []
    try:
        _, changes = pair_tag(
            session, context.site.tagging, item, row.new_epc, by=row.by, at=at, cause="written"
        )
    except (NotHeld, TagInUse) as error:
        row.code = type(error).__name__
        _audit(session, row, "tag.write_unpaired", by=row.by, at=at, outcome="failed")
        return []
    return changes


def _has_newer_tag(session: WriteSession, item: Item, row: TagWriteRow) -> bool:
    """Say whether an item got another tag since; who waits for no answer takes the next tag."""
    newest = next(iter(list_spans_of_items(session, [item])), None)
    return newest is not None and newest.since > row.asked_at and newest.epc != row.new_epc


def _open_writes(session: WriteSession, epcs: set[str]) -> list[TagWriteRow]:
    wanted = sorted(epcs)
    found: dict[str, TagWriteRow] = {}
    for begin in range(0, len(wanted), _BATCH):
        some = wanted[begin : begin + _BATCH]
        query = select(TagWriteRow).where(
            or_(col(TagWriteRow.epc).in_(some), col(TagWriteRow.new_epc).in_(some)),
            col(TagWriteRow.state).in_(write_rules.OPEN),
        )
        found |= {row.id: row for row in session.execute(query).scalars()}
    return list(found.values())


def _require_antenna(room: Room, body: WriteAsked) -> None:
    antennas = {
        (device.id, antenna.antenna)
        for device in room.devices
        if isinstance(device, READERS)
        for antenna in device.antennas
    }
    if (body.reader, body.antenna) not in antennas:
        raise Refused("tags.no_such_antenna", reader=body.reader, antenna=body.antenna)


def _require_quiet(session: WriteSession, epc: str, now: datetime) -> None:
    """One write of a tag at a time."""
    since = now - write_rules.UNDER_WAY
    query = select(col(TagWriteRow.id)).where(
        col(TagWriteRow.epc) == epc,
        col(TagWriteRow.state) == "asked",
        col(TagWriteRow.asked_at) > since,
    )
    if session.execute(query).first() is not None:
        raise Refused("tags.write_under_way", epc=epc)


def _state(row: TagWriteRow) -> write_rules.State:
    match row.state:
        case "asked" | "done" | "failed" | "unknown":
            return row.state
        case _:
            raise LookupError(f"the write {row.id} is {row.state!r}, which is no state")


def _audit(
    session: WriteSession,
    row: TagWriteRow,
    action: str,
    *,
    by: str,
    at: datetime,
    outcome: str = "done",
) -> None:
    append(
        session,
        at=at,
        actor=by,
        action=action,
        subject=row.item_code,
        outcome=outcome,
        detail={
            "kind": row.item_kind,
            "room": row.room,
            "reader": row.reader,
            "epc": row.epc,
            "new_epc": row.new_epc,
            "code": row.code,
            "write": row.id,
        },
    )


def _audit_stray(session: WriteSession, agent: str, event: TagWritten) -> None:
    """A restored database may not know what it asked for."""
    append(
        session,
        at=event.at,
        actor=event.actor.id,
        action="tag.written",
        subject=f"{agent}/{event.reader}",
        detail={"epc": event.epc, "new_epc": event.new_epc, "write": event.request_id},
    )
