"""What we say to an LLRP reader, byte for byte. Pure.

Numbers in comments are chapters of LLRP 1.0.1.
"""

from __future__ import annotations

import struct

from drivers.rfid.llrp.frames import Message, MessageType, Notice, Tlv, tlv


def get_capabilities(message_id: int) -> Message:
    """Ask for all capabilities (9.1.1)."""
    return Message(type=MessageType.GET_READER_CAPABILITIES, message_id=message_id, body=b"\0")


def set_reader_config(
    message_id: int, *, notices: tuple[Notice, ...], keepalive_ms: int, hold: bool | None
) -> Message:
    """Switch events and keepalives on (12.1.3); `hold` None leaves out what few readers know."""
    states = (tlv(Tlv.EVENT_NOTIFICATION_STATE, struct.pack(">HB", n, 0x80)) for n in notices)
    parts = [
        b"\0",  # keep everything else as the site has set it
        tlv(Tlv.READER_EVENT_NOTIFICATION_SPEC, *states),
        tlv(Tlv.KEEPALIVE_SPEC, struct.pack(">BI", 1, keepalive_ms)),
    ]
    if hold is not None:
        parts.append(tlv(Tlv.EVENTS_AND_REPORTS, b"\x80" if hold else b"\0"))
    return Message(type=MessageType.SET_READER_CONFIG, message_id=message_id, body=b"".join(parts))


def enable_events_and_reports(message_id: int) -> Message:
    """Let a reader that held its reports back send them (13.1.6). It does not answer."""
    return Message(type=MessageType.ENABLE_EVENTS_AND_REPORTS, message_id=message_id)


def about_rospec(kind: MessageType, message_id: int, rospec_id: int) -> Message:
    """Delete, enable, start or stop a ROSpec (10.1); id 0 deletes all of them."""
    return Message(type=kind, message_id=message_id, body=struct.pack(">I", rospec_id))


_SELECTOR_BITS = 0x5D80
"""SpecIndex, AntennaID, ChannelIndex, PeakRSSI, LastSeenTimestamp, TagSeenCount (13.2.1.1)."""

_POPULATION = 64
"""How many tags an antenna is told to expect; the reader's own algorithm adapts from there."""


def add_rospec(
    message_id: int, rospec_id: int, specs: tuple[tuple[int, ...], ...], dwell_ms: int
) -> Message:
    """Add a disabled ROSpec: one AISpec per entry of `specs`, `dwell_ms` per antenna (10.2.1).

    It starts only when told and ends by itself after one round. Each AISpec reports when it ends.
    """
    boundary = tlv(
        Tlv.RO_BOUNDARY_SPEC,
        tlv(Tlv.ROSPEC_START_TRIGGER, b"\0"),
        tlv(Tlv.ROSPEC_STOP_TRIGGER, struct.pack(">BI", 0, 0)),
    )
    report = tlv(
        Tlv.RO_REPORT_SPEC,
        struct.pack(">BH", 1, 0),
        tlv(Tlv.TAG_REPORT_CONTENT_SELECTOR, struct.pack(">H", _SELECTOR_BITS)),
    )
    rospec = tlv(
        Tlv.ROSPEC,
        struct.pack(">IBB", rospec_id, 0, 0),
        boundary,
        *(_ai_spec(antennas, dwell_ms * len(antennas)) for antennas in specs),
        report,
    )
    return Message(type=MessageType.ADD_ROSPEC, message_id=message_id, body=rospec)


def _ai_spec(antennas: tuple[int, ...], duration_ms: int) -> bytes:
    """Write an AISpec that runs for a time (10.2.2).

    Session 0 is asked for on purpose: its flag fades as soon as the field goes off, so that every
    tag answers again in every dwell; with sessions 1 to 3 a silent tag may only be a resting one.
    """
    singulation = tlv(Tlv.C1G2_SINGULATION_CONTROL, struct.pack(">BHI", 0, _POPULATION, 0))
    command = tlv(Tlv.C1G2_INVENTORY_COMMAND, b"\0", singulation)
    settings = (tlv(Tlv.ANTENNA_CONFIGURATION, struct.pack(">H", a), command) for a in antennas)
    return tlv(
        Tlv.AISPEC,
        struct.pack(f">H{len(antennas)}H", len(antennas), *antennas),
        tlv(Tlv.AISPEC_STOP_TRIGGER, struct.pack(">BI", 1, duration_ms)),
        tlv(Tlv.INVENTORY_PARAMETER_SPEC, struct.pack(">HB", 1, 1), *settings),
    )


def close_connection(message_id: int) -> Message:
    """Say goodbye (12.1.5)."""
    return Message(type=MessageType.CLOSE_CONNECTION, message_id=message_id)


def keepalive_ack(message_id: int) -> Message:
    """Answer a keepalive, which is due each time (13.1.4)."""
    return Message(type=MessageType.KEEPALIVE_ACK, message_id=message_id)
