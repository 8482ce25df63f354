"""Real regulators over a machine in memory: time, air, contacts and people are the test's."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.load import load_room
from config.room import Room, SensorInputs
from drivers.errors import DriverError
from drivers.messages import Actor, AirContactChanged, Event, UnitDecided, UnitFacts
from drivers.room.air_contacts import AirContacts
from drivers.room.air_sight import AirSight
from drivers.room.closed_blocks import ClosedBlocks
from drivers.room.motion import Answer
from drivers.room.probes import Believed
from drivers.room.regulation import Reason
from drivers.room.regulators import Regulators
from drivers.room.regulators_file import load_kept
from tests.core.regulation_machine import Machine, TwoClocks

LI = Actor(id="li", name="Li")
SMALL = Path(__file__).parents[2] / "config" / "rooms" / "small.yaml"
_LOOK_S = 5.0
_INPUTS = {"door": 1, "smoke": 2, "leak": 3, "tank_full": 4}


class Outbox:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append_soon(self, event: Event) -> None:
        self.events.append(event)


class Roster:
    """Regulators show units through it; nobody looks."""

    def show(self, device: str) -> None:
        pass

    def up(self, device: str) -> None:
        pass


def room_with(*regulators: dict[str, Any], zones: tuple[dict[str, Any], ...] = ()) -> Room:
    """The small room with a relay for each regulator, contacts of the air, and probes."""
    whole = load_room(SMALL).model_dump(mode="json")
    at = {"host": "127.0.0.1", "port": 5999}
    words = {"zh": "机", "en": "unit"}
    probe = {"driver": "climate.probe", "at": at, "profile": "xy-md02", "name": words}
    probe |= {"plan_mm": {"x": 100, "y": 100}}
    places = [None, *(zone["zone"] for zone in zones)]
    devices = [
        *(
            {
                "driver": "climate.relay",
                "id": each["unit"],
                "name": words,
                "at": at,
                "unit": 100 + n,
            }
            | {"coil": n}
            for n, each in enumerate(regulators)
        ),
        *(
            probe | {"id": f"air-{n}", "unit": 150 + n, "zone": zone}
            for n, zone in enumerate(places)
        ),
        {
            "driver": "input.modbus",
            "id": "contacts-1",
            "at": at,
            "unit": 200,
            "air": [
                {"input": number, "says": says}
                | ({"unit_id": regulators[0]["unit"]} if says == "tank_full" else {})
                for says, number in _INPUTS.items()
            ],
        },
    ]
    whole["devices"] += devices
    whole["climate"] |= {"regulators": list(regulators), "zones": list(zones)}
    return Room.model_validate(whole)


class RegulatedRoom:
    """A room with one dryer, "unit-1", unless told otherwise."""

    def __init__(self, *, room: Room | None = None, **dryer: Any) -> None:
        self.room = room or room_with({"unit": "unit-1", "does": "dry", "zone": "room"} | dryer)
        self.clock = TwoClocks()
        self.machines = {
            each.unit: Machine(clock=self.clock) for each in self.room.climate.regulators
        }
        self.humidity_pct: float | None = 50.0
        self.airs: dict[str, tuple[float, float]] = {}
        """Of other probes, by device: temperature and humidity."""
        self.outbox = Outbox()
        self.proposed: list[tuple[Reason, frozenset[int]]] = []
        self.burns = False
        self.boot = "boot-1"
        self._folder = tempfile.TemporaryDirectory()
        self._loop = asyncio.new_event_loop()
        self._last: dict[str, dict[str, Believed]] = {}
        self._levels: dict[int, bool | None] = dict.fromkeys(_INPUTS.values(), True)
        self._begin()
        self.look()

    @property
    def machine(self) -> Machine:
        return self.machines["unit-1"]

    @property
    def facts(self) -> UnitFacts:
        facts = self.regulators.facts("unit-1")
        assert facts is not None
        return facts

    def decided(self) -> list[UnitDecided]:
        return [event for event in self.outbox.events if isinstance(event, UnitDecided)]

    def contacts_told(self) -> list[AirContactChanged]:
        return [event for event in self.outbox.events if isinstance(event, AirContactChanged)]

    def close(self) -> None:
        self._loop.close()
        self._folder.cleanup()

    # what passes

    def pass_time(self, for_s: float) -> None:
        """Let time pass in looks a few seconds apart, fewer of them where it is long."""
        left_s = for_s
        apart_s = max(_LOOK_S, for_s / 40)
        while left_s > 0:
            step_s = min(apart_s, left_s)
            left_s -= step_s
            self._pass(step_s)
            self.look()

    def look(self) -> None:
        """Let every unit be looked at once, as its task does, and the room's own tick pass."""
        self._loop.run_until_complete(self._look())

    def contact(self, says: str, *, safe: bool) -> None:
        self._levels[_INPUTS[says]] = safe
        for _ in range(2):
            self._tell_levels()
        self.look()

    def override(self, on: bool, unit: str = "unit-1", hours: float = 2.0) -> Answer:
        until = self.clock.now() + timedelta(hours=hours)
        asking = self.regulators.override(unit, on=on, until=until, reason="a test", actor=LI)
        return self._loop.run_until_complete(asking)

    def resume(self, unit: str = "unit-1") -> Answer:
        return self._loop.run_until_complete(self.regulators.resume(unit, LI))

    # lives of the program

    def restart(self) -> None:
        """End the program in order and begin again a moment later."""
        self._loop.run_until_complete(self._end())
        self._pass(3.0)
        self._begin()
        self.look()

    def kill(self) -> None:
        """The program is gone from one moment to the next."""
        self._pass(3.0)
        self._begin()
        self.look()

    def reboot(self, off_s: float) -> None:
        """The computer was off for a while; its monotonic clock begins anew."""
        for machine in self.machines.values():
            machine.true_s += off_s
        self.clock.jumped += timedelta(seconds=self.clock.at_s + off_s)
        self.clock.at_s = 20.0
        self.boot += "+"
        self._last = {}
        self._begin()
        self.look()

    def _pass(self, for_s: float) -> None:
        self.clock.at_s += for_s
        for machine in self.machines.values():
            machine.true_s += for_s

    def _begin(self) -> None:
        path = Path(self._folder.name) / "regulators.json"
        clock = self.clock
        kept = load_kept(path, boot=self.boot, now_s=clock.monotonic(), now=clock.now())
        modules = [device for device in self.room.devices if isinstance(device, SensorInputs)]
        outbox: Any = self.outbox
        roster: Any = Roster()
        self.contacts = AirContacts(modules, outbox, clock)
        sight = AirSight(self.room, self._believed, clock, kept.humidity)
        self._blocks = ClosedBlocks(
            self.room.climate,
            sight=sight,
            propose=self._propose,
            proposed_at=kept.proposed_at,
            clock=clock,
        )
        self.regulators = Regulators(
            self.room,
            sight=sight,
            contacts=self.contacts,
            fire=lambda: self.burns,
            blocks=self._blocks,
            outbox=outbox,
            roster=roster,
            path=path,
            kept=kept,
            clock=clock,
        )
        self._units = self.regulators._units
        for _ in range(2):
            self._tell_levels()

    async def _propose(self, reason: Reason, banks: frozenset[int]) -> Answer:
        self.proposed.append((reason, banks))
        return Answer(request_id="p", status="done")

    async def _look(self) -> None:
        self._tell_levels()
        self.contacts.tick()
        for device, unit in self._units.items():
            machine = self.machines[device]
            if machine.away:
                unit.guarded._port = unit.guarded.reading = None
            else:
                unit.guarded._port = machine
            with suppress(DriverError):
                await unit.guarded.look()
            with suppress(DriverError):
                await self.regulators._settle(unit)
        self.regulators._note_day()
        if await self._blocks.look():
            await self.regulators._save()

    async def _end(self) -> None:
        for unit in self._units.values():
            await self.regulators._leave(unit)

    def _tell_levels(self) -> None:
        for device in self.room.devices:
            if isinstance(device, SensorInputs) and device.id == "contacts-1":
                self.contacts.take(device, self._levels)

    def _believed(self) -> dict[str, dict[str, Believed]]:
        at_s = self.clock.monotonic()
        told = dict(self.airs)
        if self.humidity_pct is not None:
            told["air-0"] = (20.0, self.humidity_pct)
        for probe, (temperature_c, humidity_pct) in told.items():
            self._last[probe] = {
                "temperature_c": Believed(temperature_c, at_s, None),
                "humidity_pct": Believed(humidity_pct, at_s, None),
            }
        return dict(self._last)
