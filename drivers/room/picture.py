"""The snapshot of a bank: what the room knows, with ages, for whoever looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from drivers.messages import BankState, ColumnState, Interlock, SegmentState
from drivers.messages import Hold as HoldMessage
from drivers.readings import ColumnReading
from drivers.room.motion import (
    Faulted,
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


def draw_bank(
    *,
    device: str,
    bank: int,
    boot_id: str,
    version: int,
    why_offline: str | None,
    segments: Mapping[int, Segment],
    columns: tuple[ColumnReading, ...],
    columns_at_s: float | None,
    now: Moment,
) -> BankState:
    """Draw a bank as the room sees it at this moment."""
    readings = [segment.bank for segment in segments.values() if segment.bank is not None]
    return BankState(
        device=device,
        bank=bank,
        boot_id=boot_id,
        version=version,
        age_ms=_age_ms(segments, columns_at_s, now),
        at=now.at,
        online=why_offline is None,
        why_offline=why_offline,
        simulated=any(reading.simulated for reading in readings),
        segments=tuple(_draw_segment(number, segments[number], now) for number in sorted(segments)),
        columns=tuple(
            ColumnState(
                column=reading.column,
                position_mm=reading.position_mm,
                travel=reading.travel,
                trip=reading.trip.code if reading.trip is not None else None,
            )
            for reading in columns
        ),
    )


def essence(state: BankState) -> dict[str, Any]:
    """Leave out of a snapshot what changes with time alone."""
    body = state.model_dump(exclude={"version", "at", "age_ms"})
    for segment in body["segments"]:
        segment.pop("remaining_s")
        for interlock in segment["interlocks"]:
            interlock.pop("age_ms")
        if segment["hold"] is not None:
            segment["hold"].pop("since")
    return body


def _age_ms(segments: Mapping[int, Segment], columns_at_s: float | None, now: Moment) -> int:
    taken = [now.at_s if columns_at_s is None else columns_at_s]
    for segment in segments.values():
        taken += [reading.at_s for reading in (segment.bank, segment.steel) if reading is not None]
    return max(0, round((now.at_s - min(taken)) * 1000))


def _draw_segment(number: int, segment: Segment, now: Moment) -> SegmentState:
    steel = segment.steel
    asked = segment.drive.asked if segment.drive is not None else segment.pending
    name, aisle, target, why = _describe(segment.phase)
    return SegmentState(
        segment=number,
        phase=name,
        mode=segment.mode,
        aisle=aisle,
        target=target,
        remaining_s=steel.remaining_s if steel is not None and name == "moving" else 0.0,
        why=why,
        hold=_draw_hold(next(iter(segment.holds), None), now),
        request_id=asked.request_id if asked is not None else None,
        interlocks=_draw_interlocks(segment, now),
    )


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


def _draw_hold(hold: Hold | None, now: Moment) -> HoldMessage | None:
    if hold is None:
        return None
    return HoldMessage(aisle=hold.aisle, actor=hold.actor, since=now.when(hold.since_s))


def _draw_interlocks(segment: Segment, now: Moment) -> tuple[Interlock, ...]:
    taken = [reading.at_s for reading in (segment.bank, segment.steel) if reading is not None]
    age_ms = max(0, round((now.at_s - min(taken)) * 1000)) if taken else None
    return tuple(
        Interlock(name=finding.name, check=finding.check, age_ms=age_ms)
        for finding in list_checks(segment, now.at_s)
    )
