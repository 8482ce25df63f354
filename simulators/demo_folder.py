"""The folder in which a demo keeps its data, held by one demo at a time."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.errors import Mendable
from config.load import shipped_room


class DemoFailed(Mendable):
    """The demo could not start, or a part of it ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFolder:
    """Where a demo keeps its things between two starts."""

    root: Path

    @property
    def running(self) -> Path:
        """Locked while a demo runs here."""
        return self.root / "running"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def site_file(self) -> Path:
        return self.root / "site.yaml"

    @property
    def room_file(self) -> Path:
        """The room as it ships, until the simulator writes it again with its own addresses."""
        return self.root / "room.yaml"

    @property
    def imported(self) -> Path:
        """Stands once the whole archive is in the database."""
        return self.root / "imported"

    @property
    def loggers(self) -> Path:
        """Where the files of loggers are, and which of them are in."""
        return self.root / "loggers"

    @property
    def controller(self) -> Path:
        return self.root / "controller"

    @property
    def room(self) -> Path:
        return self.root / "room"

    def clear(self) -> None:
        """Remove what a demo made and nothing else, as the folder may be anybody's."""
        for path in (self.archive, self.loggers, self.controller, self.room):
            if path.exists():
                shutil.rmtree(path)
        for path in (self.imported, self.room_file, self.site_file):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def held_folder(root: Path, *, reset: bool) -> Iterator[DemoFolder]:
    """Hold the folder while the demo runs, with site and room file in it, emptied if `reset`.

    Raises DemoFailed if another demo holds it or it cannot be written.
    """
    folder = DemoFolder(root=root.resolve())
    try:
        with _locked(folder):
            _lay_out(folder, reset)
            yield folder
    except OSError as error:
        where = error.filename or folder.root
        raise DemoFailed(
            f"{where}: {error.strerror}; name a folder that can be written with --data"
        ) from error


@contextlib.contextmanager
def _locked(folder: DemoFolder) -> Iterator[None]:
    folder.root.mkdir(parents=True, exist_ok=True)
    with folder.running.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoFailed(
                f"a demo runs in {folder.root} already; end it, or name another folder with --data"
            ) from error
        yield


def _lay_out(folder: DemoFolder, reset: bool) -> None:
    if reset:
        folder.clear()
    shutil.copyfile(shipped_room("demo-site"), folder.site_file)
    shutil.copyfile(shipped_room("simulated"), folder.room_file)
