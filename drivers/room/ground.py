"""What all parts of a room agent stand on: its room file, its folder, its wires and its link."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

from config.clock import Clock
from config.room import Room
from drivers.room.link import Link
from drivers.room.outbox import Outbox
from drivers.shelving.connect import Buses

Work = tuple[str, Coroutine[None, None, None]]
"""What runs for ever, under the name of its task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Opened before the agent and closed after it, by `opening.open_agent`."""

    room: Room
    folder: Path
    """Where the parts keep what a restart must not lose, each in a file of its own."""
    buses: Buses
    outbox: Outbox
    link: Link
    clock: Clock
    boot_id: str
