"""Trips and faults: nothing moves until the controller was reset and a named person confirmed.

All that happens from the first fault to the confirmation is one trip with one id: a second code, a
power cut meanwhile, the controller's reset. There is no reset from here, ever. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers import trips
from drivers.readings import BankReading, Check, SegmentReading, SteelState
from drivers.room.motion.commands import Answer, Command, ReportConfirmed, ReportFault, ReportReset
from drivers.room.motion.ending import end_drive
from drivers.room.motion.events import Confirmed
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.interlocks import list_checks
from drivers.room.motion.segment import Asked, Faulted, Segment

Step = tuple[Segment, tuple[Command, ...]]

POWER_CUT = "power_cut"
_POWER_FAIL = "power_fail"
"""What drivers/trips.py calls it when the controller itself says so."""
_STANDS = (SteelState.STANDING, SteelState.HALTED, SteelState.VENTILATING)


def object_to_fault(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Say what the trip is and what comes next."""
    match segment.phase:
        case Faulted(why=why, raw=raw) as fault:
            detail = {"raw": raw} if raw else {}
            yield objection("trip", "faulted", why=why, needs=fault.needs, **detail)


def is_tripped(steel: SegmentReading) -> bool:
    """Say whether the controller has latched a fault, or something it reports hinders it.

    A status that the driver does not know at all is no trip: nobody knows what it is.
    """
    if steel.state is SteelState.FAULTED:
        return True
    return steel.trip is not None and not is_unknown_status(steel)


def is_unknown_status(steel: SegmentReading) -> bool:
    """Say whether the controller said something that the driver's table does not know."""
    says_unknown = steel.trip is not None and steel.trip.code == trips.UNKNOWN
    return says_unknown and steel.state is SteelState.UNKNOWN


def watch_trips(segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading) -> Step:
    """Look for a new trip, a power cut, or the controller's own reset."""
    segment, reset = _watch_reset(segment, bank, steel)
    code = steel.trip.code if steel.trip is not None else trips.UNKNOWN
    cut = _has_no_power(bank) or (is_tripped(steel) and code == _POWER_FAIL)
    told: tuple[Command, ...] = ()
    if is_tripped(steel):
        segment, told = _tripped(segment, at_s, bank, steel, code)
    if cut and not (isinstance(segment.phase, Faulted) and segment.phase.walk):
        segment, more = fault(segment, at_s, POWER_CUT, walk=True)
        told = (*told, *more)
    return segment, (*reset, *told)


def fault(
    segment: Segment,
    at_s: float,
    why: str,
    *,
    trip: Faulted | None = None,
    walk: bool = False,
    raw: str = "",
) -> Step:
    """Enter a fault, or go on with the one there is: everything asked ends, an alarm is raised.

    `trip` says what the controller latched, if it did.
    """
    known = segment.phase if isinstance(segment.phase, Faulted) else None
    latched = trip or known or Faulted(why=why, latched=False)
    drive = segment.drive
    phase = replace(
        latched,
        why=why,
        walk=walk or (known is not None and known.walk),
        trip_id=known.trip_id if known is not None else _next_id(segment),
        raw=raw or (known.raw if known is not None else ""),
        since_s=at_s if known is None else known.since_s,
        request_id=drive.asked.request_id if drive is not None else None,
    )
    told: list[Command] = [
        ReportFault(
            why=why,
            trip_id=phase.trip_id,
            raw=raw,
            request_id=phase.request_id,
            said={finding.name: finding.check.value for finding in list_checks(segment, at_s)},
        )
    ]
    if trip is not None and trip.reset:
        told.append(ReportReset(phase.trip_id, why))
    count = segment.trips + (known is None)
    segment, failed = end_drive(segment, "failed", why)
    pending = segment.pending
    if pending is not None:
        told.append(_refused(pending.request_id, "faulted", why=why))
    return replace(segment, phase=phase, pending=None, trips=count), (*told, *failed)


def confirm(segment: Segment, event: Confirmed) -> Step:
    """A named person on site found the steel fit; what it then is, the next reading says."""
    code = _confirmation_refusal(segment, event)
    if code is not None or not isinstance(segment.phase, Faulted):
        return segment, (_refused(event.request_id, code or "not_faulted"),)
    done = Answer(request_id=event.request_id, status="done")
    return segment, (ReportConfirmed(event.actor, segment.phase.why, segment.phase.trip_id), done)


def _confirmation_refusal(segment: Segment, event: Confirmed) -> str | None:
    phase, steel, bank = segment.phase, segment.steel, segment.bank
    if not isinstance(phase, Faulted):
        return "not_faulted"
    if not segment.linked or steel is None or bank is None:
        return "link_lost"
    if is_tripped(steel) or phase.needs == "reset":
        return "reset_first"
    if phase.walk and _has_no_power(bank):
        return "power"
    return "walk_first" if phase.walk and event.what != "walked" else None


def _tripped(
    segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading, code: str
) -> Step:
    known = segment.phase
    raw = steel.trip.raw if steel.trip is not None else ""
    if isinstance(known, Faulted) and known.needs == "reset" and known.code == code:
        if known.reset_count is None:
            known = replace(known, reset_count=bank.reset_count)
        return replace(segment, phase=known), ()
    trip = Faulted(why=code, latched=True, code=code, reset_count=bank.reset_count)
    walk = code == _POWER_FAIL
    return fault(segment, at_s, POWER_CUT if walk else code, trip=trip, walk=walk, raw=raw)


def _watch_reset(segment: Segment, bank: BankReading, steel: SegmentReading) -> Step:
    """Count the controller's reset; where it counts none, the trip has to be gone."""
    phase = segment.phase
    if not isinstance(phase, Faulted) or phase.needs != "reset":
        return segment, ()
    if bank.reset_count is None:
        reset = not is_tripped(steel) and steel.state in _STANDS
    elif phase.reset_count is None:
        return replace(segment, phase=replace(phase, reset_count=bank.reset_count)), ()
    else:
        reset = bank.reset_count != phase.reset_count
    if not reset:
        return segment, ()
    told = ReportReset(phase.trip_id, phase.why)
    return replace(segment, phase=replace(phase, reset=True)), (told,)


def _has_no_power(bank: BankReading) -> bool:
    return bank.interlocks.get("power") is Check.UNSAFE


def _next_id(segment: Segment) -> str:
    return f"{segment.life}-{segment.limits.segment}-{segment.trips + 1}"


def _refused(request_id: str, code: str, **detail: str | int | float) -> Answer:
    return Answer(request_id=request_id, status="refused", code=code, detail=detail)
