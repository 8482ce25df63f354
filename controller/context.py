"""What every subject of the archive side is handed at start; nothing here is global."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.clock import Clock
from config.limit_files import Library, shipped_limits
from config.room import Room
from config.site import Site
from controller.live import Hub
from controller.store.engine import Store
from controller.store.secrets import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts that subjects share: databases, keys, clock, live feed, the site they serve."""

    records: Store
    telemetry: Store
    keys: Keys
    clock: Clock
    hub: Hub
    site: Site
    rooms: Mapping[str, Room]
    limits: Library = field(default_factory=shipped_limits)
    """What zones may be told to keep: what ships, and the site's own files."""
