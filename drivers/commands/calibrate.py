"""`stackroom calibrate`: leads a person with a known tag along the shelves."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.clock import SystemClock
from config.console import ask, run_until_told, say
from config.errors import Mendable
from config.settings import RoomSettings
from drivers.calibration.commands import run_calibrate

_INTERRUPTED = 130
"""What a shell takes for "ended by Ctrl-C"."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file")
    parser.add_argument("--tag", metavar="EPC", help="number of the known tag; asked for if unsaid")


def run(options: argparse.Namespace) -> int:
    """Measure, ask, and write; Ctrl-C before that leaves everything as it was."""
    if not sys.stdin.isatty():
        raise Mendable(
            "a person answers at the keyboard; this needs a terminal, not a file or pipe"
        )
    walking = run_calibrate(
        options.room,
        data_dir=RoomSettings().data_dir,
        tag=options.tag,
        ask=ask,
        say=say,
        clock=SystemClock(),
    )
    return run_until_told(walking, when_told=_INTERRUPTED)
