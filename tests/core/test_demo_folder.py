"""The demo's folder and port: what it refuses before it touches anything."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from config.load import load_room, load_site, shipped_room
from config.room import Room
from simulators.demo import run_demo
from simulators.demo_folder import DemoFailed, held_folder
from simulators.harness import run_fast, simulated_room


def test_a_second_demo_in_the_folder_is_refused_and_removes_nothing(tmp_path: Path) -> None:
    with held_folder(tmp_path, reset=False) as folder:
        folder.imported.touch()
        with (
            pytest.raises(DemoFailed, match=r"a demo runs in .* already"),
            held_folder(tmp_path, reset=True),
        ):
            pass
        assert folder.imported.exists()


def test_the_folder_is_free_once_the_demo_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with held_folder(tmp_path, reset=False) as folder:
            assert folder.site_file.is_file()


def test_a_reset_removes_what_a_demo_made_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with held_folder(tmp_path, reset=False) as folder:
        folder.controller.mkdir()
        folder.imported.touch()
    with held_folder(tmp_path, reset=True) as folder:
        assert not folder.controller.exists()
        assert not folder.imported.exists()
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DemoFailed, match=r"file.*--data"),
        held_folder(tmp_path / "file", reset=False),
    ):
        pass


def test_a_port_that_is_taken_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(DemoFailed, match=f"port {port} is taken .*--port 0"):
            asyncio.run(run_demo(tmp_path / "demo", port=port, reset=False, say=print))
    assert not (tmp_path / "demo").exists()


def test_the_controller_finds_its_room_before_the_simulator_has_written_one(tmp_path: Path) -> None:
    (tmp_path / "room.yaml").write_text("left by another version", "utf-8")
    with held_folder(tmp_path, reset=False) as folder:
        _, rooms = load_site(folder.site_file)
    assert list(rooms.values()) == [load_room(shipped_room("simulated"))]


def test_the_simulator_changes_nothing_in_the_room_but_where_devices_answer() -> None:
    shipped = load_room(shipped_room("simulated"))

    async def scenario() -> None:
        async with simulated_room(shipped) as simulated:
            assert simulated.room != shipped
            assert without_addresses(simulated.room) == without_addresses(shipped)

    run_fast(scenario)


def without_addresses(room: Room) -> dict[str, Any]:
    content = room.model_dump()
    for device in content["devices"]:
        del device["at"]
    return content
