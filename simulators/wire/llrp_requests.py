"""What a simulated LLRP reader answers to each request, and what it changes by it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

from simulators.wire import llrp_frames as f
from simulators.wire import llrp_make as makes
from simulators.wire import llrp_specs as specs
from simulators.wire.llrp_state import ReaderState

DISABLED, INACTIVE, ACTIVE = 0, 1, 2
_IMMEDIATE = 1
_FACTORY_EVENTS: dict[int, bool] = {}


class _Wrong(Exception):
    """A request the reader answers with a status other than success."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Requests:
    """The requests of one client; what it configures lasts as long as its connection."""

    def __init__(self, state: ReaderState) -> None:
        self._state = state
        self._events = dict(_FACTORY_EVENTS)
        self._report = specs.ReportSpec()
        self._keepalive_s = 0.0
        self._held = False
        self._version = 1
        self._extended = False
        self._closing = False

    def answer(self, kind: int, body: bytes) -> tuple[int, bytes]:
        """Do what is asked; return the type and body of the answer."""
        known = self._answers().get(kind)
        if known is None:
            text = f"message type {kind} is not supported"
            return f.ERROR_MESSAGE, f.status(f.UNSUPPORTED_MESSAGE, text)
        response, act = known
        try:
            said = act(body)
        except f.Malformed as error:
            said = f.status(f.PARAMETER_ERROR, str(error))
        except _Wrong as error:
            said = f.status(error.code, str(error))
        return response, struct.pack(">IB", f.IMPINJ, 22) + said if response == f.CUSTOM else said

    def end_inventory(self, rospec: int) -> None:
        """End what runs for a ROSpec."""
        raise NotImplementedError

    def beat(self) -> None:
        """Send keepalives as often as it is configured now."""
        raise NotImplementedError

    def _answers(self) -> dict[int, tuple[int, Callable[[bytes], bytes]]]:
        return {
            f.GET_READER_CAPABILITIES: (11, self._get_capabilities),
            f.GET_READER_CONFIG: (12, self._get_config),
            f.SET_READER_CONFIG: (13, self._set_config),
            f.CLOSE_CONNECTION: (f.CLOSE_CONNECTION_RESPONSE, self._close),
            f.ADD_ROSPEC: (30, self._add),
            f.DELETE_ROSPEC: (31, self._delete),
            f.START_ROSPEC: (32, lambda body: self._turn(body, ACTIVE)),
            f.STOP_ROSPEC: (33, lambda body: self._turn(body, INACTIVE)),
            f.ENABLE_ROSPEC: (34, self._enable),
            f.DISABLE_ROSPEC: (35, lambda body: self._turn(body, DISABLED)),
            f.GET_ROSPECS: (36, self._get_rospecs),
            f.ADD_ACCESSSPEC: (50, self._add_access),
            f.DELETE_ACCESSSPEC: (51, self._delete_access),
            f.ENABLE_ACCESSSPEC: (52, lambda body: self._turn_access(body, True)),
            f.DISABLE_ACCESSSPEC: (53, lambda body: self._turn_access(body, False)),
            f.GET_ACCESSSPECS: (54, lambda _: f.status(f.SUCCESS)),
            f.GET_SUPPORTED_VERSION: (56, self._get_version),
            f.SET_PROTOCOL_VERSION: (57, self._set_version),
            **({f.CUSTOM: (f.CUSTOM, self._extend)} if self._state.make.has_extensions else {}),
        }

    def _get_version(self, _: bytes) -> bytes:
        return bytes((self._version, 2)) + f.status(f.SUCCESS)

    def _set_version(self, body: bytes) -> bytes:
        if body not in (b"\1", b"\2"):
            raise _Wrong(f.UNSUPPORTED_VERSION, "this reader speaks versions 1 and 2")
        self._version = body[0]
        self._state.speaks_1_1_now = body[0] == 2
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
            wanted, self._state.antennas, self._state.make
        )

    def _get_config(self, body: bytes) -> bytes:
        _, asked, _, _ = f.unpack(">HBHH", body)
        device = self._state
        parts = {
            1: makes.identification(device.identity),
            2: b"".join(
                makes.antenna_properties(number, device.field.is_connected(number))
                for number in device.antennas
            ),
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
            self.beat()
        return f.status(f.SUCCESS)

    def _apply(self, config: specs.ReaderConfig) -> None:
        """Take over what concerns the device; raise if it has no such thing, before any of it."""
        device, make = self._state, self._state.make
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
        for number, on in config.outputs.items():
            device.stage.switch_output(device.id, number, on)

    def _close(self, _: bytes) -> bytes:
        self._closing = True
        return f.status(f.SUCCESS)

    def _add(self, body: bytes) -> bytes:
        rospec = specs.parse_rospec(body)
        if rospec.rospec == 0 or rospec.rospec in self._state.rospecs:
            raise _Wrong(f.FIELD_ERROR, f"ROSpecID {rospec.rospec} is 0 or in use")
        if rospec.state != DISABLED:
            raise _Wrong(f.FIELD_ERROR, "a new ROSpec must be disabled")
        named = {antenna for ai_spec in rospec.ai_specs for antenna in ai_spec.antennas}
        unknown = named - {0, *self._state.antennas}
        if unknown:
            raise _Wrong(f.FIELD_ERROR, f"there is no antenna {min(unknown)}")
        wants_custom = rospec.report and (rospec.report.phase or rospec.report.fine_rssi)
        if wants_custom and not self._extended:
            raise _Wrong(f.UNSUPPORTED_PARAMETER, "extensions are not enabled")
        self._state.rospecs[rospec.rospec] = rospec
        return f.status(f.SUCCESS)

    def _delete(self, body: bytes) -> bytes:
        for rospec in self._named(body):
            self.end_inventory(rospec.rospec)
            del self._state.rospecs[rospec.rospec]
        return f.status(f.SUCCESS)

    def _enable(self, body: bytes) -> bytes:
        for rospec in self._named(body):
            if rospec.state == DISABLED:
                state = ACTIVE if rospec.start == _IMMEDIATE else INACTIVE
                self._state.rospecs[rospec.rospec] = replace(rospec, state=state)
        return f.status(f.SUCCESS)

    def _turn(self, body: bytes, state: int) -> bytes:
        for rospec in self._named(body):
            if rospec.state == DISABLED and state != DISABLED:
                raise _Wrong(f.FIELD_ERROR, f"ROSpec {rospec.rospec} is disabled")
            self._state.rospecs[rospec.rospec] = replace(rospec, state=state)
            if state != ACTIVE:
                self.end_inventory(rospec.rospec)
        return f.status(f.SUCCESS)

    def _get_rospecs(self, _: bytes) -> bytes:
        # The state is the sixth byte of a ROSpec's body, after its header, id and priority.
        known = (r.raw[:9] + bytes((r.state,)) + r.raw[10:] for r in self._state.rospecs.values())
        return f.status(f.SUCCESS) + b"".join(known)

    def _add_access(self, body: bytes) -> bytes:
        known, most = self._state.access.specs, self._state.make.access_specs
        spec = specs.parse_accessspec(body)
        if spec.access in known or len(known) >= most:
            raise _Wrong(f.FIELD_ERROR, f"AccessSpecID {spec.access} is in use, or {most} are")
        if spec.antenna not in (0, *self._state.antennas):
            raise _Wrong(f.FIELD_ERROR, f"there is no antenna {spec.antenna}")
        known[spec.access] = spec
        return f.status(f.SUCCESS)

    def _delete_access(self, body: bytes) -> bytes:
        (number,) = f.unpack(">I", body)
        if number and number not in self._state.access.specs:
            raise _Wrong(f.FIELD_ERROR, f"there is no AccessSpec {number}")
        for known in [number] if number else list(self._state.access.specs):
            del self._state.access.specs[known]
        return f.status(f.SUCCESS)

    def _turn_access(self, body: bytes, active: bool) -> bytes:
        (number,) = f.unpack(">I", body)
        known = self._state.access.specs
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
            return list(self._state.rospecs.values())
        if number not in self._state.rospecs:
            raise _Wrong(f.FIELD_ERROR, f"there is no ROSpec {number}")
        return [self._state.rospecs[number]]
