"""Which driver talks to a reader of the room file."""

from __future__ import annotations

from config.clock import Clock
from config.room import (
    AnyReader,
    ChafonReader,
    LlrpReader,
    M100Reader,
    R2000Reader,
    ThingMagicReader,
)
from drivers.ports import Connect, TagReader
from drivers.rfid.chafon.reader import chafon_connector
from drivers.rfid.llrp.reader import llrp_connector
from drivers.rfid.m100.reader import m100_connector
from drivers.rfid.r2000.reader import r2000_connector
from drivers.rfid.thingmagic.reader import thingmagic_connector


def connect_reader(device: AnyReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to a reader."""
    match device:
        case M100Reader():
            return m100_connector(device, clock)
        case R2000Reader():
            return r2000_connector(device, clock)
        case ChafonReader():
            return chafon_connector(device, clock)
        case ThingMagicReader():
            return thingmagic_connector(device, clock)
        case LlrpReader():
            return llrp_connector(device, clock)
