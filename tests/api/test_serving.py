"""The controller as a whole: starts, says where it is, ends at once, is alone in its folder."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from config.load import load_site, shipped_room
from config.settings import BrokerSettings, ControllerSettings
from controller.commands.audit import verify_audit
from controller.compose import CannotStart, serve
from controller.people.passwords import Passwords

from .conftest import OWN

ROOT = Path(__file__).resolve().parents[2]
NO_BROKER = BrokerSettings(port=1)
ADMIN = {"name": "周敏", "password": "rain on a tin roof", "post": "system_admin"}
CLERK = {"name": "李强", "password": "green tea at nine", "post": "archivist"}


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    """A site of one small room."""
    (tmp_path / "small.yaml").write_bytes(shipped_room("small").read_bytes())
    path = tmp_path / "site.yaml"
    path.write_text(
        "format: 1\nsite: test\nname: {zh: 测试, en: Test}\nrooms: [small.yaml]\n", "utf-8"
    )
    return path


@pytest.fixture
def settings(tmp_path: Path) -> ControllerSettings:
    return ControllerSettings(data_dir=tmp_path / "data", port=0)


@asynccontextmanager
async def serving(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> AsyncIterator[list[str]]:
    """A running controller; gives what it announced, the last being where it is ready."""
    site, rooms = load_site(site_file)
    said: list[str] = []
    ready = asyncio.Event()

    def announce(line: str) -> None:
        said.append(line)
        if line.startswith("ready "):
            ready.set()

    running = asyncio.create_task(
        serve(settings, NO_BROKER, site, rooms, static=None, announce=announce, passwords=passwords)
    )
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({running, waiting}, timeout=30, return_when="FIRST_COMPLETED")
        if running.done():
            running.result()
        yield said
    finally:
        waiting.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError, CannotStart):
            await asyncio.wait_for(running, 10)


def address_of(said: list[str]) -> str:
    return said[-1].removeprefix("ready ")


def test_the_first_start_shows_the_way_in_and_the_second_does_not(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    async def story() -> None:
        async with serving(site_file, settings, passwords) as said:
            address = address_of(said)
            link = said[0].rpartition(" ")[2]
            assert link.startswith(f"{address}/setup#token=")
            token = link.partition("#token=")[2]
            async with httpx2.AsyncClient(base_url=address, headers=OWN) as browser:
                made = await browser.post(
                    "/api/v1/setup", json={"token": token, "accounts": [ADMIN, CLERK]}
                )
                assert made.status_code == 201
        async with serving(site_file, settings, passwords) as said:
            assert len(said) == 1
            async with httpx2.AsyncClient(base_url=address_of(said), headers=OWN) as browser:
                body = {"name": CLERK["name"], "password": CLERK["password"]}
                assert (await browser.post("/api/v1/session", json=body)).status_code == 200
                rooms = await browser.get("/api/v1/rooms")
                assert [room["room"] for room in rooms.json()["rooms"]] == ["S1"]
        told: list[str] = []
        assert verify_audit(settings, say=told.append) == 0
        assert "whole" in told[0]

    asyncio.run(story())


def test_a_data_folder_that_is_none_is_told_in_one_sentence(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    settings.data_dir.write_text("a file")

    async def story() -> None:
        with pytest.raises(CannotStart, match="name another in STACKROOM_DATA_DIR"):
            async with serving(site_file, settings, passwords):
                pass

    asyncio.run(story())


def test_a_demo_has_its_accounts_and_shows_them(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    async def story() -> None:
        demo = settings.model_copy(update={"demo": True})
        async with serving(site_file, demo, passwords) as said:
            assert len(said) == 1
            async with httpx2.AsyncClient(base_url=address_of(said), headers=OWN) as browser:
                shown = (await browser.get("/api/v1/session")).json()
                account = shown["demo"]["accounts"][0]
                del account["post"]
                assert (await browser.post("/api/v1/session", json=account)).status_code == 200

    asyncio.run(story())


def test_a_second_controller_leaves_the_folder_alone(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    async def story() -> None:
        async with serving(site_file, settings, passwords):
            with pytest.raises(CannotStart, match="another controller serves"):
                async with serving(site_file, settings, passwords):
                    pass

    asyncio.run(story())


def test_a_port_in_use_is_named(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            busy = settings.model_copy(update={"port": port})
            with pytest.raises(CannotStart, match=rf"cannot listen on 127\.0\.0\.1 port {port}"):
                async with serving(site_file, busy, passwords):
                    pass

    asyncio.run(story())


def test_a_climate_profile_that_does_not_exist_is_named(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    room = site_file.parent / "small.yaml"
    room.write_text(room.read_text("utf-8").replace("paper-archive", "moon-archive"), "utf-8")

    async def story() -> None:
        with pytest.raises(CannotStart, match=r"moon-archive.*there is ashrae-a1"):
            async with serving(site_file, settings, passwords):
                pass

    asyncio.run(story())


def test_without_a_font_the_start_says_what_to_install(
    site_file: Path,
    settings: ControllerSettings,
    passwords: Passwords,
    caplog: pytest.LogCaptureFixture,
) -> None:
    without = settings.model_copy(update={"font": site_file.parent / "none.ttc"})

    async def story() -> None:
        async with serving(site_file, without, passwords) as said:
            assert said[-1].startswith("ready ")

    asyncio.run(story())
    assert "install the Debian package fonts-noto-cjk" in caplog.text


def test_without_tls_only_this_machine_is_served() -> None:
    with pytest.raises(ValidationError, match="STACKROOM_TLS_CERTIFICATE"):
        ControllerSettings(host="0.0.0.0", port=0)


def test_with_tls_the_session_is_bound_to_it(
    site_file: Path, settings: ControllerSettings, passwords: Passwords, tmp_path: Path
) -> None:
    certificate, key = self_signed(tmp_path)
    secure = settings.model_copy(
        update={"tls_certificate": certificate, "tls_key": key, "demo": True}
    )

    async def story() -> None:
        trusted = ssl.create_default_context(cafile=str(certificate))
        async with serving(site_file, secure, passwords) as said:
            address = address_of(said)
            assert address.startswith("https://")
            async with httpx2.AsyncClient(base_url=address, headers=OWN, verify=trusted) as browser:
                body = {"name": "archivist", "password": "show-me-the-boxes"}
                answer = await browser.post("/api/v1/session", json=body)
                assert answer.headers["set-cookie"].startswith("__Host-sr=")
                assert answer.headers["strict-transport-security"] == "max-age=31536000"

    asyncio.run(story())


def test_sigterm_ends_it_and_the_page_that_is_open(site_file: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "STACKROOM_DATA_DIR": str(tmp_path / "data"),
        "STACKROOM_PORT": "0",
        "STACKROOM_DEMO": "true",
        "STACKROOM_MQTT_PORT": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "stackroom", "serve", str(site_file)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().removeprefix("ready ")
        with httpx2.Client(base_url=address, headers=OWN, timeout=20) as browser:
            body = {"name": "archivist", "password": "show-me-the-boxes"}
            assert browser.post("/api/v1/session", json=body).status_code == 200
            with browser.stream("GET", "/api/v1/stream") as feed:
                assert feed.status_code == 200
                process.send_signal(signal.SIGTERM)
                feed.read()  # raises unless the feed came to a proper end
                assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = (folder / "certificate.pem", folder / "key.pem")
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
