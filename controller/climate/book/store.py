"""Reads a month of the book, notes and corrects, signs. Signed slots never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from sqlmodel import col, select

from config.room import Room
from controller.audit.store import append
from controller.climate.book.model import (
    SLOTS,
    By,
    Cell,
    Entry,
    Note,
    Proposal,
    Signature,
    Slot,
)
from controller.climate.book.proposing import probes_by_zone, propose
from controller.climate.book.tables import BookNoteRow, BookSignatureRow
from controller.context import Context
from controller.store.engine import ReadSession, WriteSession


class CannotNote(Exception):
    """The book refuses; `code` says why: signed, to_come, nothing_to_sign."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_book(context: Context, room: Room, first: date, last: date) -> list[Entry]:
    """Read the slots of some days, both included, with what is proposed where nobody wrote."""
    with context.records.read() as session:
        notes = _notes(session, room.room, first, last)
        signatures = _signatures(session, room.room, first, last)
    due = {(day, slot): due_at(context, day, slot) for day in _days(first, last) for slot in SLOTS}
    proposals = _proposals(context, room, due.values())
    return [
        _entry(context, room, day, slot, at, notes, signatures, proposals)
        for (day, slot), at in due.items()
    ]


def due_at(context: Context, day: date, slot: Slot) -> datetime:
    """Say when a slot is due."""
    return datetime.combine(day, context.site.climate_book.at(slot), context.site.zone())


def note(
    context: Context,
    session: WriteSession,
    room: Room,
    *,
    day: date,
    slot: Slot,
    zone: str,
    temperature_c: float | None,
    humidity_pct: float | None,
    by: By,
    instrument: str,
    read_at: datetime,
    noted_by: str,
    reason: str,
) -> None:
    """Write down what one zone had; what stood there stays readable. Raises CannotNote."""
    now = context.clock.now()
    if due_at(context, day, slot) > now:
        raise CannotNote("to_come")
    if (day, slot) in _signatures(session, room.room, day, day):
        raise CannotNote("signed")
    before = _notes(session, room.room, day, day).get((day, slot, zone), [])
    session.add(
        BookNoteRow(
            room=room.room,
            day=day,
            slot=slot,
            zone=zone,
            temperature_c=temperature_c,
            humidity_pct=humidity_pct,
            by=by,
            instrument=instrument,
            read_at=read_at,
            noted_by=noted_by,
            noted_at=now,
            reason=reason,
        )
    )
    append(
        session,
        at=now,
        actor=noted_by,
        action="climate.book_corrected" if before else "climate.book_noted",
        subject=f"{room.room}/{zone}",
        detail={
            "day": day.isoformat(),
            "slot": slot,
            "temperature_c": temperature_c,
            "humidity_pct": humidity_pct,
            "by": by,
            "instrument": instrument,
            "reason": reason,
        },
    )


def sign(context: Context, room: Room, days: Sequence[tuple[date, Slot]], *, by: str) -> int:
    """Sign slots: what was proposed is written down as it is, and nothing changes any more.

    Returns how many were signed now; those that were signed before stay as they are. Raises
    CannotNote for a slot to come, and for one of which nothing is known inside.
    """
    entries = {
        (entry.day, entry.slot): entry
        for day in dict.fromkeys(day for day, _ in days)
        for entry in read_book(context, room, day, day)
    }
    now = context.clock.now()
    with context.records.write() as session:
        asked = [entries[key] for key in dict.fromkeys(days)]
        return sum(_sign_one(session, room.room, entry, by, now) for entry in asked)


def _sign_one(session: WriteSession, room: str, entry: Entry, by: str, now: datetime) -> bool:
    """Sign a slot; `False` if it is signed. A note made since the entry was read stands."""
    day, slot = entry.day, entry.slot
    if (day, slot) in _signatures(session, room, day, day):
        return False
    if entry.due_at > now:
        raise CannotNote("to_come")
    noted = {zone for at, of, zone in _notes(session, room, day, day) if (at, of) == (day, slot)}
    if not any(cell.zone in noted or cell.proposal for cell in entry.inside):
        raise CannotNote("nothing_to_sign")
    for cell in (*entry.inside, *entry.outside):
        if cell.zone not in noted and cell.proposal is not None:
            session.add(_proposed_row(room, entry, cell.zone, cell.proposal, by, now))
    session.add(BookSignatureRow(room=room, day=day, slot=slot, by=by, at=now))
    append(
        session,
        at=now,
        actor=by,
        action="climate.book_signed",
        subject=room,
        detail={"day": day.isoformat(), "slot": slot},
    )
    session.flush()
    return True


_Notes = dict[tuple[date, str, str], list[Note]]
_Signatures = dict[tuple[date, str], Signature]


def _entry(
    context: Context,
    room: Room,
    day: date,
    slot: Slot,
    at: datetime,
    notes: _Notes,
    signatures: _Signatures,
    proposals: dict[tuple[str, datetime], Proposal],
) -> Entry:
    signature = signatures.get((day, slot))

    def cell(zone: str) -> Cell:
        written = notes.get((day, slot, zone), [])
        proposal = proposals.get((zone, at))
        if written:
            return Cell(zone=zone, state="noted", note=written[-1], replaced=tuple(written[:-1]))
        if signature is None and proposal is not None:
            return Cell(zone=zone, state="proposed", proposal=proposal)
        return Cell(zone=zone, state="to_come" if at > context.clock.now() else "missed")

    zones = room.climate.all_zones()
    return Entry(
        day=day,
        slot=slot,
        due_at=at,
        inside=tuple(cell(each.zone) for each in zones if each.kind != "outside"),
        outside=tuple(cell(each.zone) for each in zones if each.kind == "outside"),
        signature=signature,
    )


def _proposals(
    context: Context, room: Room, moments: Iterable[datetime]
) -> dict[tuple[str, datetime], Proposal]:
    now = context.clock.now()
    past = sorted(moment for moment in moments if moment <= now)
    found = {}
    with context.telemetry.read() as session:
        for zone, probes in probes_by_zone(room).items():
            for moment, proposal in propose(session, room.room, probes, past).items():
                found[zone, moment] = proposal
    return found


def _proposed_row(
    room: str, entry: Entry, zone: str, proposal: Proposal, by: str, now: datetime
) -> BookNoteRow:
    return BookNoteRow(
        room=room,
        day=entry.day,
        slot=entry.slot,
        zone=zone,
        temperature_c=proposal.temperature_c,
        humidity_pct=proposal.humidity_pct,
        by="probe",
        instrument=", ".join(proposal.probes),
        read_at=proposal.read_at,
        noted_by=by,
        noted_at=now,
    )


def _notes(session: ReadSession, room: str, first: date, last: date) -> _Notes:
    query = (
        select(BookNoteRow)
        .where(BookNoteRow.room == room, col(BookNoteRow.day).between(first, last))
        .order_by(col(BookNoteRow.id))
    )
    found: _Notes = {}
    for row in session.exec(query).all():
        found.setdefault((row.day, row.slot, row.zone), []).append(_note(row))
    return found


def _note(row: BookNoteRow) -> Note:
    assert row.id is not None
    return Note(
        id=row.id,
        day=row.day,
        slot=cast(Slot, row.slot),
        zone=row.zone,
        temperature_c=row.temperature_c,
        humidity_pct=row.humidity_pct,
        by=cast(By, row.by),
        instrument=row.instrument,
        read_at=row.read_at,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
        reason=row.reason,
    )


def _signatures(session: ReadSession, room: str, first: date, last: date) -> _Signatures:
    query = select(BookSignatureRow).where(
        BookSignatureRow.room == room, col(BookSignatureRow.day).between(first, last)
    )
    return {
        (row.day, row.slot): Signature(day=row.day, slot=cast(Slot, row.slot), by=row.by, at=row.at)
        for row in session.exec(query).all()
    }


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
