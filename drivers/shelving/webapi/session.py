"""What one status of a fixed column says of each segment. Pure.

A state code speaks of the whole block and names one thing at a time, the digits say where the
columns stand. Where they contradict, or a code is new to us, the state is UNKNOWN.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.geometry import Segment
from config.room import Bank
from config.shelving import ShelvingProfile
from drivers import trips
from drivers.readings import LockState, SleepState, SteelState, Trip
from drivers.shelving.sides import (
    UNREADABLE,
    Picture,
    Sides,
    closing_aisle,
    picture_of,
    read_digit,
)
from drivers.shelving.webapi.codes import Meaning, Says, decode
from drivers.shelving.webapi.frames import Status

NEVER_S = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One segment as a status shows it."""

    picture: Picture
    state: SteelState
    trip: Trip | None
    lock: LockState
    sleep: SleepState
    at_rest: bool


class Watch:
    """Remembers since when the drives have power and since when a segment has not moved."""

    def __init__(self, bank: Bank, profile: ShelvingProfile) -> None:
        self._bank = bank
        self._profile = profile
        self._asleep = False
        self._woke_s = NEVER_S
        self._moved_s: dict[int, float] = {}

    def look(self, segment: Segment, status: Status, at_s: float, *, ordered: bool = False) -> View:
        """Read one segment out of a status that was asked for at `at_s`.

        `ordered`: a motion order of ours is under way. A code names one moving column of perhaps
        several, so what lies between two aisles while the other half moves may move too.
        """
        meaning = decode(status.code, status.name)
        sides = self._sides(status)
        trip = meaning.trip or self._oddity(status, meaning)
        columns = {column: sides[column] or UNREADABLE for column in segment.columns}
        picture = picture_of(self._bank, segment, columns)
        unread = next((column for column in segment.columns if sides[column] is None), None)
        if unread is not None:
            trip = trip or Trip(trips.UNKNOWN, f"{status.code} ColumnStatus column {unread}")
        is_named = self._concerns(segment, status)
        may_move = meaning.says is Says.MOVES and (is_named or not picture.exact)
        if may_move or segment.segment not in self._moved_s:
            self._moved_s[segment.segment] = at_s
        state = self._state(segment, status, meaning, picture, trip)
        if may_move and trip is None:
            state = SteelState.MOVING if is_named or ordered else SteelState.UNKNOWN
        return View(
            picture=picture,
            state=state,
            trip=trip,
            lock=self._lock(status, meaning),
            sleep=self._sleep(status, at_s),
            at_rest=at_s - self._moved_s[segment.segment] > self._profile.start_seen_s,
        )

    def _sides(self, status: Status) -> dict[int, Sides | None]:
        """Read every column's digit; they stand in the order from the maker's left."""
        digits = status.digits if self._profile.maker_left == "low" else status.digits[::-1]
        return {
            column: read_digit(self._profile, digit) for column, digit in enumerate(digits, start=1)
        }

    def _state(
        self,
        segment: Segment,
        status: Status,
        meaning: Meaning,
        picture: Picture,
        trip: Trip | None,
    ) -> SteelState:
        if trip is not None:
            return SteelState.UNKNOWN if trip.code == trips.UNKNOWN else SteelState.FAULTED
        if meaning.says is Says.UNKNOWN:
            return SteelState.UNKNOWN
        if picture.exact:
            closed = closing_aisle(self._bank, segment) in picture.open_aisles
            contradicts = meaning.says is Says.ALL_CLOSED and not closed
            return SteelState.UNKNOWN if contradicts else SteelState.STANDING
        if picture.spread and status.is_on("vent", self._profile):
            return SteelState.VENTILATING
        return SteelState.STANDING if picture.locked else SteelState.HALTED

    def _oddity(self, status: Status, meaning: Meaning) -> Trip | None:
        """Make a trip of an alarm that no code explains."""
        if status.alarm and meaning.says is not Says.LOCKED:
            return Trip(trips.UNKNOWN, f"{status.code} IsBJ")
        return None

    def _concerns(self, segment: Segment, status: Status) -> bool:
        """Say whether what moves may be of this segment; a code often names the column."""
        others = set(range(1, self._bank.columns + 1)) - set(segment.columns)
        others -= set(self._bank.fixed)
        return status.column not in others

    def _lock(self, status: Status, meaning: Meaning) -> LockState:
        if meaning.says is Says.LOCKED:
            return LockState.LOCKED
        on = status.is_on("lock", self._profile)
        if on is None:
            return LockState.UNKNOWN
        return LockState.LOCKED if on else LockState.UNLOCKED

    def _sleep(self, status: Status, at_s: float) -> SleepState:
        """Say whether the drives have power; after waking they need a while before they obey."""
        on = status.is_on("power", self._profile)
        if on is None:
            return SleepState.UNKNOWN
        if not on:
            self._asleep = True
            return SleepState.ASLEEP
        if self._asleep:
            self._asleep, self._woke_s = False, at_s
        is_ready = at_s - self._woke_s >= self._profile.wake_s
        return SleepState.AWAKE if is_ready else SleepState.ASLEEP
