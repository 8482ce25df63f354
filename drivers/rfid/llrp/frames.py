"""LLRP 1.0.1 on the wire: messages and parameters to values and back. Pure.

Numbers in comments name chapters of "Low Level Reader Protocol (LLRP), version 1.0.1" by EPCglobal;
its chapter 16 holds all binary encodings. All integers are big endian.
Not responsible for the order in which things are said: session.py is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

MAX_MESSAGE_BYTES: Final = 1 << 20
"""The longest message we take; 4 bytes of a peer must not reserve 4 GB of memory."""


class Malformed(ValueError):
    """Bytes that are no LLRP; the stream cannot be followed any further."""


class UnknownTv(Malformed):
    """A TV parameter of a type without a known length: what follows it cannot be found."""


class MessageType(IntEnum):
    """Message types (16.1)."""

    GET_READER_CAPABILITIES = 1
    SET_READER_CONFIG = 3
    CLOSE_CONNECTION_RESPONSE = 4
    GET_READER_CAPABILITIES_RESPONSE = 11
    SET_READER_CONFIG_RESPONSE = 13
    CLOSE_CONNECTION = 14
    ADD_ROSPEC = 20
    DELETE_ROSPEC = 21
    START_ROSPEC = 22
    STOP_ROSPEC = 23
    ENABLE_ROSPEC = 24
    ADD_ROSPEC_RESPONSE = 30
    DELETE_ROSPEC_RESPONSE = 31
    START_ROSPEC_RESPONSE = 32
    STOP_ROSPEC_RESPONSE = 33
    ENABLE_ROSPEC_RESPONSE = 34
    RO_ACCESS_REPORT = 61
    KEEPALIVE = 62
    READER_EVENT_NOTIFICATION = 63
    ENABLE_EVENTS_AND_REPORTS = 64
    KEEPALIVE_ACK = 72
    ERROR_MESSAGE = 100


class Tv(IntEnum):
    """TV parameters of a tag report (16.2.7.3)."""

    ANTENNA_ID = 1
    FIRST_SEEN_UTC = 2
    LAST_SEEN_UTC = 4
    PEAK_RSSI = 6
    CHANNEL_INDEX = 7
    TAG_SEEN_COUNT = 8
    ROSPEC_ID = 9
    EPC_96 = 13
    SPEC_INDEX = 14


class Tlv(IntEnum):
    """TLV parameters that we write or read (16.2)."""

    GENERAL_DEVICE_CAPABILITIES = 137
    LLRP_CAPABILITIES = 142
    ROSPEC = 177
    RO_BOUNDARY_SPEC = 178
    ROSPEC_START_TRIGGER = 179
    ROSPEC_STOP_TRIGGER = 182
    AISPEC = 183
    AISPEC_STOP_TRIGGER = 184
    INVENTORY_PARAMETER_SPEC = 186
    KEEPALIVE_SPEC = 220
    ANTENNA_CONFIGURATION = 222
    EVENTS_AND_REPORTS = 226
    RO_REPORT_SPEC = 237
    TAG_REPORT_CONTENT_SELECTOR = 238
    TAG_REPORT_DATA = 240
    EPC_DATA = 241
    READER_EVENT_NOTIFICATION_SPEC = 244
    EVENT_NOTIFICATION_STATE = 245
    READER_EVENT_NOTIFICATION_DATA = 246
    ROSPEC_EVENT = 249
    REPORT_BUFFER_OVERFLOW = 251
    READER_EXCEPTION_EVENT = 252
    AISPEC_EVENT = 254
    ANTENNA_EVENT = 255
    CONNECTION_ATTEMPT_EVENT = 256
    CONNECTION_CLOSE_EVENT = 257
    LLRP_STATUS = 287
    C1G2_INVENTORY_COMMAND = 330
    C1G2_SINGULATION_CONTROL = 336


TV_BYTES: Final = {
    1: 2, 2: 8, 3: 8, 4: 8, 5: 8, 6: 1, 7: 2, 8: 2, 9: 4, 10: 2,
    11: 2, 12: 2, 13: 12, 14: 2, 15: 2, 16: 4, 17: 2, 18: 4, 19: 2, 20: 2,
}  # fmt: skip
"""Value bytes of every TV parameter (16.2.7.3 and 16.3.1.6)."""


class Notice(IntEnum):
    """Events a reader can be asked to tell (13.2.5.1)."""

    ROSPEC = 2
    READER_EXCEPTION = 4
    AISPEC = 6
    ANTENNA = 8


EPC_BITS: Final = range(16, 496 + 1)
"""What a Gen2 tag can hold: 1 to 31 words, as its protocol control word counts them."""

_HEADER = struct.Struct(">HII")
_VERSIONS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One LLRP message (16.1): what kind, which exchange it belongs to, its parameters."""

    type: int
    message_id: int
    body: bytes = b""
    version: int = 1

    def to_bytes(self) -> bytes:
        """Write the message as it goes over the wire."""
        head = _HEADER.pack(
            self.version << 10 | self.type, _HEADER.size + len(self.body), self.message_id
        )
        return head + self.body


class Decoder:
    """Cuts a stream into messages, however the stream was split."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, received: bytes) -> None:
        """Take the next bytes of the stream."""
        self._buffer += received

    def next_message(self) -> Message | None:
        """Take out the next whole message; `None` if it is not there yet.

        Raises Malformed if the stream is not LLRP: from then on it always will.
        """
        if len(self._buffer) < _HEADER.size:
            return None
        head, length, message_id = _HEADER.unpack_from(self._buffer)
        version = head >> 10
        if version not in _VERSIONS:
            raise Malformed(f"a message begins with {head:04x}, which is no LLRP version")
        if not _HEADER.size <= length <= MAX_MESSAGE_BYTES:
            raise Malformed(f"a message claims {length} bytes; 10 to {MAX_MESSAGE_BYTES} are taken")
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[_HEADER.size : length])
        del self._buffer[:length]
        return Message(type=head & 0x3FF, message_id=message_id, body=body, version=version)


class Parameter(NamedTuple):
    """One parameter: its type and where its value stands in the bytes that were walked."""

    type: int
    start: int
    end: int


def walk(body: bytes, start: int = 0, end: int | None = None) -> Iterator[Parameter]:
    """Walk the parameters of a message or of a parameter, whatever their types (16.2).

    Raises UnknownTv where a length cannot be known, Malformed where one points outside.
    """
    end = len(body) if end is None else end
    if start > end:
        raise Malformed(f"{end} bytes are too few for the fixed part of this message")
    while start < end:
        if body[start] & 0x80:
            kind = body[start] & 0x7F
            value_bytes = TV_BYTES.get(kind)
            if value_bytes is None:
                raise UnknownTv(f"TV parameter {kind} has no known length")
            head_bytes = 1
        else:
            if start + 4 > end:
                raise Malformed("a parameter ends inside its own header")
            kind = (body[start] << 8 | body[start + 1]) & 0x3FF
            value_bytes = (body[start + 2] << 8 | body[start + 3]) - 4
            head_bytes = 4
        value_start, start = start + head_bytes, start + head_bytes + value_bytes
        if value_bytes < 0 or start > end:
            raise Malformed(f"parameter {kind} reaches outside of what holds it")
        yield Parameter(kind, value_start, start)


class TagReport(NamedTuple):
    """What a reader tells of one tag (13.2.3). `None`: not in this report.

    A NamedTuple, not a dataclass: a busy reader makes thousands of these each second.
    """

    epc: str
    """Upper-case hex; empty if the report names no EPC."""
    antenna: int | None = None
    peak_rssi_dbm: int | None = None
    channel: int | None = None
    seen_count: int | None = None
    rospec_id: int | None = None
    spec_index: int | None = None
    first_seen_utc_us: int | None = None
    last_seen_utc_us: int | None = None


def parse_tag_reports(message: Message) -> tuple[TagReport | None, ...]:
    """Read an RO_ACCESS_REPORT; `None` stands for a tag that had to be abandoned."""
    body = message.body
    reports: list[TagReport | None] = []
    try:
        for parameter in walk(body):
            if parameter.type == Tlv.TAG_REPORT_DATA:
                reports.append(_parse_tag_report(body, parameter.start, parameter.end))
    except UnknownTv:
        reports.append(None)
    return tuple(reports)


def _parse_tag_report(body: bytes, start: int, end: int) -> TagReport | None:
    epc = ""
    number: dict[int, int] = {}
    try:
        for kind, value_start, value_end in walk(body, start, end):
            if kind == Tv.EPC_96:
                epc = body[value_start:value_end].hex().upper()
            elif kind == Tlv.EPC_DATA:
                epc = _parse_epc_data(body, value_start, value_end)
            elif kind in TV_BYTES:
                number[kind] = int.from_bytes(body[value_start:value_end], "big")
    except UnknownTv:
        return None
    rssi = number.get(Tv.PEAK_RSSI)
    return TagReport(
        epc,
        number.get(Tv.ANTENNA_ID),
        rssi - 256 if rssi is not None and rssi > 127 else rssi,
        number.get(Tv.CHANNEL_INDEX),
        number.get(Tv.TAG_SEEN_COUNT),
        number.get(Tv.ROSPEC_ID),
        number.get(Tv.SPEC_INDEX),
        number.get(Tv.FIRST_SEEN_UTC),
        number.get(Tv.LAST_SEEN_UTC),
    )


def _parse_epc_data(body: bytes, start: int, end: int) -> str:
    """Read an EPC of another length (13.2.3.2): a bit count, then the bits, padded to a byte.

    A length that no tag can have is no EPC.
    """
    (bits,) = _unpack(">H", body, start, end)
    value_end = start + 2 + (bits + 7) // 8
    if value_end > end:
        raise Malformed(f"an EPC claims {bits} bits, which are not there")
    if bits not in EPC_BITS:
        return ""
    return body[start + 2 : value_end].hex().upper()


@dataclass(frozen=True, slots=True)
class ConnectionAttempt:
    """The reader greets (13.2.6.11): 0 is welcome, 1 and 2 are "somebody else is connected"."""

    status: int


@dataclass(frozen=True, slots=True)
class RoSpecChanged:
    """A ROSpec went through a step (13.2.6.4): 0 started, 1 ended, 2 preempted."""

    step: int
    rospec_id: int


@dataclass(frozen=True, slots=True)
class AiSpecEnded:
    """An AISpec of a ROSpec is done (13.2.6.9); `spec_index` counts from 1."""

    rospec_id: int
    spec_index: int


@dataclass(frozen=True, slots=True)
class AntennaChanged:
    """The reader lost an antenna or found it again (13.2.6.10)."""

    connected: bool
    antenna: int


@dataclass(frozen=True, slots=True)
class ReadingFailed:
    """The reader met an exception or lost reports (13.2.6.6 and 7): it heard only in part."""

    why: str


@dataclass(frozen=True, slots=True)
class ConnectionClosing:
    """The reader is about to hang up (13.2.6.12)."""


ReaderEvent = (
    ConnectionAttempt
    | RoSpecChanged
    | AiSpecEnded
    | AntennaChanged
    | ReadingFailed
    | ConnectionClosing
)


def parse_events(message: Message) -> tuple[ReaderEvent, ...]:
    """Read a READER_EVENT_NOTIFICATION; events we have no use for are left out."""
    body = message.body
    events: list[ReaderEvent] = []
    try:
        for outer in walk(body):
            if outer.type == Tlv.READER_EVENT_NOTIFICATION_DATA:
                for inner in walk(body, outer.start, outer.end):
                    event = _parse_event(body, inner)
                    if event is not None:
                        events.append(event)
    except UnknownTv:
        pass  # what follows cannot be found; what came before stands
    return tuple(events)


def _parse_event(body: bytes, parameter: Parameter) -> ReaderEvent | None:
    kind, start, end = parameter
    match kind:
        case Tlv.CONNECTION_ATTEMPT_EVENT:
            return ConnectionAttempt(*_unpack(">H", body, start, end))
        case Tlv.ROSPEC_EVENT:
            step, rospec_id, _ = _unpack(">BII", body, start, end)
            return RoSpecChanged(step, rospec_id)
        case Tlv.AISPEC_EVENT:
            _, rospec_id, spec_index = _unpack(">BIH", body, start, end)
            return AiSpecEnded(rospec_id, spec_index)
        case Tlv.ANTENNA_EVENT:
            connected, antenna = _unpack(">BH", body, start, end)
            return AntennaChanged(bool(connected), antenna)
        case Tlv.READER_EXCEPTION_EVENT:
            return ReadingFailed(_parse_text(body, start, end))
        case Tlv.REPORT_BUFFER_OVERFLOW:
            return ReadingFailed("the reader's report buffer ran over")
        case Tlv.CONNECTION_CLOSE_EVENT:
            return ConnectionClosing()
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Status:
    """How a reader answers a command (14.2.2): code 0 is yes."""

    code: int
    text: str


def parse_status(message: Message) -> Status:
    """Find the LLRPStatus of a response or an ERROR_MESSAGE; raises Malformed if it has none."""
    for kind, start, end in walk(message.body):
        if kind == Tlv.LLRP_STATUS:
            (code,) = _unpack(">H", message.body, start, end)
            return Status(code, _parse_text(message.body, start + 2, end))
    raise Malformed(f"a response of type {message.type} has no status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The little we must know of a reader (9.2). 0: it does not say, or has no limit."""

    max_antennas: int = 0
    max_specs_per_rospec: int = 0
    can_hold_reports: bool = False


def parse_capabilities(message: Message) -> Capabilities:
    """Read a GET_READER_CAPABILITIES_RESPONSE; parts that are missing stay at "does not say"."""
    body = message.body
    max_antennas = max_specs = flags = 0
    for kind, start, end in walk(body):
        if kind == Tlv.GENERAL_DEVICE_CAPABILITIES:
            (max_antennas,) = _unpack(">H", body, start, end)
        elif kind == Tlv.LLRP_CAPABILITIES:
            flags, _, _, _, max_specs = _unpack(">BBHII", body, start, end)
    return Capabilities(
        max_antennas=max_antennas,
        max_specs_per_rospec=max_specs,
        can_hold_reports=bool(flags & 0x08),
    )


def _unpack(layout: str, body: bytes, start: int, end: int) -> tuple[int, ...]:
    if struct.calcsize(layout) > end - start:
        raise Malformed(f"a parameter of {end - start} bytes is too short for {layout}")
    return struct.unpack_from(layout, body, start)


def _parse_text(body: bytes, start: int, end: int) -> str:
    (length,) = _unpack(">H", body, start, end)
    if start + 2 + length > end:
        raise Malformed(f"a text claims {length} bytes, which are not there")
    return body[start + 2 : start + 2 + length].decode("utf-8", "replace")


def tlv(kind: int, *parts: bytes) -> bytes:
    """Write one TLV parameter (16.2)."""
    value = b"".join(parts)
    return struct.pack(">HH", kind, 4 + len(value)) + value
