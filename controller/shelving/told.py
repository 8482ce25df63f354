"""Keeps what rooms tell of their steel: requests, halts, trips, programs, devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pydantic import JsonValue
from sqlmodel import col, select

from controller.audit import store as audit
from controller.context import Context
from controller.live import LiveChange
from controller.shelving.model import SteelStep
from controller.shelving.store import apply_request, subject_of
from controller.shelving.tables import DeviceStepRow, ProgramStepRow, SteelEventRow, TripRow
from controller.store.engine import WriteSession
from drivers.messages import (
    Actor,
    DeviceChanged,
    Event,
    ProgramChanged,
    RequestChanged,
    SteelHalted,
)

_STEPS: Mapping[str, SteelStep] = MappingProxyType(
    {
        "steel_halted": "halted",
        "steel_faulted": "faulted",
        "steel_reset": "reset",
        "steel_confirmed": "confirmed",
    }
)


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells about its steel; others' events are a bug."""
    changes: list[LiveChange] = []
    for event in events:
        match event:
            case RequestChanged():
                changes += apply_request(session, agent, event)
            case SteelHalted():
                changes += _apply_steel(session, agent, event)
            case ProgramChanged():
                _apply_program(session, agent, event)
            case DeviceChanged():
                _apply_device(session, agent, event)
            case _:
                raise TypeError(f"shelving does not take {event.kind}")
    return changes


def _apply_steel(session: WriteSession, agent: str, event: SteelHalted) -> list[LiveChange]:
    row = _steel_row(agent, event)
    session.add(row)
    session.flush()
    detail: dict[str, JsonValue] = {"segment": event.segment, "why": event.why}
    if event.trip_id is not None:
        detail |= {"trip": event.trip_id, "raw": event.raw}
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}" if event.actor is None else event.actor.id,
        action=event.kind.replace("_", "."),
        subject=subject_of(agent, event.bank),
        detail=detail,
    )
    return [_trip_change(trip) for trip in _move_trips(session, agent, event, row.id)]


def _steel_row(agent: str, event: SteelHalted) -> SteelEventRow:
    actor_id, actor_name = _columns(event.actor)
    return SteelEventRow(
        room=agent,
        bank=event.bank,
        segment=event.segment,
        step=_STEPS[event.kind],
        at=event.at,
        why=event.why,
        raw=event.raw,
        actor_id=actor_id,
        actor_name=actor_name,
        trip_id=event.trip_id,
    )


def _move_trips(
    session: WriteSession, agent: str, event: SteelHalted, row_id: int | None
) -> list[TripRow]:
    """Return the trips that this event begins or takes further."""
    trip = None if event.trip_id is None else session.get(TripRow, event.trip_id)
    if trip is not None and trip.room != agent:
        raise ValueError(f"trip {trip.id} belongs to another room than {agent}")
    match event.kind:
        case "steel_faulted" if event.trip_id is not None and trip is None:
            moved = [_begin_trip(session, agent, event.trip_id, event)]
        case "steel_reset" if trip is not None and trip.status == "open":
            trip.status = "reset"
            moved = [trip]
        case "steel_faulted" if trip is not None and trip.status == "reset":
            trip.status = "open"
            moved = [trip]
        case "steel_confirmed" if event.found_fit:
            moved = _confirm_trips(session, agent, event, row_id)
        case _:
            moved = []
    session.flush()
    return moved


def _begin_trip(session: WriteSession, agent: str, trip_id: str, event: SteelHalted) -> TripRow:
    trip = TripRow(
        id=trip_id,
        room=agent,
        bank=event.bank,
        segment=event.segment,
        code=event.why,
        raw=event.raw,
        at=event.at,
        status="open",
        request_id=event.request_id,
        said=dict(event.said),
    )
    session.add(trip)
    return trip


def _confirm_trips(
    session: WriteSession, agent: str, event: SteelHalted, row_id: int | None
) -> list[TripRow]:
    """Whoever found a segment fit found it fit after everything that had tripped there.

    What tripped before was told before, whatever the room's clock said at either moment.
    """
    query = (
        select(TripRow)
        .where(TripRow.room == agent, TripRow.bank == event.bank)
        .where(TripRow.segment == event.segment, col(TripRow.status) != "confirmed")
        .order_by(col(TripRow.at))
    )
    moved = list(session.exec(query))
    for trip in moved:
        trip.status, trip.confirmed_by = "confirmed", row_id
    return moved


def _apply_program(session: WriteSession, agent: str, event: ProgramChanged) -> None:
    program = event.program
    proposed_id, proposed_name = _columns(program.proposed_by)
    started_id, started_name = _columns(program.started_by)
    actor_id, actor_name = _columns(event.actor)
    session.add(
        ProgramStepRow(
            room=agent,
            program_id=program.id,
            program=program.program,
            status=program.status,
            at=event.at,
            proposed_by_id=proposed_id,
            proposed_by_name=proposed_name,
            started_by_id=started_id,
            started_by_name=started_name,
            warning_ends=program.warning_ends,
            why=program.why,
            actor_id=actor_id,
            actor_name=actor_name,
        )
    )
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}" if event.actor is None else event.actor.id,
        action=f"program.{program.status}",
        subject=f"{agent}/{program.program}",
        detail={"program": program.id, "why": program.why},
    )


def _apply_device(session: WriteSession, agent: str, event: DeviceChanged) -> None:
    status = event.kind.removeprefix("device_")
    session.add(
        DeviceStepRow(room=agent, device=event.device, status=status, at=event.at, why=event.why)
    )
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}",
        action=event.kind.replace("_", "."),
        subject=f"{agent}/{event.device}",
        detail={"why": event.why},
    )


def _trip_change(trip: TripRow) -> LiveChange:
    body = {
        "room": trip.room,
        "id": trip.id,
        "bank": trip.bank,
        "segment": trip.segment,
        "code": trip.code,
        "status": trip.status,
    }
    return LiveChange(kind="trip", key=trip.id, body=body)


def _columns(actor: Actor | None) -> tuple[str | None, str | None]:
    return (None, None) if actor is None else (actor.id, actor.name)
