"""LLRP 1.0.1 as a reader writes and reads it, from chapters 16 and 17 of the specification. Pure.

A message is u16 (version 1 in bits 10-12, type in bits 0-9), u32 length with this header, u32 id.
A TLV parameter is u16 type, u16 length with this header; a TV parameter is one byte 0x80 | type.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADER = struct.Struct(">HII")
LONGEST_MESSAGE = 1 << 20
_VERSION = 1 << 10

GET_READER_CAPABILITIES, GET_READER_CONFIG, SET_READER_CONFIG = 1, 2, 3
CLOSE_CONNECTION_RESPONSE, CLOSE_CONNECTION = 4, 14
ADD_ROSPEC, DELETE_ROSPEC, START_ROSPEC, STOP_ROSPEC = 20, 21, 22, 23
ENABLE_ROSPEC, DISABLE_ROSPEC, GET_ROSPECS = 24, 25, 26
ADD_ACCESSSPEC, DELETE_ACCESSSPEC, ENABLE_ACCESSSPEC = 40, 41, 42
DISABLE_ACCESSSPEC, GET_ACCESSSPECS = 43, 44
GET_REPORT, RO_ACCESS_REPORT, KEEPALIVE, READER_EVENT_NOTIFICATION = 60, 61, 62, 63
ENABLE_EVENTS_AND_REPORTS, KEEPALIVE_ACK, ERROR_MESSAGE, CUSTOM = 64, 72, 100, 1023

SUCCESS, PARAMETER_ERROR, FIELD_ERROR = 0, 100, 101
UNSUPPORTED_MESSAGE, UNSUPPORTED_VERSION, UNSUPPORTED_PARAMETER = 109, 110, 111

EVENT_ROSPEC, EVENT_AISPEC = 2, 6
ROSPEC_BEGINS, ROSPEC_ENDS = 0, 1
CONNECTED, CLIENT_EXISTS, ANOTHER_ATTEMPTED = 0, 2, 4


class Malformed(ValueError):
    """A message or parameter that does not hold what its type demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """When to report (1: N tags or end of AISpec, 2: N tags or end of ROSpec) and what."""

    trigger: int = 2
    tags: int = 0
    content: int = 0xFFC0
    crc: bool = False
    pc: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AiSpec:
    """Antennas to run, and for how long; without a duration until the ROSpec stops."""

    antennas: tuple[int, ...]
    duration_s: float | None
    inventory: int
    """The id of its InventoryParameterSpec, which reports name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoSpec:
    """What to do: start trigger (0 none, 1 immediate, 2 periodic), AISpecs in turn, stop."""

    rospec: int
    state: int
    start: int
    period_s: float
    duration_s: float | None
    ai_specs: tuple[AiSpec, ...]
    report: ReportSpec | None
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderConfig:
    """What SET_READER_CONFIG asks; `None` leaves a thing as it is."""

    reset: bool
    events: dict[int, bool] = field(default_factory=dict)
    report: ReportSpec | None = None
    keepalive_s: float | None = None
    hold: bool | None = None


def message(kind: int, message_id: int, body: bytes = b"") -> bytes:
    """Write a message."""
    return HEADER.pack(_VERSION | kind, HEADER.size + len(body), message_id) + body


def tlv(kind: int, body: bytes) -> bytes:
    """Write a TLV parameter."""
    return struct.pack(">HH", kind, 4 + len(body)) + body


def tv(kind: int, layout: str, *values: int) -> bytes:
    """Write a TV parameter."""
    return struct.pack(f">B{layout}", 0x80 | kind, *values)


def status(code: int, text: str = "") -> bytes:
    """Write an LLRPStatus parameter."""
    words = text.encode()
    return tlv(287, struct.pack(">HH", code, len(words)) + words)


def notification(message_id: int, at_us: int, event: bytes) -> bytes:
    """Write a READER_EVENT_NOTIFICATION with one event."""
    stamp = tlv(128, struct.pack(">Q", at_us))
    return message(READER_EVENT_NOTIFICATION, message_id, tlv(246, stamp + event))


def connection_attempt(outcome: int) -> bytes:
    """Write a ConnectionAttemptEvent."""
    return tlv(256, struct.pack(">H", outcome))


def rospec_event(kind: int, rospec: int) -> bytes:
    """Write a ROSpecEvent: one began or ended."""
    return tlv(249, struct.pack(">BII", kind, rospec, 0))


def ai_spec_event(rospec: int, spec_index: int) -> bytes:
    """Write an AISpecEvent: an AISpec has ended."""
    return tlv(254, struct.pack(">BIH", 0, rospec, spec_index))


def epc_parameter(epc: bytes) -> bytes:
    """Write an EPC, in the short form if it has 96 bits."""
    if len(epc) == 12:
        return bytes((0x80 | 13,)) + epc
    return tlv(241, struct.pack(">H", len(epc) * 8) + epc)


def custom(vendor: int, subtype: int, body: bytes) -> bytes:
    """Write a Custom parameter."""
    return tlv(1023, struct.pack(">II", vendor, subtype) + body)


def capabilities(wanted: int, antennas: tuple[int, ...]) -> bytes:
    """Write the capabilities: 0 all, 1 general, 2 LLRP, 3 regulatory, 4 air protocol."""
    parts = {1: _general(antennas), 2: _llrp_capabilities(), 3: _regulatory(), 4: _air_protocol()}
    if wanted == 0:
        return b"".join(parts.values())
    if wanted not in parts:
        raise Malformed(f"RequestedData {wanted} is not 0 to 4")
    return parts[wanted]


def antenna_properties(antenna: int) -> bytes:
    """Write AntennaProperties of a connected antenna without gain."""
    return tlv(221, struct.pack(">BHh", 0x80, antenna, 0))


def keepalive_spec(period_s: float) -> bytes:
    """Write a KeepaliveSpec; a period of 0 means none."""
    return tlv(220, struct.pack(">BI", 1 if period_s else 0, round(period_s * 1000)))


def parse_config(body: bytes) -> ReaderConfig:
    """Read a SET_READER_CONFIG."""
    if not body:
        raise Malformed("SET_READER_CONFIG is empty")
    events: dict[int, bool] = {}
    report: ReportSpec | None = None
    keepalive_s: float | None = None
    hold: bool | None = None
    for kind, value in parameters(body[1:]):
        match kind:
            case 244:
                for _, state in parameters(value):
                    event, on = _unpack(">HB", state)
                    events[event] = bool(on & 0x80)
            case 237:
                report = _parse_report(value)
            case 220:
                periodic, period_ms = _unpack(">BI", value)
                keepalive_s = period_ms / 1000 if periodic else 0.0
            case 226:
                hold = bool(_unpack(">B", value)[0] & 0x80)
    return ReaderConfig(
        reset=bool(body[0] & 0x80), events=events, report=report, keepalive_s=keepalive_s, hold=hold
    )


def parse_rospec(body: bytes) -> RoSpec:
    """Read an ADD_ROSPEC."""
    found = list(parameters(body))
    if [kind for kind, _ in found] != [177]:
        raise Malformed("ADD_ROSPEC holds exactly one ROSpec")
    value = found[0][1]
    rospec, _priority, state = _unpack(">IBB", value[:6])
    start, period_s = 0, 0.0
    duration_s: float | None = None
    ai_specs: list[AiSpec] = []
    report: ReportSpec | None = None
    for kind, part in parameters(value[6:]):
        match kind:
            case 178:
                start, period_s, duration_s = _parse_boundary(part)
            case 183:
                ai_specs.append(_parse_ai_spec(part))
            case 237:
                report = _parse_report(part)
    if not ai_specs:
        raise Malformed("a ROSpec needs an AISpec")
    return RoSpec(
        rospec=rospec,
        state=state,
        start=start,
        period_s=period_s,
        duration_s=duration_s,
        ai_specs=tuple(ai_specs),
        report=report,
        raw=body,
    )


def parameters(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the TLV parameters of a body; raise Malformed where a length does not fit."""
    offset = 0
    while offset < len(body):
        if len(body) - offset < 4:
            raise Malformed("a parameter header is cut off")
        kind, length = struct.unpack_from(">HH", body, offset)
        if kind & 0xFC00 or not 4 <= length <= len(body) - offset:
            raise Malformed(f"parameter {kind} of length {length} does not fit")
        yield kind, body[offset + 4 : offset + length]
        offset += length


def _parse_boundary(body: bytes) -> tuple[int, float, float | None]:
    start, period_s = 0, 0.0
    duration_s: float | None = None
    for kind, value in parameters(body):
        if kind == 179:
            (start,) = _unpack(">B", value[:1])
            for inner, periodic in parameters(value[1:]):
                if inner == 180:
                    period_s = _unpack(">II", periodic[:8])[1] / 1000
        elif kind == 182:
            stop, stop_ms = _unpack(">BI", value[:5])
            duration_s = stop_ms / 1000 if stop == 1 else None
    return start, period_s, duration_s


def _parse_ai_spec(body: bytes) -> AiSpec:
    (count,) = _unpack(">H", body[:2])
    if count == 0:
        raise Malformed("an AISpec names at least one antenna; 0 means all")
    antennas = _unpack(f">{count}H", body[2 : 2 + 2 * count])
    duration_s: float | None = None
    inventory = 0
    for kind, value in parameters(body[2 + 2 * count :]):
        if kind == 186:
            (inventory,) = _unpack(">H", value[:2])
        elif kind == 184:
            stop, stop_ms = _unpack(">BI", value[:5])
            if stop == 3:
                for inner, observed in parameters(value[5:]):
                    if inner == 185:
                        stop_ms = _unpack(">BBHHHI", observed)[5] or 500
            duration_s = stop_ms / 1000 if stop in (1, 3) else None
    return AiSpec(antennas=antennas, duration_s=duration_s, inventory=inventory)


def _parse_report(body: bytes) -> ReportSpec:
    trigger, tags = _unpack(">BH", body[:3])
    content, crc, pc = 0, False, False
    for kind, value in parameters(body[3:]):
        if kind == 238:
            (content,) = _unpack(">H", value[:2])
            for inner, selector in parameters(value[2:]):
                if inner == 348:
                    (bits,) = _unpack(">B", selector)
                    crc, pc = bool(bits & 0x80), bool(bits & 0x40)
    return ReportSpec(trigger=trigger, tags=tags, content=content, crc=crc, pc=pc)


def _unpack(layout: str, body: bytes) -> tuple[int, ...]:
    try:
        return struct.unpack(layout, body)
    except struct.error as error:
        raise Malformed(f"{len(body)} bytes where {layout} belongs") from error


def _general(antennas: tuple[int, ...]) -> bytes:
    firmware = b"stackroom-sim 1"
    body = struct.pack(">HHIIH", max(antennas), 0x4000, 0, 1, len(firmware)) + firmware
    body += tlv(139, struct.pack(">Hh", 1, 0))
    body += tlv(141, struct.pack(">HH", 0, 0))
    for antenna in antennas:
        body += tlv(140, struct.pack(">HHB", antenna, 1, 1))
    return tlv(137, body)


def _llrp_capabilities() -> bytes:
    return tlv(142, struct.pack(">BBHIIIII", 0x08, 1, 0, 8, 64, 1, 0, 0))


def _regulatory() -> bytes:
    """Write country 156 (China), standard unspecified, 920.625 to 924.375 MHz, 10 to 30 dBm."""
    powers = b"".join(
        tlv(145, struct.pack(">Hh", index, 1000 + 100 * (index - 1))) for index in range(1, 22)
    )
    channels = [920_625 + 250 * number for number in range(16)]
    hops = tlv(147, struct.pack(f">BBH{len(channels)}I", 1, 0, len(channels), *channels))
    frequencies = tlv(146, b"\x80" + hops)
    mode = struct.pack(">IBBBBIIIII", 1, 0x80, 1, 2, 2, 250_000, 1500, 12_500, 12_500, 0)
    modes = tlv(328, tlv(329, mode))
    return tlv(143, struct.pack(">HH", 156, 0) + tlv(144, powers + frequencies + modes))


def _air_protocol() -> bytes:
    return tlv(327, struct.pack(">BH", 0x00, 0))
