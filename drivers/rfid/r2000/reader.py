"""An R2000 reader as a `TagReader`, over serial or TCP. The scripts say what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from config.clock import Clock
from config.readers import R2000Reader
from drivers.errors import Refused
from drivers.ports import Connect, TagReader
from drivers.rfid.r2000.asking import do
from drivers.rfid.r2000.commands import OUTPUTS, write_gpio
from drivers.rfid.r2000.greeting import Described, configure, introduce
from drivers.rfid.r2000.rounds import Rounds
from drivers.rfid.r2000.session import R2000Tongue, Script
from drivers.rfid.r2000.writing import R2000Hands
from drivers.rfid.station.line import Line
from drivers.rfid.station.reader import ConnectedReader, Skills
from drivers.rfid.station.writing import write_tag
from drivers.streams.serial import connect_stream


def r2000_connector(settings: R2000Reader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the reader of a room file."""
    return partial(open_r2000, settings, clock)


@asynccontextmanager
async def open_r2000(settings: R2000Reader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, bring the reader to what the room file says, hand it out.

    Raises LinkLost if it is away, Refused if it is another reader, or stays in another region or
    at another power.
    """
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, R2000Tongue(settings.address), clock, stream)
        described = await line.carry_out(configure(settings, line.tally))
        skills = Skills(
            turns=Rounds(settings, described, line.tally),
            write_tag=partial(write_tag, settings.id, R2000Hands(settings.id)),
            set_output=partial(_set_output, settings.id),
        )
        yield ConnectedReader(settings, line, skills)
    finally:
        await stream.close()


async def read_description(settings: R2000Reader, clock: Clock) -> Described:
    """Ask a reader who it is, and go away without changing anything in it."""
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, R2000Tongue(settings.address), clock, stream)
        return await line.carry_out(introduce(settings))
    finally:
        await stream.close()


def _set_output(name: str, number: int, on: bool) -> Script[None]:
    """Switch GPIO 3 or 4."""
    if number not in OUTPUTS:
        words = f"has no output {number}; its outputs are {OUTPUTS[0]} and {OUTPUTS[1]}"
        raise Refused(name, "not_offered", words)
    yield from do(name, write_gpio(number, on), f"switch output {number} {'on' if on else 'off'}")
