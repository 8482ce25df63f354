"""`stackroom audit verify`: checks the audit trail of a stopped or running site."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from config.console import say
from config.settings import ControllerSettings
from controller.audit.store import verify_chain
from controller.data.databases import RECORDS_FILE
from controller.store.engine import Store, sqlite_url

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("what", choices=("verify",))


def run(_options: argparse.Namespace) -> int:
    """Check the chain of the data folder of the settings."""
    return verify_audit(ControllerSettings(), say=say)


def verify_audit(settings: ControllerSettings, *, say: Say) -> int:
    """Check the audit chain of a data folder, in use or not; return 0 if it is whole."""
    path = settings.data_dir / RECORDS_FILE
    if not path.is_file():
        say(f"{path} does not exist; name the data folder in STACKROOM_DATA_DIR")
        return 2
    store = Store(sqlite_url(path), synchronous="FULL")
    try:
        with store.read() as session:
            verdict = verify_chain(session)
    except DBAPIError as error:
        say(f"{path} cannot be read: {error.orig}; verify the backup")
        return 2
    finally:
        store.close()
    if verdict.whole:
        say(f"the audit trail is whole: {verdict.entries} entries")
        return 0
    say(f"the audit trail is broken at entry {verdict.broken_seq}: {verdict.why}")
    return 1
