"""Carries scripts through a session with a reader that answers as a test says, in virtual time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from drivers.rfid.station.session import Dialogue, Session, Tongue
from drivers.rfid.station.tally import Tally

STEP_S = 0.03
_MOST_STEPS = 2000
Result = TypeVar("Result")
Say = Callable[[bytes], Iterable[bytes]]
"""What a reader says to a command: pieces that arrive one after the other, or nothing."""


class Peer:
    """The other end of the line. The third byte of a command is its number in both protocols."""

    def __init__(self, tongue: Tongue[Any, Any], say: Say, tally: Tally | None = None) -> None:
        self.tally = tally or Tally()
        self.session = Session("r", tongue, self.tally)
        self.asked: list[bytes] = []
        self.now_s = 100.0
        self._say = say
        self._coming: deque[bytes] = deque()

    def carry_out(self, script: Dialogue[Any, Any, Result]) -> Result:
        results: list[Result] = []

        def kept() -> Any:
            results.append((yield from script))

        self.session.begin(kept(), self.now_s)
        for _ in range(_MOST_STEPS):
            if not self.session.running:
                return results[0]
            self._exchange()
        raise AssertionError("it goes on for ever")

    def count(self, command: int) -> int:
        return sum(raw[2] == command for raw in self.asked)

    def _exchange(self) -> None:
        raw = self.session.take_outgoing()
        if raw:
            self.asked.append(raw)
            self._coming.extend(self._say(raw))
        if self._coming:
            self.now_s += STEP_S
            self.session.receive(self._coming.popleft(), self.now_s)
        else:
            self.now_s = max(self.now_s, self.session.deadline_s)
            self.session.tick(self.now_s)
