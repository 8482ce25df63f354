"""An RFID reader that speaks LLRP 1.0.1 and 1.1: one client at a time, the reader speaks first."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import hypot
from random import Random

from config.room import LlrpReader
from simulators.faults import FaultKind, Faults
from simulators.stage import Stage
from simulators.wire import llrp_frames as f
from simulators.wire import llrp_make as makes
from simulators.wire import llrp_specs as specs
from simulators.wire.antenna_field import AntennaField
from simulators.wire.caller import TcpCaller
from simulators.wire.llrp_access import AccessSpecs, TagMemory
from simulators.wire.llrp_field import Inventory
from simulators.wire.llrp_make import Make
from simulators.wire.tag_report import TagReporter
from simulators.wire.tcp import TcpCable
from simulators.world import Box, OnShelf

_DISABLED, _INACTIVE, _ACTIVE = 0, 1, 2
_IMMEDIATE = 1
_PATIENCE_PERIODS = 5
_BEFORE_M, _MIDDLE_MM = 0.5, 450
_FACTORY_EVENTS: dict[int, bool] = {}


class SimulatedReader:
    """The device: its specs, settings, inputs and outputs outlive a connection, as real ones do."""

    def __init__(
        self, reader: LlrpReader, stage: Stage, faults: Faults, seed: int, make: Make | None = None
    ) -> None:
        cable = TcpCaller if reader.calls == "us" else TcpCable
        self.cable: TcpCaller | TcpCable = cable(reader.id, faults, self._talk)
        self.stage = stage
        self.faults = faults
        self.make = make or Make()
        self.draw = Random(f"{seed}:{reader.id}")
        # A reader's clock is wrong in practice, by seconds or minutes.
        self.clock_error_us = self.draw.randrange(-90_000_000, 90_000_000)
        self.antennas = tuple(antenna.antenna for antenna in reader.antennas)
        self.field = AntennaField(reader, stage, self.draw)
        self.rospecs: dict[int, specs.RoSpec] = {}
        self.access = AccessSpecs(TagMemory(stage))
        self.transmitters = dict.fromkeys(self.antennas, (1, 0, self.make.highest_index))
        self.inputs = dict.fromkeys(range(1, self.make.inputs + 1), False)
        self.watched_inputs: set[int] = set()
        self.outputs = dict.fromkeys(range(1, self.make.outputs + 1), False)
        self.speaks_1_1_now = False
        self._client: _Connection | None = None
        self._boxes: Mapping[str, Box] | None = None
        self._by_epc: dict[str, Box] = {}

    def now_us(self) -> int:
        """Say what the reader believes the time is."""
        return round(self.stage.clock.now().timestamp() * 1e6) + self.clock_error_us

    def loss_db(self, antenna: int) -> float:
        """Say how much weaker than with full power an antenna hears."""
        index = self.transmitters[antenna][2]
        return float(self.make.highest_index - index)

    def distance_m(self, epc: str) -> float:
        """Say how far a box is: its antenna hangs before the middle of its section."""
        if self.stage.world.boxes is not self._boxes:
            self._boxes = self.stage.world.boxes
            self._by_epc = {box.epc: box for box in self._boxes.values()}
        box = self._by_epc.get(epc)
        if box is None or not isinstance(box.spot, OnShelf):
            return _BEFORE_M
        return hypot((box.order_mm - _MIDDLE_MM) / 1000, _BEFORE_M)

    def touch(self, epc: str, antenna: int, rospec: int) -> bytes:
        """Do to a tag what AccessSpecs ask; return the result parameters."""
        return self.access.touch(
            epc, antenna=antenna, rospec=rospec, speaks_1_1=self.speaks_1_1_now
        )

    async def turn_input(self, number: int, on: bool) -> None:
        """Let a contact at an input change; whoever asked for it is told."""
        self.inputs[number] = on
        if number in self.watched_inputs:
            await self.tell(f.EVENT_GPI, f.gpi_event(number, on))

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


class _Connection:
    """One client's connection; what it configures lasts as long as the connection."""

    def __init__(
        self, device: SimulatedReader, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._device = device
        self._reader = reader
        self._writer = writer
        self._events = dict(_FACTORY_EVENTS)
        self._report = specs.ReportSpec()
        self._reporter = TagReporter(device.draw)
        self._keepalive_s = 0.0
        self._unanswered = 0
        self._held = False
        self._version = 1
        self._extended = False
        self._closing = False
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
                    if rospec.state == _ACTIVE:
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
        answer = self._answers().get(kind)
        if answer is None:
            text = f"message type {kind} is not supported"
            await self._send(
                f.message(f.ERROR_MESSAGE, message_id, f.status(f.UNSUPPORTED_MESSAGE, text))
            )
            return
        response, act = answer
        try:
            said = act(body)
        except f.Malformed as error:
            said = f.status(f.PARAMETER_ERROR, str(error))
        except _Wrong as error:
            said = f.status(error.code, str(error))
        if response == f.CUSTOM:
            said = struct.pack(">IB", f.IMPINJ, 22) + said
        await self._send(f.message(response, message_id, said))
        self._begin_due()

    def _answers(self) -> dict[int, tuple[int, Callable[[bytes], bytes]]]:
        return {
            f.GET_READER_CAPABILITIES: (11, self._get_capabilities),
            f.GET_READER_CONFIG: (12, self._get_config),
            f.SET_READER_CONFIG: (13, self._set_config),
            f.CLOSE_CONNECTION: (f.CLOSE_CONNECTION_RESPONSE, self._close),
            f.ADD_ROSPEC: (30, self._add),
            f.DELETE_ROSPEC: (31, self._delete),
            f.START_ROSPEC: (32, lambda body: self._turn(body, _ACTIVE)),
            f.STOP_ROSPEC: (33, lambda body: self._turn(body, _INACTIVE)),
            f.ENABLE_ROSPEC: (34, self._enable),
            f.DISABLE_ROSPEC: (35, lambda body: self._turn(body, _DISABLED)),
            f.GET_ROSPECS: (36, self._get_rospecs),
            f.ADD_ACCESSSPEC: (50, self._add_access),
            f.DELETE_ACCESSSPEC: (51, self._delete_access),
            f.ENABLE_ACCESSSPEC: (52, lambda body: self._turn_access(body, True)),
            f.DISABLE_ACCESSSPEC: (53, lambda body: self._turn_access(body, False)),
            f.GET_ACCESSSPECS: (54, lambda _: f.status(f.SUCCESS)),
            f.GET_SUPPORTED_VERSION: (56, self._get_version),
            f.SET_PROTOCOL_VERSION: (57, self._set_version),
            **({f.CUSTOM: (f.CUSTOM, self._extend)} if self._device.make.has_extensions else {}),
        }

    def _get_version(self, _: bytes) -> bytes:
        return bytes((self._version, 2)) + f.status(f.SUCCESS)

    def _set_version(self, body: bytes) -> bytes:
        if body not in (b"\1", b"\2"):
            raise _Wrong(f.UNSUPPORTED_VERSION, "this reader speaks versions 1 and 2")
        self._version = body[0]
        self._device.speaks_1_1_now = body[0] == 2
        return f.status(f.SUCCESS)

    def _extend(self, body: bytes) -> bytes:
        vendor, subtype, _ = f.unpack(">IBI", body)
        if (vendor, subtype) != (f.IMPINJ, 21):
            raise f.Malformed(f"custom message {subtype} of vendor {vendor} is not known")
        self._extended = True
        return f.status(f.SUCCESS)

    def _get_capabilities(self, body: bytes) -> bytes:
        wanted = body[0] if body else 0
        return f.status(f.SUCCESS) + makes.capabilities(
            wanted, self._device.antennas, self._device.make
        )

    def _get_config(self, body: bytes) -> bytes:
        _, asked, _, _ = f.unpack(">HBHH", body)
        device = self._device
        parts = {
            2: b"".join(makes.antenna_properties(number) for number in device.antennas),
            3: b"".join(
                makes.antenna_configuration(number, transmitter)
                for number, transmitter in device.transmitters.items()
            ),
            8: makes.keepalive_spec(self._keepalive_s),
            9: makes.gpi_states(device.inputs, frozenset(device.watched_inputs)),
            10: makes.gpo_states(device.outputs),
        }
        chosen = b"".join(parts.values()) if asked == 0 else parts.get(asked, b"")
        return f.status(f.SUCCESS) + chosen

    def _set_config(self, body: bytes) -> bytes:
        config = specs.parse_config(body)
        self._apply(config)
        if config.reset:
            self._delete(bytes(4))
            self._events, self._report = dict(_FACTORY_EVENTS), specs.ReportSpec()
        self._events.update(config.events)
        self._report = config.report or self._report
        if config.hold is not None:
            self._held = config.hold
        if config.keepalive_s is not None:
            self._keepalive_s = config.keepalive_s
            if self._keepalive is not None:
                self._keepalive.cancel()
            if self._keepalive_s and self._group is not None:
                self._keepalive = self._group.create_task(self._keep_alive())
        return f.status(f.SUCCESS)

    def _apply(self, config: specs.ReaderConfig) -> None:
        """Take over what concerns the device; raise if it has no such thing, before any of it."""
        device, make = self._device, self._device.make
        for antenna, (_, _, power) in config.transmitters.items():
            if antenna not in device.transmitters or not 1 <= power <= make.highest_index:
                raise _Wrong(f.FIELD_ERROR, f"antenna {antenna} has no power {power}")
        if config.inputs.keys() - device.inputs.keys():
            raise _Wrong(f.FIELD_ERROR, f"there are {make.inputs} inputs")
        if config.outputs.keys() - device.outputs.keys():
            raise _Wrong(f.FIELD_ERROR, f"there are {make.outputs} outputs")
        if make.takes_powers:
            device.transmitters.update(config.transmitters)
        device.watched_inputs |= {number for number, on in config.inputs.items() if on}
        device.watched_inputs -= {number for number, on in config.inputs.items() if not on}
        device.outputs.update(config.outputs)

    def _close(self, _: bytes) -> bytes:
        self._closing = True
        return f.status(f.SUCCESS)

    def _add(self, body: bytes) -> bytes:
        rospec = specs.parse_rospec(body)
        if rospec.rospec == 0 or rospec.rospec in self._device.rospecs:
            raise _Wrong(f.FIELD_ERROR, f"ROSpecID {rospec.rospec} is 0 or in use")
        if rospec.state != _DISABLED:
            raise _Wrong(f.FIELD_ERROR, "a new ROSpec must be disabled")
        named = {antenna for ai_spec in rospec.ai_specs for antenna in ai_spec.antennas}
        unknown = named - {0, *self._device.antennas}
        if unknown:
            raise _Wrong(f.FIELD_ERROR, f"there is no antenna {min(unknown)}")
        wants_custom = rospec.report and (rospec.report.phase or rospec.report.fine_rssi)
        if wants_custom and not self._extended:
            raise _Wrong(f.UNSUPPORTED_PARAMETER, "extensions are not enabled")
        self._device.rospecs[rospec.rospec] = rospec
        return f.status(f.SUCCESS)

    def _delete(self, body: bytes) -> bytes:
        for rospec in self._named(body):
            self._end(rospec.rospec)
            del self._device.rospecs[rospec.rospec]
        return f.status(f.SUCCESS)

    def _enable(self, body: bytes) -> bytes:
        for rospec in self._named(body):
            if rospec.state == _DISABLED:
                state = _ACTIVE if rospec.start == _IMMEDIATE else _INACTIVE
                self._device.rospecs[rospec.rospec] = replace(rospec, state=state)
        return f.status(f.SUCCESS)

    def _turn(self, body: bytes, state: int) -> bytes:
        for rospec in self._named(body):
            if rospec.state == _DISABLED and state != _DISABLED:
                raise _Wrong(f.FIELD_ERROR, f"ROSpec {rospec.rospec} is disabled")
            self._device.rospecs[rospec.rospec] = replace(rospec, state=state)
            if state != _ACTIVE:
                self._end(rospec.rospec)
        return f.status(f.SUCCESS)

    def _get_rospecs(self, _: bytes) -> bytes:
        # The state is the sixth byte of a ROSpec's body, after its header, id and priority.
        known = (r.raw[:9] + bytes((r.state,)) + r.raw[10:] for r in self._device.rospecs.values())
        return f.status(f.SUCCESS) + b"".join(known)

    def _add_access(self, body: bytes) -> bytes:
        known, most = self._device.access.specs, self._device.make.access_specs
        spec = specs.parse_accessspec(body)
        if spec.access in known or len(known) >= most:
            raise _Wrong(f.FIELD_ERROR, f"AccessSpecID {spec.access} is in use, or {most} are")
        if spec.antenna not in (0, *self._device.antennas):
            raise _Wrong(f.FIELD_ERROR, f"there is no antenna {spec.antenna}")
        known[spec.access] = spec
        return f.status(f.SUCCESS)

    def _delete_access(self, body: bytes) -> bytes:
        (number,) = f.unpack(">I", body)
        if number and number not in self._device.access.specs:
            raise _Wrong(f.FIELD_ERROR, f"there is no AccessSpec {number}")
        for known in [number] if number else list(self._device.access.specs):
            del self._device.access.specs[known]
        return f.status(f.SUCCESS)

    def _turn_access(self, body: bytes, active: bool) -> bytes:
        (number,) = f.unpack(">I", body)
        known = self._device.access.specs
        if number and number not in known:
            raise _Wrong(f.FIELD_ERROR, f"there is no AccessSpec {number}")
        for one in [number] if number else list(known):
            known[one] = replace(known[one], active=active)
        return f.status(f.SUCCESS)

    def _named(self, body: bytes) -> list[specs.RoSpec]:
        if len(body) != 4:
            raise f.Malformed("a ROSpecID of four bytes belongs here")
        number = int.from_bytes(body, "big")
        if number == 0:
            return list(self._device.rospecs.values())
        if number not in self._device.rospecs:
            raise _Wrong(f.FIELD_ERROR, f"there is no ROSpec {number}")
        return [self._device.rospecs[number]]

    def _begin_due(self) -> None:
        """Start what became active, once the answer that says so is out."""
        for rospec in self._device.rospecs.values():
            if rospec.state == _ACTIVE and rospec.rospec not in self._running:
                self._start(rospec)

    def _start(self, rospec: specs.RoSpec) -> None:
        if self._group is not None:
            self._running[rospec.rospec] = self._group.create_task(self._inventory(rospec))

    def _end(self, rospec: int) -> None:
        task = self._running.pop(rospec, None)
        if task is not None:
            task.cancel()

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
            self._device.rospecs[rospec.rospec] = replace(current, state=_INACTIVE)

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
        if fate.stall or fate.mute:
            return
        (head,) = struct.unpack_from(">H", frame)
        frame = struct.pack(">H", self._version << 10 | head & 0x3FF) + frame[2:]
        if fate.garble:
            # TCP would never let a changed tag through, only a broken device breaks frames.
            frame = self._device.faults.garble(frame, last=f.HEADER.size)
        async with self._sending:
            if fate.delay_s:
                await asyncio.sleep(fate.delay_s)
            self._writer.write(frame)
            await self._writer.drain()

    def _next_id(self) -> int:
        self._message_id += 1
        return self._message_id


class _Wrong(Exception):
    """A request the reader answers with a status other than success."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
