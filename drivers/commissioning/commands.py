"""What `stackroom check --probe` and `stackroom commission` do with a room file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from config.clock import Clock
from config.load import load_room
from config.shelving import load_commissions
from drivers.commissioning.probe import probe_room

Say = Callable[[str], None]


async def tell_probe(room_file: Path, clock: Clock, say: Say) -> bool:
    """Ask every device of a room file; say whether all of them answer and fit."""
    room = load_room(room_file)
    if not room.devices:
        say(f"{room_file}: names no devices")
    fits = True
    async for finding in probe_room(room, load_commissions(room_file), clock):
        say(str(finding))
        fits = fits and finding.fits
    return fits
