"""The room's side of one bank, whole and real but for disk, broker and the other devices.

Driver, bus, outlet, steel, motion, desk and programs are those of the product. What stands in
keeps in memory what the outbox, the link and the file of segments would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any, cast

from config.clock import Clock
from config.room import ModbusShelving, Room, SensorInput, Shelving
from config.shelving import Commissions
from drivers.bus import open_bus
from drivers.messages import Actor, BankState, Request, Saw
from drivers.room.answers import Answers
from drivers.room.desk import Desk
from drivers.room.intake import ReceivedRequest
from drivers.room.kept import Kept
from drivers.room.limits import limits_of
from drivers.room.link import Link
from drivers.room.memory import Memory
from drivers.room.motion import Command, Event, Segment
from drivers.room.outbox import Outbox
from drivers.room.picture import Round
from drivers.room.programs import Programs
from drivers.room.roster import Roster
from drivers.room.sensors import Sensors
from drivers.room.steel import BankSteel
from drivers.room.view import BankView
from drivers.shelving.connect import Buses, connect_bank

NOWHERE = Path("/nowhere/to/be/found")
"""Memory and programs are not to find anything on disk, nor to leave anything there."""


class Kit:
    """Stands in for outbox and link: takes everything and hands requests on."""

    def __init__(self) -> None:
        self.requests: asyncio.Queue[ReceivedRequest] = asyncio.Queue()
        self.answers: list[Any] = []

    async def append(self, event: object) -> int:
        return 1

    def append_soon(self, event: object) -> None:
        """Forget it: nobody reads the archive here."""

    def publish_state(self, state: object) -> None:
        """Forget it: nobody looks."""

    def reply(self, reply: object) -> None:
        self.answers = [*self.answers[-20:], reply]


class Remembered(Memory):
    """A file of segments that is memory alone; a new agent gets what the last one kept."""

    def __init__(self, clock: Clock, kept: Mapping[str, Kept]) -> None:
        super().__init__(NOWHERE, clock)
        self._kept = self._saved = kept

    @property
    def kept(self) -> Mapping[str, Kept]:
        """What is on the disk that there would be."""
        return self._kept

    async def settle(self) -> bool:
        return True


class CountedSteel(BankSteel):
    """Counts what is handed to motion."""

    events = 0

    def _step(self, number: int, event: Event) -> tuple[Command, ...]:
        self.events += 1
        return super()._step(number, event)


class Agent:
    """One life of the agent of a room with one bank."""

    def __init__(
        self,
        room: Room,
        commissions: Commissions,
        clock: Clock,
        chance: Random,
        kept: Mapping[str, Kept],
        name: str,
    ) -> None:
        self._room = room
        self._device = cast(Shelving, room.devices[0])
        self._commissions = commissions
        self._clock = clock
        self._chance = chance
        self.name = name
        self.memory = Remembered(clock, kept)
        self.kit = Kit()
        self._ready = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._asked = 0

    async def start(self) -> None:
        """Begin to serve; it goes on until `end`. Raises what it broke with before it served."""
        loop = asyncio.get_running_loop()
        self._running = loop.create_task(self._run(), name=self.name)
        ready = loop.create_task(self._ready.wait(), name="ready")
        await asyncio.wait((ready, self._running), return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self.is_broken:
            self._running.result()

    async def end(self) -> None:
        """End it as SIGTERM does; raise what it had broken with."""
        assert self._running is not None
        self._running.cancel()
        try:
            await self._running
        except asyncio.CancelledError:
            pass

    @property
    def is_broken(self) -> bool:
        """Say whether it ended by itself, which is a bug."""
        return self._running is not None and self._running.done()

    @property
    def segments(self) -> dict[int, Segment]:
        return self.steel.segments

    def draw(self) -> BankState:
        return self.steel.draw()

    def request(self, verb: str, by: Actor, *, ttl_s: float, **given: Any) -> Request:
        """Write a request of somebody who looks at the view of now."""
        self._asked += 1
        seen = self.draw()
        saw = Saw(boot_id=seen.boot_id, version=seen.version)
        name = f"{self.name}-{self._asked}"
        return Request.model_validate(
            {"id": name, "verb": verb, "actor": by, "ttl_s": ttl_s, "saw": saw, **given}
        )

    def send(self, request: Request, at_s: float) -> None:
        """Have a request come in from the controller."""
        self.kit.requests.put_nowait(ReceivedRequest(request, at_s))

    def press(self, segment: int) -> None:
        """Press the start button of a segment."""
        button = {"input": 0, "says": "start_button", "bank": 1, "segment": segment, "safe_when": 0}
        self.desk.press(SensorInput.model_validate(button))

    async def _run(self) -> None:
        async with AsyncExitStack() as stack:
            buses: Buses = {}
            if isinstance(self._device, ModbusShelving):
                opening = open_bus(self._device.at, self._clock, rng=self._chance)
                buses = {self._device.at: await stack.enter_async_context(opening)}
            self._build(buses)
            self._ready.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.steel.run(), name="steel")
                group.create_task(self.desk.run(), name="requests")
                group.create_task(self.programs.run(), name="programs")

    def _build(self, buses: Buses) -> None:
        clock, device, room = self._clock, self._device, self._room
        outbox, link = cast(Outbox, self.kit), cast(Link, self.kit)
        answers = Answers(outbox=outbox, link=link, clock=clock)
        self.roster = Roster(
            [device.id], snapshots=set(), outbox=outbox, link=link, clock=clock, boot_id=self.name
        )
        sensors = Sensors((), self.roster, clock)
        view = BankView(
            device=device.id,
            bank=1,
            roster=self.roster,
            publish=self.kit.publish_state,
            clock=clock,
            boot_id=self.name,
            time_round=Round,
            contacts=lambda _: {},
            simulated=True,
        )
        self.steel = CountedSteel(
            device=device.id,
            bank=1,
            limits=limits_of(room, device, self._commissions, sensors),
            connect=connect_bank(device, room, buses, clock, self._commissions),
            answers=answers,
            roster=self.roster,
            view=view,
            memory=self.memory,
            sensors=sensors,
            watch=lambda bank, segments, at_s: None,
            clock=clock,
        )
        banks: dict[int, BankSteel] = {1: self.steel}
        self.programs = Programs(
            room,
            banks,
            answers=answers,
            outbox=outbox,
            link=link,
            path=NOWHERE,
            clock=clock,
            boot_id=self.name,
        )
        self.desk = Desk(banks, self.programs, answers, link, clock)
