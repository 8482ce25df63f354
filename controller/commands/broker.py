"""`stackroom broker`: the embedded MQTT broker, for the demo and first tries."""

from __future__ import annotations

import argparse

from config.console import run_until_told, say
from controller.link.broker import run_broker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("--site", required=True, help="the site's id, as in its site file")
    parser.add_argument("--port", type=int, default=1883, help="0 takes a free one")


def run(options: argparse.Namespace) -> int:
    """Run the broker until told to end."""
    return run_until_told(run_broker(options.site, port=options.port, announce=say))
