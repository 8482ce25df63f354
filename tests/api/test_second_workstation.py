"""A second workstation signs in over the network, by name, trusting only the site's authority."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import ssl
from pathlib import Path

import httpx2
import pytest

from config.settings import ControllerSettings
from config.tls import BadCertificate
from controller.link.certificates import certify
from controller.people.passwords import Passwords

from .test_serving import address_of, serving, site_file

__all__ = ["site_file"]
NOW = dt.datetime.now(dt.UTC)
CLERK = {"name": "archivist", "password": "show-me-the-boxes"}
BY_NAME = {"sni_hostname": "archive.test"}


@pytest.fixture
def certs(tmp_path: Path) -> Path:
    certify(tmp_path / "certs", now=NOW, hosts=("archive.test",))
    return tmp_path / "certs"


@pytest.fixture
def settings(certs: Path) -> ControllerSettings:
    """A controller that the whole network reaches."""
    return ControllerSettings(
        data_dir=certs.parent / "data",
        host="0.0.0.0",
        port=0,
        demo=True,
        tls_certificate=certs / "controller" / "certificate.pem",
        tls_key=certs / "controller" / "key.pem",
    )


def workstation(address: str, authority: Path) -> httpx2.AsyncClient:
    """A browser whose only authority is this one and that finds the name on this machine."""
    port = address.rpartition(":")[2]
    return httpx2.AsyncClient(
        base_url=f"https://127.0.0.1:{port}",
        headers={"host": f"archive.test:{port}", "origin": address},
        verify=ssl.create_default_context(cafile=str(authority)),
    )


def test_a_second_workstation_signs_in_by_name_and_its_session_is_for_tls_alone(
    site_file: Path, settings: ControllerSettings, certs: Path, passwords: Passwords
) -> None:
    async def story() -> None:
        async with serving(site_file, settings, passwords) as said:
            address = address_of(said)
            assert address.startswith("https://archive.test:")
            async with workstation(address, certs / "authority.crt") as browser:
                answer = await browser.post("/api/v1/session", json=CLERK, extensions=BY_NAME)
                assert answer.status_code == 200
                cookie = answer.headers["set-cookie"]
                assert cookie.startswith("__Host-sr=")
                for flag in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
                    assert flag in cookie.split("; ")
                assert "Domain" not in cookie
                token = cookie.partition("; ")[0]
                rooms = await browser.get(
                    "/api/v1/rooms", headers={"cookie": token}, extensions=BY_NAME
                )
                assert [room["room"] for room in rooms.json()["rooms"]] == ["S1"]

    asyncio.run(story())


def test_another_site_cannot_use_the_workstations_session(
    site_file: Path, settings: ControllerSettings, certs: Path, passwords: Passwords
) -> None:
    async def story() -> None:
        async with serving(site_file, settings, passwords) as said:
            async with workstation(address_of(said), certs / "authority.crt") as browser:
                foreign = await browser.post(
                    "/api/v1/session",
                    json=CLERK,
                    headers={"origin": "https://elsewhere.test"},
                    extensions=BY_NAME,
                )
                assert foreign.status_code == 403
                assert foreign.json()["code"] == "request.foreign_origin"

    asyncio.run(story())


def test_a_workstation_without_the_authority_gets_no_page(
    site_file: Path, settings: ControllerSettings, passwords: Passwords, tmp_path: Path
) -> None:
    certify(tmp_path / "other", now=NOW, hosts=("archive.test",))

    async def story() -> None:
        async with serving(site_file, settings, passwords) as said:
            address = address_of(said)
            async with workstation(address, tmp_path / "other" / "authority.crt") as browser:
                with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    await browser.post("/api/v1/session", json=CLERK, extensions=BY_NAME)

    asyncio.run(story())


def test_a_name_that_the_certificate_does_not_speak_for_is_not_believed(
    site_file: Path, settings: ControllerSettings, certs: Path, passwords: Passwords
) -> None:
    async def story() -> None:
        async with serving(site_file, settings, passwords) as said:
            async with workstation(address_of(said), certs / "authority.crt") as browser:
                with pytest.raises(httpx2.ConnectError, match="Hostname mismatch"):
                    await browser.get("/", extensions={"sni_hostname": "other.test"})

    asyncio.run(story())


def test_a_certificate_that_is_due_is_told_at_the_start(
    site_file: Path,
    settings: ControllerSettings,
    certs: Path,
    passwords: Passwords,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made_long_ago = NOW - dt.timedelta(days=380)
    certify(certs.parent / "old", now=made_long_ago, hosts=("archive.test",))
    old = settings.model_copy(
        update={
            "tls_certificate": certs.parent / "old/controller/certificate.pem",
            "tls_key": certs.parent / "old/controller/key.pem",
        }
    )

    async def story() -> None:
        async with serving(site_file, old, passwords):
            pass

    with caplog.at_level(logging.WARNING, logger="controller"):
        asyncio.run(story())
    assert any("renew it before" in message for message in caplog.messages)


def test_a_certificate_that_cannot_be_read_is_named_before_anything_starts(
    site_file: Path, settings: ControllerSettings, passwords: Passwords
) -> None:
    gone = settings.model_copy(update={"tls_key": settings.data_dir / "gone.pem"})

    async def story() -> None:
        with pytest.raises(BadCertificate, match=r"gone\.pem: No such file"):
            async with serving(site_file, gone, passwords):
                pass

    asyncio.run(story())
