"""From "an antenna at the door heard a tag" to "this tag went out". Pure: no clock, no I/O.

Each tag near a door has an episode from its first read until it is heard no more. Where the
episode begins and ends, and the difference of the level-weighted times inside and outside, tell the
direction; with antennas on one side only, a light beam tells when somebody crossed. What stays near
a door is learnt as resting and causes nothing until it really moves.

values.py says what a door has and what is told, trace.py keeps the reads of one tag within bounds,
direction.py judges an episode, company.py a crowd, resting.py knows what stands near the door,
watch.py puts them together; doubts.py remembers of whom nobody knows whether they left.
"""

from __future__ import annotations

from drivers.room.door.doubts import Doubts
from drivers.room.door.values import DoorShape, Glimpse, Passage, doors_of
from drivers.room.door.watch import DoorWatch

__all__ = ["DoorShape", "DoorWatch", "Doubts", "Glimpse", "Passage", "doors_of"]
