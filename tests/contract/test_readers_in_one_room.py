"""A reader of each protocol in one room agent's ears: what one says wrongly harms no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from config.geometry import shelves_of
from config.room import READERS, Antenna, AnyReader, Room
from config.settings import BrokerSettings
from drivers.messages import EVENT, DeviceChanged
from drivers.rfid.connect import connect_reader
from drivers.room.benches import Benches
from drivers.room.doors import Doors
from drivers.room.ears import Ears
from drivers.room.homes import HomesCopy
from drivers.room.link import Link
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.room.roster import Roster
from drivers.room.signs import Signs
from drivers.room.stations import Stations
from drivers.topics import AgentTopics
from simulators.boxes import ShelvedBox
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from tests.contract.reader_rigs import KINDS, SMALL

SHELVES = [str(address) for address, _ in shelves_of(SMALL)][: len(KINDS)]
MAD = (Fault(kind=FaultKind.GARBAGE, probability=0.5), Fault(kind=FaultKind.GARBLE))
"""Noise before the frames, and every frame spoiled."""
LISTENS_S = 3.0


def room_of_all() -> Room:
    """One reader a protocol, each with one antenna before a shelf of its own."""
    devices: list[AnyReader] = [
        kind.settings(f"r-{name}", antennas=(Antenna(antenna=1, covers=shelf),))
        for (name, kind), shelf in zip(KINDS.items(), SHELVES, strict=True)
    ]
    return SMALL.model_copy(update={"devices": tuple(devices)})


class Agent:
    """The ears of a room agent over a data folder."""

    def __init__(self, simulated: SimulatedRoom, folder: Path) -> None:
        clock, room = simulated.clock, simulated.room
        self.readers = [d for d in room.devices if isinstance(d, READERS)]
        self.outbox = Outbox(folder / "outbox.db", clock)
        homes = HomesCopy(folder / "homes.jsonl", clock)
        loans = LoansCopy(folder / "loans.jsonl", clock)
        link = Link(
            BrokerSettings(host="127.0.0.1", port=9),
            AgentTopics("test", room.room),
            self.outbox,
            clock,
            boot_id="boot",
            homes=homes,
            loans=loans,
        )
        ids = [reader.id for reader in self.readers]
        self.roster = Roster(
            ids, snapshots=set(), outbox=self.outbox, link=link, clock=clock, boot_id="boot"
        )
        self.ears = Ears(
            room,
            homes=homes,
            outbox=self.outbox,
            roster=self.roster,
            find_holder=lambda place: None,
            path=folder / "presence.json",
            clock=clock,
            stations=Stations(),
            benches=Benches(self.readers),
            doors=Doors(
                room,
                homes=homes,
                loans=loans,
                outbox=self.outbox,
                sounders={},
                clock=clock,
                find_zone=lambda epc: None,
                signs=Signs(link.publish_state, boot_id="boot", clock=clock),
            ),
        )
        self._clock = clock

    def listen(self, group: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        return [
            group.create_task(self.ears.listen(reader, connect_reader(reader, self._clock)))
            for reader in self.readers
        ]

    async def told(self) -> dict[str, set[str]]:
        """Name the devices that came and went."""
        stored = await self.outbox.batch(0, 1000)
        events = [EVENT.validate_json(event.body) for event in stored]
        changes = [event for event in events if isinstance(event, DeviceChanged)]
        return {
            kind: {change.device for change in changes if change.kind == kind}
            for kind in ("device_up", "device_down")
        }


@pytest.mark.parametrize("mad", KINDS)
def test_what_one_reader_says_wrongly_stops_no_other(mad: str, tmp_path: Path) -> None:
    boxes = [
        ShelvedBox(code=f"B-{at}", epc=f"{at:024X}", shelf=shelf, order_mm=0, thickness_mm=50)
        for at, shelf in enumerate(SHELVES, start=1)
    ]

    async def scenario() -> None:
        async with simulated_room(room_of_all(), boxes=boxes) as simulated:
            agent = Agent(simulated, tmp_path)
            simulated.faults.put(f"r-{mad}", *MAD)
            well = {reader.id for reader in agent.readers} - {f"r-{mad}"}
            async with asyncio.TaskGroup() as group:
                listening = agent.listen(group)
                await asyncio.sleep(LISTENS_S)
                told = await agent.told()
                assert told["device_up"] >= well
                assert told["device_down"] <= {f"r-{mad}"}
                assert not any(task.done() for task in listening)
                for task in listening:
                    task.cancel()

    run_fast(scenario)
