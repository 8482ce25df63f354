"""Every reason a regulator can give. The pages have words for each, in zh and en.

What belongs to a reason stands in its detail; numbers carry their unit in their name.
"""

from __future__ import annotations

from typing import Final

# the air
TOO_DAMP: Final = "too_damp"
DRY_ENOUGH: Final = "dry_enough"
TOO_DRY: Final = "too_dry"
DAMP_ENOUGH: Final = "damp_enough"
CONDENSATION_NEAR: Final = "condensation_near"
OUTSIDE_DRIER: Final = "outside_drier"
OUTSIDE_NOT_DRIER: Final = "outside_not_drier"
NO_NEED_OF_AIR: Final = "no_need_of_air"
OUTSIDE_UNKNOWN: Final = "outside_unknown"
OUTSIDE_TOO_COLD: Final = "outside_too_cold"
OUTSIDE_TOO_WARM: Final = "outside_too_warm"
WOULD_DRY_TOO_FAR: Final = "would_dry_too_far"
DAY_SPENT: Final = "day_spent"
# no air to go by
BLIND_OFF: Final = "blind_off"
BLIND_HOLD: Final = "blind_hold"
BLIND_DUTY: Final = "blind_duty"
# dangers and contacts
FIRE: Final = "fire"
SMOKE: Final = "smoke"
LEAK: Final = "leak"
TANK_FULL: Final = "tank_full"
UNIT_FAULT: Final = "unit_fault"
DOOR_OPEN: Final = "door_open"
RAIN: Final = "rain"
CONTACT_UNKNOWN: Final = "contact_unknown"
# other units of the zone
VENTILATION_FIRST: Final = "ventilation_first"
DRYING_FIRST: Final = "drying_first"
OPPOSITE_RUNS: Final = "opposite_runs"
# people
BY_HAND: Final = "by_hand"
# the guard and the machine
GUARD_MIN_ON: Final = "guard_min_on"
GUARD_MIN_OFF: Final = "guard_min_off"
GUARD_MAX_ON: Final = "guard_max_on"
GUARD_STARTS: Final = "guard_starts"
UNIT_SILENT: Final = "unit_silent"
UNIT_AWAY: Final = "unit_away"
PROGRAM_ENDS: Final = "program_ends"

AIR: Final = frozenset(
    {
        TOO_DAMP,
        DRY_ENOUGH,
        TOO_DRY,
        DAMP_ENOUGH,
        CONDENSATION_NEAR,
        OUTSIDE_DRIER,
        OUTSIDE_NOT_DRIER,
        NO_NEED_OF_AIR,
        OUTSIDE_UNKNOWN,
        OUTSIDE_TOO_COLD,
        OUTSIDE_TOO_WARM,
        WOULD_DRY_TOO_FAR,
        DAY_SPENT,
        BLIND_OFF,
        BLIND_HOLD,
        BLIND_DUTY,
    }
)
CONTACTS: Final = frozenset(
    {FIRE, SMOKE, LEAK, TANK_FULL, UNIT_FAULT, DOOR_OPEN, RAIN, CONTACT_UNKNOWN}
)
NEIGHBOURS: Final = frozenset({VENTILATION_FIRST, DRYING_FIRST, OPPOSITE_RUNS})
GUARD: Final = frozenset({GUARD_MIN_ON, GUARD_MIN_OFF, GUARD_MAX_ON, GUARD_STARTS})
MACHINE: Final = frozenset({UNIT_SILENT, UNIT_AWAY, PROGRAM_ENDS})
ALL: Final = AIR | CONTACTS | NEIGHBOURS | GUARD | MACHINE | {BY_HAND}

DANGERS: Final = frozenset({FIRE, SMOKE, LEAK, TANK_FULL, UNIT_FAULT})
"""These switch a unit off even if it has just begun to run."""
INFORMING: Final = frozenset({"filter"})
"""Faults of a unit with which it goes on: not drying for a dusty filter would be worse."""
