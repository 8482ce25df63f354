"""Which byte of a serial line has arrived when, and what was done to the line. Pure.

Times are handed in by whoever owns the line. A byte takes start bit, eight bits, parity and stop
bits; frames stand 3.5 characters apart, above 19,200 baud 1.75 ms (Modbus over Serial Line 1.02,
2.5.1.1).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from config.room import SerialAddress

_LONG_GAP_UP_TO_BAUD = 19_200
_SHORT_GAP_S = 0.00175
_REMEMBERED = 1000
_ROUNDING_S = 1e-9


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a character takes on a line, and the silence between two frames."""

    character_s: float
    gap_s: float


def pace_of(at: SerialAddress) -> Pace:
    """Work out the pace of a line from its settings."""
    character_s = (9 + (at.parity != "N") + at.stop_bits) / at.baud
    return Pace(
        character_s,
        3.5 * character_s if at.baud <= _LONG_GAP_UP_TO_BAUD else _SHORT_GAP_S,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request as the far side saw it come."""

    began_at_s: float
    ended_at_s: float
    silent_since_s: float
    """When the last byte before it had ended."""
    function: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reply as the far side gave it."""

    began_at_s: float
    ended_at_s: float
    size: int


class LineBook:
    """The one writer of what was on a line: who talked until when, and what broke the rules."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.requests = 0
        self.gap_violations = 0
        """Requests that began less than the silence between frames after the byte before."""
        self.collisions = 0
        """Times that both sides talked at once."""
        self.shortest_gap_s = float("inf")
        self.latest: deque[Heard] = deque(maxlen=_REMEMBERED)
        self.replies: deque[Said] = deque(maxlen=_REMEMBERED)
        self._free_at_s = float("-inf")
        self._began_at_s = float("-inf")
        self._silent_since_s = float("-inf")

    @property
    def free_at_s(self) -> float:
        """Say when the last byte that is known of has ended."""
        return self._free_at_s

    def hear(self, count: int, now_s: float, *, begins: bool) -> float:
        """Note bytes that the master sends now; return when the last of them has arrived.

        `begins` says that a frame begins with them.
        """
        if begins:
            self._began_at_s, self._silent_since_s = now_s, self._free_at_s
            silence_s = now_s - self._free_at_s
            self.shortest_gap_s = min(self.shortest_gap_s, silence_s)
            self.gap_violations += silence_s < self.pace.gap_s
        self._free_at_s = max(now_s, self._free_at_s) + count * self.pace.character_s
        return self._free_at_s

    def note_request(self, function: int) -> None:
        """Note that the bytes heard last were a whole request."""
        self.requests += 1
        self.latest.append(
            Heard(
                began_at_s=self._began_at_s,
                ended_at_s=self._free_at_s,
                silent_since_s=self._silent_since_s,
                function=function,
            )
        )

    def say(self, size: int, *, began_at_s: float, ended_at_s: float) -> None:
        """Note what the far side said, and when the last byte of it was handed over."""
        self._free_at_s = max(self._free_at_s, ended_at_s)
        self.replies.append(Said(began_at_s=began_at_s, ended_at_s=ended_at_s, size=size))

    def collide(self, now_s: float) -> None:
        """Note that both sides talked at once; until now the line was in use."""
        self.collisions += 1
        self._free_at_s = max(self._free_at_s, now_s)


@dataclass(slots=True)
class Talk:
    """A reply on its way: byte n has arrived n characters after it began."""

    frame: bytes
    begins_at_s: float
    character_s: float
    sent: int = 0

    @property
    def ends_at_s(self) -> float:
        """Say when its last byte has arrived."""
        return self.begins_at_s + len(self.frame) * self.character_s

    def take_arrived(self, now_s: float) -> bytes:
        """Return the bytes that have arrived and were not taken yet."""
        arrived = int((now_s - self.begins_at_s + _ROUNDING_S) / self.character_s)
        arrived = max(self.sent, min(arrived, len(self.frame)))
        piece = self.frame[self.sent : arrived]
        self.sent = arrived
        return piece

    def next_at_s(self, at_least_s: float) -> float | None:
        """Say when to take bytes again, so long after the last ones; `None` if all were taken."""
        left = len(self.frame) - self.sent
        if left == 0:
            return None
        more = min(left, max(1, round(at_least_s / self.character_s)))
        return self.begins_at_s + (self.sent + more) * self.character_s
