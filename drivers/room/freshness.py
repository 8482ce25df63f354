"""How old a value is and what it is worth, for whoever looks at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.bus.health import quality_of
from drivers.errors import DriverError, Garbled
from drivers.readings import Quality

INTERLOCKS_STALE_S = 1.5
BAD_S = 10.0
"""Where replies are bad a wire is asked less often; a silence longer than this is its own story."""
COLUMNS_STALE_S = 3.0
"""Columns are read once a second, and less often where a round takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Age in ms, `None` if it was never read, and what the value is worth."""

    age_ms: int | None
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """When something was read last, and when a bad reply came since."""

    at_s: float | None = None
    bad_at_s: float | None = None

    def read(self, at_s: float) -> Source:
        """A good reading came."""
        return Source(at_s=at_s)

    def missed(self, error: DriverError, at_s: float) -> Source:
        """No reading came; silence is told by age alone."""
        return replace(self, bad_at_s=at_s) if isinstance(error, Garbled) else self

    def judge(self, now_s: float, *, stale_after_s: float) -> Freshness:
        """Say how old the last reading is and what it is worth now."""
        age_ms = None if self.at_s is None else max(0, round((now_s - self.at_s) * 1000))
        quality = quality_of(self.at_s, now_s, stale_after_s=stale_after_s)
        is_bad = self.bad_at_s is not None and now_s - self.bad_at_s <= BAD_S
        return Freshness(age_ms=age_ms, quality=Quality.BAD_REPLY if is_bad else quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Whence a bank's picture comes: its controller, its columns, and our own contacts."""

    controller: Source = Source()
    columns: Source = Source()
    contacts: Mapping[int, Mapping[str, Freshness]] = field(default_factory=dict)
    """By segment and name of the interlock."""
