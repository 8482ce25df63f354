"""A whole simulated room: the world on its stage, with a wire for every device of the room file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from config.clock import Clock
from config.room import (
    Device,
    LlrpReader,
    ModbusProbe,
    ModbusShelving,
    Room,
    SerialAddress,
    TcpAddress,
)
from simulators.boxes import ShelvedBox, place_boxes
from simulators.faults import Faults
from simulators.stage import Stage
from simulators.wire.judge import Judge, Verdict
from simulators.wire.llrp import SimulatedReader
from simulators.wire.mbap import ModbusTcpDevice
from simulators.wire.plc import ShelvingController
from simulators.wire.probe import Xymd02, answer_on_line
from simulators.wire.rtu import RtuLine
from simulators.wire.tcp import LOOPBACK, TcpCable
from simulators.world import build_world


class Simulation:
    """Every wire of a room, on addresses the system chose; `room` says which.

    Probes that share a line share its wire, which bears the id of the first of them.
    """

    def __init__(self, room: Room, boxes: Iterable[ShelvedBox], *, seed: int, clock: Clock) -> None:
        placed = place_boxes(room, boxes)
        world = build_world(room, placed, seed=seed, began_at=clock.now())
        self.stage = Stage(world, clock)
        self.faults = Faults(seed)
        self.room = room
        self.judges: list[Judge] = []
        self._cables: dict[str, TcpCable] = {}
        self._lines: dict[str, RtuLine] = {}
        self._path_of: dict[str, str] = {}
        for device in room.devices:
            if isinstance(device, ModbusShelving):
                self._add_controller(device)
            elif isinstance(device, LlrpReader):
                reader = SimulatedReader(device, self.stage, self.faults, seed)
                self._cables[device.id] = reader.cable
        self._add_probes([d for d in room.devices if isinstance(d, ModbusProbe)])

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

    async def listen(self) -> None:
        """Take a port for every TCP device and tell `room` of all addresses."""
        for cable in self._cables.values():
            await cable.listen()
        devices = tuple(self._moved(device) for device in self.room.devices)
        self.room = self.room.model_copy(update={"devices": devices})

    async def run(self) -> None:
        """Run the world and every wire until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, cable in self._cables.items():
                group.create_task(cable.run(), name=f"wire {name}")
            for name, line in self._lines.items():
                group.create_task(line.run(), name=f"wire {name}")
            group.create_task(self.stage.run(), name="world")

    def close(self) -> None:
        """Give back every port and line, also those that never ran."""
        for cable in self._cables.values():
            cable.close()
        for line in self._lines.values():
            line.close()

    def _add_controller(self, device: ModbusShelving) -> None:
        controller = ShelvingController(
            device.id, device.bank, device.unit, self.stage, self.faults
        )
        self.judges.append(controller.judge)
        self._cables[device.id] = controller.device.cable

    def _add_probes(self, devices: Sequence[ModbusProbe]) -> None:
        sharing: dict[str, list[ModbusProbe]] = {}
        for device in devices:
            key = device.at.path if isinstance(device.at, SerialAddress) else str(device.at)
            sharing.setdefault(key, []).append(device)
        for together in sharing.values():
            self._add_line(together)

    def _add_line(self, together: list[ModbusProbe]) -> None:
        first = together[0]
        baud = first.at.baud if isinstance(first.at, SerialAddress) else 9600
        probes = tuple(
            Xymd02(d.unit, (d.plan_mm.x, d.plan_mm.y), self.stage, baud=baud) for d in together
        )

        def answer(unit: int, pdu: bytes) -> bytes | None:
            return answer_on_line(probes, unit, pdu)

        if isinstance(first.at, SerialAddress):
            self._lines[first.id] = RtuLine(first.id, self.faults, answer, baud=baud)
        else:
            self._cables[first.id] = ModbusTcpDevice(first.id, self.faults, answer).cable
        self._path_of.update({device.id: first.id for device in together})

    def _moved(self, device: Device) -> Device:
        wire = self._path_of.get(device.id, device.id)
        if wire in self._lines:
            path = {"path": self._lines[wire].path}
            return device.model_copy(update={"at": device.at.model_copy(update=path)})
        at = TcpAddress(host=LOOPBACK, port=self._cables[wire].port)
        return device.model_copy(update={"at": at})
