"""Which interlocks speak against motion. What a driver cannot see, or is old, is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.readings import BankReading, Check, SegmentReading
from drivers.room.motion.segment import Mode, Segment

_BANK_CODES = {
    "remote_control": "local_control",
    "e_stop_chain": "e_stop",
    "maintenance_key": "maintenance_key",
    "crank": "crank",
    "fire": "fire",
    "power": "power",
}
INTERLOCKS = (*_BANK_CODES, "entrance", "obstruction", "occupancy", "heartbeat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one interlock says; `code` is the refusal it means, empty when it is safe."""

    name: str
    check: Check
    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


def list_checks(segment: Segment, at_s: float) -> tuple[Finding, ...]:
    """Judge all interlocks by the last reading, in the order in which they are told."""
    bank, steel = segment.bank, segment.steel
    if bank is None or steel is None:
        return tuple(_finding(name, Check.UNKNOWN, name) for name in INTERLOCKS)
    seen = segment.limits.interlocks_seen
    return tuple(
        finding if finding.name in seen else _finding(finding.name, Check.UNKNOWN, finding.name)
        for finding in (
            *_bank_findings(bank),
            _finding("entrance", steel.entrance, "entrance"),
            _finding("obstruction", steel.obstruction, "obstruction"),
            _occupancy(segment, steel),
            _finding("heartbeat", _heartbeat(segment, at_s), "heartbeat_lost"),
        )
    )


def find_objection(segment: Segment, at_s: float) -> Finding | None:
    """Return the first interlock that forbids motion: unsafe ones before unknown ones."""
    findings = list_checks(segment, at_s)
    unsafe = (finding for finding in findings if finding.check is Check.UNSAFE)
    unknown = (finding for finding in findings if finding.check is not Check.SAFE)
    return next(unsafe, None) or next(unknown, None)


def mode_of(bank: BankReading) -> Mode:
    """Name the mode that the bank's own switches and inputs put it in."""
    says = bank.interlocks.get
    if says("fire") is Check.UNSAFE:
        return "fire"
    if says("power") is Check.UNSAFE:
        return "power_fail"
    if Check.UNSAFE in (says("maintenance_key"), says("remote_control"), says("crank")):
        return "maintenance"
    if any(says(name) not in (Check.SAFE, Check.UNSAFE) for name in _BANK_CODES):
        return "degraded"
    return "normal"


def _finding(name: str, check: Check, code: str) -> Finding:
    match check:
        case Check.SAFE:
            return Finding(name=name, check=check, code="")
        case Check.UNSAFE:
            return Finding(name=name, check=check, code=code)
    code = "occupancy_unknown" if name == "occupancy" else "interlock_unknown"
    return Finding(name=name, check=check, code=code, detail={"interlock": name})


def _bank_findings(bank: BankReading) -> tuple[Finding, ...]:
    return tuple(
        _finding(name, bank.interlocks.get(name, Check.UNKNOWN), code)
        for name, code in _BANK_CODES.items()
    )


def _occupancy(segment: Segment, steel: SegmentReading) -> Finding:
    checks = dict(enumerate(steel.occupancy))
    for wanted, code in ((Check.UNSAFE, "aisle_occupied"), (Check.UNKNOWN, "occupancy_unknown")):
        for aisle in range(segment.limits.aisles):
            if checks.get(aisle, Check.UNKNOWN) is wanted:
                return Finding(name="occupancy", check=wanted, code=code, detail={"aisle": aisle})
    return Finding(name="occupancy", check=Check.SAFE, code="")


def _heartbeat(segment: Segment, at_s: float) -> Check:
    if segment.beat_changed_at_s is None:
        return Check.UNKNOWN
    young = at_s - segment.beat_changed_at_s <= segment.limits.heartbeat_s
    return Check.SAFE if young else Check.UNSAFE
