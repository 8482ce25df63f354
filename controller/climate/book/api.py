"""Routes of the book: a month of it, a note by hand, signing."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from config.climate import ZoneId
from config.moments import Day, Moment
from config.room import Room, Words
from controller.climate.book import store
from controller.climate.book.model import By, Cell, CellState, Entry, Note, Slot
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room

MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"
_MOST_SIGNED = 62
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class NoteView(BaseModel):
    """What was written, by whom, when and why."""

    temperature_c: float | None
    humidity_pct: float | None
    by: By
    instrument: str
    read_at: AwareDatetime
    noted_by: str
    noted_at: AwareDatetime
    reason: str


class CellView(BaseModel):
    """One zone at one slot. A proposal is what the probes said; it counts once it is signed."""

    zone: str
    name: Words
    state: CellState
    temperature_c: float | None
    humidity_pct: float | None
    by: By | None
    instrument: str | None
    note: NoteView | None
    replaced: list[NoteView]


class EntryView(BaseModel):
    """One slot of a day."""

    slot: Slot
    due_at: AwareDatetime
    inside: list[CellView]
    outside: list[CellView]
    signed_by: str | None
    signed_at: AwareDatetime | None


class DayView(BaseModel):
    """One day of the book."""

    date: date
    entries: list[EntryView]


class BookView(BaseModel):
    """A month. The times are custom and unconfirmed unless the site's file names them."""

    month: str
    morning: str
    afternoon: str
    days: list[DayView]
    missed: int
    unsigned: int


class NoteShape(BaseModel):
    """What somebody read off an instrument, or a correction; the reason is kept with it."""

    model_config = ConfigDict(extra="forbid")

    date: Day
    slot: Slot
    zone: ZoneId
    temperature_c: Annotated[float, Field(ge=-40, le=85, allow_inf_nan=False)] | None = None
    humidity_pct: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    instrument: _Name
    read_at: Moment | None = None
    reason: Annotated[str, Field(min_length=2, max_length=500)]


class SlotShape(BaseModel):
    """A slot of a day."""

    model_config = ConfigDict(extra="forbid")

    date: Day
    slot: Slot


class SignShape(BaseModel):
    """Slots that somebody signs."""

    model_config = ConfigDict(extra="forbid")

    slots: Annotated[list[SlotShape], Field(min_length=1, max_length=_MOST_SIGNED)]


def routes(context: Context) -> APIRouter:
    """Offer the book."""
    router = APIRouter()
    _add_looking_route(router, context)
    _add_writing_routes(router, context)
    return router


def _add_looking_route(router: APIRouter, context: Context) -> None:
    @router.get("/rooms/{room}/climate/book", dependencies=[Depends(permit("climate.read"))])
    def read_book(room: str, month: Annotated[str, Query(pattern=MONTH)]) -> BookView:
        return _month(context, room, month)


def _add_writing_routes(router: APIRouter, context: Context) -> None:
    @router.put("/rooms/{room}/climate/book")
    def put_note(
        room: str, new: NoteShape, who: Annotated[SignedIn, Depends(permit("climate.sign"))]
    ) -> BookView:
        known = get_room(context.rooms, room)
        now = context.clock.now()
        _check(known, new, now)
        try:
            with context.records.write() as session:
                store.note(
                    context,
                    session,
                    known,
                    day=new.date,
                    slot=new.slot,
                    zone=new.zone,
                    temperature_c=new.temperature_c,
                    humidity_pct=new.humidity_pct,
                    by="hand",
                    instrument=new.instrument,
                    read_at=new.read_at or now,
                    noted_by=who.user_id,
                    reason=new.reason,
                )
        except store.CannotNote as why:
            raise Problem(409, f"climate.book_{why.code}") from why
        return _month(context, room, f"{new.date:%Y-%m}")

    @router.post("/rooms/{room}/climate/book/sign")
    def post_sign(
        room: str, wanted: SignShape, who: Annotated[SignedIn, Depends(permit("climate.sign"))]
    ) -> BookView:
        known = get_room(context.rooms, room)
        slots = [(each.date, each.slot) for each in wanted.slots]
        try:
            store.sign(context, known, slots, by=who.user_id)
        except store.CannotNote as why:
            raise Problem(409, f"climate.book_{why.code}") from why
        return _month(context, room, f"{slots[0][0]:%Y-%m}")


def _check(room: Room, new: NoteShape, now: datetime) -> None:
    if new.zone not in {each.zone for each in room.climate.all_zones()}:
        raise Problem(404, "climate.no_such_zone", {"zone": new.zone})
    if new.temperature_c is None and new.humidity_pct is None:
        raise Problem(422, "climate.book_empty_note")
    if new.read_at is not None and new.read_at > now:
        raise Problem(422, "climate.book_to_come")


def _month(context: Context, code: str, month: str) -> BookView:
    room = get_room(context.rooms, code)
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    entries = store.read_book(context, room, first, last)
    people = {each.signature.by for each in entries if each.signature}
    for entry in entries:
        for cell in (*entry.inside, *entry.outside):
            people |= {each.noted_by for each in (*cell.replaced, cell.note) if each}
    with context.records.read() as session:
        names = names_of(session, people)
    zones = {each.zone: each.name for each in room.climate.all_zones()}
    days: dict[date, list[EntryView]] = {}
    for entry in entries:
        days.setdefault(entry.day, []).append(_entry_view(entry, names, zones))
    now = context.clock.now()
    past = [entry for entry in entries if entry.due_at <= now]
    return BookView(
        month=month,
        morning=context.site.climate_book.morning,
        afternoon=context.site.climate_book.afternoon,
        days=[DayView(date=day, entries=several) for day, several in days.items()],
        missed=sum(all(cell.state == "missed" for cell in entry.inside) for entry in past),
        unsigned=sum(entry.signature is None for entry in past),
    )


def _entry_view(entry: Entry, names: Mapping[str, str], zones: Mapping[str, Words]) -> EntryView:
    signature = entry.signature
    return EntryView(
        slot=entry.slot,
        due_at=entry.due_at,
        inside=[_cell_view(cell, names, zones) for cell in entry.inside],
        outside=[_cell_view(cell, names, zones) for cell in entry.outside],
        signed_by=names.get(signature.by, signature.by) if signature else None,
        signed_at=signature.at if signature else None,
    )


def _cell_view(cell: Cell, names: Mapping[str, str], zones: Mapping[str, Words]) -> CellView:
    found = cell.note or cell.proposal
    proposed = ", ".join(cell.proposal.probes) if cell.proposal else None
    return CellView(
        zone=cell.zone,
        name=zones[cell.zone],
        state=cell.state,
        temperature_c=found.temperature_c if found else None,
        humidity_pct=found.humidity_pct if found else None,
        by=cell.note.by if cell.note else "probe" if cell.proposal else None,
        instrument=cell.note.instrument if cell.note else proposed,
        note=_note_view(cell.note, names) if cell.note else None,
        replaced=[_note_view(each, names) for each in cell.replaced],
    )


def _note_view(note: Note, names: Mapping[str, str]) -> NoteView:
    return NoteView(
        temperature_c=note.temperature_c,
        humidity_pct=note.humidity_pct,
        by=note.by,
        instrument=note.instrument,
        read_at=note.read_at,
        noted_by=names.get(note.noted_by, note.noted_by),
        noted_at=note.noted_at,
        reason=note.reason,
    )
