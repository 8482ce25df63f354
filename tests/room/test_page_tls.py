"""The room's own page on a tablet: PINs cross the network, so it is encrypted or not served."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from config.clock import SystemClock
from config.room import Room
from config.settings import RoomSettings
from config.tls import BadCertificate
from config.web import MOST_CONNECTIONS
from controller.link.certificates import certify
from drivers.room.opening import open_agent
from simulators.harness import LoopClock, run_fast, simulated_room
from tests.room.conftest import NO_BROKER, PINS

BY_NAME = {"sni_hostname": "s1.archive.test"}
LI = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}


@pytest.fixture
def certs(tmp_path: Path) -> Path:
    certify(
        tmp_path / "certs",
        now=dt.datetime.now(dt.UTC),
        servers=("room-S1",),
        hosts=("s1.archive.test",),
    )
    return tmp_path / "certs"


def beyond_this_machine(certs: Path) -> RoomSettings:
    return RoomSettings(
        data_dir=certs.parent / "room",
        page_host="0.0.0.0",
        page_port=0,
        pins=PINS,
        tls_certificate=certs / "room-S1" / "certificate.pem",
        tls_key=certs / "room-S1" / "key.pem",
    )


@asynccontextmanager
async def serving(room: Room, settings: RoomSettings) -> AsyncIterator[str]:
    """A page over simulated steel that is reached; gives the address that it announces."""
    async with simulated_room(room) as simulated:
        said: asyncio.Queue[str] = asyncio.Queue()
        async with open_agent(
            simulated.room, settings, NO_BROKER, site="test", clock=LoopClock()
        ) as agent:
            running = asyncio.get_running_loop().create_task(agent.run(said.put_nowait))
            try:
                address = (await said.get()).removeprefix("ready ").rstrip("/")
                async with asyncio.timeout(60):
                    while not agent.banks[1].segments[1].linked:  # noqa: ASYNC110  it has no event
                        await asyncio.sleep(0.05)
                yield address
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def tablet(address: str, authority: Path) -> httpx2.AsyncClient:
    """A browser that trusts one authority and finds the name on this machine."""
    port = address.rpartition(":")[2]
    return httpx2.AsyncClient(
        base_url=f"https://127.0.0.1:{port}",
        headers={"host": f"s1.archive.test:{port}", "origin": address},
        verify=ssl.create_default_context(cafile=str(authority)),
        timeout=20,
    )


def test_a_tablet_that_trusts_the_authority_uses_the_page_by_its_name(
    small_room: Room, certs: Path
) -> None:
    async def story() -> None:
        async with serving(small_room, beyond_this_machine(certs)) as address:
            assert address.startswith("https://s1.archive.test:")
            async with tablet(address, certs / "authority.crt") as page:
                shown = await page.get("/api/steel", extensions=BY_NAME)
                assert shown.status_code == 200
                assert shown.json()["people"] == ["Li", "Wang"]
                stopped = await page.post("/api/stop", json={"bank": 1}, extensions=BY_NAME)
                assert stopped.json()["status"] == "done"
                wrong = {**LI, "pin": "0000", "what": "fit"}
                told = await page.post("/api/confirm", json=wrong, extensions=BY_NAME)
                assert told.json()["code"] == "wrong_pin"

    run_fast(story)


def test_who_does_not_trust_the_authority_sends_no_pin(
    small_room: Room, certs: Path, tmp_path: Path
) -> None:
    certify(tmp_path / "other", now=dt.datetime.now(dt.UTC), hosts=("s1.archive.test",))

    async def story() -> None:
        async with serving(small_room, beyond_this_machine(certs)) as address:
            port = address.rpartition(":")[2]
            async with tablet(address, tmp_path / "other" / "authority.crt") as page:
                with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    await page.post("/api/confirm", json={**LI, "what": "fit"}, extensions=BY_NAME)
            async with httpx2.AsyncClient() as unencrypted:
                with pytest.raises(httpx2.TransportError):
                    await unencrypted.get(f"http://127.0.0.1:{port}/api/steel")

    run_fast(story)


def test_stop_works_while_a_crowd_connects_and_says_nothing(small_room: Room, certs: Path) -> None:
    async def story() -> None:
        async with serving(small_room, beyond_this_machine(certs)) as address:
            port = int(address.rpartition(":")[2])
            idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_CONNECTIONS)]
            try:
                async with tablet(address, certs / "authority.crt") as page:
                    stopped = await page.post("/api/stop", json={"bank": 1}, extensions=BY_NAME)
                    assert stopped.json()["status"] == "done"
                last = idle[-1]
                last.setblocking(False)
                async with asyncio.timeout(20):  # far less than the minute of the library
                    assert await asyncio.get_running_loop().sock_recv(last, 1) == b""
            finally:
                for connection in idle:
                    connection.close()

    run_fast(story)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_beyond_this_machine_the_page_is_encrypted_or_not_served(host: str) -> None:
    with pytest.raises(ValidationError, match="STACKROOM_ROOM_TLS_CERTIFICATE"):
        RoomSettings(page_host=host)
    RoomSettings(page_host="127.0.0.1")


def test_a_certificate_needs_its_key(certs: Path) -> None:
    with pytest.raises(ValidationError, match="STACKROOM_ROOM_TLS_KEY belong together"):
        RoomSettings(tls_certificate=certs / "room-S1" / "certificate.pem")


def test_a_key_that_does_not_fit_is_told_in_a_sentence(small_room: Room, certs: Path) -> None:
    settings = beyond_this_machine(certs).model_copy(update={"tls_key": certs / "authority.key"})

    async def story() -> None:
        with pytest.raises(BadCertificate, match=r"authority\.key is not the key of"):
            async with open_agent(
                small_room, settings, NO_BROKER, site="test", clock=SystemClock()
            ):
                pass

    asyncio.run(story())
