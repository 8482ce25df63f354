"""Which driver talks to a reader of the room file."""

from __future__ import annotations

from config.clock import Clock
from config.room import AnyReader, R2000Reader
from drivers.ports import Connect, TagReader
from drivers.rfid.llrp.reader import llrp_connector
from drivers.rfid.r2000.reader import r2000_connector


def connect_reader(device: AnyReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to a reader."""
    if isinstance(device, R2000Reader):
        return r2000_connector(device, clock)
    return llrp_connector(device, clock)
