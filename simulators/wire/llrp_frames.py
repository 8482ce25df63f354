"""LLRP 1.0.1 and 1.1 as a reader writes and reads it, from chapter 16 of the specification. Pure.

A message is u16 (version in bits 10-12, type in bits 0-9), u32 length with this header, u32 id.
A TLV parameter is u16 type, u16 length with this header; a TV parameter is one byte 0x80 | type.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = struct.Struct(">HII")
LONGEST_MESSAGE = 1 << 20
_VERSION = 1 << 10

GET_READER_CAPABILITIES, GET_READER_CONFIG, SET_READER_CONFIG = 1, 2, 3
CLOSE_CONNECTION_RESPONSE, CLOSE_CONNECTION = 4, 14
ADD_ROSPEC, DELETE_ROSPEC, START_ROSPEC, STOP_ROSPEC = 20, 21, 22, 23
ENABLE_ROSPEC, DISABLE_ROSPEC, GET_ROSPECS = 24, 25, 26
ADD_ACCESSSPEC, DELETE_ACCESSSPEC, ENABLE_ACCESSSPEC = 40, 41, 42
DISABLE_ACCESSSPEC, GET_ACCESSSPECS = 43, 44
GET_SUPPORTED_VERSION, SET_PROTOCOL_VERSION = 46, 47
GET_REPORT, RO_ACCESS_REPORT, KEEPALIVE, READER_EVENT_NOTIFICATION = 60, 61, 62, 63
ENABLE_EVENTS_AND_REPORTS, KEEPALIVE_ACK, ERROR_MESSAGE, CUSTOM = 64, 72, 100, 1023

SUCCESS, PARAMETER_ERROR, FIELD_ERROR = 0, 100, 101
UNSUPPORTED_MESSAGE, UNSUPPORTED_VERSION, UNSUPPORTED_PARAMETER = 109, 110, 111

EVENT_GPI, EVENT_ROSPEC, EVENT_AISPEC, EVENT_ANTENNA = 1, 2, 6, 8
ROSPEC_BEGINS, ROSPEC_ENDS = 0, 1
CONNECTED, CLIENT_EXISTS, ANOTHER_ATTEMPTED = 0, 2, 4


class Malformed(ValueError):
    """A message or parameter that does not hold what its type demands."""


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


def gpi_event(number: int, on: bool) -> bytes:
    """Write a GPIEvent: an input changed its level."""
    return tlv(248, struct.pack(">HB", number, 0x80 if on else 0))


def antenna_event(antenna: int, connected: bool) -> bytes:
    """Write an AntennaEvent: an antenna was lost or found."""
    return tlv(255, struct.pack(">BH", connected, antenna))


def epc_parameter(epc: bytes) -> bytes:
    """Write an EPC, in the short form if it has 96 bits."""
    if len(epc) == 12:
        return bytes((0x80 | 13,)) + epc
    return tlv(241, struct.pack(">H", len(epc) * 8) + epc)


IMPINJ = 25882


def custom(vendor: int, subtype: int, body: bytes) -> bytes:
    """Write a Custom parameter."""
    return tlv(1023, struct.pack(">II", vendor, subtype) + body)


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


def unpack(layout: str, body: bytes) -> tuple[int, ...]:
    """Read fixed fields that must fill a body; raise Malformed if they do not."""
    try:
        return struct.unpack(layout, body)
    except struct.error as error:
        raise Malformed(f"{len(body)} bytes where {layout} belongs") from error
