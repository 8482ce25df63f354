"""`stackroom climate-history`: what loggers in a room would have kept."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from config.console import say
from config.errors import Mendable
from config.load import load_room
from simulators.climate_history import DAYS, write_history


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file whose probes they stood beside")
    parser.add_argument("folder", type=Path, help="where the logger files go, one for each probe")
    parser.add_argument("--days", type=int, default=DAYS, help="how far back from now")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Write the files; Mendable if the folder or the number of days does not do."""
    if not 1 <= options.days <= 4000:
        raise Mendable(f"--days {options.days}: 1 to 4000 are possible")
    try:
        paths = write_history(
            load_room(options.room),
            options.folder,
            until=datetime.now(UTC),
            days=options.days,
            seed=options.seed,
        )
    except OSError as error:
        raise Mendable(f"cannot write to {options.folder}: {error.strerror}") from error
    say(f"wrote {', '.join(path.name for path in paths.values()) or 'nothing: no probes'}")
    return 0
