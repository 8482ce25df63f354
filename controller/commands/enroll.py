"""`stackroom enroll`: lets one client into the broker, or shuts it out."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.clock import SystemClock
from config.console import say
from config.load import load_site
from controller.link.enrolment import enroll, revoke


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")
    parser.add_argument("folder", type=Path, help="the one of `stackroom mosquitto`")
    parser.add_argument("agent", help="a room's code, or controller")
    parser.add_argument("--broker", metavar="HOST", help="what this client calls the broker")
    parser.add_argument("--ca-file", type=Path, help="where it keeps the authority's certificate")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--renew", action="store_true", help="give it a new password")
    how.add_argument("--revoke", action="store_true", help="shut it out")


def run(options: argparse.Namespace) -> int:
    """Let it in or shut it out, and say what is to be done with the password."""
    site, rooms = load_site(options.site)
    if options.revoke:
        revoke(options.folder, site.site, options.agent)
        say(f"{options.agent} is shut out as soon as mosquitto reads its lists again")
    else:
        path = enroll(
            options.folder,
            site.site,
            options.agent,
            known=tuple(rooms),
            now=SystemClock().now(),
            reach_by=options.broker,
            ca_file=options.ca_file,
            renew=options.renew,
        )
        say(f"wrote {path}, with which {options.agent} gets in; it holds a password: take it to")
        say("that machine over a safe way, keep it readable by its agent alone, remove it here")
    say("tell a running mosquitto to read its lists again: kill -HUP PID, or where systemd runs it")
    say("`systemctl reload` with the name of its unit; nothing else is interrupted")
    return 0
