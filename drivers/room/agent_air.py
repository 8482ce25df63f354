"""The agent's part for the air: probes, contacts of the air, and the units that keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from config.room import ClimateRelay, ClimateUnit, ModbusProbe, MqttProbe, SensorInputs
from config.settings import RoomSettings
from drivers.climate.broker import Access, list_brokers
from drivers.climate.unit import connect_unit
from drivers.room.air_contacts import AirContacts
from drivers.room.air_sight import AirSight
from drivers.room.climate_desk import ClimateDesk
from drivers.room.closed_blocks import ClosedBlocks, Propose
from drivers.room.deployments import Deployments
from drivers.room.ground import Ground, Work
from drivers.room.probes import Probes
from drivers.room.regulators import Regulators
from drivers.room.regulators_file import load_kept, name_boot
from drivers.room.roster import Roster


class AirPart:
    """Measures the air of the room and keeps it."""

    def __init__(
        self,
        ground: Ground,
        roster: Roster,
        settings: RoomSettings,
        *,
        burns: Callable[[], bool],
        propose: Propose,
    ) -> None:
        """`burns` says whether it burns; `propose` proposes airing to whoever is at the steel."""
        self._ground = ground
        room, clock = ground.room, ground.clock
        air = room.probes()
        self._deployments = Deployments(ground.folder / "probes.json", air, clock)
        self._probes = Probes(ground.outbox, roster, self._deployments, clock)
        access = Access(passwords=settings.probe_passwords, ca_file=settings.probe_ca_file)
        behind = [device for device in air if isinstance(device, MqttProbe)]
        self._brokers = list_brokers(behind, access, clock)
        inputs = [device for device in room.devices if isinstance(device, SensorInputs)]
        self.contacts = AirContacts(
            inputs, ground.outbox, clock, stir=lambda: self.regulators.stir()
        )
        path = ground.folder / "regulators.json"
        kept = load_kept(path, boot=name_boot(), now_s=clock.monotonic(), now=clock.now())
        sight = AirSight(room, self._probes.believed, clock, kept.humidity)
        self.regulators = Regulators(
            room,
            sight=sight,
            contacts=self.contacts,
            fire=burns,
            blocks=ClosedBlocks(
                room.climate,
                sight=sight,
                propose=propose,
                proposed_at=kept.proposed_at,
                clock=clock,
            ),
            outbox=ground.outbox,
            roster=roster,
            path=path,
            kept=kept,
            clock=clock,
        )
        self._desk = ClimateDesk(ground.link, self.regulators, clock)

    def list_work(self) -> Iterator[Work]:
        """List what runs for ever, by name."""
        buses = self._ground.buses
        for device in self._ground.room.devices:
            match device:
                case ModbusProbe():
                    yield device.id, self._probes.sample(buses[device.at], device)
                case ClimateUnit() | ClimateRelay():
                    connect = partial(connect_unit, buses[device.at], device)
                    yield device.id, self.regulators.serve(device.id, connect)
        for broker in self._brokers:
            yield f"broker {broker.name}", broker.run()
            for probe in broker.devices:
                yield probe.id, self._probes.hear(broker, probe)
        yield "probes", self._deployments.keep()
        yield "regulators", self.regulators.run()
        yield "climate requests", self._desk.run()
