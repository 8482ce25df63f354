"""A UHFReader18 or 288 as a `TagReader`, over serial or TCP. The scripts say what it is told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from config.clock import Clock
from config.readers import ChafonReader
from drivers.ports import Connect, TagReader
from drivers.rfid.chafon.greeting import Described, configure, introduce
from drivers.rfid.chafon.rounds import Rounds
from drivers.rfid.chafon.session import ChafonTongue
from drivers.rfid.chafon.writing import ChafonHands
from drivers.rfid.station.line import Line
from drivers.rfid.station.reader import ConnectedReader, Skills, without_outputs
from drivers.rfid.station.writing import write_tag
from drivers.streams.serial import connect_stream

_log = logging.getLogger(__name__)


def chafon_connector(settings: ChafonReader, clock: Clock) -> Connect[TagReader]:
    """Say how to connect to the reader of a room file."""
    return partial(open_chafon, settings, clock)


@asynccontextmanager
async def open_chafon(settings: ChafonReader, clock: Clock) -> AsyncIterator[TagReader]:
    """Connect, bring the reader to what the room file says, hand it out.

    Raises LinkLost if it is away, Refused if it is another reader, or stays in another region,
    power or work mode.
    """
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, _tongue(settings), clock, stream)
        described = await line.carry_out(configure(settings, line.tally))
        if described.quietened is not None:
            _log.warning("%s %s", settings.id, described.quietened)
        hands = ChafonHands(settings.id, settings.model, described.info.longest_round_s)
        skills = Skills(
            turns=Rounds(settings, described, line.tally),
            write_tag=partial(write_tag, settings.id, hands),
            set_output=without_outputs(settings.id),
        )
        yield ConnectedReader(settings, line, skills)
    finally:
        await stream.close()


async def read_description(settings: ChafonReader, clock: Clock) -> Described:
    """Ask a reader who it is, and go away without changing anything in it."""
    stream = await connect_stream(settings.id, settings.at)
    try:
        line = Line(settings.id, _tongue(settings), clock, stream)
        return await line.carry_out(introduce(settings))
    finally:
        await stream.close()


def _tongue(settings: ChafonReader) -> ChafonTongue:
    return ChafonTongue(settings.address, settings.model)
