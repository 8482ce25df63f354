"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from drivers.errors import NoReply
from drivers.rfid.station import asking
from drivers.rfid.station.asking import ask_if_known
from drivers.rfid.station.tally import Tally
from drivers.rfid.thingmagic.answers import Pin, parse_done, parse_pins, parse_temperature
from drivers.rfid.thingmagic.commands import Code, Command, get_pins, stop_stream
from drivers.rfid.thingmagic.session import Script

_CALLS: Final = 2

do = partial(asking.do, parse_done)
"""Let the module do something; raise Refused with its reason if it does not."""


def wake(reader_id: str, tally: Tally) -> Script[None]:
    """Make sure that the module listens and tells nothing unasked; raise NoReply if it is away."""
    for _ in range(_CALLS):
        pushes = tally.pushes
        try:
            yield Command(Code.VERSION)
        except NoReply:
            pass
        else:
            if tally.pushes == pushes:
                return
        yield from fall_silent(reader_id)
    yield Command(Code.VERSION)


def fall_silent(reader_id: str) -> Script[None]:
    """End a search without end that somebody left running; older modules do not know of such."""
    yield from ask_if_known(reader_id, stop_stream(), parse_done)


def read_temperature(reader_id: str) -> Script[int | None]:
    """Ask how warm the module is, in degrees."""
    return (yield from ask_if_known(reader_id, Command(Code.GET_TEMPERATURE), parse_temperature))


def read_pins(reader_id: str) -> Script[tuple[Pin, ...] | None]:
    """Ask for the module's own inputs and outputs; None if it does not tell."""
    return (yield from ask_if_known(reader_id, get_pins(), parse_pins))
