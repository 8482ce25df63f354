"""From "an antenna heard a tag" to "a box is here, moved, or is gone". Pure.

Decisions are made per antenna cycle, never per read: only a cycle says that an antenna really ran,
so only then is silence evidence. Each tag has a belief over the zones that heard it, *elsewhere*
(in the room, overheard from a place no antenna looks at) and *absent*; a zone is decided at 0.99.

field.py knows where antennas look and what the steel says, ear.py how they hear, attention.py
which of them run next, hearing.py gathers reads, belief.py weighs one cycle for one tag, step.py
decides, still.py says what is heard as before, usual.py follows how loud antennas are, rows.py
survives a restart.
"""

from __future__ import annotations

from drivers.room.presence.attention import plan_round
from drivers.room.presence.decisions import BoxGone, BoxMoved, BoxSeen, Decision
from drivers.room.presence.ear import Ear, Expected
from drivers.room.presence.field import DESK, Aisles, Field, field_of
from drivers.room.presence.hearing import Heard, Hearing
from drivers.room.presence.rows import restore, rows_of, with_told
from drivers.room.presence.step import Presence, step
from drivers.room.presence.still import StillHeard, list_still_heard

__all__ = [
    "DESK",
    "Aisles",
    "BoxGone",
    "BoxMoved",
    "BoxSeen",
    "Decision",
    "Ear",
    "Expected",
    "Field",
    "Heard",
    "Hearing",
    "Presence",
    "StillHeard",
    "field_of",
    "list_still_heard",
    "plan_round",
    "restore",
    "rows_of",
    "step",
    "with_told",
]
