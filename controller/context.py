"""What every subject of the archive side is handed at start; nothing here is global."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.clock import Clock
from config.room import Room
from config.site import Site
from controller.live import Hub
from controller.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts that subjects share: databases, clock, live feed, and the site they serve."""

    records: Store
    telemetry: Store
    clock: Clock
    hub: Hub
    site: Site
    rooms: Mapping[str, Room]
