"""LLRP 1.0.1 and 1.1 on the wire: messages and their parameters as bytes, and back. Pure.

Numbers in comments name chapters of "Low Level Reader Protocol (LLRP), version 1.0.1" by EPCglobal;
its chapter 16 holds all binary encodings, version 1.1 keeps them. All integers are big endian.
How a stream is cut into messages is in decoder.py, what the parameters mean in reports.py,
events.py and capabilities.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

MAX_MESSAGE_BYTES: Final = 1 << 20
"""The longest message we take; 4 bytes of a peer must not reserve 4 GB of memory."""

IMPINJ: Final = 25882
"""The private enterprise number of Impinj, in capabilities and in custom parameters."""


class Malformed(ValueError):
    """Bytes that are no LLRP; nothing behind them in what holds them can be found."""


class UnknownTv(Malformed):
    """A TV parameter of a type without a known length: what follows it cannot be found."""


class MessageType(IntEnum):
    """Message types (16.1; 46, 47, 56 and 57 are of LLRP 1.1)."""

    GET_READER_CAPABILITIES = 1
    GET_READER_CONFIG = 2
    SET_READER_CONFIG = 3
    CLOSE_CONNECTION_RESPONSE = 4
    GET_READER_CAPABILITIES_RESPONSE = 11
    GET_READER_CONFIG_RESPONSE = 12
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
    ADD_ACCESSSPEC = 40
    DELETE_ACCESSSPEC = 41
    ENABLE_ACCESSSPEC = 42
    GET_SUPPORTED_VERSION = 46
    SET_PROTOCOL_VERSION = 47
    ADD_ACCESSSPEC_RESPONSE = 50
    DELETE_ACCESSSPEC_RESPONSE = 51
    ENABLE_ACCESSSPEC_RESPONSE = 52
    GET_SUPPORTED_VERSION_RESPONSE = 56
    SET_PROTOCOL_VERSION_RESPONSE = 57
    RO_ACCESS_REPORT = 61
    KEEPALIVE = 62
    READER_EVENT_NOTIFICATION = 63
    ENABLE_EVENTS_AND_REPORTS = 64
    KEEPALIVE_ACK = 72
    ERROR_MESSAGE = 100
    CUSTOM_MESSAGE = 1023


class Tv(IntEnum):
    """TV parameters of a tag report (16.2.7.3)."""

    ANTENNA_ID = 1
    FIRST_SEEN_UTC = 2
    LAST_SEEN_UTC = 4
    PEAK_RSSI = 6
    CHANNEL_INDEX = 7
    TAG_SEEN_COUNT = 8
    ROSPEC_ID = 9
    C1G2_PC = 12
    EPC_96 = 13
    SPEC_INDEX = 14


class Tlv(IntEnum):
    """TLV parameters that we write or read (16.2)."""

    GENERAL_DEVICE_CAPABILITIES = 137
    GPIO_CAPABILITIES = 141
    LLRP_CAPABILITIES = 142
    REGULATORY_CAPABILITIES = 143
    UHF_BAND_CAPABILITIES = 144
    TRANSMIT_POWER_LEVEL = 145
    FREQUENCY_INFORMATION = 146
    FREQUENCY_HOP_TABLE = 147
    FIXED_FREQUENCY_TABLE = 148
    ROSPEC = 177
    RO_BOUNDARY_SPEC = 178
    ROSPEC_START_TRIGGER = 179
    ROSPEC_STOP_TRIGGER = 182
    AISPEC = 183
    AISPEC_STOP_TRIGGER = 184
    INVENTORY_PARAMETER_SPEC = 186
    ACCESSSPEC = 207
    ACCESSSPEC_STOP_TRIGGER = 208
    ACCESS_COMMAND = 209
    IDENTIFICATION = 218
    GPO_WRITE = 219
    KEEPALIVE_SPEC = 220
    ANTENNA_PROPERTIES = 221
    ANTENNA_CONFIGURATION = 222
    RF_TRANSMITTER = 224
    GPI_PORT_STATE = 225
    EVENTS_AND_REPORTS = 226
    RO_REPORT_SPEC = 237
    TAG_REPORT_CONTENT_SELECTOR = 238
    TAG_REPORT_DATA = 240
    EPC_DATA = 241
    READER_EVENT_NOTIFICATION_SPEC = 244
    EVENT_NOTIFICATION_STATE = 245
    READER_EVENT_NOTIFICATION_DATA = 246
    GPI_EVENT = 248
    ROSPEC_EVENT = 249
    REPORT_BUFFER_LEVEL = 250
    REPORT_BUFFER_OVERFLOW = 251
    READER_EXCEPTION_EVENT = 252
    AISPEC_EVENT = 254
    ANTENNA_EVENT = 255
    CONNECTION_ATTEMPT_EVENT = 256
    CONNECTION_CLOSE_EVENT = 257
    LLRP_STATUS = 287
    C1G2_INVENTORY_COMMAND = 330
    C1G2_SINGULATION_CONTROL = 336
    C1G2_TAG_SPEC = 338
    C1G2_TARGET_TAG = 339
    C1G2_READ = 341
    C1G2_WRITE = 342
    C1G2_LOCK = 344
    C1G2_LOCK_PAYLOAD = 345
    C1G2_EPC_MEMORY_SELECTOR = 348
    C1G2_READ_RESULT = 349
    C1G2_WRITE_RESULT = 350
    C1G2_LOCK_RESULT = 352
    CUSTOM = 1023


class ImpinjType(IntEnum):
    """Subtypes of Impinj's own messages and parameters."""

    ENABLE_EXTENSIONS = 21
    ENABLE_EXTENSIONS_RESPONSE = 22
    INVENTORY_SEARCH_MODE = 23
    TAG_REPORT_CONTENT_SELECTOR = 50
    ENABLE_RF_PHASE_ANGLE = 52
    ENABLE_PEAK_RSSI = 53
    RF_PHASE_ANGLE = 56
    PEAK_RSSI = 57


TV_BYTES: Final = {
    1: 2, 2: 8, 3: 8, 4: 8, 5: 8, 6: 1, 7: 2, 8: 2, 9: 4, 10: 2,
    11: 2, 12: 2, 13: 12, 14: 2, 15: 2, 16: 4, 17: 2, 18: 4, 19: 2, 20: 2,
}  # fmt: skip
"""Value bytes of every TV parameter (16.2.7.3 and 16.3.1.6)."""

_HEADER = struct.Struct(">HII")
VERSIONS: Final = (1, 2)


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


class Skipped(NamedTuple):
    """Something that could not be read: how many bytes were passed over, and why."""

    bytes: int
    why: str


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


def unpack(layout: str, body: bytes, start: int, end: int) -> tuple[int, ...]:
    """Read the fixed fields at the head of a parameter; raise Malformed if it is too short."""
    if struct.calcsize(layout) > end - start:
        raise Malformed(f"a parameter of {end - start} bytes is too short for {layout}")
    return struct.unpack_from(layout, body, start)


def parse_text(body: bytes, start: int, end: int) -> str:
    """Read a text (u16 count of bytes, UTF-8); raise Malformed if it reaches outside."""
    (length,) = unpack(">H", body, start, end)
    if start + 2 + length > end:
        raise Malformed(f"a text claims {length} bytes, which are not there")
    return body[start + 2 : start + 2 + length].decode("utf-8", "replace")


def tlv(kind: int, *parts: bytes) -> bytes:
    """Write one TLV parameter (16.2)."""
    value = b"".join(parts)
    return struct.pack(">HH", kind, 4 + len(value)) + value


def custom(subtype: int, *parts: bytes, vendor: int = IMPINJ) -> bytes:
    """Write a vendor's own parameter (16.2.1.3)."""
    return tlv(Tlv.CUSTOM, struct.pack(">II", vendor, subtype), *parts)
