"""A simulated room inside one event loop, for tests: real wires, and time that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from config.room import Room
from simulators import acts, handling
from simulators.boxes import ShelvedBox, TaggedFile
from simulators.faults import Fault, FaultKind, Faults
from simulators.harness_climate import ClimateDeeds
from simulators.jumping import run_fast
from simulators.simulation import Simulation
from simulators.wire.judge import Verdict
from simulators.world import World

__all__ = ["LoopClock", "SimulatedRoom", "run_fast", "simulated_room"]

_BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class LoopClock:
    """A clock on the running loop's time, so that it is as fast as the loop."""

    def __init__(self, began_at: datetime = _BEGAN_AT) -> None:
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._began_at = began_at

    def now(self) -> datetime:
        return self._began_at + timedelta(seconds=self._loop.time() - self._began_s)

    def monotonic(self) -> float:
        return self._loop.time()


@asynccontextmanager
async def simulated_room(
    room: Room, *, boxes: Iterable[ShelvedBox | TaggedFile] = (), seed: int = 1
) -> AsyncIterator[SimulatedRoom]:
    """Start a room's world and wires, and end them with the block."""
    simulation = Simulation(room, boxes, seed=seed, clock=LoopClock())
    await simulation.listen()
    running = asyncio.get_running_loop().create_task(simulation.run(), name="simulation")
    try:
        yield SimulatedRoom(simulation)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        simulation.close()


class SimulatedRoom(ClimateDeeds):
    """What a test sees of the room and does in it. Acts raise Impossible with the reason."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.room: Room = simulation.room
        self.clock = simulation.stage.clock
        self.faults: Faults = simulation.faults

    @property
    def world(self) -> World:
        return self.simulation.stage.world

    @property
    def commands(self) -> int:
        """How many motion commands the controllers received."""
        return self.simulation.commands

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The latest commands, the oldest first."""
        return self.simulation.verdicts

    @property
    def offences(self) -> tuple[Verdict, ...]:
        """Those of the latest commands that broke a rule."""
        return tuple(verdict for verdict in self.verdicts if verdict.offences)

    async def until(self, holds: Callable[[World], bool], *, within_s: float = 30.0) -> World:
        """Wait until the world is so; raise TimeoutError after that time of the loop."""
        changed = asyncio.Event()
        watch_no_more = self.simulation.stage.watch(lambda _: changed.set())
        try:
            async with asyncio.timeout(within_s):
                while not holds(self.world):
                    changed.clear()
                    await changed.wait()
        finally:
            watch_no_more()
        return self.world

    def act(self, act: Callable[..., World], **given: Any) -> None:
        """Do any act of simulators.acts."""
        self.simulation.stage.act(act, **given)

    def take_box(self, box: str) -> None:
        self.act(acts.take_box, box=box)

    def put_box(self, box: str, *, on: str) -> None:
        self.act(acts.put_box, box=box, on=on)

    def encode_tag(self, epc: str, *, new_epc: str) -> None:
        self.act(handling.encode_tag, epc=epc, new_epc=new_epc)

    def take_file(self, file: str) -> None:
        self.act(handling.take_file, file=file)

    def put_file(self, file: str, *, on: str) -> None:
        self.act(handling.put_file, file=file, on=on)

    def lay_on_desk(self, *things: str) -> None:
        self.act(handling.lay_on_desk, things=",".join(things))

    def take_up(self, *things: str) -> None:
        self.act(handling.take_up, things=",".join(things))

    def load_trolley(self, *things: str) -> None:
        self.act(handling.load_trolley, things=",".join(things))

    def park_trolley(self, *, near: str) -> None:
        self.act(handling.park_trolley, near=near)

    def carry(self, *things: str, way: str, door: str = "door") -> None:
        self.act(handling.carry, things=",".join(things), door=door, way=way)

    def swap_boxes(self, box: str, other: str) -> None:
        self.act(handling.swap_boxes, box=box, other=other)

    def misplace_box(self, box: str) -> None:
        self.act(handling.misplace_box, box=box)

    def bring_stray(self, epc: str, *, on: str) -> None:
        self.act(handling.bring_stray, epc=epc, on=on)

    def kill_tag(self, thing: str) -> None:
        self.act(handling.kill_tag, thing=thing)

    def revive_tag(self, thing: str) -> None:
        self.act(handling.revive_tag, thing=thing)

    def cut_antenna(self, reader: str, antenna: int) -> None:
        self.act(handling.cut_antenna, reader=reader, antenna=antenna)

    def mend_antenna(self, reader: str, antenna: int) -> None:
        self.act(handling.mend_antenna, reader=reader, antenna=antenna)

    def enter_aisle(self, *, bank: int, segment: int, aisle: int) -> None:
        self.act(acts.enter_aisle, bank=bank, segment=segment, aisle=aisle)

    def leave_aisle(self, *, bank: int, segment: int, aisle: int) -> None:
        self.act(acts.leave_aisle, bank=bank, segment=segment, aisle=aisle)

    def obstruct(self, *, bank: int, segment: int) -> None:
        self.act(acts.obstruct, bank=bank, segment=segment)

    def clear_obstruction(self, *, bank: int, segment: int) -> None:
        self.act(acts.clear_obstruction, bank=bank, segment=segment)

    def block_entrance(self, *, bank: int, segment: int) -> None:
        self.act(acts.block_entrance, bank=bank, segment=segment)

    def clear_entrance(self, *, bank: int, segment: int) -> None:
        self.act(acts.clear_entrance, bank=bank, segment=segment)

    def raise_protection(self, *, bank: int, segment: int, protection: str) -> None:
        self.act(acts.raise_protection, bank=bank, segment=segment, protection=protection)

    def clear_protection(self, *, bank: int, segment: int, protection: str) -> None:
        self.act(acts.clear_protection, bank=bank, segment=segment, protection=protection)

    def lock_at_steel(self, *, bank: int, segment: int) -> None:
        self.act(acts.lock_at_steel, bank=bank, segment=segment)

    def unlock_at_steel(self, *, bank: int, segment: int) -> None:
        self.act(acts.unlock_at_steel, bank=bank, segment=segment)

    def fall_asleep(self, *, bank: int, segment: int) -> None:
        self.act(acts.fall_asleep, bank=bank, segment=segment)

    def wake_at_steel(self, *, bank: int, segment: int) -> None:
        self.act(acts.wake_at_steel, bank=bank, segment=segment)

    def press_start_button(self, *, bank: int, segment: int) -> None:
        self.act(acts.press_start_button, bank=bank, segment=segment)

    def release_start_button(self, *, bank: int, segment: int) -> None:
        self.act(acts.release_start_button, bank=bank, segment=segment)

    def cut_sensor_wire(self, device: str, *, input: int) -> None:
        self.act(acts.cut_sensor_wire, device=device, input=input)

    def mend_sensor_wire(self, device: str, *, input: int) -> None:
        self.act(acts.mend_sensor_wire, device=device, input=input)

    def blind_sensor(self, *, bank: int, segment: int, aisle: int) -> None:
        self.act(acts.blind_sensor, bank=bank, segment=segment, aisle=aisle)

    def mend_sensor(self, *, bank: int, segment: int, aisle: int) -> None:
        self.act(acts.mend_sensor, bank=bank, segment=segment, aisle=aisle)

    def press_reset(self, *, bank: int) -> None:
        self.act(acts.press_reset, bank=bank)

    def switch_local(self, *, bank: int) -> None:
        self.act(acts.switch_local, bank=bank)

    def switch_remote(self, *, bank: int) -> None:
        self.act(acts.switch_remote, bank=bank)

    def open_e_stop(self, *, bank: int) -> None:
        self.act(acts.open_e_stop, bank=bank)

    def close_e_stop(self, *, bank: int) -> None:
        self.act(acts.close_e_stop, bank=bank)

    def insert_key(self, *, bank: int) -> None:
        self.act(acts.insert_key, bank=bank)

    def remove_key(self, *, bank: int) -> None:
        self.act(acts.remove_key, bank=bank)

    def engage_crank(self, *, bank: int) -> None:
        self.act(acts.engage_crank, bank=bank)

    def disengage_crank(self, *, bank: int) -> None:
        self.act(acts.disengage_crank, bank=bank)

    def raise_fire(self) -> None:
        self.act(acts.raise_fire)

    def clear_fire(self) -> None:
        self.act(acts.clear_fire)

    def fail_power(self) -> None:
        self.act(acts.fail_power)

    def return_power(self) -> None:
        self.act(acts.return_power)

    def fail_motor(self, *, bank: int, column: int) -> None:
        self.act(acts.fail_motor, bank=bank, column=column)

    def fail_limit_switch(self, *, bank: int, column: int) -> None:
        self.act(acts.fail_limit_switch, bank=bank, column=column)

    def break_column(self, *, bank: int, column: int, defect: str) -> None:
        self.act(acts.break_column, bank=bank, column=column, defect=defect)

    def jam(self, *, bank: int, column: int) -> None:
        self.act(acts.jam, bank=bank, column=column)

    def mend(self, *, bank: int, column: int) -> None:
        self.act(acts.mend, bank=bank, column=column)

    def cut(self, wire: str, *, probability: float = 1.0) -> None:
        self.faults.put(wire, Fault(kind=FaultKind.CUT, probability=probability))

    def delay(self, wire: str, delay_s: float, *, probability: float = 1.0) -> None:
        fault = Fault(kind=FaultKind.DELAY, delay_s=delay_s, probability=probability)
        self.faults.put(wire, fault)

    def garble(self, wire: str, *, probability: float = 1.0) -> None:
        self.faults.put(wire, Fault(kind=FaultKind.GARBLE, probability=probability))

    def stall(self, wire: str, *, probability: float = 1.0) -> None:
        self.faults.put(wire, Fault(kind=FaultKind.STALL, probability=probability))

    def mute(self, wire: str, *, probability: float = 1.0) -> None:
        self.faults.put(wire, Fault(kind=FaultKind.MUTE, probability=probability))

    def babble(self, reader: str, *, probability: float = 1.0) -> None:
        """Let a reader say noise between its frames."""
        self.faults.put(reader, Fault(kind=FaultKind.GARBAGE, probability=probability))

    def repeat(self, reader: str, *, probability: float = 1.0) -> None:
        """Let a reader say everything twice."""
        self.faults.put(reader, Fault(kind=FaultKind.DUPLICATE, probability=probability))

    def jump_clock(self, reader: str, *, probability: float = 1.0) -> None:
        """Let a reader's own clock jump with every frame it sends."""
        self.faults.put(reader, Fault(kind=FaultKind.CLOCK_JUMP, probability=probability))

    def heal(self, wire: str) -> None:
        self.faults.put(wire)
