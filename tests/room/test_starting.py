"""What keeps an agent from starting is told in one sentence; what need not keep it does not."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from config.clock import SystemClock
from config.errors import Mendable
from config.room import Room
from config.settings import BrokerSettings, RoomSettings
from controller.link.certificates import certify
from drivers.room.opening import open_agent, run_room
from tests.room.conftest import NO_BROKER


def started(room: Room, settings: RoomSettings, *, site: str = "test") -> None:
    """Run an agent until it ends by itself."""
    asyncio.run(
        run_room(room, settings, NO_BROKER, site=site, clock=SystemClock(), announce=lambda _: None)
    )


def test_a_port_that_is_taken_is_named_with_its_setting_and_no_stack_of_groups(
    tmp_path: Path, small_room: Room
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        wanted = rf"port {port}: Address already in use; .* STACKROOM_ROOM_PAGE_PORT"
        with pytest.raises(Mendable, match=wanted):
            started(small_room, RoomSettings(data_dir=tmp_path, page_port=port))


def test_an_address_that_is_not_of_this_machine_is_named(tmp_path: Path, small_room: Room) -> None:
    certify(tmp_path, now=SystemClock().now(), hosts=("192.0.2.1",))
    settings = RoomSettings(
        data_dir=tmp_path,
        page_host="192.0.2.1",
        page_port=0,
        tls_certificate=tmp_path / "controller" / "certificate.pem",
        tls_key=tmp_path / "controller" / "key.pem",
    )
    with pytest.raises(Mendable, match=r"192\.0\.2\.1 port 0: .*STACKROOM_ROOM_PAGE_HOST"):
        started(small_room, settings)


def test_a_site_that_cannot_stand_in_a_topic_is_named(tmp_path: Path, small_room: Room) -> None:
    with pytest.raises(Mendable, match=r"'all/#' cannot stand in a topic.*--site"):
        started(small_room, RoomSettings(data_dir=tmp_path, page_port=0), site="all/#")


def test_a_certificate_that_cannot_be_read_takes_the_link_down_and_not_the_room(
    tmp_path: Path, small_room: Room
) -> None:
    broker = BrokerSettings(host="127.0.0.1", port=9, ca_file=tmp_path / "missing.pem")
    settings = RoomSettings(data_dir=tmp_path / "room", page_port=0)

    async def scenario() -> None:
        async with open_agent(
            small_room, settings, broker, site="test", clock=SystemClock()
        ) as agent:
            ready = asyncio.Event()
            running = asyncio.create_task(agent.run(lambda _: ready.set()))
            async with asyncio.timeout(20):
                await ready.wait()
                while "STACKROOM_MQTT_CA_FILE" not in (agent.link.view().why or ""):
                    assert not running.done()
                    await asyncio.sleep(0.02)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    asyncio.run(scenario())
