"""A ThingMagic module as a `TagReader`, over serial or TCP. The scripts say what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from config.clock import Clock
from config.readers import ThingMagicReader
from drivers.errors import Refused
from drivers.ports import Connect, TagReader
from drivers.rfid.station.line import Line
from drivers.rfid.station.reader import ConnectedReader, Skills
from drivers.rfid.station.writing import write_tag
from drivers.rfid.thingmagic.asking import do
from drivers.rfid.thingmagic.commands import set_pin
from drivers.rfid.thingmagic.greeting import Described, configure, introduce
from drivers.rfid.thingmagic.rounds import Rounds
from drivers.rfid.thingmagic.session import Script, ThingMagicTongue
from drivers.rfid.thingmagic.writing import ThingMagicHands
from drivers.streams.serial import connect_stream


def thingmagic_connector(settings: ThingMagicReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the module of a room file."""
    return partial(open_thingmagic, settings, clock)


@asynccontextmanager
async def open_thingmagic(settings: ThingMagicReader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, bring the module to what the room file says, hand it out.

    Raises LinkLost if it is away, Refused if it is another module, or stays in another region or
    at another power.
    """
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, ThingMagicTongue(), clock, stream)
        described = await line.carry_out(configure(settings, line.tally))
        skills = Skills(
            turns=Rounds(settings, described, line.tally),
            write_tag=partial(write_tag, settings.id, ThingMagicHands(settings.id, line.tally)),
            set_output=partial(_set_output, settings.id, described),
        )
        yield ConnectedReader(settings, line, skills)
    finally:
        await stream.close()


async def read_description(settings: ThingMagicReader, clock: Clock) -> Described:
    """Ask a module who it is, and go away without changing a setting."""
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, ThingMagicTongue(), clock, stream)
        return await line.carry_out(introduce(settings, line.tally))
    finally:
        await stream.close()


def _set_output(name: str, described: Described, number: int, on: bool) -> Script[None]:
    """Switch a pin that the site has made an output."""
    outputs = [pin.number for pin in described.pins or () if pin.is_output]
    if number not in outputs:
        words = f"has no output {number}; its pins that are outputs are {outputs or 'none'}"
        raise Refused(name, "not_offered", words)
    yield from do(name, set_pin(number, on), f"switch output {number} {'on' if on else 'off'}")
