"""The command line of certs, mosquitto and enroll: what it says, and when it says no."""

from __future__ import annotations

import getpass
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import stackroom
from config.clock import SystemClock
from config.load import shipped_room
from controller.link.certificates import certify

Command = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in a folder with a site of one small room."""
    shutil.copy(shipped_room("small"), tmp_path / "room.yaml")
    site = "format: 1\nsite: my-site\nname: {zh: 我的档案室, en: My archive}\nrooms: [room.yaml]\n"
    (tmp_path / "site.yaml").write_text(site, "utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: stackroom.main(arguments)


def prepare(run: Command) -> None:
    assert run("certs", "certs", "--name", "archive.lan") == 0
    where = ("--host", "0.0.0.0", "--port", "8883", "--certs", "certs", "--enroll-later")
    assert run("mosquitto", "site.yaml", "broker", *where, "--user", getpass.getuser()) == 0


def test_from_certificates_to_a_room_that_gets_in_and_out_again(
    run: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(run)
    said = capsys.readouterr().out
    assert "Install certs/authority.crt on every workstation" in said
    assert "certs/authority.key never leaves this folder" in said
    assert not list(Path("broker").glob("*.env"))

    assert run("enroll", "site.yaml", "broker", "S1", "--ca-file", "/etc/a.crt") == 0
    assert "kill -HUP" in capsys.readouterr().out
    lines = Path("broker/S1.env").read_text("utf-8").splitlines()
    assert lines[0] == "STACKROOM_MQTT_USER=S1"
    assert lines[2:] == [
        "STACKROOM_MQTT_HOST=archive.lan",
        "STACKROOM_MQTT_PORT=8883",
        "STACKROOM_MQTT_CA_FILE=/etc/a.crt",
    ]

    assert run("enroll", "site.yaml", "broker", "S1") == 2
    assert "--renew" in capsys.readouterr().err
    assert run("enroll", "site.yaml", "broker", "S1", "--renew") == 0
    assert run("enroll", "site.yaml", "broker", "S1", "--revoke") == 0
    assert "S1 is shut out as soon as" in capsys.readouterr().out
    assert run("enroll", "site.yaml", "broker", "S1", "--revoke") == 2
    assert not Path("broker/S1.env").exists()


def test_without_further_words_everybody_of_the_site_gets_in_on_this_machine(
    run: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("mosquitto", "site.yaml", "broker", "--user", getpass.getuser()) == 0
    said = capsys.readouterr().out
    for client in ("controller", "S1"):
        assert f"{client}.env, with which {client} gets in" in said
        assert "STACKROOM_MQTT_HOST=127.0.0.1" in Path(f"broker/{client}.env").read_text("utf-8")


def test_a_broker_for_others_needs_certificates(
    run: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("mosquitto", "site.yaml", "broker", "--host", "0.0.0.0") == 2
    assert "name --certs" in capsys.readouterr().err
    assert run("mosquitto", "site.yaml", "broker", "--certificate", "x", "--key", "y") == 2
    assert "--authority all three" in capsys.readouterr().err
    assert not Path("broker").exists()


def test_looking_at_certificates_makes_none_and_exits_1_when_one_is_due(
    run: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("certs", "certs", "--check") == 2
    assert "certs/authority.crt: No such file" in capsys.readouterr().err
    certify(Path("certs"), now=SystemClock().now(), hosts=("archive.lan",))
    before = Path("certs/broker/certificate.pem").read_bytes()
    assert run("certs", "certs", "--check") == 0
    assert "Install" not in capsys.readouterr().out
    long_ago = SystemClock().now() - timedelta(days=390)
    certify(Path("old"), now=long_ago, hosts=("archive.lan",))
    assert run("certs", "old", "--check") == 1
    assert "renew it before" in capsys.readouterr().err
    assert Path("certs/broker/certificate.pem").read_bytes() == before
