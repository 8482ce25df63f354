"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from functools import partial

from drivers.rfid.r2000.answers import parse_done
from drivers.rfid.station import asking

do = partial(asking.do, parse_done)
"""Let the reader do something; raise Refused with its reason if it does not."""
