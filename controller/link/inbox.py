"""Takes what rooms tell into the records: each event once, in order, with its effect.

One transaction holds how far an outbox is stored, what its events change and what the audit ledger
says of it. What cannot be read or applied is set aside as it came, so that it blocks nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlmodel import col, func, select

from controller.audit import store as audit
from controller.context import Context
from controller.link.batches import Batch, Item, read_batch, storable, write_raw
from controller.link.tables import InboxRow, QuarantinedEventRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import EVENT, Ack, Event

_log = logging.getLogger(__name__)
_MOST_RAW = 100_000
TRANSIENT = (OperationalError, TimeoutError, OSError)

ApplyMany = Callable[[WriteSession, Context, str, Sequence[Event]], list[LiveChange]]
"""Does what events mean, in the caller's transaction: (session, context, agent, events)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What to tell the room, and what to tell the pages, after the commit."""

    ack: Ack | None
    changes: tuple[LiveChange, ...] = ()


@dataclass(slots=True)
class _Take:
    """One batch on its way in."""

    session: WriteSession
    agent: str
    outbox: str
    changes: list[LiveChange] = field(default_factory=list)


class Inbox:
    """Stores batches of events. Blocking: call it in a thread."""

    def __init__(self, context: Context, effects: Mapping[str, ApplyMany]) -> None:
        self._context = context
        self._effects = effects

    def take(self, agent: str, payload: bytes) -> Taken:
        """Store a batch; raise if the database is away, and then nothing is stored or acked."""
        try:
            batch = read_batch(payload)
        except ValidationError as error:
            return Taken(None, self.set_aside(agent, payload, _why(error)))
        with self._context.records.write() as session:
            take = _Take(session, agent, batch.outbox)
            stored = self._store(take, batch)
        return Taken(Ack(outbox=batch.outbox, seq=stored), tuple(take.changes))

    def set_aside(self, agent: str, payload: bytes, why: str) -> tuple[LiveChange, ...]:
        """Keep a whole message as it came, once, and say so in the audit ledger."""
        raw = storable(payload.decode(errors="backslashreplace"))
        with self._context.records.write() as session:
            if self._quarantine(session, agent, "", None, why, raw):
                take = _Take(session, agent, "")
                detail = {"why": storable(why)[:300]}
                self._audit(take, "batch.quarantined", detail, outcome="failed")
        return (_quarantined(agent),)

    def list_acks(self) -> list[tuple[str, Ack]]:
        """List how far the latest outbox of each agent is stored, to greet them with."""
        with self._context.records.read() as session:
            rows = session.exec(select(InboxRow).order_by(col(InboxRow.last_at)))
            latest = {row.agent: Ack(outbox=row.outbox, seq=row.stored_seq) for row in rows}
        return list(latest.items())

    def _store(self, take: _Take, batch: Batch) -> int:
        row = self._inbox_row(take)
        fresh = sorted((i for i in batch.events if i.seq > row.stored_seq), key=lambda i: i.seq)
        oldest = min(batch.oldest, fresh[0].seq) if fresh else 1
        if oldest > row.stored_seq + 1:
            self._tell_missing(take, row.stored_seq + 1, oldest - 1)
            row.stored_seq = oldest - 1
        expected = count(row.stored_seq + 1)
        run = [item for item, seq in zip(fresh, expected, strict=False) if item.seq == seq]
        if run:
            self._apply(take, run)
            row.stored_seq = run[-1].seq
            row.last_at = self._context.clock.now()
        return row.stored_seq

    def _inbox_row(self, take: _Take) -> InboxRow:
        key = (take.agent, take.outbox)
        row = take.session.get(InboxRow, key, with_for_update=True)
        if row is not None:
            return row
        now = self._context.clock.now()
        row = InboxRow(
            agent=take.agent, outbox=take.outbox, stored_seq=0, first_at=now, last_at=now
        )
        take.session.add(row)
        self._audit(take, "outbox.first_heard", {"outbox": take.outbox})
        return row

    def _tell_missing(self, take: _Take, first: int, last: int) -> None:
        _log.error(
            "%s: events %d to %d of outbox %s never came here and are gone",
            take.agent,
            first,
            last,
            take.outbox,
        )
        detail = {"outbox": take.outbox, "first": first, "last": last}
        self._audit(take, "events.missing", detail, outcome="failed")

    def _apply(self, take: _Take, run: Sequence[Item]) -> None:
        readable: list[tuple[Item, Event]] = []
        for item in run:
            try:
                event = EVENT.validate_python(item.body)
            except ValidationError as error:
                self._set_aside(take, item, _why(error))
            else:
                readable.append((item, event))
        try:
            with take.session.begin_nested():
                changes = self._effect(take, [event for _, event in readable])
        except TRANSIENT:
            raise
        except Exception as error:
            _log.warning("%s: a batch could not be applied whole: %s", take.agent, error)
            for item, event in readable:
                self._apply_alone(take, item, event)
        else:
            take.changes.extend(changes)

    def _apply_alone(self, take: _Take, item: Item, event: Event) -> None:
        try:
            with take.session.begin_nested():
                changes = self._effect(take, [event])
        except TRANSIENT:
            raise
        except Exception as error:
            self._set_aside(take, item, f"{type(error).__name__}: {error}")
        else:
            take.changes.extend(changes)

    def _effect(self, take: _Take, events: Sequence[Event]) -> list[LiveChange]:
        changes: list[LiveChange] = []
        for apply_many, group in groupby(events, key=lambda event: self._effects[event.kind]):
            changes += apply_many(take.session, self._context, take.agent, tuple(group))
        take.session.flush()
        return changes

    def _set_aside(self, take: _Take, item: Item, why: str) -> None:
        raw = write_raw(item.body)
        if self._quarantine(take.session, take.agent, take.outbox, item.seq, why, raw):
            detail = {"outbox": take.outbox, "seq": item.seq, "why": storable(why)[:300]}
            self._audit(take, "event.quarantined", detail, outcome="failed")
        take.changes.append(_quarantined(take.agent))

    def _quarantine(
        self, session: WriteSession, agent: str, outbox: str, seq: int | None, why: str, raw: str
    ) -> bool:
        """Keep what came; `False` if the very same is kept already."""
        digest = hashlib.sha256(f"{agent}\n{outbox}\n{seq}\n{raw}".encode()).hexdigest()
        if session.get(QuarantinedEventRow, digest) is not None:
            return False
        _log.error("%s: event %s of outbox %s is set aside: %s", agent, seq, outbox, why)
        session.add(
            QuarantinedEventRow(
                digest=digest,
                agent=agent,
                outbox=outbox,
                seq=seq,
                at=self._context.clock.now(),
                why=storable(why)[:1000],
                raw=raw[:_MOST_RAW],
            )
        )
        return True

    def _audit(
        self, take: _Take, action: str, detail: Mapping[str, Any], *, outcome: str = "done"
    ) -> None:
        audit.append(
            take.session,
            at=self._context.clock.now(),
            actor=f"agent:{take.agent}",
            action=action,
            subject=take.agent,
            outcome=outcome,
            detail=detail,
        )


def count_quarantined(session: ReadSession, agent: str) -> int:
    """Count what a room sent that was set aside."""
    query = select(func.count()).where(QuarantinedEventRow.agent == agent)
    return session.exec(query).one()


def _quarantined(agent: str) -> LiveChange:
    return LiveChange(kind="link", key=agent, body={"room": agent, "quarantined": True})


def _why(error: ValidationError) -> str:
    """Name the fields that are wrong, without their values."""
    problems = error.errors(include_url=False, include_input=False)
    places = (".".join(map(str, problem["loc"])) or "message" for problem in problems)
    return "; ".join(f"{place}: {p['msg']}" for place, p in zip(places, problems, strict=True))
