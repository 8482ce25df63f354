"""`stackroom simulate`: a simulated room behind real protocols."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.console import run_until_told, say
from config.load import load_room
from config.settings import SimulatorSettings
from simulators.app import simulate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("room", type=Path, help="room file")
    parser.add_argument("--write-room", type=Path, required=True, metavar="OUT")
    parser.add_argument("--tags", type=Path, help="CSV that says which tagged boxes stand where")
    parser.add_argument("--port", type=int, default=0, help="of the page; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Simulate a room until told to end."""
    password = SimulatorSettings().tag_password
    running = simulate(
        load_room(options.room),
        options.write_room,
        boxes=options.tags,
        seed=options.seed,
        page_port=options.port,
        tag_password=0 if password is None else int(password.get_secret_value(), 16),
        announce=say,
    )
    return run_until_told(running)
