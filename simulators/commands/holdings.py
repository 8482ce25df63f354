"""`stackroom holdings`: a made-up archive to import."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.console import say
from config.errors import Mendable
from config.load import load_room
from simulators.holdings import write_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file whose shelves it fills")
    parser.add_argument("folder", type=Path, help="where the import files go")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--boxes", type=int, default=9231)
    parser.add_argument("--files", type=int, default=65772)


def run(options: argparse.Namespace) -> int:
    """Write the lists; Mendable if the folder or the numbers do not do."""
    room = load_room(options.room)
    try:
        paths = write_archive(
            room, options.folder, seed=options.seed, boxes=options.boxes, files=options.files
        )
    except OSError as error:
        raise Mendable(f"cannot write to {options.folder}: {error.strerror}") from error
    except ValueError as error:
        raise Mendable(f"{error} (--boxes, --files)") from error
    say(f"wrote {paths.boxes_xlsx}, {paths.files_csv} and {paths.tags_csv}")
    return 0
