"""What we say to an LLRP reader, byte for byte; the session numbers the messages. Pure.

Numbers in comments are chapters of LLRP 1.0.1. What Impinj readers do differently is respected by
saying less: no RF mode (theirs above 1000 choose by themselves), no filters, no truncation.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final

from drivers.rfid.llrp.capabilities import Transmitter
from drivers.rfid.llrp.frames import (
    IMPINJ,
    ImpinjType,
    Message,
    MessageType,
    Tlv,
    custom,
    tlv,
)


class Notice(IntEnum):
    """Events a reader can be asked to tell (13.2.5.1)."""

    GPI = 1
    ROSPEC = 2
    REPORT_BUFFER = 3
    READER_EXCEPTION = 4
    AISPEC = 6
    ANTENNA = 8


class Asked(IntEnum):
    """What GET_READER_CONFIG asks for (12.1.1)."""

    EVERYTHING = 0
    IDENTIFICATION = 1
    ANTENNA_CONFIGURATION = 3


def get_supported_version() -> Message:
    """Ask which versions it speaks (LLRP 1.1, 17.1.1); the question itself is of 1.1."""
    return Message(type=MessageType.GET_SUPPORTED_VERSION, message_id=0, version=2)


def set_protocol_version(version: int) -> Message:
    """Agree on a version for this connection (LLRP 1.1, 17.1.3)."""
    return Message(
        type=MessageType.SET_PROTOCOL_VERSION, message_id=0, body=bytes((version,)), version=2
    )


def get_capabilities() -> Message:
    """Ask for all capabilities (9.1.1)."""
    return Message(type=MessageType.GET_READER_CAPABILITIES, message_id=0, body=b"\0")


def enable_impinj_extensions() -> Message:
    """Let an Impinj reader take and send its own parameters; four reserved bytes follow."""
    body = struct.pack(">IBI", IMPINJ, ImpinjType.ENABLE_EXTENSIONS, 0)
    return Message(type=MessageType.CUSTOM_MESSAGE, message_id=0, body=body)


def get_reader_config(asked: Asked) -> Message:
    """Ask how it is set (12.1.1), for all antennas, inputs and outputs."""
    body = struct.pack(">HBHH", 0, asked, 0, 0)
    return Message(type=MessageType.GET_READER_CONFIG, message_id=0, body=body)


def set_reader_config(
    *,
    notices: Sequence[Notice],
    keepalive_ms: int,
    hold: bool | None,
    inputs: int = 0,
    transmitters: Mapping[int, Transmitter] | None = None,
) -> Message:
    """Switch events, keepalives and inputs on and set powers (12.1.3).

    `hold` None leaves out what few readers know; `inputs` says how many there are to listen to.
    """
    states = (tlv(Tlv.EVENT_NOTIFICATION_STATE, struct.pack(">HB", n, 0x80)) for n in notices)
    settings = (
        tlv(
            Tlv.ANTENNA_CONFIGURATION,
            struct.pack(">H", antenna),
            tlv(Tlv.RF_TRANSMITTER, transmitter.to_bytes()),
        )
        for antenna, transmitter in (transmitters or {}).items()
    )
    parts = [
        b"\0",  # keep everything else as the site has set it
        *settings,
        tlv(Tlv.READER_EVENT_NOTIFICATION_SPEC, *states),
        tlv(Tlv.KEEPALIVE_SPEC, struct.pack(">BI", 1, keepalive_ms)),
        *(
            tlv(Tlv.GPI_PORT_STATE, struct.pack(">HBB", port, 0x80, 2))
            for port in range(1, inputs + 1)
        ),
    ]
    if hold is not None:
        parts.append(tlv(Tlv.EVENTS_AND_REPORTS, b"\x80" if hold else b"\0"))
    return Message(type=MessageType.SET_READER_CONFIG, message_id=0, body=b"".join(parts))


def set_output(number: int, on: bool) -> Message:
    """Switch a general purpose output (12.2.1.1), and leave everything else alone."""
    body = b"\0" + tlv(Tlv.GPO_WRITE, struct.pack(">HB", number, 0x80 if on else 0))
    return Message(type=MessageType.SET_READER_CONFIG, message_id=0, body=body)


def enable_events_and_reports() -> Message:
    """Let a reader that held its reports back send them (13.1.6). It does not answer."""
    return Message(type=MessageType.ENABLE_EVENTS_AND_REPORTS, message_id=0)


def about_spec(kind: MessageType, spec_id: int) -> Message:
    """Delete, enable, start or stop a ROSpec or AccessSpec (10.1, 11.1); id 0 means all of them."""
    return Message(type=kind, message_id=0, body=struct.pack(">I", spec_id))


_SELECTOR_BITS: Final = 0x5D80
"""SpecIndex, AntennaID, ChannelIndex, PeakRSSI, LastSeenTimestamp, TagSeenCount (13.2.1.1)."""

_WITH_PC: Final = tlv(Tlv.C1G2_EPC_MEMORY_SELECTOR, b"\x40")
"""Protocol control word on, CRC off (15.2.1.5.3)."""

_IMPINJ_REPORT: Final = custom(
    ImpinjType.TAG_REPORT_CONTENT_SELECTOR,
    custom(ImpinjType.ENABLE_RF_PHASE_ANGLE, struct.pack(">H", 1)),
    custom(ImpinjType.ENABLE_PEAK_RSSI, struct.pack(">H", 1)),
)
_IMPINJ_DUAL_TARGET: Final = custom(ImpinjType.INVENTORY_SEARCH_MODE, struct.pack(">H", 2))
"""Every tag answers in every dwell, whatever its flag."""

_POPULATION: Final = 64
"""How many tags an antenna is told to expect; the reader's own algorithm adapts from there."""

Dwell = tuple[tuple[int, ...], int]
"""The antennas of an AISpec, and how long it runs, in ms."""


def add_rospec(rospec_id: int, dwells: Sequence[Dwell], *, plain: bool, impinj: bool) -> Message:
    """Add a disabled ROSpec with one AISpec per dwell (10.2.1).

    It starts only when told and ends by itself after one round. Each AISpec reports when it ends.
    `plain` asks for nothing that a reader could not know; `impinj` for phase and fine RSSI.
    """
    boundary = tlv(
        Tlv.RO_BOUNDARY_SPEC,
        tlv(Tlv.ROSPEC_START_TRIGGER, b"\0"),
        tlv(Tlv.ROSPEC_STOP_TRIGGER, struct.pack(">BI", 0, 0)),
    )
    selector = struct.pack(">H", _SELECTOR_BITS)
    report = tlv(
        Tlv.RO_REPORT_SPEC,
        struct.pack(">BH", 1, 0),
        tlv(Tlv.TAG_REPORT_CONTENT_SELECTOR, selector, b"" if plain else _WITH_PC),
        _IMPINJ_REPORT if impinj and not plain else b"",
    )
    search = _IMPINJ_DUAL_TARGET if impinj and not plain else b""
    rospec = tlv(
        Tlv.ROSPEC,
        struct.pack(">IBB", rospec_id, 0, 0),
        boundary,
        *(_ai_spec(antennas, duration_ms, search) for antennas, duration_ms in dwells),
        report,
    )
    return Message(type=MessageType.ADD_ROSPEC, message_id=0, body=rospec)


def _ai_spec(antennas: tuple[int, ...], duration_ms: int, search: bytes) -> bytes:
    """Write an AISpec that runs for a time (10.2.2).

    Session 0 is asked for on purpose: its flag fades as soon as the field goes off, so that every
    tag answers again in every dwell; with sessions 1 to 3 a silent tag may only be a resting one.
    """
    singulation = tlv(Tlv.C1G2_SINGULATION_CONTROL, struct.pack(">BHI", 0, _POPULATION, 0))
    command = tlv(Tlv.C1G2_INVENTORY_COMMAND, b"\0", singulation, search)
    settings = (tlv(Tlv.ANTENNA_CONFIGURATION, struct.pack(">H", a), command) for a in antennas)
    return tlv(
        Tlv.AISPEC,
        struct.pack(f">H{len(antennas)}H", len(antennas), *antennas),
        tlv(Tlv.AISPEC_STOP_TRIGGER, struct.pack(">BI", 1, duration_ms)),
        tlv(Tlv.INVENTORY_PARAMETER_SPEC, struct.pack(">HB", 1, 1), *settings),
    )


def close_connection() -> Message:
    """Say goodbye (12.1.5)."""
    return Message(type=MessageType.CLOSE_CONNECTION, message_id=0)


def keepalive_ack(message_id: int) -> Message:
    """Answer a keepalive, which is due each time (13.1.4)."""
    return Message(type=MessageType.KEEPALIVE_ACK, message_id=message_id)
