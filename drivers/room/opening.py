"""Opens a room agent on what it stands on: its folder, its buses, its outbox and its link."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

from config.calibration import Calibration
from config.clock import Clock
from config.errors import Mendable
from config.room import (
    Room,
    SerialAddress,
    TcpAddress,
)
from config.settings import BrokerSettings, RoomSettings
from config.shelving import Commissions
from drivers.bus import Bus, open_bus
from drivers.bus.budget import bus_budget
from drivers.bus.ports import list_ports
from drivers.room.agent import RoomAgent
from drivers.room.alone import alone_in
from drivers.room.ground import Ground
from drivers.room.homes import HomesCopy
from drivers.room.link import Link
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.topics import AgentTopics

_UNTRIED: Commissions = {}


async def run_room(
    room: Room,
    settings: RoomSettings,
    broker: BrokerSettings,
    *,
    site: str,
    clock: Clock,
    announce: Callable[[str], None],
    commissions: Commissions = _UNTRIED,
    calibration: Calibration | None = None,
) -> None:
    """Serve a room until cancelled; devices, broker and controller may be away at any time."""
    async with open_agent(
        room,
        settings,
        broker,
        site=site,
        clock=clock,
        commissions=commissions,
        calibration=calibration,
    ) as agent:
        await agent.run(announce)


@asynccontextmanager
async def open_agent(
    room: Room,
    settings: RoomSettings,
    broker: BrokerSettings,
    *,
    site: str,
    clock: Clock,
    commissions: Commissions = _UNTRIED,
    calibration: Calibration | None = None,
) -> AsyncIterator[RoomAgent]:
    """Open what an agent stands on, buses and outbox, and close them after it."""
    with alone_in(settings.data_dir):
        opened = _opened(room, settings, broker, site, clock, commissions, calibration)
        async with opened as agent:
            yield agent


@asynccontextmanager
async def _opened(
    room: Room,
    settings: RoomSettings,
    broker: BrokerSettings,
    site: str,
    clock: Clock,
    commissions: Commissions,
    calibration: Calibration | None,
) -> AsyncIterator[RoomAgent]:
    topics = _topics(site, room.room)
    outbox = Outbox(settings.data_dir / "outbox.db", clock)
    boot_id = uuid4().hex
    link = Link(
        broker,
        topics,
        outbox,
        clock,
        boot_id=boot_id,
        homes=HomesCopy(settings.data_dir / "homes.jsonl", clock),
        loans=LoansCopy(settings.data_dir / "loans.jsonl", clock),
    )
    try:
        async with AsyncExitStack() as stack:
            buses: dict[TcpAddress | SerialAddress, Bus] = {}
            for address in list_ports(room):
                opening = open_bus(address, clock, budget_s=bus_budget(room, address))
                buses[address] = await stack.enter_async_context(opening)
            ground = Ground(
                room=room,
                folder=settings.data_dir,
                buses=buses,
                outbox=outbox,
                link=link,
                clock=clock,
                boot_id=boot_id,
            )
            yield RoomAgent(ground, settings, commissions, calibration)
    finally:
        outbox.close()


def _topics(site: str, room: str) -> AgentTopics:
    try:
        return AgentTopics(site, room)
    except ValueError as error:
        raise Mendable(f"{error} (--site)") from error
