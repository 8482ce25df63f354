"""One bank's steel: polls it, lets motion decide, carries out what it says, stops on the way out.

What is decided is in `motion`; what is here may only read, beat, write what `motion` asked for
while it still wants it, and stop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from config.clock import Clock
from config.mqtt import Backoff
from drivers.errors import DriverError
from drivers.messages import BankState
from drivers.ports import Connect, ShelvingMotion
from drivers.room import motion
from drivers.room.answers import Answers
from drivers.room.memory import MEMORY_LOST, Memory
from drivers.room.motion import Command, Event, Faulted, Limits, Segment
from drivers.room.outlet import Outcome, Outlet
from drivers.room.roster import Roster, supervise
from drivers.room.sensors import Sensors
from drivers.room.sight import Sight
from drivers.room.view import BankView

POLL_S = 0.25
COLUMNS_MOVING_S = 0.3
COLUMNS_STANDING_S = 1.0
BEAT_S = 0.5
TICK_S = 0.1
LOST_AFTER_S = 1.5
"""A bank that was not read for so long is away, and gets no heartbeat: its controller stops."""


class Watcher(Protocol):
    """Who wants to know how the steel stands (presence does)."""

    def __call__(self, bank: int, segments: dict[int, Segment], at_s: float) -> None: ...


class BankSteel:
    """Owns the state of all segments of one bank."""

    def __init__(
        self,
        *,
        device: str,
        bank: int,
        limits: Iterable[Limits],
        connect: Connect[ShelvingMotion],
        answers: Answers,
        roster: Roster,
        view: BankView,
        memory: Memory,
        sensors: Sensors,
        watch: Watcher,
        clock: Clock,
    ) -> None:
        self.device = device
        self.bank = bank
        self._segments = {limit.segment: memory.recall(bank, limit) for limit in limits}
        self._connect = connect
        self._answers = answers
        self._roster = roster
        self._view = view
        self._memory = memory
        self._watch = watch
        self._clock = clock
        self._outlet = Outlet(device, clock)
        self._sight = Sight(bank, self._outlet, sensors)
        self._asks: asyncio.Queue[tuple[int, Event]] = asyncio.Queue()
        self._read_at_s: float | None = None

    @property
    def segments(self) -> dict[int, Segment]:
        """The segments as they are now."""
        return dict(self._segments)

    def find_segment(self, column: int | None) -> int | None:
        """Find the segment to which a movable column belongs."""
        for number, segment in self._segments.items():
            first = segment.limits.first_column
            if column is not None and first <= column < first + segment.limits.aisles - 1:
                return number
        return None

    def seen_at_s(self, boot_id: str, version: int) -> float | None:
        """Say when a view of this bank was taken."""
        return self._view.seen_at_s(boot_id, version)

    def draw(self) -> BankState:
        """Draw the bank for the room's own page: the last view that may be asked on."""
        return self._view.draw(self._segments)

    def ask(self, segment: int, event: Event) -> None:
        """Queue what a person asks for; its answer goes through the answers."""
        self._asks.put_nowait((segment, event))

    async def stop(self, segment: int | None) -> str | None:
        """Stop one segment or all, before anything else; say why it failed, if it did."""
        numbers = list(self._segments) if segment is None else [segment]
        failures = await asyncio.gather(*(self._stop_one(number) for number in numbers))
        return next((why for why in failures if why is not None), None)

    async def feed(self, number: int, event: Event) -> None:
        """Let motion decide on an event and carry out what it says."""
        await self._carry_out(number, self._step(number, event))

    async def run(self) -> None:
        """Serve the bank for ever; a bug in here stops the bank and faults it, not the room."""
        self._tell_lost_memory()
        await supervise(self.device, self._serve, self._roster, self._clock)

    def _tell_lost_memory(self) -> None:
        for number, segment in self._segments.items():
            phase = segment.phase
            if self._memory.is_lost and isinstance(phase, Faulted):
                lost = motion.ReportFault(why=MEMORY_LOST, trip_id=phase.trip_id)
                self._answers.report(self.bank, number, lost)

    async def _serve(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for name, work in (
                    ("port", self._hold_port()),
                    ("poll", self._poll()),
                    ("columns", self._poll_columns()),
                    ("beat", self._beat()),
                    ("time", self._tick()),
                    ("requests", self._answer_requests()),
                ):
                    group.create_task(work, name=f"{self.device} {name}")
        except Exception:
            for number in self._segments:
                await self.feed(number, motion.AgentBroke(self._clock.monotonic()))
            raise

    async def _hold_port(self) -> None:
        backoff = Backoff()
        while True:
            try:
                async with self._connect() as port:
                    self._learn(port)
                    await self._outlet.hold(port, self._list_stopping)
            except DriverError as error:
                self._roster.down(self.device, error.message)
            await asyncio.sleep(backoff.next_s())

    def _learn(self, port: ShelvingMotion) -> None:
        """What this driver cannot see stays unknown, so it forbids motion."""
        for number, segment in self._segments.items():
            limits = motion.learn(segment.limits, port.abilities)
            self._segments[number] = replace(segment, limits=limits)

    def _list_stopping(self) -> list[int]:
        return [n for n, segment in self._segments.items() if motion.stops_on_exit(segment)]

    async def _poll(self) -> None:
        while True:
            await self._read_all()
            await asyncio.sleep(POLL_S)

    async def _read_all(self) -> None:
        try:
            seen = await self._sight.read([s.limits for s in self._segments.values()])
        except DriverError as error:
            self._view.miss(error)
            await self._missed(error.message)
            return
        self._read_at_s = min(reading.at_s for both in seen for reading in both)
        self._view.note_read(self._read_at_s)
        self._roster.up(self.device)
        for bank, steel in seen:
            at_s = self._clock.monotonic()
            event: Event = motion.SteelRead(at_s=at_s, bank=bank, steel=steel)
            if not self._segments[steel.segment].linked:
                event = motion.Reconnected(at_s=at_s, bank=bank, steel=steel)
            await self.feed(steel.segment, event)
        self._watch(self.bank, self.segments, self._read_at_s)

    async def _missed(self, why: str) -> None:
        if self._is_read_lately() or not any(s.linked for s in self._segments.values()):
            return
        self._roster.down(self.device, why)
        for number in self._segments:
            await self.feed(number, motion.LinkLost(self._clock.monotonic()))
        self._watch(self.bank, self.segments, self._clock.monotonic())

    def _is_read_lately(self) -> bool:
        read_at_s = self._read_at_s
        return read_at_s is not None and self._clock.monotonic() - read_at_s <= LOST_AFTER_S

    async def _poll_columns(self) -> None:
        while True:
            try:
                self._view.note_columns(await self._outlet.port.read_columns())
            except DriverError as error:
                self._view.miss_columns(error)  # the poll of the segments tells if it is away
            self._show()
            moving = any(isinstance(s.phase, motion.Moving) for s in self._segments.values())
            await asyncio.sleep(COLUMNS_MOVING_S if moving else COLUMNS_STANDING_S)

    async def _beat(self) -> None:
        """Beat only while the steel is seen: a blind agent must not keep its controller quiet."""
        count = 0
        while True:
            if not self._outlet.has_watchdog or not self._is_read_lately():
                await asyncio.sleep(TICK_S)
                continue
            count = (count + 1) % 65536
            try:
                await self._outlet.beat(count)
            except DriverError:
                pass  # the poll tells; the controller's watchdog acts
            await asyncio.sleep(BEAT_S)

    async def _tick(self) -> None:
        while True:
            for number in self._segments:
                await self.feed(number, motion.TimePassed(self._clock.monotonic()))
            self._show()
            await asyncio.sleep(TICK_S)

    async def _answer_requests(self) -> None:
        while True:
            number, event = await self._asks.get()
            await self.feed(number, event)

    def _step(self, number: int, event: Event) -> tuple[Command, ...]:
        self._segments[number], commands = motion.step(self._segments[number], event)
        return commands

    async def _carry_out(self, number: int, commands: tuple[Command, ...]) -> None:
        recorded = True
        for command in commands:
            match command:
                case motion.StopMotion():
                    await self._outlet.stop(number)
                case motion.ReadInterlocks(request_id):
                    await self._read_interlocks(number, request_id)
                case motion.ReadBack():
                    await self._read_back(number)
                case motion.DriveTo():
                    await self._drive(number, command, recorded=recorded)
                case motion.SetSteel():
                    await self._set(number, command, recorded=recorded)
                case motion.Answer(status="accepted", code=None):
                    recorded = await self._answers.accept(command)
                case motion.Answer(status="done"):
                    await self._tell_done(command)
                case motion.Answer(code="not_armed"):
                    self._answers.answer_here(command)
                case motion.Answer():
                    self._answers.tell(command)
                case _:
                    self._answers.report(self.bank, number, command)
        self._show()

    async def _tell_done(self, answer: motion.Answer) -> None:
        """Tell it, once what people rely on after it is on disk; else it counts until a restart."""
        if not await self._is_kept():
            answer = replace(answer, status="failed", code="cannot_record")
        self._answers.tell(answer)

    async def _is_kept(self) -> bool:
        self._memory.note(self.bank, self._segments)
        return await self._memory.settle()

    async def _read_interlocks(self, number: int, request_id: str) -> None:
        event: Event
        try:
            bank, steel = await self._sight.read_afresh(self._segments[number].limits)
        except (DriverError, TimeoutError):
            event = motion.InterlocksNotRead(at_s=self._clock.monotonic(), request_id=request_id)
        else:
            event = motion.InterlocksRead(
                at_s=self._clock.monotonic(), request_id=request_id, bank=bank, steel=steel
            )
        await self.feed(number, event)

    async def _read_back(self, number: int) -> None:
        try:
            bank, steel = await self._sight.read_back(self._segments[number].limits)
        except DriverError:
            return  # the poll goes on, and motion gives up on its own
        at_s = self._clock.monotonic()
        await self.feed(number, motion.SteelRead(at_s=at_s, bank=bank, steel=steel))

    async def _drive(self, number: int, command: motion.DriveTo, *, recorded: bool) -> None:
        """Write once, if the start is on record and motion still wants it."""
        outcome: Outcome = Outcome("not_sent", "cannot_record")
        hindrance = motion.find_hindrance(
            self._segments[number], command.request_id, self._clock.monotonic()
        )
        if hindrance is not None:
            outcome = Outcome("not_sent", hindrance)
        elif recorded:
            outcome = await self._outlet.carry_out(number, command)
        event = motion.WriteEnded(
            at_s=self._clock.monotonic(),
            request_id=command.request_id,
            outcome=outcome.outcome,
            code=outcome.code,
        )
        await self.feed(number, event)

    async def _set(self, number: int, command: motion.SetSteel, *, recorded: bool) -> None:
        """Write once, if it is on record and still wanted.

        That a lock is ours is on disk before there is one.
        """
        outcome = Outcome("not_sent", "cannot_record")
        if recorded and await self._is_kept():
            outcome = Outcome("not_sent", "stopped")
            setting = self._segments[number].setting
            if setting is not None and setting.request_id == command.request_id:
                outcome = await self._outlet.carry_out(number, command)
        event = motion.SettingEnded(
            at_s=self._clock.monotonic(),
            request_id=command.request_id,
            outcome=outcome.outcome,
            code=outcome.code,
        )
        await self.feed(number, event)

    async def _stop_one(self, number: int) -> str | None:
        commands = self._step(number, motion.StopAsked(self._clock.monotonic()))
        failure = await self._outlet.stop(number)
        rest = tuple(command for command in commands if command != motion.StopMotion())
        await self._carry_out(number, rest)
        return failure

    def _show(self) -> None:
        self._memory.note(self.bank, self._segments)
        self._view.show(self._segments)
