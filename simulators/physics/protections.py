"""What protects a segment and its columns, as a table: how each is called, what it does. Pure.

All of these forbid motion while they last, and stop what moves. What differs is whether something
latches: if so it stays, though its cause has gone, until the reset button at the bank is pressed.
Wires of other makers ask `reported` and put their own codes to these names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulators.physics.codes import Fault, Reason
from simulators.physics.steel import BankSteel, SegmentSteel


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """One protection of a segment."""

    code: Fault
    """What it is reported as while it lasts."""
    reason: Reason
    """Why a command is refused while it lasts."""
    latches: Fault = Fault.NONE
    """What latches when it stops steel that moves; NONE if it ends by itself."""
    at_rest: bool = False
    """Whether it latches though nothing moves."""


PROTECTIONS: Mapping[str, Protection] = MappingProxyType(
    {
        "auto_protection": Protection(
            code=Fault.AUTO_PROTECTION,
            reason=Reason.AUTO_PROTECTION,
            latches=Fault.AUTO_PROTECTION,
            at_rest=True,
        ),
        "pressure_detached": Protection(
            code=Fault.PRESSURE_DETACHED,
            reason=Reason.PRESSURE_DETACHED,
            latches=Fault.PRESSURE_DETACHED,
            at_rest=True,
        ),
        "entrance_front": Protection(
            code=Fault.ENTRANCE_FRONT, reason=Reason.ENTRANCE, latches=Fault.PERSON_ENTERED
        ),
        "entrance_rear": Protection(
            code=Fault.ENTRANCE_REAR, reason=Reason.ENTRANCE, latches=Fault.PERSON_ENTERED
        ),
        "obstruction": Protection(
            code=Fault.OBSTRUCTION, reason=Reason.OBSTRUCTION, latches=Fault.OBSTRUCTION
        ),
        "aisle_infrared": Protection(code=Fault.AISLE_INFRARED, reason=Reason.AISLE_INFRARED),
        "blind_spot": Protection(
            code=Fault.BLIND_SPOT, reason=Reason.BLIND_SPOT, latches=Fault.BLIND_SPOT
        ),
        "smoke": Protection(code=Fault.SMOKE, reason=Reason.SMOKE, latches=Fault.SMOKE),
        "side_panel": Protection(
            code=Fault.SIDE_PANEL, reason=Reason.SIDE_PANEL, latches=Fault.SIDE_PANEL
        ),
        "drive_locked": Protection(
            code=Fault.DRIVE_LOCKED, reason=Reason.DRIVE_LOCKED, latches=Fault.DRIVE_LOCKED
        ),
        "keys_disabled": Protection(code=Fault.KEYS_DISABLED, reason=Reason.KEYS_DISABLED),
        "motion_forbidden": Protection(code=Fault.MOTION_FORBIDDEN, reason=Reason.MOTION_FORBIDDEN),
    }
)
"""What may stand between a segment and its motion, the gravest first."""

ENTRANCES = frozenset({"entrance_front", "entrance_rear"})

DEFECTS: Mapping[str, Fault] = MappingProxyType(
    {
        fault.name.lower(): fault
        for fault in (
            Fault.LIMIT_SWITCH,
            Fault.LIMIT_SWITCH_OPEN,
            Fault.LIMIT_SWITCH_CLOSE,
            Fault.MOTOR,
            Fault.MOTOR_FEEDBACK,
            Fault.OPEN_OVER_TRAVEL,
            Fault.CLOSE_OVER_TRAVEL,
            Fault.OPEN_TIMEOUT,
            Fault.CLOSE_TIMEOUT,
            Fault.NEIGHBOUR_TIMEOUT,
        )
    }
)
"""What may be wrong with a column: each latches at once and stays until mended and then reset."""


def standing(segment: SegmentSteel) -> tuple[Protection, ...]:
    """List the protections of a segment that say something now, the gravest first."""
    if not segment.signs:
        return ()
    return tuple(row for name, row in PROTECTIONS.items() if name in segment.signs)


def defect_of(segment: SegmentSteel) -> Fault:
    """Name what latches although nothing moves; NONE if all is well."""
    for column in segment.columns:
        if column.fault:
            return column.fault
    return next((row.latches for row in standing(segment) if row.at_rest), Fault.NONE)


def reported(bank: BankSteel, segment: SegmentSteel) -> tuple[str, ...]:
    """Name all that a controller has to report of a segment: what is latched, then what lasts.

    The names are those of the codes in small letters, and `person_in_aisle`, `locked`, `e_stop`,
    `power_fail` for what has no code of its own. Empty: nothing to report.
    """
    causes = (
        ("e_stop", bank.e_stop_open),
        ("power_fail", bank.power_failed),
        ("person_in_aisle", any(segment.people)),
        ("locked", segment.locked),
    )
    names = [
        *([segment.fault.name.lower()] if segment.fault else []),
        *(column.fault.name.lower() for column in segment.columns if column.fault),
        *(row.code.name.lower() for row in standing(segment)),
        *(name for name, lasts in causes if lasts),
    ]
    return tuple(dict.fromkeys(names))
