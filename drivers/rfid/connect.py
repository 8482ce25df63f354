"""Which driver talks to a reader of the room file."""

from __future__ import annotations

from config.clock import Clock
from config.room import AnyReader
from drivers.ports import Connect, TagReader
from drivers.rfid.llrp.reader import llrp_connector


def connect_reader(device: AnyReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to a reader."""
    return llrp_connector(device, clock)
