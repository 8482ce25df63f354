"""`stackroom check`: whether room and site files and their limits are good, and devices answer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.clock import SystemClock
from config.console import run_until_told, say
from config.limit_files import check_named, load_limits
from config.load import BadFile, is_site_file, load_room, load_site
from config.room import Room


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--probe", action="store_true", help="also ask every device; only reads")


def run(options: argparse.Namespace) -> int:
    """Check each file; return 1 if one of them or a device is not as it should be."""
    failed = 0
    for path in options.files:
        try:
            is_site = is_site_file(path)
            rooms = load_site(path)[1].values() if is_site else [load_room(path)]
            check_named(path, rooms, load_limits(path))
            flaws = [] if is_site else [f for room in rooms for f in _profile_flaws(room)]
            for flaw in flaws:
                print(f"stackroom: {path}: {flaw}", file=sys.stderr)
            if not flaws:
                say(f"{path}: good")
            if flaws or (options.probe and not is_site and not _probe(path)):
                failed = 1
        except BadFile as error:
            failed = 1
            print(f"stackroom: {error}", file=sys.stderr)
    return failed


def _profile_flaws(room: Room) -> list[str]:
    """List what is wrong with the profiles that devices of the air name."""
    from drivers.commissioning.air import list_profile_flaws  # as below

    return list(list_profile_flaws(room))


def _probe(room_file: Path) -> bool:
    """Ask every device of a room file; say whether all answer and fit."""
    from drivers.commissioning.commands import tell_probe  # files alone need no driver

    fits: list[bool] = []

    async def probe() -> None:
        fits.append(await tell_probe(room_file, SystemClock(), say))

    run_until_told(probe())
    return fits == [True]
