"""A whole simulated room: the world on its stage, with a wire for every device of the room file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, TypeVar

from config.clock import Clock
from config.errors import Mendable
from config.room import (
    ChafonReader,
    ClimateRelay,
    ClimateUnit,
    Device,
    LlrpReader,
    M100Reader,
    ModbusDevice,
    ModbusProbe,
    ModbusShelving,
    MqttProbe,
    OutputModule,
    R2000Reader,
    Room,
    SensorInputs,
    SerialAddress,
    TcpAddress,
    ThingMagicReader,
    Udp55Shelving,
    WebApiShelving,
)
from simulators.boxes import ShelvedBox, TaggedFile, file_tags, place_boxes
from simulators.faults import Faults
from simulators.stage import Stage
from simulators.wire.chafon import SimulatedChafon
from simulators.wire.climate_units import CLIMATE_UNITS, RelayBoard
from simulators.wire.contacts import Contacts, Wired
from simulators.wire.http import HttpDevice
from simulators.wire.inputs import InputModule
from simulators.wire.judge import Judge, Verdict
from simulators.wire.llrp import SimulatedReader
from simulators.wire.m100 import SimulatedM100
from simulators.wire.mbap import ModbusTcpDevice
from simulators.wire.mqtt_probes import MqttProbes
from simulators.wire.outputs import OutputModuleUnit
from simulators.wire.plc import ShelvingController
from simulators.wire.probes import PROBES
from simulators.wire.r2000 import SimulatedR2000
from simulators.wire.rtu import RtuLine
from simulators.wire.stream_line import StreamCable, StreamLine
from simulators.wire.tcp import LOOPBACK
from simulators.wire.thingmagic import SimulatedThingMagic
from simulators.wire.udp import UdpCable
from simulators.wire.udp55 import Udp55Bridge
from simulators.wire.units import AnswerUnit, Units
from simulators.wire.webapi import FixedColumn
from simulators.world import build_world

_Made = TypeVar("_Made")


class Cable(Protocol):
    """A device on the network: it takes a port, serves on it, and gives it back."""

    port: int

    async def listen(self) -> int:
        """Take a free port and return it."""
        ...

    async def run(self) -> None:
        """Serve until cancelled."""
        ...

    def close(self) -> None:
        """Give the port back, also if it never ran."""
        ...


class Talker(Protocol):
    """A device that talks on a serial line or, where it has none, behind a network port."""

    wire: str
    line: StreamLine | None
    cable: StreamCable | None


class Simulation:
    """Every wire of a room, on addresses the system chose; `room` says which.

    Modbus units that share an address share its wire, which bears the id of the first of them.
    """

    def __init__(
        self,
        room: Room,
        boxes: Iterable[ShelvedBox | TaggedFile],
        *,
        seed: int,
        clock: Clock,
        tag_password: int = 0,
    ) -> None:
        rows = tuple(boxes)
        placed = place_boxes(room, rows)
        world = build_world(room, placed, seed=seed, began_at=clock.now(), files=file_tags(rows))
        self.stage = Stage(replace(world, tag_password=tag_password), clock)
        self.faults = Faults(seed)
        self.room = room
        self.judges: list[Judge] = []
        self.bridges: dict[str, Udp55Bridge] = {}
        self.fixed_columns: dict[str, FixedColumn] = {}
        self.llrp_readers: dict[str, SimulatedReader] = {}
        self.r2000_readers: dict[str, SimulatedR2000] = {}
        self.chafon_readers: dict[str, SimulatedChafon] = {}
        self.m100_readers: dict[str, SimulatedM100] = {}
        self.thingmagic_readers: dict[str, SimulatedThingMagic] = {}
        self.outputs: dict[str, OutputModuleUnit] = {}
        self._cables: dict[str, Cable] = {}
        self._lines: dict[str, RtuLine] = {}
        self._streams: dict[str, StreamLine] = {}
        self._path_of: dict[str, str] = {}
        self._shared: dict[str, tuple[str, Units]] = {}
        self._boards: dict[tuple[str, int], RelayBoard] = {}
        self.mqtt_probes = self._broker_probes()
        for device in room.devices:
            self._add(device, seed)

    @property
    def commands(self) -> int:
        """Count the motion commands of all controllers."""
        return sum(judge.commands for judge in self.judges)

    @property
    def against_rules(self) -> int:
        """Count those that broke a rule."""
        return sum(judge.against_rules for judge in self.judges)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """List the latest commands of all controllers, the oldest first."""
        verdicts = (verdict for judge in self.judges for verdict in judge.verdicts)
        return tuple(sorted(verdicts, key=lambda verdict: verdict.at_s))

    @property
    def lines(self) -> Mapping[str, RtuLine]:
        """The serial lines by the id of their wire."""
        return MappingProxyType(self._lines)

    async def listen(self) -> None:
        """Take a port for every TCP device and tell `room` of all addresses."""
        for cable in (*self._cables.values(), *self._brokers()):
            await cable.listen()
        devices = tuple(self._moved(device) for device in self.room.devices)
        self.room = self.room.model_copy(update={"devices": devices})

    async def run(self) -> None:
        """Run the world and every wire until cancelled."""
        async with asyncio.TaskGroup() as group:
            for probes in self.mqtt_probes.values():
                group.create_task(probes.run(), name=f"probes of {probes.wire}")
            for name, cable in self._cables.items():
                group.create_task(cable.run(), name=f"wire {name}")
            for name, line in (self._lines | self._streams).items():
                group.create_task(line.run(), name=f"wire {name}")
            wired: dict[str, Wired] = {
                **self.llrp_readers,
                **self.r2000_readers,
                **self.thingmagic_readers,
            }
            contacts = Contacts(self.stage, wired)
            group.create_task(contacts.run(), name="contacts")
            group.create_task(self.stage.run(), name="world")

    def close(self) -> None:
        """Give back every port and line, also those that never ran."""
        for cable in (*self._cables.values(), *self._brokers()):
            cable.close()
        for line in (self._lines | self._streams).values():
            line.close()

    def _add(self, device: Device, seed: int) -> None:
        at = (self.stage, self.faults, seed)
        match device:
            case LlrpReader():
                reader = self.llrp_readers[device.id] = SimulatedReader(device, *at)
                self._cables[device.id] = reader.cable
            case R2000Reader():
                self.r2000_readers[device.id] = SimulatedR2000(device, *at)
                self._add_talker(self.r2000_readers[device.id])
            case M100Reader():
                self.m100_readers[device.id] = SimulatedM100(device, *at)
                self._add_talker(self.m100_readers[device.id])
            case ChafonReader():
                self.chafon_readers[device.id] = SimulatedChafon(device, *at)
                self._add_talker(self.chafon_readers[device.id])
            case ThingMagicReader():
                self.thingmagic_readers[device.id] = SimulatedThingMagic(device, *at)
                self._add_talker(self.thingmagic_readers[device.id])
            case Udp55Shelving():
                self._add_bridge(device)
            case WebApiShelving():
                self._add_fixed_column(device)
            case MqttProbe():
                pass
            case _:
                self._add_unit(device)

    def _broker_probes(self) -> dict[str, MqttProbes]:
        """Put the probes of each broker together, by its address."""
        devices = [device for device in self.room.devices if isinstance(device, MqttProbe)]
        groups: dict[str, list[MqttProbe]] = {}
        for device in devices:
            groups.setdefault(device.at.words(), []).append(device)
        return {at: MqttProbes(group, self.stage, self.faults) for at, group in groups.items()}

    def _brokers(self) -> list[Cable]:
        return [probes.broker.cable for probes in self.mqtt_probes.values()]

    def _add_unit(self, device: ModbusDevice) -> None:
        """Hang a unit on the line or gateway of its address."""
        at = device.at
        key = at.path if isinstance(at, SerialAddress) else f"{at.host}:{at.port}"
        if key not in self._shared:
            self._shared[key] = (device.id, self._add_wire(device.id, at))
        self._path_of[device.id], units = self._shared[key]
        if isinstance(device, ModbusProbe):
            made = _listed(PROBES, device)(device, self.stage, units.rename)
            units.add(device.unit, made.answer, made.signature)
        elif isinstance(device, ClimateRelay):
            board = self._boards.setdefault((key, device.unit), RelayBoard(self.stage))
            board.wire(device)
            units.add(device.unit, board.answer)
        else:
            units.add(device.unit, self._unit(device))

    def _add_wire(self, wire: str, at: TcpAddress | SerialAddress) -> Units:
        units = Units()
        if isinstance(at, SerialAddress):
            self._lines[wire] = RtuLine(
                wire, self.faults, units.answer_on_line, at=at, signs=units.signature
            )
        else:
            gateway = ModbusTcpDevice(wire, self.faults, units.answer_on_gateway, units.signature)
            self._cables[wire] = gateway.cable
        return units

    def _add_talker(self, reader: Talker) -> None:
        """Put a reader that talks on a stream on its line or its cable."""
        if reader.line is not None:
            self._streams[reader.wire] = reader.line
        elif reader.cable is not None:
            self._cables[reader.wire] = reader.cable.cable

    def _add_bridge(self, device: Udp55Shelving) -> None:
        bridge = self.bridges[device.id] = Udp55Bridge(device, self.stage)
        cable = self._cables[device.id] = UdpCable(device.id, self.faults, bridge.answer)
        bridge.push = cable.push
        self.judges.append(bridge.judge)

    def _add_fixed_column(self, device: WebApiShelving) -> None:
        column = self.fixed_columns[device.id] = FixedColumn(device, self.stage)
        self._cables[device.id] = HttpDevice(device.id, self.faults, column.answer).cable
        self.judges.append(column.judge)

    def _unit(self, device: ModbusDevice) -> AnswerUnit:
        if isinstance(device, ModbusShelving):
            controller = ShelvingController(device.id, device.bank, self.stage)
            self.judges.append(controller.judge)
            return controller.answer
        if isinstance(device, OutputModule):
            self.outputs[device.id] = OutputModuleUnit()
            return self.outputs[device.id].answer
        if isinstance(device, SensorInputs):
            return InputModule(device, self.stage).answer
        assert isinstance(device, ClimateUnit)
        return _listed(CLIMATE_UNITS, device)(device, self.stage).answer

    def _moved(self, device: Device) -> Device:
        if isinstance(device, MqttProbe):
            port = self.mqtt_probes[device.at.words()].broker.cable.port
            return device.model_copy(update={"at": TcpAddress(host=LOOPBACK, port=port)})
        wire = self._path_of.get(device.id, device.id)
        line = (self._lines | self._streams).get(wire)
        if line is not None:
            return device.model_copy(update={"at": line.at})
        at = TcpAddress(host=LOOPBACK, port=self._cables[wire].port)
        return device.model_copy(update={"at": at})


def _listed(classes: Mapping[str, _Made], device: ModbusProbe | ClimateUnit) -> _Made:
    """Find the simulated device of a profile; raise Mendable if there is none."""
    if device.profile not in classes:
        known = ", ".join(sorted(classes))
        raise Mendable(
            f"{device.id}: nobody wrote a simulated device for the profile {device.profile!r}; "
            f"there are {known}. Take one of these in the room file that is simulated"
        )
    return classes[device.profile]
