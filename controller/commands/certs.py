"""`stackroom certs`: makes, renews or looks at the certificates of a site's network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.clock import SystemClock
from config.console import say
from controller.link.certificates import certify, look_at, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("folder", type=Path, help="where they go; it holds the authority's key")
    parser.add_argument("--name", action="append", default=[], help="a host name that is called")
    parser.add_argument("--address", action="append", default=[], help="an IP address, likewise")
    parser.add_argument(
        "--for",
        dest="servers",
        action="append",
        default=[],
        metavar="SERVER",
        help="controller, broker (these two if unsaid), or room-CODE for a room's own page",
    )
    parser.add_argument("--check", action="store_true", help="only say what is due; exit 1 if any")


def run(options: argparse.Namespace) -> int:
    """Make what is missing or due; with --check only look, and return 1 if any is due."""
    now = SystemClock().now()
    if options.check:
        found = look_at(options.folder)
    else:
        hosts = (*options.name, *options.address)
        found = certify(options.folder, now=now, servers=options.servers, hosts=hosts)
    for line in tell(found, made=not options.check):
        say(line)
    due = found.list_due(now)
    for sentence in due:
        print(f"stackroom: {sentence}", file=sys.stderr)
    return 1 if options.check and due else 0
