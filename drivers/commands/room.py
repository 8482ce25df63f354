"""`stackroom room`: the agent that talks to the hardware of one room."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.calibrations import load_calibration
from config.clock import SystemClock
from config.commissions import load_commissions
from config.console import run_until_told, say
from config.load import load_room
from config.settings import BrokerSettings, RoomSettings
from drivers.room.opening import run_room


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file")
    parser.add_argument("--site", required=True, help="the site's id, as in its site file")


def run(options: argparse.Namespace) -> int:
    """Serve a room until told to end."""
    room = load_room(options.room)
    running = run_room(
        room,
        RoomSettings(),
        BrokerSettings(),
        site=options.site,
        clock=SystemClock(),
        announce=say,
        commissions=load_commissions(options.room),
        calibration=load_calibration(options.room),
    )
    return run_until_told(running)
