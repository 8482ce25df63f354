"""One agent per data folder."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.errors import Mendable

_log = logging.getLogger(__name__)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second agent out of the folder: both would give the same numbers to other events.

    A disk that fails keeps nobody out: the room must start without it.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((folder / "serving").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServed(
                f"another room agent works in {folder}; end it, or name another folder in "
                "STACKROOM_ROOM_DATA_DIR"
            ) from error
        except OSError as error:
            _log.error(
                "%s: %s; nothing survives a restart until it can be read and written, or another "
                "folder is named in STACKROOM_ROOM_DATA_DIR",
                folder,
                error.strerror,
            )
        yield


class AlreadyServed(Mendable):
    """Another agent has this room's data folder."""
