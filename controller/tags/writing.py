"""Writes numbers into tags: gives one out, asks the room, and says what came of it.

Not responsible for what becomes of a write in the end: settling.py pairs it or not.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from pydantic import Field, SecretStr
from sqlalchemy import select
from sqlmodel import col

from config.readers import READERS
from config.room import Room
from controller.context import Context
from controller.holdings.model import NotHeld
from controller.holdings.shapes import Shape
from controller.holdings.tagging import TagInUse, find_bearer
from controller.holdings.views import show_bearers
from controller.people.model import SignedIn
from controller.store.engine import WriteSession
from controller.tags import schemes, write_rules
from controller.tags.asking import TagRequests
from controller.tags.model import Refused
from controller.tags.settling import put_on_record, settle, state_of
from controller.tags.shapes import Asked, EpcText, ItemRef
from controller.tags.store import number_for, scheme_for
from controller.tags.tables import TagWriteRow
from controller.tags.write_rules import Outcome
from drivers.messages import NOT_LOCKED, Actor, Identifier, TagRequest

_TTL_S = 8.0


class WriteAsked(Asked):
    """The tag in front of an antenna, as it answers now, and what is to bear it."""

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

    @property
    def can_lock(self) -> bool:
        """Say whether the site has a password to lock tags with."""
        return bool(self._password)

    async def write(self, room: Room, body: WriteAsked, who: SignedIn) -> WrittenView:
        """Write a tag and pair it. Raises Refused, NotHeld or TagInUse; nothing is half done."""
        _require_antenna(room, body)
        if body.lock and not self.can_lock:
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
            if item not in show_bearers(session, [item]):
                raise NotHeld(item.code)
            owner = find_bearer(session, epc)
            if owner not in (None, item):
                raise TagInUse(epc, owner or item)
            _require_quiet(session, epc, now)
            new_epc = number_for(session, tagging, item)
            if new_epc == epc:
                raise Refused("tags.bears_it", epc=epc)
            row = TagWriteRow(
                id=uuid4().hex,
                room=room,
                reader=body.reader,
                antenna=body.antenna,
                epc=epc,
                new_epc=new_epc,
                item_kind=item.kind,
                item_code=item.code,
                scheme=scheme_for(tagging, item),
                locked=body.lock,
                by=who.user_id,
                by_name=who.name[:60],
                asked_at=now,
                state="asked",
            )
            session.add(row)
            put_on_record(session, row, "tag.write_asked", by=row.by, at=now)
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
            settled = Outcome(state_of(row), row.code)
        self._context.hub.publish(*changes)
        return settled


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
