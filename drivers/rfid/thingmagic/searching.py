"""One search of one antenna: clear the buffer, search, take out what was found. Pure.

A search is answered when its time is over, with how many tags the buffer has; only if all of them
came out of it again was nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from drivers.rfid.station.asking import Malformed, ask
from drivers.rfid.station.session import MORE, Arrived
from drivers.rfid.station.tally import Tally
from drivers.rfid.thingmagic.answers import Failed, parse_buffer, parse_done, parse_found
from drivers.rfid.thingmagic.commands import (
    GEN2,
    Code,
    Command,
    get_buffer,
    search,
    search_with,
)
from drivers.rfid.thingmagic.frames import Frame
from drivers.rfid.thingmagic.records import TagHeard
from drivers.rfid.thingmagic.session import Script

Answer = TypeVar("Answer")
Hear = Callable[[TagHeard, float], None]
"""Takes a tag and when its search was over."""
_LACKING: Final = "a tag without its level or antenna"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A search that ran."""

    at_s: float
    """When it was over."""
    ran_s: float
    whole: bool
    """Whether every tag that it counted was told."""


def choose_antenna(reader_id: str, antenna: int) -> Script[Failed | None]:
    """Let the searches that follow use one antenna."""
    return (yield from ask(reader_id, search_with(antenna), parse_done))


def search_once(
    reader_id: str, tally: Tally, antenna: int, search_ms: int, hear: Hear
) -> Script[Searched | Failed]:
    """Search with the chosen antenna for a time; hand over tags as soon as they are told."""
    failed = yield from ask(reader_id, Command(Code.CLEAR_BUFFER), parse_done)
    if failed is not None:
        return failed
    found, over = yield from _understand(search(search_ms), parse_found, tally)
    if isinstance(found, Failed):
        return found
    whole = True
    while found > 0:
        tags, _ = yield from _understand(get_buffer(), parse_buffer, tally)
        if isinstance(tags, Failed) or not tags:
            tally.note_garbled(f"counts {found} more tags than it tells: {tags or 'no tag'}")
            whole = False
            break
        found -= len(tags)
        for tag in tags:
            wrong = _wrong_with(tag, antenna)
            if wrong is None:
                hear(tag, over.at_s)
            else:
                tally.note_garbled(wrong)
                whole = False
    return Searched(at_s=over.at_s, ran_s=over.at_s - over.asked_s, whole=whole)


def _understand(
    command: Command, parse: Callable[[Frame], Answer], tally: Tally
) -> Script[tuple[Answer, Arrived[Frame]]]:
    """Ask; an answer that makes no sense may be noise, and the right one behind it."""
    arrived = yield command
    while True:
        try:
            return parse(arrived.frame), arrived
        except Malformed as error:
            tally.note_garbled(str(error))
        arrived = yield MORE


def _wrong_with(tag: TagHeard, antenna: int) -> str | None:
    if tag.antenna is None or tag.rssi_dbm is None:
        return _LACKING
    if (tag.sender, tag.antenna) != (antenna, antenna):
        return f"a tag of antenna {tag.antenna}, not {antenna}"
    return None if tag.protocol in (None, GEN2) else f"a tag of kind {tag.protocol}, not Gen2"
