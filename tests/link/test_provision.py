"""What `stackroom mosquitto` writes: passwords that stay, files that nobody else reads."""

from __future__ import annotations

import getpass
import stat
from pathlib import Path

import pytest

from config.errors import Mendable
from controller.link.provision import provision


def write(folder: Path, *rooms: str, host: str = "127.0.0.1", run_as: str | None = None) -> Path:
    run_as = run_as or getpass.getuser()
    return provision(folder, "test", rooms, host=host, port=1883, run_as=run_as)


def test_every_client_gets_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    configuration = write(tmp_path / "broker", "R1")
    assert "listener 1883 127.0.0.1" in configuration.read_text("utf-8")
    lines = (tmp_path / "broker" / "R1.env").read_text("utf-8").splitlines()
    assert lines[0] == "STACKROOM_MQTT_USER=R1"
    assert len(lines[1].removeprefix("STACKROOM_MQTT_PASSWORD=")) >= 32
    assert lines[2] == "STACKROOM_MQTT_PORT=1883"
    for name in ("controller.env", "R1.env", "passwords", "rights"):
        assert stat.S_IMODE((tmp_path / "broker" / name).stat().st_mode) == 0o600
    assert lines[1].partition("=")[2] not in (tmp_path / "broker" / "passwords").read_text("utf-8")


def test_a_room_is_added_and_the_other_passwords_stay(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    before = (tmp_path / "R1.env").read_bytes()
    write(tmp_path, "R1", "R2")
    assert (tmp_path / "R1.env").read_bytes() == before
    assert (tmp_path / "R2.env").read_bytes() != before
    assert "user R2" in (tmp_path / "rights").read_text("utf-8")


def test_beyond_this_machine_a_certificate_is_needed(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match="--certificate"):
        write(tmp_path, "R1", host="0.0.0.0")
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_password_and_a_user_nobody_knows_are_named(tmp_path: Path) -> None:
    (tmp_path / "R1.env").write_text("STACKROOM_MQTT_USER=R1\n", "utf-8")
    with pytest.raises(Mendable, match=r"R1\.env names no STACKROOM_MQTT_PASSWORD"):
        write(tmp_path, "R1")
    with pytest.raises(Mendable, match="there is no user nobody-here"):
        write(tmp_path / "other", run_as="nobody-here")
    assert not (tmp_path / "other").exists()
