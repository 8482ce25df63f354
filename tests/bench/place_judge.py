"""Judges where a rule says boxes are, against where they lie, with books of its own. Pure.

After somebody laid a box somewhere else, the rule has the box's change window to find out: as many
cycles of the antennas of the old and the new place as a tag of that read rate needs to be missed by
mere chance only once in a thousand times (SMURF: ceil(ln(1/delta)/p), delta 0.001). Cycles while a
carriage of the bank moves do not count: nothing can be said then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, log

DELTA = 0.001
MOST_WINDOWS = 10
"""A take that is not seen after so many windows is counted as that many."""


def window(rate: float) -> int:
    """Say how many cycles of an antenna a tag of this read rate may be silent by mere chance."""
    return ceil(log(1 / DELTA) / rate)


@dataclass(slots=True)
class Box:
    """What is true and what was told of one box; `pending` are cycles still to run, by place."""

    place: str | None
    told: str | None
    since_s: float
    former: str | None = None
    pending: dict[str, int] = field(default_factory=dict)
    taken_from: str | None = None
    missed: int = 0


@dataclass(slots=True)
class Books:
    """What was counted."""

    right_s: float = 0.0
    wrong_s: float = 0.0
    window_s: float = 0.0
    false_moves: int = 0
    false_while_moving: int = 0
    decisions: int = 0
    right_decisions: int = 0
    confidence: float = 0.0
    takes: list[tuple[int, float]] = field(default_factory=list)
    """Cycles and windows until each take was seen."""

    @property
    def tag_hours(self) -> float:
        """All boxes' time together."""
        return (self.right_s + self.wrong_s + self.window_s) / 3600


class Judge:
    """Follows one rule through a day."""

    def __init__(self, places: Mapping[str, str | None], rates: Mapping[str, float]) -> None:
        self.books = Books()
        self._boxes = {epc: Box(place, None, 0.0) for epc, place in places.items()}
        self._windows = {place: window(rate) for place, rate in rates.items()}
        self._waiting: dict[str, dict[str, None]] = {}
        self._moving: frozenset[int] = frozenset()

    def begin(self, at_s: float) -> None:
        """Count from now on; what was told until now stays told."""
        self.books = Books()
        for box in self._boxes.values():
            box.since_s = at_s

    def steel(self, bank: int, *, moving: bool) -> None:
        """Note whether carriages of a bank move."""
        self._moving = self._moving | {bank} if moving else self._moving - {bank}

    def laid(self, at_s: float, epc: str, place: str | None) -> None:
        """Note that a box lies somewhere else now."""
        box = self._boxes[epc]
        self._settle(box, at_s)
        if place is None and box.place is not None and box.told == box.place:
            box.taken_from, box.missed = box.place, 0
        elif place is not None:
            box.taken_from = None
        for where in (box.place, place):
            if where is not None:
                box.pending[where] = self._windows[where]
                self._waiting.setdefault(where, {})[epc] = None
        box.former, box.place = box.place, place

    def ran(self, at_s: float, place: str, *, counts: bool) -> None:
        """Note that the antenna of a place ran, after what it led to was told."""
        if not counts or place not in self._waiting:
            return
        for epc in list(self._waiting[place]):
            box = self._boxes[epc]
            if place in box.pending:
                self._settle(box, at_s)
                box.pending[place] -= 1
                if not box.pending[place]:
                    del box.pending[place]
            if box.taken_from == place:
                box.missed += 1
                if box.missed >= MOST_WINDOWS * self._windows[place]:
                    self._take_seen(box, box.missed)
            if place not in box.pending and box.taken_from != place:
                del self._waiting[place][epc]

    def told(self, at_s: float, epc: str, place: str | None, confidence: float = 1.0) -> None:
        """Note that the rule says a box is somewhere now."""
        box = self._boxes[epc]
        self._settle(box, at_s)
        right = place == box.place or (bool(box.pending) and place == box.former)
        right = right or (place is None and box.told != box.place)  # it left where it was told
        books = self.books
        books.decisions += 1
        books.right_decisions += right
        books.confidence += confidence
        if not right:
            books.false_moves += 1
            source = (box.told or "", place or "")
            books.false_while_moving += any(
                f"-B{bank}-" in where for bank in self._moving for where in source
            )
        if box.taken_from is not None and place != box.taken_from:
            self._take_seen(box, box.missed + 1)
        box.told = place

    def end(self, at_s: float) -> Books:
        """Close the books."""
        for box in self._boxes.values():
            self._settle(box, at_s)
        return self.books

    def list_wrong(self) -> list[tuple[str, str | None, str | None]]:
        """List boxes that are elsewhere than told: number, truth, told."""
        return [(e, b.place, b.told) for e, b in self._boxes.items() if b.place != b.told]

    def _take_seen(self, box: Box, cycles: int) -> None:
        assert box.taken_from is not None
        self.books.takes.append((cycles, cycles / self._windows[box.taken_from]))
        box.taken_from = None

    def _settle(self, box: Box, at_s: float) -> None:
        books, seconds = self.books, at_s - box.since_s
        box.since_s = at_s
        if box.pending:
            books.window_s += seconds
        elif box.told == box.place:
            books.right_s += seconds
        else:
            books.wrong_s += seconds
