"""`stackroom serve`: the controller, with archive, web page and API."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.console import run_until_told, say
from config.limit_files import load_limits
from config.load import load_site
from config.settings import BrokerSettings, ControllerSettings, SmtpSettings
from controller.compose.serving import serve

TURN_S = 0.001
"""So long one thread computes before another that waits gets its turn; Python's own 5 ms add up
over the hops of a request, and a search beside a roll-up or an import would be felt."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")


def run(options: argparse.Namespace) -> int:
    """Serve a site until told to end; `options.static` is the folder of the built page."""
    sys.setswitchinterval(TURN_S)
    site, rooms = load_site(options.site)
    limits = load_limits(options.site)
    settings, broker, smtp = ControllerSettings(), BrokerSettings(), SmtpSettings()
    running = serve(
        settings,
        broker,
        site,
        rooms,
        static=options.static,
        announce=say,
        smtp=smtp,
        limits=limits,
    )
    return run_until_told(running)
