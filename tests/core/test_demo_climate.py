"""How a demo comes by the climate before its first day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_room
from simulators.climate_history import write_history
from simulators.demo_climate import LOADED, load_climate
from simulators.demo_folder import DemoFailed, DemoFolder, held_folder

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Commands:
    """Runs the sub-commands that a demo would start as processes, as far as this is about them."""

    def __init__(self, *, fails_at: str | None = None) -> None:
        self.ran: list[tuple[str, ...]] = []
        self.fails_at = fails_at

    async def run(self, *arguments: str) -> None:
        self.ran.append(arguments)
        if arguments[0] == "climate-history":
            write_history(load_room(Path(arguments[1])), Path(arguments[2]), until=AT, days=1)
        elif arguments[-1] == self.fails_at:
            raise DemoFailed("import-climate ended with 1")

    def imported(self) -> list[str]:
        return [arguments[-1] for arguments in self.ran if arguments[0] == "import-climate"]


@pytest.fixture
def folder(tmp_path: Path) -> DemoFolder:
    with held_folder(tmp_path / "demo", reset=False) as folder:
        return folder


def load(folder: DemoFolder, commands: Commands) -> list[str]:
    said: list[str] = []
    asyncio.run(load_climate(folder, commands.run, said.append))
    return said


def test_the_file_of_every_probe_is_taken_in_once(folder: DemoFolder) -> None:
    commands = Commands()
    assert load(folder, commands) == [LOADED]
    assert commands.imported() == [f"probe-{number}" for number in range(1, 8)]
    again = Commands()
    assert load(folder, again) == []
    assert again.ran == []


def test_what_a_demo_could_not_take_in_is_told_and_done_at_its_next_start(
    folder: DemoFolder,
) -> None:
    (said,) = load(folder, Commands(fails_at="probe-3"))
    assert "import-climate ended with 1" in said
    later = Commands()
    assert load(folder, later) == [LOADED]
    assert later.imported() == [f"probe-{number}" for number in range(3, 8)]
    assert later.ran[0][0] == "import-climate"  # the files were there already
    folder.clear()
    assert not folder.loggers.exists()
