"""What a zone's pushes and its columns' digits mean together, over time. Pure.

A push only hints: it says that something is on its way, and the digits read afterwards say where
it is. Digits alone cannot tell a column that travels from one that was left half-way, so an
unclear picture that has not changed for longer than a column may take stands for HALTED.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from config.geometry import Segment, segments_of
from config.room import Bank
from config.shelving import ShelvingProfile
from drivers import trips
from drivers.readings import SteelState, Trip
from drivers.shelving.sides import UNREADABLE, Picture, picture_of, read_digit
from drivers.shelving.udp55 import frames
from drivers.shelving.udp55.frames import Frame

NEVER_S = float("-inf")
WARNING_SHOWN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One segment as its digits and the pushes before them show it."""

    picture: Picture
    state: SteelState
    trip: Trip | None
    at_rest: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """Since when a segment's digits have been what they are."""

    digits: tuple[int, ...]
    since_s: float
    has_changed: bool


@dataclass(frozen=True, slots=True)
class _Warning:
    trip: Trip
    told_s: float | None = None
    """When it was first given to somebody who asked."""


class Watch:
    """Remembers a zone's pushes, its warnings and its last digits. It outlives a lost link.

    A warning is pushed once; the protocol tells neither whether it lasts nor when it is over. So it
    is shown to whoever asks next, and for a while after that: then it is for people at the bank to
    say that the steel is fit, and for the controller to warn again if it is not.
    """

    def __init__(self, bank: Bank, profile: ShelvingProfile) -> None:
        motion = bank.motion
        self._bank = bank
        self._profile = profile
        self._still_s = 1.5 * (bank.aisle_mm / motion.speed_mm_s + motion.start_delay_s)
        self._start_s = profile.start_seen_s
        self._moving: dict[int, float] = {}
        """Columns that were said to move and not yet to have arrived, and when."""
        self._arrived_s: dict[int, float] = {}
        self._looks: dict[int, _Look] = {}
        self._warnings: dict[int, _Warning] = {}
        """By the column that they name."""

    def note(self, frame: Frame, at_s: float) -> None:
        """Take in a push."""
        match frame.command:
            case frames.MOVING:
                self._moving[frame.column] = at_s
            case frames.ARRIVED:
                self._moving.pop(frame.column, None)
                self._arrived_s[frame.column] = at_s
            case frames.WARNING:
                raw = f"89 {frame.data.hex().upper()} column {frame.column}"
                self._warnings[frame.column] = _Warning(Trip(trips.UNKNOWN, raw))

    def forget_motion(self) -> None:
        """Forget what was on its way: while the link was lost its arrival could not be heard."""
        self._moving.clear()

    def tell_again(self) -> None:
        """Show warnings for their whole time again: somebody may not have got what was read."""
        for column, warning in self._warnings.items():
            self._warnings[column] = replace(warning, told_s=None)

    def trip_of(self, column: int) -> Trip | None:
        """Return the warning that names a column."""
        warning = self._warnings.get(column)
        return None if warning is None else warning.trip

    def is_moving(self, column: int, at_s: float) -> bool:
        """Say whether a column was said to move so lately that it may still."""
        return at_s - self._moving.get(column, NEVER_S) <= self._still_s

    def look(
        self, segment: Segment, digits: Mapping[int, int], at_s: float, *, ordered: bool
    ) -> View:
        """Take in fresh digits of a segment; `ordered`: a motion order of ours is under way."""
        read = {column: read_digit(self._profile, digit) for column, digit in digits.items()}
        sides = {column: side or UNREADABLE for column, side in read.items()}
        picture = picture_of(self._bank, segment, sides)
        look = self._compare(segment, tuple(digits[column] for column in segment.columns), at_s)
        unread = next((column for column, side in read.items() if side is None), None)
        trip = self._trip_in(segment, at_s)
        rested_s = at_s - max(look.since_s, self._last_push_s(segment))
        at_rest = rested_s > self._still_s
        if unread is not None:
            raw = f"status {digits[unread]} column {unread}"
            trip, state = trip or Trip(trips.UNKNOWN, raw), SteelState.UNKNOWN
        elif trip is not None:
            state = SteelState.FAULTED
        else:
            state = self._state(segment, picture, look, at_s, at_rest=at_rest, ordered=ordered)
        return View(picture=picture, state=state, trip=trip, at_rest=at_rest)

    def _state(
        self,
        segment: Segment,
        picture: Picture,
        look: _Look,
        at_s: float,
        *,
        at_rest: bool,
        ordered: bool,
    ) -> SteelState:
        pushed = any(self.is_moving(column, at_s) for column in segment.columns)
        if picture.exact or picture.locked:
            just_pushed = pushed and at_s - self._last_push_s(segment) <= self._start_s
            return SteelState.MOVING if just_pushed else SteelState.STANDING
        if picture.spread and not pushed and (at_rest or self._has_arrived(segment, look)):
            return SteelState.VENTILATING
        if at_rest:
            return SteelState.HALTED
        on_its_way = pushed or ordered or look.has_changed
        return SteelState.MOVING if on_its_way else SteelState.UNKNOWN

    def _compare(self, segment: Segment, digits: tuple[int, ...], at_s: float) -> _Look:
        before = self._looks.get(segment.segment)
        if before is None or before.digits != digits:
            self._looks[segment.segment] = _Look(digits, at_s, before is not None)
        return self._looks[segment.segment]

    def _has_arrived(self, segment: Segment, look: _Look) -> bool:
        """Say whether a column of the segment arrived after its digits last changed."""
        latest_s = max(self._arrived_s.get(column, NEVER_S) for column in segment.columns)
        return latest_s >= look.since_s

    def _last_push_s(self, segment: Segment) -> float:
        times = (
            max(self._moving.get(column, NEVER_S), self._arrived_s.get(column, NEVER_S))
            for column in segment.columns
        )
        return max(times)

    def _trip_in(self, segment: Segment, at_s: float) -> Trip | None:
        """Return a warning of the segment's columns, or one that names none of any segment."""
        everywhere = {c for part in segments_of(self._bank) for c in part.columns}
        for column, warning in tuple(self._warnings.items()):
            if column in everywhere and column not in segment.columns:
                continue
            if warning.told_s is None:
                self._warnings[column] = replace(warning, told_s=at_s)
            elif at_s - warning.told_s > WARNING_SHOWN_S:
                del self._warnings[column]
                continue
            return warning.trip
        return None
