"""`stackroom commission`: walks two people through the moving test of a bank."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from config.clock import SystemClock
from config.console import ask, run_until_told, say
from config.errors import Mendable
from config.settings import BrokerSettings, RoomSettings
from drivers.commissioning.commands import run_commission

_INTERRUPTED = 130
"""What a shell takes for "ended by Ctrl-C"."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file")
    parser.add_argument("--device", required=True, help="the bank's controller, by its id")
    parser.add_argument("--site", required=True, help="the site's id, as in its site file")


def run(options: argparse.Namespace) -> int:
    """Walk them through, with the room's agent running meanwhile."""
    if not sys.stdin.isatty():
        raise Mendable(
            "two people answer at the keyboard; this needs a terminal, not a file or pipe"
        )
    _log_to(options.room.with_suffix(".commission.log"))
    walking = run_commission(
        options.room,
        options.device,
        site=options.site,
        settings=RoomSettings(),
        broker=BrokerSettings(),
        ask=ask,
        say=say,
        clock=SystemClock(),
    )
    return run_until_told(walking, when_told=_INTERRUPTED)


def _log_to(path: Path) -> None:
    """Log to a file, because log lines would stand between a question and its answer."""
    try:
        kept = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise Mendable(f"cannot log to {path}: {error.strerror}") from error
    kept.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[kept], force=True)
    say(f"what the room agent logs meanwhile goes to {path}")
