"""Where the time of a row stands: in one cell, or as date and clock in two. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from controller.climate.loggers.model import CLOCK, DATE, MOMENT, Column
from controller.climate.loggers.moments import Written, clock_of, seconds_of, take_apart


class TimeCells:
    """Finds and takes apart the moment of each row."""

    def __init__(self, columns: Sequence[Column]) -> None:
        places = {each.means: each.place - 1 for each in columns}
        self._moment = places.get(MOMENT)
        self._date, self._clock = places.get(DATE), places.get(CLOCK)

    def written(self, cells: Sequence[str]) -> Written | None:
        """Take the moment of a row apart; `None` if it has none."""
        if self._moment is not None:
            return take_apart(cell_at(cells, self._moment))
        if self._date is None or self._clock is None:
            return None
        day = take_apart(cell_at(cells, self._date))
        clock = clock_of(cell_at(cells, self._clock))
        if day is None or clock is None or seconds_of(day.clock) != 0:
            return None
        return Written(day.date, clock, day.offset)

    def text(self, cells: Sequence[str]) -> str:
        """Return what stands there, for whoever is told about it."""
        places = (self._moment, self._date, self._clock)
        return " ".join(cell_at(cells, place) for place in places if place is not None).strip()


def cell_at(cells: Sequence[str], place: int) -> str:
    """Return a cell without spaces around it; a short row has empty ones at its end."""
    return cells[place].strip() if place < len(cells) else ""
