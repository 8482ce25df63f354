"""`stackroom commission`: walks two people through the moving test of a bank."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.clock import SystemClock
from config.console import ask, run_until_told, say
from config.settings import BrokerSettings, RoomSettings
from drivers.commissioning.commands import run_commission


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file")
    parser.add_argument("--device", required=True, help="the bank's controller, by its id")
    parser.add_argument("--site", required=True, help="the site's id, as in its site file")


def run(options: argparse.Namespace) -> int:
    """Walk them through, with the room's agent running meanwhile."""
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
    return run_until_told(walking)
