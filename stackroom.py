"""The command line: one sub-command per process, each in a file of the side that it serves."""

from __future__ import annotations

import argparse
import logging
import runpy
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE / "dashboard" / "static"

COMMANDS = {
    "demo": ("simulators.commands.demo", "a first look: everything, with a simulated room"),
    "serve": ("controller.compose.command", "the controller: archive, web page, API"),
    "room": ("drivers.commands.room", "the room agent: talks to the hardware of one room"),
    "simulate": ("simulators.commands.simulate", "a simulated room behind real protocols"),
    "holdings": ("simulators.commands.holdings", "write a made-up archive to import"),
    "climate-history": (
        "simulators.commands.climate_history",
        "write what loggers in a room would have kept",
    ),
    "broker": ("controller.commands.broker", "the embedded MQTT broker (demo, first tries)"),
    "certs": ("controller.commands.certs", "make or renew certificates for the site's network"),
    "mosquitto": ("controller.commands.mosquitto", "write what mosquitto needs to serve a site"),
    "enroll": ("controller.commands.enroll", "let one client into the broker, or shut it out"),
    "import": ("controller.commands.importing", "import boxes or files from CSV or XLSX"),
    "replay": ("controller.commands.replay", "count what limits would have raised in the past"),
    "import-climate": (
        "controller.commands.importing_climate",
        "take in what a data logger measured",
    ),
    "check": ("drivers.commands.check", "check room and site files"),
    "commission": ("drivers.commands.commission", "walk two people through a moving test"),
    "calibrate": ("drivers.commands.calibrate", "learn how well each antenna hears its shelves"),
    "audit": ("controller.commands.audit", "check the audit trail of a stopped or running site"),
}
"""Where each command stands, with `add_arguments(parser)` and `run(options)`, and its help."""

_IN_CHECKOUT = {"test": "run.py", "bench": "bench/run.py", "fuzz": "fuzz/run.py"}
_EPILOG = (
    "In a checkout also: test, bench NAME, fuzz. Settings come from STACKROOM_… in the environment."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sub-command named on the command line; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _IN_CHECKOUT:
        return _in_checkout(given[0], given[1:])
    options = _parser(next((word for word in given if word[:1] != "-"), "")).parse_args(given)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    from pydantic import ValidationError

    from config.errors import Mendable

    try:
        return int(options.run(options))
    except Mendable as error:
        print(f"stackroom: {error}", file=sys.stderr)
    except ValidationError as error:
        for problem in error.errors():
            print(f"stackroom: {problem['msg']}", file=sys.stderr)
    return 2


def _parser(named: str) -> argparse.ArgumentParser:
    """List all commands; only the one that is named is loaded, as a process needs one side only."""
    parser = argparse.ArgumentParser(
        prog="stackroom", description="Smart archive-room controller.", epilog=_EPILOG
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (where, says) in COMMANDS.items():
        command = commands.add_parser(name, help=says)
        if name == named:
            module = import_module(where)
            module.add_arguments(command)
            command.set_defaults(run=module.run, static=STATIC)
    return parser


def _in_checkout(what: str, arguments: Sequence[str]) -> int:
    """Run a command for developers, which exists in a checkout only."""
    script = HERE / "tests" / _IN_CHECKOUT[what]
    if not script.is_file():
        print(f"stackroom: `{what}` works in a checkout of the project only", file=sys.stderr)
        return 2
    sys.argv = [f"stackroom {what}", *arguments]
    return int(runpy.run_path(str(script))["main"]())


if __name__ == "__main__":
    raise SystemExit(main())
