"""The snapshot of a bank: what the room knows, with ages, for whoever looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from drivers import messages
from drivers.messages import BankState, ColumnState, Interlock, SegmentState, TripState
from drivers.readings import ColumnReading, SegmentReading
from drivers.room.freshness import (
    COLUMNS_STALE_S,
    INTERLOCKS_STALE_S,
    Freshness,
    Source,
    Sources,
)
from drivers.room.motion import (
    Faulted,
    Finding,
    Halted,
    Hold,
    Moving,
    Open,
    Phase,
    Segment,
    Unknown,
    Ventilating,
    list_checks,
)
from drivers.room.motion.abilities import starts_from_afar
from drivers.room.motion.commissioning import is_commissioned
from drivers.room.motion.cover import OF_SEGMENT

_TIMED = {"since", "until"}
_WITH_TIME: Any = {
    "version": True,
    "at": True,
    "age_ms": True,
    "cycle_s": True,
    "lock_outs": {"__all__": _TIMED},
    "columns": {"__all__": {"age_ms", "quality"}},
    "segments": {
        "__all__": {
            "remaining_s": True,
            "hold": _TIMED,
            "holds": {"__all__": _TIMED},
            "own_lock": _TIMED,
            "armed": _TIMED,
            "trip": _TIMED,
        }
    },
}
PhaseName = Literal["unknown", "open", "moving", "ventilating", "halted", "faulted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The same instant on both clocks."""

    at: datetime
    at_s: float

    def when(self, at_s: float) -> datetime:
        """Tell the wall time of another instant of the monotonic clock."""
        return self.at - timedelta(seconds=self.at_s - at_s)

    def tell(self, at: datetime) -> float:
        """Tell another instant of the wall clock on the monotonic clock."""
        return self.at_s - (self.at - at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How long a full round of readings took on the bank's wire, and takes at least."""

    cycle_s: float | None = None
    budget_s: float | None = None


def draw_bank(
    *,
    device: str,
    bank: int,
    boot_id: str,
    version: int,
    why_offline: str | None,
    segments: Mapping[int, Segment],
    columns: tuple[ColumnReading, ...],
    sources: Sources,
    now: Moment,
    wire: Round,
    simulated: bool = False,
) -> BankState:
    """Draw a bank as the room sees it at this moment.

    `simulated`: its record says so, where its controller has no word for it.
    """
    placed = sources.columns.judge(now.at_s, stale_after_s=_columns_stale_s(wire))
    readings = [segment.bank for segment in segments.values() if segment.bank is not None]
    simulated = simulated or any(reading.simulated for reading in readings)
    first = segments[min(segments)]
    limits = first.limits
    is_remote = limits.remote_start and starts_from_afar(limits)
    return BankState(
        device=device,
        bank=bank,
        boot_id=boot_id,
        version=version,
        age_ms=_age_ms(segments, sources.columns.at_s, now),
        at=now.at,
        online=why_offline is None,
        why_offline=why_offline,
        simulated=simulated,
        segments=tuple(
            _draw_segment(number, segments[number], sources, now) for number in sorted(segments)
        ),
        columns=tuple(_draw_column(reading, placed) for reading in columns),
        lock_outs=_draw_lock_outs(segments, now),
        guarantee=limits.guarantee.value,
        orders=(*sorted(limits.orders), *(["stop"] if limits.stops else [])),
        commissioned=is_commissioned(first),
        start="remote" if is_remote else "at_bank",
        cycle_s=wire.cycle_s,
        cycle_budget_s=wire.budget_s,
    )


def essence(state: BankState) -> dict[str, Any]:
    """Leave out of a snapshot what changes with time alone."""
    body = state.model_dump(exclude=_WITH_TIME)
    for segment in body["segments"]:
        for interlock in segment["interlocks"]:
            del interlock["age_ms"], interlock["quality"]
    return body


def _draw_column(reading: ColumnReading, placed: Freshness) -> ColumnState:
    return ColumnState(
        column=reading.column,
        position_mm=reading.position_mm,
        travel=reading.travel,
        trip=reading.trip.code if reading.trip is not None else None,
        age_ms=placed.age_ms,
        quality=placed.quality,
    )


def _draw_lock_outs(segments: Mapping[int, Segment], now: Moment) -> tuple[messages.LockOut, ...]:
    return tuple(
        messages.LockOut(
            column=each.column,
            actor=each.actor,
            since=now.when(each.since_s),
            reason=each.reason,
        )
        for number in sorted(segments)
        for each in segments[number].lock_outs
    )


def _age_ms(segments: Mapping[int, Segment], columns_at_s: float | None, now: Moment) -> int:
    taken = [now.at_s if columns_at_s is None else columns_at_s]
    for segment in segments.values():
        taken += [reading.at_s for reading in (segment.bank, segment.steel) if reading is not None]
    return max(0, round((now.at_s - min(taken)) * 1000))


def _draw_segment(number: int, segment: Segment, sources: Sources, now: Moment) -> SegmentState:
    steel = segment.steel
    name, aisle, target, why = _describe(segment.phase)
    aisles = segment.phase.aisles if isinstance(segment.phase, Open) else ()
    holds = tuple(_draw_hold(hold, now) for hold in segment.holds)
    return SegmentState(
        segment=number,
        phase=name,
        mode=segment.mode,
        aisle=aisle,
        aisles=tuple(sorted(aisles)),
        target=target,
        remaining_s=steel.remaining_s if steel is not None and name == "moving" else 0.0,
        why=why,
        hold=next(iter(holds), None),
        holds=holds,
        lock="unknown" if steel is None else steel.lock.value,
        own_lock=_draw_lock(segment, now),
        sleep=_draw_sleep(steel),
        armed=_draw_armed(segment, now),
        trip=_draw_trip(segment.phase, now),
        hindrance=_draw_hindrance(segment),
        request_id=_under_way(segment),
        interlocks=_draw_interlocks(number, segment, sources, now),
    )


def _draw_sleep(steel: SegmentReading | None) -> Literal["awake", "asleep", "unknown"] | None:
    if steel is None:
        return "unknown"
    return None if steel.sleep is None else steel.sleep.value


def _draw_hindrance(segment: Segment) -> messages.Hindrance | None:
    found = None if segment.steel is None else segment.steel.hindrance
    return None if found is None else messages.Hindrance(code=found.code, raw=found.raw)


def _under_way(segment: Segment) -> str | None:
    """Name the request that is being carried out, or about to be."""
    if segment.drive is not None:
        return segment.drive.asked.request_id
    if segment.pending is not None:
        return segment.pending.request_id
    return None if segment.setting is None else segment.setting.request_id


def _describe(phase: Phase) -> tuple[PhaseName, int | None, int | None, str | None]:
    match phase:
        case Open(aisles):
            return "open", min(aisles, default=None), None, None
        case Moving(from_, to):
            return "moving", from_, to, None
        case Ventilating():
            return "ventilating", None, None, None
        case Halted(why):
            return "halted", None, None, why
        case Faulted(why=why):
            return "faulted", None, None, why
        case Unknown(why):
            return "unknown", None, None, why


def _draw_hold(hold: Hold, now: Moment) -> messages.Hold:
    return messages.Hold(
        aisle=hold.aisle,
        actor=hold.actor,
        since=now.when(hold.since_s),
        offered_to=hold.offered_to,
    )


def _draw_lock(segment: Segment, now: Moment) -> messages.OwnLock | None:
    lock = segment.own_lock
    if lock is None:
        return None
    return messages.OwnLock(actor=lock.actor, since=now.when(lock.since_s))


def _draw_armed(segment: Segment, now: Moment) -> messages.Armed | None:
    armed = segment.armed
    if armed is None:
        return None
    return messages.Armed(
        request_id=armed.asked.request_id,
        verb=armed.asked.verb,
        aisle=armed.asked.aisle,
        actor=armed.asked.actor,
        until=now.when(armed.until_s),
    )


def _draw_trip(phase: Phase, now: Moment) -> TripState | None:
    if not isinstance(phase, Faulted) or not phase.trip_id:
        return None
    return TripState(
        id=phase.trip_id,
        code=phase.why,
        raw=phase.raw,
        since=now.when(phase.since_s),
        needs=phase.needs,
    )


def _draw_interlocks(
    number: int, segment: Segment, sources: Sources, now: Moment
) -> tuple[Interlock, ...]:
    drawn = []
    for finding in list_checks(segment, now.at_s):
        fresh = _interlock_freshness(number, segment, finding, sources, now)
        drawn.append(
            Interlock(
                name=finding.name,
                check=finding.check,
                age_ms=None if fresh is None else fresh.age_ms,
                seen_by=finding.seen_by,
                quality=None if fresh is None else fresh.quality,
            )
        )
    return tuple(drawn)


def _interlock_freshness(
    number: int, segment: Segment, finding: Finding, sources: Sources, now: Moment
) -> Freshness | None:
    """Judge the reading that an interlock is judged by; `None` if nobody reads it."""
    if finding.seen_by == "nobody":
        return None
    if finding.seen_by == "sensor" and finding.name in sources.contacts.get(number, {}):
        return sources.contacts[number][finding.name]
    reading = segment.steel if finding.name in OF_SEGMENT else segment.bank
    read = Source(
        at_s=None if reading is None else reading.at_s, bad_at_s=sources.controller.bad_at_s
    )
    return read.judge(now.at_s, stale_after_s=INTERLOCKS_STALE_S)


def _columns_stale_s(wire: Round) -> float:
    return max(COLUMNS_STALE_S, 3 * (wire.cycle_s or 0.0))
