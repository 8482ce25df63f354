"""An M100 or QM100 module as a `TagReader`, over serial or TCP. The scripts say what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from config.clock import Clock
from config.readers import M100Reader
from drivers.ports import Connect, TagReader
from drivers.rfid.m100.greeting import Described, configure, describe
from drivers.rfid.m100.rounds import Rounds
from drivers.rfid.m100.session import M100Tongue
from drivers.rfid.m100.writing import M100Hands
from drivers.rfid.station.line import Line
from drivers.rfid.station.reader import ConnectedReader, Skills, without_outputs
from drivers.rfid.station.writing import write_tag
from drivers.streams.serial import connect_stream


def m100_connector(settings: M100Reader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the module of a room file."""
    return partial(open_m100, settings, clock)


@asynccontextmanager
async def open_m100(settings: M100Reader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, bring the module to what the room file says, hand it out.

    Raises LinkLost if it is away, Refused if it stays in another region or at another power.
    """
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, M100Tongue(settings.id), clock, stream)
        await line.carry_out(configure(settings, line.tally))
        skills = Skills(
            turns=Rounds(settings, line.tally),
            write_tag=partial(write_tag, settings.id, M100Hands(settings.id)),
            set_output=without_outputs(settings.id),
        )
        yield ConnectedReader(settings, line, skills)
    finally:
        await stream.close()


async def read_description(settings: M100Reader, clock: Clock) -> Described:
    """Ask a module who it is, and go away without changing a setting."""
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, M100Tongue(settings.id), clock, stream)
        return await line.carry_out(describe(settings))
    finally:
        await stream.close()
