"""What `stackroom mosquitto` writes: passwords that stay, files that nobody else reads."""

from __future__ import annotations

import getpass
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import Mendable
from controller.link.certificates import certify
from controller.link.enrolment import enroll, revoke
from controller.link.mosquitto import read_accounts
from controller.link.provision import BrokerTls, Provisioned, provision

NOW = datetime.now(UTC)


def write(
    folder: Path,
    *rooms: str,
    host: str = "127.0.0.1",
    port: int = 1883,
    run_as: str | None = None,
    tls: BrokerTls | None = None,
) -> Provisioned:
    return provision(
        folder,
        "test",
        ("controller", *rooms),
        host=host,
        port=port,
        now=NOW,
        run_as=run_as or getpass.getuser(),
        tls=tls,
    )


def test_every_client_gets_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    configuration = write(tmp_path / "broker", "R1").configuration
    assert "listener 1883 127.0.0.1" in configuration.read_text("utf-8")
    lines = (tmp_path / "broker" / "R1.env").read_text("utf-8").splitlines()
    assert lines[0] == "STACKROOM_MQTT_USER=R1"
    assert len(lines[1].removeprefix("STACKROOM_MQTT_PASSWORD=")) >= 32
    assert lines[2:] == ["STACKROOM_MQTT_HOST=127.0.0.1", "STACKROOM_MQTT_PORT=1883"]
    for name in ("controller.env", "R1.env", "passwords", "rights"):
        assert stat.S_IMODE((tmp_path / "broker" / name).stat().st_mode) == 0o600
    assert lines[1].partition("=")[2] not in (tmp_path / "broker" / "passwords").read_text("utf-8")


def test_a_room_is_added_and_the_other_passwords_stay(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    before, hashed = (tmp_path / "R1.env").read_bytes(), read_accounts(tmp_path)["R1"]
    write(tmp_path, "R1", "R2")
    assert (tmp_path / "R1.env").read_bytes() == before
    assert read_accounts(tmp_path)["R1"] == hashed
    assert (tmp_path / "R2.env").read_bytes() != before
    assert "user R2" in (tmp_path / "rights").read_text("utf-8")


def test_a_room_whose_file_was_taken_to_it_gets_in_as_before(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    hashed = read_accounts(tmp_path)["R1"]
    (tmp_path / "R1.env").rename(tmp_path / "carried away")
    assert write(tmp_path, "R1").elsewhere == ("R1",)
    assert read_accounts(tmp_path)["R1"] == hashed
    assert not (tmp_path / "R1.env").exists()


def test_lost_lists_are_made_again_from_the_clients_files(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    before = (tmp_path / "R1.env").read_bytes()
    (tmp_path / "passwords").unlink()
    write(tmp_path, "R1")
    assert "R1" in read_accounts(tmp_path)
    assert (tmp_path / "R1.env").read_bytes() == before


def test_a_new_port_is_told_to_those_whose_files_are_here(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    write(tmp_path, "R1", port=1884)
    assert "STACKROOM_MQTT_PORT=1884" in (tmp_path / "R1.env").read_text("utf-8").splitlines()


def test_who_was_shut_out_stays_out_until_enrolled_again(tmp_path: Path) -> None:
    write(tmp_path, "R1")
    revoke(tmp_path, "test", "R1")
    assert write(tmp_path, "R1").revoked == ("R1",)
    assert "R1" not in read_accounts(tmp_path)
    enroll(tmp_path, "test", "R1", known=("R1",), now=NOW)
    assert write(tmp_path, "R1").revoked == ()
    assert "R1" in read_accounts(tmp_path)


def test_beyond_this_machine_a_certificate_is_needed(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match="--certs"):
        write(tmp_path, "R1", host="0.0.0.0")
    assert list(tmp_path.iterdir()) == []


def test_with_certificates_every_client_knows_a_name_and_an_authority(tmp_path: Path) -> None:
    certify(tmp_path / "certs", now=NOW, hosts=("archive.test",))
    folder = tmp_path / "broker"
    write(folder, "R1", host="0.0.0.0", tls=BrokerTls.named(tmp_path / "certs"))
    lines = (folder / "R1.env").read_text("utf-8").splitlines()
    assert "STACKROOM_MQTT_HOST=archive.test" in lines
    assert f"STACKROOM_MQTT_CA_FILE={folder / 'authority.crt'}" in lines


def test_certificates_come_from_a_folder_or_are_named_one_by_one(tmp_path: Path) -> None:
    assert BrokerTls.named(None) is None
    for given in ((tmp_path, tmp_path), (None, tmp_path), (None, tmp_path, tmp_path)):
        with pytest.raises(Mendable, match="--certs alone, or"):
            BrokerTls.named(*given)
    assert BrokerTls.named(None, tmp_path, tmp_path, tmp_path) is not None


def test_a_file_without_a_password_and_a_user_nobody_knows_are_named(tmp_path: Path) -> None:
    (tmp_path / "R1.env").write_text("STACKROOM_MQTT_USER=R1\n", "utf-8")
    with pytest.raises(Mendable, match=r"R1\.env names no STACKROOM_MQTT_PASSWORD"):
        write(tmp_path, "R1")
    with pytest.raises(Mendable, match="there is no user nobody-here"):
        write(tmp_path / "other", run_as="nobody-here")
    assert not (tmp_path / "other").exists()
