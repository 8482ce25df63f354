"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from functools import partial

from drivers.errors import Refused
from drivers.rfid.chafon.answers import Failed, Info, parse_done, parse_info
from drivers.rfid.chafon.commands import Code, Command
from drivers.rfid.chafon.session import Script
from drivers.rfid.station import asking
from drivers.rfid.station.asking import READER_ERROR, ask

do = partial(asking.do, parse_done)
"""Let the reader do something; raise Refused with its reason if it does not."""


def ask_info(reader_id: str) -> Script[Info]:
    """Ask a reader about itself; raise Refused if it does not tell."""
    info = yield from ask(reader_id, Command(Code.GET_INFO), parse_info)
    if isinstance(info, Failed):
        raise Refused(reader_id, READER_ERROR, f"does not tell about itself: {info}")
    return info
