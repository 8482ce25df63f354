"""`stackroom mosquitto`: writes what mosquitto needs to serve a site."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.clock import SystemClock
from config.console import say
from config.load import load_site
from controller.link.provision import BrokerTls, provision


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")
    parser.add_argument("folder", type=Path, help="where mosquitto.conf and the passwords go")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--host", default="127.0.0.1", help="the address it listens on")
    parser.add_argument("--certs", type=Path, help="folder of `stackroom certs`; or else:")
    parser.add_argument("--certificate", type=Path, help="needed beyond this machine")
    parser.add_argument("--key", type=Path, help="of the certificate")
    parser.add_argument("--authority", type=Path, help="certificate of who signed it")
    parser.add_argument("--user", help="whom mosquitto becomes when root starts it")
    parser.add_argument(
        "--enroll-later", action="store_true", help="let nobody in who is not in already"
    )


def run(options: argparse.Namespace) -> int:
    """Write the configuration and who gets in, and say what was written."""
    site, rooms = load_site(options.site)
    done = provision(
        options.folder,
        site.site,
        () if options.enroll_later else ("controller", *rooms),
        host=options.host,
        port=options.port,
        now=SystemClock().now(),
        run_as=options.user,
        tls=BrokerTls.named(options.certs, options.certificate, options.key, options.authority),
    )
    say(f"wrote {done.configuration}; start it with: /usr/sbin/mosquitto -c {done.configuration}")
    for path in done.written:
        say(f"wrote {path}, with which {path.stem} gets in")
    for client in done.elsewhere:
        say(f"{client} gets in with the password it has; its file is not here any more")
    for client in done.revoked:
        say(f"{client} stays shut out; `stackroom enroll` lets it in again")
    return 0
