"""Which interlocks speak against motion. What nobody sees, or is old, is unknown."""

from __future__ import annotations

from dataclasses import replace

from drivers.readings import BankReading, Check, SegmentReading
from drivers.room.motion.finding import Finding, SeenBy, objection
from drivers.room.motion.segment import Asked, Limits, Segment
from drivers.room.motion.vouching import is_vouched

_BANK_CODES = {
    "remote_control": "local_control",
    "e_stop_chain": "e_stop",
    "maintenance_key": "maintenance_key",
    "crank": "crank",
    "fire": "fire",
    "power": "power",
}
INTERLOCKS = (*_BANK_CODES, "entrance", "obstruction", "occupancy", "heartbeat")


def list_checks(segment: Segment, at_s: float) -> tuple[Finding, ...]:
    """Judge all interlocks by the last reading, in the order in which they are told."""
    bank, steel = segment.bank, segment.steel
    if bank is None or steel is None:
        said = tuple(_finding(name, Check.UNKNOWN, name) for name in INTERLOCKS)
    else:
        said = (
            *_bank_findings(bank),
            _finding("entrance", steel.entrance, "entrance"),
            _finding("obstruction", steel.obstruction, "obstruction"),
            _occupancy(segment, steel),
            _finding("heartbeat", _heartbeat(segment, at_s), "heartbeat_lost"),
        )
    return tuple(_seen(finding, segment.limits) for finding in said)


def find_objection(segment: Segment, at_s: float, asked: Asked | None = None) -> Finding | None:
    """Return the first interlock that forbids motion: unsafe ones before unknown ones."""
    findings = list_objections(segment, at_s, asked)
    unsafe = (finding for finding in findings if finding.check is Check.UNSAFE)
    return next(unsafe, None) or next(iter(findings), None)


def list_objections(
    segment: Segment, at_s: float, asked: Asked | None = None
) -> tuple[Finding, ...]:
    """List all that is not safe and that nobody vouches for, the controller's own word last."""
    checks = (
        finding
        for finding in list_checks(segment, at_s)
        if finding.check is not Check.SAFE and not is_vouched(finding, asked)
    )
    return (*checks, *_list_protections(segment))


def _list_protections(segment: Segment) -> tuple[Finding, ...]:
    """What the controller says forbids motion now, also where no interlock of ours explains it."""
    hindrance = None if segment.steel is None else segment.steel.hindrance
    if hindrance is None:
        return ()
    return (objection("protection", "hindered", why=hindrance.code, raw=hindrance.raw),)


def _seen(finding: Finding, limits: Limits) -> Finding:
    """Say who sees it; what is safe only by the word of somebody who cannot see it is unknown."""
    seen_by = _seen_by(limits, finding.name)
    if seen_by != "nobody":
        return replace(finding, seen_by=seen_by)
    if finding.check is Check.UNSAFE:
        return replace(finding, seen_by="sensor")
    return replace(_finding(finding.name, Check.UNKNOWN, finding.name), seen_by="nobody")


def _seen_by(limits: Limits, name: str) -> SeenBy:
    if name in limits.interlocks_seen:
        return "controller"
    return "sensor" if name in limits.covered else "nobody"


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
