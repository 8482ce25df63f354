"""Writes files that hold secrets: whole or not at all, and readable by their owner alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write_file(path: Path, content: str | bytes, *, mode: int, owner: str | None = None) -> None:
    """Put a file in place of an older one in one step; `owner` is whom it is given to.

    Whoever reads it meanwhile has the old one or the new one. A link in its place is replaced, not
    followed. Raises OSError; LookupError if nobody is called `owner`.
    """
    raw = content.encode() if isinstance(content, str) else content
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        if owner is not None:
            shutil.chown(fresh, user=owner)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def write_once(path: Path, content: bytes) -> None:
    """Write a private file that nobody may ever overwrite; raise FileExistsError if it is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a folder to ourselves: who else wants to change it waits until we are done."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
