"""When a unit dries, humidifies or airs, and why. Pure; drivers/room/regulators.py acts on it.

`air_of` puts probes together, `decide` says what is wanted, `settle` asks the guard.
"""

from __future__ import annotations

from drivers.room.regulation import reasons
from drivers.room.regulation.closed_block import find_need, reason_for
from drivers.room.regulation.decide import Outcome, decide, settle
from drivers.room.regulation.guard import Held, Life, Order, again, begin, judge
from drivers.room.regulation.values import (
    Air,
    ContactSays,
    Decision,
    Memory,
    Neighbour,
    Override,
    Reason,
    Situation,
)
from drivers.room.regulation.zone_air import ProbeSays, Said, air_of, coldest_of

__all__ = [
    "Air",
    "ContactSays",
    "Decision",
    "Held",
    "Life",
    "Memory",
    "Neighbour",
    "Order",
    "Outcome",
    "Override",
    "ProbeSays",
    "Reason",
    "Said",
    "Situation",
    "again",
    "air_of",
    "begin",
    "coldest_of",
    "decide",
    "find_need",
    "judge",
    "reason_for",
    "reasons",
    "settle",
]
