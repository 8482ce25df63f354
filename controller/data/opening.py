"""Opens the data folder of the archive side: databases brought up to date, keys, shelves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from config.clock import Clock, SystemClock
from config.errors import Mendable
from config.limit_files import Library, shipped_limits
from config.room import Room
from config.site import Site
from controller.context import Context
from controller.data.databases import RECORDS_FILE, open_stores
from controller.holdings.shelves import sync_shelves
from controller.live import Hub
from controller.store.database import MigrationProblem
from controller.store.secrets import KeyProblem, Keys


class CannotStart(Mendable):
    """The archive side cannot start here; the message says why and what to do."""


@contextmanager
def open_context(
    folder: Path,
    site: Site,
    rooms: Mapping[str, Room],
    *,
    clock: Clock | None = None,
    limits: Library | None = None,
) -> Iterator[Context]:
    """Open a data folder and make its shelves those of the room files. Raises CannotStart."""
    keys = _load_keys(folder)
    with _told_if_spoiled(folder):
        stores = open_stores(folder)
    try:
        context = Context(
            records=stores.records,
            telemetry=stores.telemetry,
            keys=keys,
            clock=clock or SystemClock(),
            hub=Hub(),
            site=site,
            rooms=rooms,
            limits=limits or shipped_limits(),
        )
        with _told_if_spoiled(folder), context.records.write() as session:
            for room in rooms.values():
                sync_shelves(session, room, at=context.clock.now())
        yield context
    finally:
        stores.close()


@contextmanager
def _told_if_spoiled(folder: Path) -> Iterator[None]:
    """Say in one sentence what a person can do about a database that cannot be used."""
    try:
        yield
    except (MigrationProblem, OSError) as error:
        raise CannotStart(str(error)) from error
    except DBAPIError as error:
        raise CannotStart(
            f"a database in {folder} cannot be used: {error.orig}; see that its disk is not full "
            "and may be written to, or restore the folder from the backup"
        ) from error


def _load_keys(folder: Path) -> Keys:
    """New keys could not read what old ones wrote, so only an empty folder gets new ones."""
    path = folder / "keys"
    if (folder / RECORDS_FILE).exists() and not Keys.exist_in(path):
        raise CannotStart(
            f"{path} holds no keys, but {folder / RECORDS_FILE} was written with some: "
            "restore the key file from the backup"
        )
    try:
        return Keys.from_dir(path)
    except (KeyProblem, OSError) as error:
        raise CannotStart(str(error)) from error
