"""What one cycle may expect of each zone: the same for all tags, so worked out once. Pure."""

from __future__ import annotations

from drivers.room.presence.belief import unplaced
from drivers.room.presence.ear import FAR, Expected
from drivers.room.presence.field import Aisles, Field, Spot


class Expectations(dict[str, Expected]):
    """How one antenna hears the tags of each zone, worked out when first asked for."""

    def __init__(self, field: Field, spot: Spot, aisles: Aisles) -> None:
        super().__init__(unplaced(gated=spot.gate_dbm is not None))
        self._field, self._spot, self._aisles = field, spot, aisles

    def __missing__(self, zone: str) -> Expected:
        known = self._field.zones.get(zone)
        expected = FAR if known is None else self._aisles.expected(self._spot, known)
        self[zone] = expected
        return expected


class Reach(dict[str, bool]):
    """Which zones a hand can reach now, worked out when first asked for."""

    def __init__(self, field: Field, aisles: Aisles) -> None:
        super().__init__()
        self._field, self._aisles = field, aisles

    def __missing__(self, zone: str) -> bool:
        known = self._field.zones.get(zone)
        free = self[zone] = known is None or self._aisles.can_reach(known)
        return free
