"""`stackroom demo`: a first look at everything, with a simulated room."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.console import run_until_told, say
from simulators.demo import run_demo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument(
        "--port", type=int, default=8080, help="of the web page; 0 takes a free one"
    )
    parser.add_argument("--reset", action="store_true", help="start over with fresh data")
    parser.add_argument("--data", type=Path, default=Path(".stackroom/demo"), help="its folder")


def run(options: argparse.Namespace) -> int:
    """Run the demo until told to end."""
    return run_until_told(run_demo(options.data, port=options.port, reset=options.reset, say=say))
