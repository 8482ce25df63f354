"""The room agent: everything that serves one room, put together in one task group.

Its parts are agent_steel.py, agent_tags.py and agent_air.py, and the room's own page.

A device's task that breaks takes that device down; if the agent's own loop breaks, every bank is
sent a stop and the process ends, so that nothing moves that nobody watches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from config.calibration import Calibration
from config.errors import find_mendable
from config.room import SHELVING
from config.settings import RoomSettings
from config.shelving import Commissions
from drivers.room.agent_air import AirPart
from drivers.room.agent_steel import SteelPart
from drivers.room.agent_tags import TagPart
from drivers.room.ground import Ground, Work
from drivers.room.page.server import PageServer
from drivers.room.roster import Roster

_TELL_DEVICES_S = 2.0


class RoomAgent:
    """All parts of a room. Get one from `opening.open_agent`."""

    def __init__(
        self,
        ground: Ground,
        settings: RoomSettings,
        commissions: Commissions,
        calibration: Calibration | None = None,
    ) -> None:
        self.outbox = ground.outbox
        self.link = ground.link
        self.roster = self._new_roster(ground)
        self.tags = TagPart(
            ground,
            self.roster,
            find_holder=lambda place: self.steel.find_holder(place),
            calibration=calibration,
        )
        self.steel = SteelPart(
            ground,
            self.roster,
            commissions,
            doors=self.tags.doors,
            watch=self.tags.ears.watch,
            take_air=lambda device, told: self.air.contacts.take(device, told),
        )
        self.air = AirPart(
            ground,
            self.roster,
            settings,
            burns=self.steel.burns,
            propose=self.steel.programs.propose_airing,
        )
        self.banks = self.steel.banks
        self.desk = self.steel.desk
        self._page = PageServer(
            ground.room,
            settings,
            desk=self.desk,
            roster=self.roster,
            doors=self.tags.doors,
            link=self.link,
            outbox=self.outbox,
            regulators=self.air.regulators,
            clock=ground.clock,
        )

    async def run(self, announce: Callable[[str], None]) -> None:
        """Run all parts for ever; if one of the agent's own breaks, all end and the steel stops.

        What a person can mend comes out as Mendable, in no group; a bug in the group it came in.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for name, work in self._list_work(announce):
                    group.create_task(work, name=name)
        except ExceptionGroup as failures:
            mendable = find_mendable(failures)
            if mendable is None:
                raise
            raise mendable from None

    def _list_work(self, announce: Callable[[str], None]) -> Iterator[Work]:
        yield from self.steel.list_work()
        yield from self.tags.list_work()
        yield from self.air.list_work()
        yield "devices", self._tell_devices()
        yield "link", self.link.run()
        yield "page", self._page.run(announce)

    async def _tell_devices(self) -> None:
        while True:
            self.roster.publish()
            await asyncio.sleep(_TELL_DEVICES_S)

    def _new_roster(self, ground: Ground) -> Roster:
        devices = ground.room.devices
        return Roster(
            (device.id for device in devices),
            snapshots={device.id for device in devices if not isinstance(device, SHELVING)},
            outbox=ground.outbox,
            link=ground.link,
            clock=ground.clock,
            boot_id=ground.boot_id,
            facts=lambda device: self.tags.facts(device),
            climate=lambda device: self.air.regulators.facts(device),
        )
