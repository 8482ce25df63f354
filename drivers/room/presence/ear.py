"""How an antenna is expected to hear a tag of a zone: how often, and how loud. Pure.

Where a room was calibrated, as it was measured there; elsewhere as steel usually lets it through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Expected(NamedTuple):
    """How one antenna hears the tags of one zone."""

    rate: float
    """Of its cycles, how many read a tag that is there."""
    off_db: float
    """How loud, against the tags of the antenna's own zone."""
    spread_db: float
    """Standard deviation from read to read."""


class Ear(NamedTuple):
    """What calibration learnt of one antenna; zones that it never measured are missing."""

    level_dbm: float | None
    """Of tags of its own zone; None if its reader tells no levels."""
    zones: Mapping[tuple[str, bool], Expected]
    """By zone, and by whether an aisle that leads to the zone stands open."""

    def find(self, zone: str, *, is_open: bool) -> Expected | None:
        """Find what was measured for a zone, in the other state of its aisle if not in this one."""
        return self.zones.get((zone, is_open)) or self.zones.get((zone, not is_open))


_SPREAD_DB: Final = 3.5

OWN: Final = Expected(0.75, 0.0, _SPREAD_DB)
BESIDE: Final = Expected(0.30, -7.0, 4.5)
"""The next section, the back of the column, the face across a closed aisle."""
ACROSS_OPEN: Final = Expected(0.12, -9.0, 4.5)
NEAR: Final = Expected(0.06, -10.0, 5.0)
"""Two sections on, or round a corner."""
FAR: Final = Expected(0.02, -12.0, 5.0)
