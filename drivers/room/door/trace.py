"""What the antennas of a door heard of one tag, in a bounded number of glimpses."""

from __future__ import annotations

from typing import Final

from drivers.readings import TagRead
from drivers.room.door.values import AntennaKey, Glimpse, Side

MOST_GLIMPSES: Final = 50
_MOMENT_S: Final = 0.1
"""So close reads of one antenna are one glimpse at first; twice as far whenever there are many."""


class Trace:
    """Collects reads; the longer it lasts, the coarser it becomes, and it never grows beyond."""

    def __init__(self) -> None:
        self._moment_s = _MOMENT_S
        self._glimpses: list[Glimpse] = []
        self._latest: dict[AntennaKey, int] = {}

    def add(self, read: TagRead, side: Side) -> None:
        """Take in a read; reads come in the order of their times."""
        antenna = (read.reader_id, read.antenna)
        glimpse = Glimpse(
            antenna=antenna, side=side, at_s=read.at_s, rssi_dbm=read.rssi_dbm, count=read.count
        )
        place = self._latest.get(antenna)
        if place is not None and read.at_s - self._glimpses[place].at_s < self._moment_s:
            self._glimpses[place] = _merged(self._glimpses[place], glimpse)
            return
        self._latest[antenna] = len(self._glimpses)
        self._glimpses.append(glimpse)
        while len(self._glimpses) > MOST_GLIMPSES:
            self._coarsen()

    def glimpses(self) -> tuple[Glimpse, ...]:
        """List what was heard, in the order of time."""
        return tuple(sorted(self._glimpses, key=lambda glimpse: glimpse.at_s))

    def drop_before(self, at_s: float) -> None:
        """Forget what is older than a time."""
        self._take_over([glimpse for glimpse in self._glimpses if glimpse.at_s >= at_s])

    def _coarsen(self) -> None:
        self._moment_s *= 2
        kept: list[Glimpse] = []
        latest: dict[AntennaKey, int] = {}
        for glimpse in self._glimpses:
            place = latest.get(glimpse.antenna)
            if place is not None and glimpse.at_s - kept[place].at_s < self._moment_s:
                kept[place] = _merged(kept[place], glimpse)
                continue
            latest[glimpse.antenna] = len(kept)
            kept.append(glimpse)
        self._take_over(kept)

    def _take_over(self, glimpses: list[Glimpse]) -> None:
        self._glimpses = glimpses
        self._latest = {glimpse.antenna: place for place, glimpse in enumerate(glimpses)}


def _merged(one: Glimpse, other: Glimpse) -> Glimpse:
    """Put two glimpses of one antenna together, at the time of the stronger."""
    is_louder = one.rssi_dbm is None or (
        other.rssi_dbm is not None and other.rssi_dbm > one.rssi_dbm
    )
    best = other if is_louder else one
    return Glimpse(
        antenna=one.antenna,
        side=one.side,
        at_s=best.at_s,
        rssi_dbm=best.rssi_dbm,
        count=one.count + other.count,
    )
