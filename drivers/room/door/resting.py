"""Tags that stay near a door: how loud each antenna hears them, so that only a real move counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from drivers.readings import TagRead
from drivers.room.door.direction import FEWEST_READS, where_from
from drivers.room.door.values import AntennaKey, Glimpse, Side

RISE_DB: Final = 6.0
"""So much louder than at rest an antenna must hear a tag that moves towards it."""
_FOLLOWS_WITHIN_S: Final = 120.0
"""How slowly the level at rest follows: people and steel move around what rests."""


@dataclass(slots=True)
class Rest:
    """How a tag is heard while it stays where it is."""

    came_from: Side | None
    """None: nobody knows."""
    heard_at_s: float
    levels_dbm: dict[AntennaKey, float] = field(default_factory=dict)
    inside_at_s: float = float("-inf")
    """When an inner antenna last heard it."""

    def follow(self, read: TagRead) -> None:
        """Let the level at rest creep towards a new read."""
        passed_s, self.heard_at_s = read.at_s - self.heard_at_s, read.at_s
        antenna = (read.reader_id, read.antenna)
        known = self.levels_dbm.get(antenna)
        if known is None or read.rssi_dbm is None:
            return
        share = min(max(passed_s, 0.0) / _FOLLOWS_WITHIN_S, 1.0)
        self.levels_dbm[antenna] = known + share * (read.rssi_dbm - known)

    def was_left(self, glimpses: Iterable[Glimpse], gate_dbm: float) -> bool:
        """Say whether some antenna heard the tag much louder than it ever was at rest."""
        peaks: dict[AntennaKey, float] = {}
        reads: dict[AntennaKey, int] = {}
        for glimpse in glimpses:
            if glimpse.rssi_dbm is not None:
                peak = peaks.get(glimpse.antenna, glimpse.rssi_dbm)
                peaks[glimpse.antenna] = max(peak, glimpse.rssi_dbm)
                reads[glimpse.antenna] = reads.get(glimpse.antenna, 0) + glimpse.count
        return any(
            peak >= self.levels_dbm.get(antenna, gate_dbm) + RISE_DB
            and reads[antenna] >= FEWEST_READS
            for antenna, peak in peaks.items()
        )


def rest_of(glimpses: Sequence[Glimpse], came_from: Side | None = None) -> Rest:
    """Learn how a tag is heard that did not go anywhere."""
    levels: dict[AntennaKey, list[float]] = {}
    for glimpse in glimpses:
        if glimpse.rssi_dbm is not None:
            levels.setdefault(glimpse.antenna, []).append(glimpse.rssi_dbm)
    return Rest(
        came_from=came_from or where_from(glimpses),
        heard_at_s=glimpses[-1].at_s,
        levels_dbm={antenna: sum(each) / len(each) for antenna, each in levels.items()},
    )
