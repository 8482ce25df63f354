"""How a site treats its alarms: what may be shelved for how long, what is told together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.parts import Part

_Minutes = Annotated[int, Field(ge=1, le=90 * 1440)]


class Alarming(Part):
    """The site's rules of alarms. Who is told when nobody acknowledges is set on the page."""

    shelve_max_min: _Minutes = 7 * 1440
    """No alarm is set aside for longer at once."""
    together_s: Annotated[float, Field(ge=0, le=300)] = 15.0
    """Alarms of one zone or one door within so many seconds of the first go into one message.
    Fire, smoke, leaks and the steel never wait."""
