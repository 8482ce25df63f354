"""An RFID reader that speaks LLRP 1.0.1 and 1.1: one client at a time, the reader speaks first."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace

from config.room import LlrpReader
from simulators.faults import FaultKind, Faults
from simulators.stage import Stage
from simulators.wire import llrp_frames as f
from simulators.wire import llrp_specs as specs
from simulators.wire.caller import TcpCaller
from simulators.wire.llrp_field import Inventory
from simulators.wire.llrp_make import Make
from simulators.wire.llrp_requests import ACTIVE, INACTIVE, Requests
from simulators.wire.llrp_state import ReaderState
from simulators.wire.tag_report import TagReporter
from simulators.wire.tcp import TcpCable

_PATIENCE_PERIODS = 5


class SimulatedReader(ReaderState):
    """The device on its wire: it serves one client and turns others away."""

    def __init__(
        self, reader: LlrpReader, stage: Stage, faults: Faults, seed: int, make: Make | None = None
    ) -> None:
        cable = TcpCaller if reader.calls == "us" else TcpCable
        self.cable: TcpCaller | TcpCable = cable(reader.id, faults, self._talk)
        super().__init__(reader, stage, seed, make or Make())
        self.faults = faults
        self._client: _Connection | None = None

    async def turn_input(self, number: int, on: bool) -> None:
        """Let a contact at an input change; whoever asked for it is told."""
        self.inputs[number] = on
        if number in self.watched_inputs:
            await self.tell(f.EVENT_GPI, f.gpi_event(number, on))

    async def turn_antenna(self, antenna: int, connected: bool) -> None:
        """Let an antenna's cable come off, or be on again; whoever asked for it is told."""
        await self.tell(f.EVENT_ANTENNA, f.antenna_event(antenna, connected))

    async def tell(self, kind: int, event: bytes) -> None:
        """Send an event if a client is there that wants its kind."""
        if self._client is not None and self._client.wants(kind):
            await self._client.notify(event)

    async def say(self, raw: bytes) -> None:
        """Send bytes as they are, for a reader that has gone mad."""
        if self._client is not None:
            await self._client.say(raw)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        if self._client is not None:
            await self._client.notify(f.connection_attempt(f.ANOTHER_ATTEMPTED))
            await connection.notify(f.connection_attempt(f.CLIENT_EXISTS))
            return
        self._client, self.speaks_1_1_now = connection, False
        try:
            await connection.notify(f.connection_attempt(f.CONNECTED))
            await connection.serve()
        finally:
            self._client = None


class _Connection(Requests):
    """One client's connection."""

    def __init__(
        self, device: SimulatedReader, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super().__init__(device)
        self._device = device
        self._reader = reader
        self._writer = writer
        self._reporter = TagReporter(device.draw)
        self._unanswered = 0
        self._message_id = 0
        self._running: dict[int, asyncio.Task[None]] = {}
        self._inventories: dict[int, Inventory] = {}
        self._keepalive: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None
        self._sending = asyncio.Lock()
        self._waiting: list[bytes] = []

    async def serve(self) -> None:
        """Answer until the client goes; its running inventories end with it."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for rospec in self._device.rospecs.values():
                    if rospec.state == ACTIVE:
                        self._start(rospec)
                while not self._closing:
                    kind, message_id, body = await self._read_message()
                    await self._obey(kind, message_id, body)
                raise ConnectionAbortedError("the client closed the connection")
        except* (ConnectionError, asyncio.IncompleteReadError):
            pass

    def wants(self, kind: int) -> bool:
        """Say whether the client asked for events of a kind."""
        return self._events.get(kind, False)

    async def say(self, raw: bytes) -> None:
        """Send bytes as they are."""
        async with self._sending:
            self._writer.write(raw)
            await self._writer.drain()

    async def notify(self, event: bytes) -> None:
        """Send an event, now or when the client lets events go."""
        frame = f.notification(self._next_id(), self._device.now_us(), event)
        await self._send_or_hold(frame)

    async def _read_message(self) -> tuple[int, int, bytes]:
        first, length, message_id = f.HEADER.unpack(await self._reader.readexactly(f.HEADER.size))
        if not f.HEADER.size <= length <= f.LONGEST_MESSAGE:
            raise ConnectionAbortedError("this is not LLRP")
        body = await self._reader.readexactly(length - f.HEADER.size)
        asked = first & 0x3FF in (f.GET_SUPPORTED_VERSION, f.SET_PROTOCOL_VERSION)
        if first >> 10 != (2 if asked and self._device.make.speaks_1_1 else self._version):
            await self._send(
                f.message(f.ERROR_MESSAGE, message_id, f.status(f.UNSUPPORTED_VERSION))
            )
            return await self._read_message()
        return first & 0x3FF, message_id, body

    async def _obey(self, kind: int, message_id: int, body: bytes) -> None:
        if self._device.faults.is_certain(self._device.cable.wire, FaultKind.STALL):
            return
        self._unanswered = 0
        match kind:
            case f.KEEPALIVE_ACK:
                return
            case f.GET_REPORT:
                await self._report_now()
                return
            case f.ENABLE_EVENTS_AND_REPORTS:
                await self._let_go()
                return
        response, said = self.answer(kind, body)
        await self._send(f.message(response, message_id, said))
        self._begin_due()

    def _begin_due(self) -> None:
        """Start what became active, once the answer that says so is out."""
        for rospec in self._device.rospecs.values():
            if rospec.state == ACTIVE and rospec.rospec not in self._running:
                self._start(rospec)

    def _start(self, rospec: specs.RoSpec) -> None:
        if self._group is not None:
            self._running[rospec.rospec] = self._group.create_task(self._inventory(rospec))

    def end_inventory(self, rospec: int) -> None:
        """End what runs for a ROSpec."""
        task = self._running.pop(rospec, None)
        if task is not None:
            task.cancel()

    def beat(self) -> None:
        """Send keepalives as often as it is configured now."""
        if self._keepalive is not None:
            self._keepalive.cancel()
        if self._keepalive_s and self._group is not None:
            self._keepalive = self._group.create_task(self._keep_alive())

    async def _inventory(self, rospec: specs.RoSpec) -> None:
        report = rospec.report or self._report
        inventory = Inventory(self._device.field, rospec, report, self._device)
        self._inventories[rospec.rospec] = inventory
        async for said in inventory.run():
            match said:
                case bytes() as event:
                    if event == f.rospec_event(f.ROSPEC_ENDS, rospec.rospec):
                        self._round_over(rospec)
                    number = f.EVENT_AISPEC if event[1] == 254 else f.EVENT_ROSPEC
                    if self._events.get(number):
                        await self.notify(event)
                case tuple() as sightings:
                    body = self._reporter.report(sightings, report)
                    await self._send_or_hold(f.message(f.RO_ACCESS_REPORT, self._next_id(), body))

    def _round_over(self, rospec: specs.RoSpec) -> None:
        """Let a ROSpec without a trigger of its own rest, before anyone hears that it ended."""
        current = self._device.rospecs.get(rospec.rospec)
        if rospec.start == 0 and current is not None:
            self._running.pop(rospec.rospec, None)
            self._device.rospecs[rospec.rospec] = replace(current, state=INACTIVE)

    async def _report_now(self) -> None:
        body = b"".join(
            self._reporter.report(
                inventory.take(), self._device.rospecs[number].report or self._report
            )
            for number, inventory in self._inventories.items()
            if number in self._device.rospecs
        )
        await self._send(f.message(f.RO_ACCESS_REPORT, self._next_id(), body))

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._keepalive_s)
            if self._unanswered >= _PATIENCE_PERIODS:
                raise ConnectionAbortedError("the client answers no keepalive")
            self._unanswered += 1
            await self._send(f.message(f.KEEPALIVE, self._next_id()))

    async def _send_or_hold(self, frame: bytes) -> None:
        if self._held:
            self._waiting = [*self._waiting, frame][-1000:]
        else:
            await self._send(frame)

    async def _let_go(self) -> None:
        self._held = False
        waiting, self._waiting = self._waiting, []
        for frame in waiting:
            await self._send(frame)

    async def _send(self, frame: bytes) -> None:
        fate = self._device.faults.draw(self._device.cable.wire)
        if fate.cut:
            raise ConnectionAbortedError("the cable is cut")
        if fate.clock_jump:
            self._device.clock_error_us += self._device.faults.clock_jump_us()
        if fate.stall or fate.mute:
            return
        (head,) = struct.unpack_from(">H", frame)
        frame = struct.pack(">H", self._version << 10 | head & 0x3FF) + frame[2:]
        if fate.garble:
            # TCP would never let a changed tag through, only a broken device breaks frames.
            frame = self._device.faults.garble(frame, last=f.HEADER.size)
        if fate.garbage:
            frame = self._device.faults.noise() + frame
        if fate.duplicate:
            frame *= 2
        async with self._sending:
            if fate.delay_s:
                await asyncio.sleep(fate.delay_s)
            self._writer.write(frame)
            await self._writer.drain()

    def _next_id(self) -> int:
        self._message_id += 1
        return self._message_id
