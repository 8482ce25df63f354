"""The room agent: everything that serves one room, put together in one task group.

A device's task that breaks takes that device down; if the agent's own loop breaks, every bank is
sent a stop and the process ends, so that nothing moves that nobody watches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path

from config.calibration import Calibration
from config.clock import Clock
from config.errors import find_mendable
from config.geometry import AislePlace
from config.room import (
    READERS,
    SHELVING,
    ClimateRelay,
    ClimateUnit,
    Contact,
    ModbusProbe,
    MqttProbe,
    OutputModule,
    Room,
    SensorInputs,
    Shelving,
)
from config.settings import RoomSettings
from config.shelving import Commissions, is_simulated
from drivers.bus import Bus
from drivers.climate.broker import Access, list_brokers
from drivers.climate.unit import connect_unit
from drivers.errors import DriverError, LinkLost
from drivers.messages import Actor, ReaderFacts
from drivers.outputs.modbus import switch_coil
from drivers.rfid.connect import connect_reader
from drivers.room.air_contacts import AirContacts
from drivers.room.air_sight import AirSight
from drivers.room.answers import Answers
from drivers.room.benches import LEAST_GAP_S, Benches
from drivers.room.climate_desk import ClimateDesk
from drivers.room.deployments import Deployments
from drivers.room.desk import Desk
from drivers.room.doors import Doors
from drivers.room.ears import Ears
from drivers.room.limits import limits_of
from drivers.room.link import Link
from drivers.room.loose_ends import tie_up
from drivers.room.memory import Memory
from drivers.room.outbox import Outbox
from drivers.room.page.server import PageServer
from drivers.room.picture import Round
from drivers.room.probes import Probes
from drivers.room.programs import Programs
from drivers.room.regulators import Regulators
from drivers.room.regulators_file import load_kept, name_boot
from drivers.room.roster import Roster
from drivers.room.sensors import Sensors
from drivers.room.signs import Signs
from drivers.room.sounders import Sounder
from drivers.room.stations import Stations
from drivers.room.steel import BankSteel
from drivers.room.tag_desk import TagDesk
from drivers.room.view import BankView
from drivers.shelving.connect import Buses, connect_bank

_TELL_DEVICES_S = 2.0
_TELL_HEARD_S = 5.0


class RoomAgent:
    """All parts of a room. Get one from `opening.open_agent`."""

    def __init__(
        self,
        room: Room,
        settings: RoomSettings,
        buses: Buses,
        outbox: Outbox,
        link: Link,
        clock: Clock,
        boot_id: str,
        commissions: Commissions,
        calibration: Calibration | None = None,
    ) -> None:
        self._room = room
        self._buses = buses
        self._commissions = commissions
        self.outbox = outbox
        self.link = link
        self._clock = clock
        self._boot_id = boot_id
        self._readers = {each.id: each for each in room.devices if isinstance(each, READERS)}
        self._stations = Stations()
        self._benches = Benches(self._readers.values())
        self.roster = self._new_roster()
        self.doors = self._new_doors()
        self._tag_desk = TagDesk(
            link,
            stations=self._stations,
            benches=self._benches,
            doors=self.doors,
            outbox=outbox,
            clock=clock,
        )
        self._answers = Answers(outbox=outbox, link=link, clock=clock)
        self._ears = self._new_ears(settings.data_dir / "presence.json", calibration)
        self._memory = Memory(settings.data_dir / "segments.json", clock)
        air = room.probes()
        self._deployments = Deployments(settings.data_dir / "probes.json", air, clock)
        self._probes = Probes(outbox, self.roster, self._deployments, clock)
        access = Access(passwords=settings.probe_passwords, ca_file=settings.probe_ca_file)
        behind = [device for device in air if isinstance(device, MqttProbe)]
        self._brokers = list_brokers(behind, access, clock)
        inputs = [device for device in room.devices if isinstance(device, SensorInputs)]
        self._air = AirContacts(inputs, outbox, clock, stir=lambda: self.regulators.stir())
        self._sensors = Sensors(inputs, self.roster, clock, self.doors, self._air.take)
        shelving = [device for device in room.devices if isinstance(device, SHELVING)]
        self.banks = {device.bank: self._bank_steel(device) for device in shelving}
        self.programs = self._new_programs(settings.data_dir / "program.json")
        self.regulators = self._new_regulators(settings.data_dir / "regulators.json")
        self._climate_desk = ClimateDesk(link, self.regulators, clock)
        self.desk = Desk(self.banks, self.programs, self._answers, link, clock)
        self._page = PageServer(
            room,
            settings,
            desk=self.desk,
            roster=self.roster,
            doors=self.doors,
            link=link,
            outbox=outbox,
            regulators=self.regulators,
            clock=clock,
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

    def _list_work(
        self, announce: Callable[[str], None]
    ) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        for bank in self.banks.values():
            yield bank.device, bank.run()
        for device in self._room.devices:
            if isinstance(device, READERS):
                yield device.id, self._ears.listen(device, connect_reader(device, self._clock))
            match device:
                case ModbusProbe():
                    yield device.id, self._probes.sample(self._buses[device.at], device)
                case ClimateUnit() | ClimateRelay():
                    connect = partial(connect_unit, self._buses[device.at], device)
                    yield device.id, self.regulators.serve(device.id, connect)
                case SensorInputs():
                    bus = self._buses[device.at]
                    yield device.id, self._sensors.watch(bus, device, self.desk.press)
        for broker in self._brokers:
            yield f"broker {broker.name}", broker.run()
            for probe in broker.devices:
                yield probe.id, self._probes.hear(broker, probe)
        yield "probes", self._deployments.keep()
        yield "requests", self.desk.run()
        yield "programs", self.programs.run()
        yield "loose ends", tie_up(self.outbox, self._answers, self._clock)
        yield "regulators", self.regulators.run()
        yield "climate requests", self._climate_desk.run()
        yield "tags", self._ears.keep()
        yield "tag requests", self._tag_desk.run()
        yield "doors", self.doors.run()
        yield "benches", self._show_benches()
        yield "heard", self._tell_heard()
        yield "memory", self._memory.keep()
        yield "devices", self._tell_devices()
        yield "link", self.link.run()
        yield "page", self._page.run(announce)

    async def _tell_devices(self) -> None:
        while True:
            self.roster.publish()
            await asyncio.sleep(_TELL_DEVICES_S)

    def _new_roster(self) -> Roster:
        return Roster(
            (device.id for device in self._room.devices),
            snapshots={d.id for d in self._room.devices if not isinstance(d, SHELVING)},
            outbox=self.outbox,
            link=self.link,
            clock=self._clock,
            boot_id=self._boot_id,
            facts=self._facts,
            climate=lambda device: self.regulators.facts(device),
        )

    def _facts(self, device: str) -> ReaderFacts | None:
        health = self._stations.find_health(device)
        if health is None:
            return None
        return self._benches.facts(self._readers[device], health, self._clock.monotonic())

    async def _show_benches(self) -> None:
        while True:
            await asyncio.sleep(LEAST_GAP_S)
            at_s, at = self._clock.monotonic(), self._clock.now()
            for bench in self._benches.show(at_s, at, self._boot_id):
                self.link.publish_bench(bench)

    async def _tell_heard(self) -> None:
        while True:
            await asyncio.sleep(_TELL_HEARD_S)
            if self.link.view().connected:
                for heard in self._ears.tell_heard():
                    self.link.publish_heard(heard)

    def _new_doors(self) -> Doors:
        sounders = {
            door.door: Sounder(
                door.door,
                partial(self._switch, door.sounder),
                sounds_s=door.sounds_s,
                clock=self._clock,
            )
            for door in self._room.doors
            if door.sounder is not None
        }
        return Doors(
            self._room,
            homes=self.link.homes,
            loans=self.link.loans,
            outbox=self.outbox,
            sounders=sounders,
            clock=self._clock,
            find_zone=lambda epc: self._ears.zone_of(epc),
            signs=Signs(self.link.publish_state, boot_id=self._boot_id, clock=self._clock),
        )

    async def _switch(self, output: Contact, on: bool) -> None:
        """Switch an output of a device to what the room file calls on or off."""
        for device in self._room.devices:
            if isinstance(device, OutputModule) and device.id == output.device:
                await self._switch_coil(device, output, on)
                return
        reader = self._stations.find(output.device)
        if reader is None:
            raise LinkLost(output.device, "not connected")
        await reader.set_output(output.number, on == bool(output.on_when))

    async def _switch_coil(self, device: OutputModule, output: Contact, on: bool) -> None:
        try:
            await switch_coil(
                self._buses[device.at], device, output.number, on == bool(output.on_when)
            )
        except DriverError as error:
            self.roster.down(device.id, error.message)
            raise
        self.roster.up(device.id)

    def _new_ears(self, path: Path, calibration: Calibration | None) -> Ears:
        return Ears(
            self._room,
            homes=self.link.homes,
            outbox=self.outbox,
            roster=self.roster,
            find_holder=self._find_holder,
            path=path,
            clock=self._clock,
            calibration=calibration,
            stations=self._stations,
            benches=self._benches,
            doors=self.doors,
        )

    def _new_programs(self, path: Path) -> Programs:
        return Programs(
            self._room,
            self.banks,
            answers=self._answers,
            outbox=self.outbox,
            link=self.link,
            path=path,
            clock=self._clock,
            boot_id=self._boot_id,
        )

    def _new_regulators(self, path: Path) -> Regulators:
        clock = self._clock
        kept = load_kept(path, boot=name_boot(), now_s=clock.monotonic(), now=clock.now())
        return Regulators(
            self._room,
            sight=AirSight(self._room, self._probes.newest, clock, kept.humidity),
            contacts=self._air,
            fire=self._burns,
            propose=self.programs.propose_airing,
            outbox=self.outbox,
            roster=self.roster,
            path=path,
            kept=kept,
            clock=clock,
        )

    def _burns(self) -> bool:
        """Say whether any of the steel, or a contact of ours at it, says that it burns."""
        segments = (part for bank in self.banks.values() for part in bank.segments.values())
        return any(segment.mode == "fire" for segment in segments)

    def _bank_steel(self, device: Shelving) -> BankSteel:
        bank = self._room.bank(device.bank)
        return BankSteel(
            device=device.id,
            bank=bank.bank,
            limits=limits_of(self._room, device, self._commissions, self._sensors),
            connect=connect_bank(device, self._room, self._buses, self._clock, self._commissions),
            answers=self._answers,
            roster=self.roster,
            view=BankView(
                device=device.id,
                bank=bank.bank,
                roster=self.roster,
                publish=self.link.publish_state,
                clock=self._clock,
                boot_id=self._boot_id,
                time_round=partial(_time_round, self._buses.get(device.at)),
                contacts=partial(self._sensors.freshness, bank.bank),
                simulated=is_simulated(self._room, device, self._commissions),
            ),
            memory=self._memory,
            sensors=self._sensors,
            watch=self._ears.watch,
            clock=self._clock,
        )

    def _find_holder(self, place: AislePlace) -> Actor | None:
        bank = self.banks.get(place.bank)
        segment = bank.segments.get(place.segment) if bank is not None else None
        holds = segment.holds if segment is not None else ()
        return next((hold.actor for hold in holds if hold.aisle == place.aisle), None)


def _time_round(bus: Bus | None) -> Round:
    """Say how long a round takes on a bank's wire; banks behind other wires have none."""
    if bus is None:
        return Round()
    health = bus.health()
    return Round(cycle_s=health.cycle_s, budget_s=health.budget_s)
