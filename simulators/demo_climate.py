"""What loggers kept before the demo began: written and taken in once its pages are there.

It takes a while and nobody need wait for it, so it goes on beside the running demo. A demo that
ends meanwhile goes on with the next file when it starts again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from config.load import load_room
from simulators.demo_folder import DemoFailed, DemoFolder

Run = Callable[..., Awaitable[None]]
"""Runs a sub-command with its arguments to its end; raises DemoFailed if it fails."""
LOADED = "the climate of the last 400 days is in the archive"


async def load_climate(folder: DemoFolder, run: Run, say: Callable[[str], None]) -> None:
    """Take in the logger file of every probe that is not in yet; a failure is told, not raised."""
    room = load_room(folder.room_file)
    probes = [probe.id for probe in room.probes()]
    left = [probe for probe in probes if not _mark(folder, probe).exists()]
    if not left:
        return
    try:
        if not all(_file(folder, probe).is_file() for probe in left):
            await run("climate-history", str(folder.room_file), str(folder.loggers))
        for probe in left:
            file = str(_file(folder, probe))
            where = ("--room", room.room, "--probe", probe)
            await run("import-climate", str(folder.site_file), file, *where)
            _mark(folder, probe).touch()
    except (DemoFailed, OSError) as error:
        say(f"the climate before today is not all in: {error}")
        return
    say(LOADED)


def _file(folder: DemoFolder, probe: str) -> Path:
    return folder.loggers / f"climate-{probe}.csv"


def _mark(folder: DemoFolder, probe: str) -> Path:
    """Stands once the file of a probe is in the archive."""
    return folder.loggers / f"{probe}.imported"
