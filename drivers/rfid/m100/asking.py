"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from drivers.errors import NoReply
from drivers.rfid.m100.answers import parse_done
from drivers.rfid.m100.session import Script, stop_polling
from drivers.rfid.station import asking

_WAKING_CALLS: Final = 2

do = partial(asking.do, parse_done)
"""Let the reader do something; raise Refused with its reason if it does not."""


def wake(reader_id: str) -> Script[None]:
    """Make sure that the module listens and does not poll; raise NoReply if it stays silent.

    One that slept loses the first byte it is sent, so it may have to be told more than once.
    """
    for _ in range(_WAKING_CALLS):
        try:
            yield from stop_polling(reader_id)
        except NoReply:
            continue
        return
    yield from stop_polling(reader_id)
