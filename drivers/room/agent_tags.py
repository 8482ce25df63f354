"""The agent's part for tags: readers, what they hear, doors, and what is asked about tags."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from config.calibration import Calibration
from config.geometry import AislePlace
from config.room import READERS
from drivers.messages import Actor, ReaderFacts
from drivers.rfid.connect import connect_reader
from drivers.room.benches import LEAST_GAP_S, Benches
from drivers.room.doors import Doors
from drivers.room.ears import Ears
from drivers.room.ground import Ground, Work
from drivers.room.outputs import Outputs
from drivers.room.roster import Roster
from drivers.room.signs import Signs
from drivers.room.sounders import Sounder
from drivers.room.stations import Stations
from drivers.room.tag_desk import TagDesk

_TELL_HEARD_S = 5.0


class TagPart:
    """Hears where tags are, what lies before antennas and what passes the doors."""

    def __init__(
        self,
        ground: Ground,
        roster: Roster,
        *,
        find_holder: Callable[[AislePlace], Actor | None],
        calibration: Calibration | None,
    ) -> None:
        """`find_holder` names the person who holds an aisle open."""
        self._ground = ground
        self._readers = {d.id: d for d in ground.room.devices if isinstance(d, READERS)}
        self._stations = Stations()
        self._benches = Benches(self._readers.values())
        self.doors = self._new_doors(Outputs(ground, roster, self._stations))
        self._desk = TagDesk(
            ground.link,
            stations=self._stations,
            benches=self._benches,
            doors=self.doors,
            outbox=ground.outbox,
            clock=ground.clock,
        )
        self.ears = Ears(
            ground.room,
            homes=ground.link.homes,
            outbox=ground.outbox,
            roster=roster,
            find_holder=find_holder,
            path=ground.folder / "presence.json",
            clock=ground.clock,
            calibration=calibration,
            stations=self._stations,
            benches=self._benches,
            doors=self.doors,
        )

    def list_work(self) -> Iterator[Work]:
        """List what runs for ever, by name."""
        for device in self._readers.values():
            yield device.id, self.ears.listen(device, connect_reader(device, self._ground.clock))
        yield "tags", self.ears.keep()
        yield "tag requests", self._desk.run()
        yield "doors", self.doors.run()
        yield "benches", self._show_benches()
        yield "heard", self._tell_heard()

    def facts(self, device: str) -> ReaderFacts | None:
        """Say how a reader is; None where it is away, or is no reader."""
        health = self._stations.find_health(device)
        if health is None:
            return None
        return self._benches.facts(self._readers[device], health, self._ground.clock.monotonic())

    def _new_doors(self, outputs: Outputs) -> Doors:
        ground = self._ground
        sounders = {
            door.door: Sounder(
                door.door,
                partial(outputs.switch, door.sounder),
                sounds_s=door.sounds_s,
                clock=ground.clock,
            )
            for door in ground.room.doors
            if door.sounder is not None
        }
        return Doors(
            ground.room,
            homes=ground.link.homes,
            loans=ground.link.loans,
            outbox=ground.outbox,
            sounders=sounders,
            clock=ground.clock,
            find_zone=lambda epc: self.ears.zone_of(epc),
            signs=Signs(ground.link.publish_state, boot_id=ground.boot_id, clock=ground.clock),
        )

    async def _show_benches(self) -> None:
        clock, link = self._ground.clock, self._ground.link
        while True:
            await asyncio.sleep(LEAST_GAP_S)
            for bench in self._benches.show(clock.monotonic(), clock.now(), self._ground.boot_id):
                link.publish_bench(bench)

    async def _tell_heard(self) -> None:
        link = self._ground.link
        while True:
            await asyncio.sleep(_TELL_HEARD_S)
            if link.view().connected:
                for heard in self.ears.tell_heard():
                    link.publish_heard(heard)
