"""One search of one antenna: clear the buffer, search, take out what was found. Pure.

A search is answered when its time is over, with how many tags the buffer has; only if all of them
came out of it again was nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from drivers.errors import NoReply
from drivers.rfid.station.asking import Malformed
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


def choose_antenna(tally: Tally, antenna: int) -> Script[Failed | None]:
    """Let the searches that follow use one antenna."""
    failed, _ = yield from _understand(search_with(antenna), parse_done, tally)
    return failed


def search_once(
    tally: Tally, antenna: int, search_ms: int, hear: Hear
) -> Script[Searched | Failed]:
    """Search with the chosen antenna for a time; hand over tags as soon as they are told."""
    failed, _ = yield from _understand(Command(Code.CLEAR_BUFFER), parse_done, tally)
    if failed is not None:
        return failed
    found, over = yield from _understand(search(search_ms), parse_found, tally)
    if isinstance(found, Failed):
        return found

    def take(tag: TagHeard) -> bool:
        wrong = _wrong_with(tag, antenna)
        if wrong is None:
            hear(tag, over.at_s)
        else:
            tally.note_garbled(wrong)
        return wrong is None

    whole = yield from _empty_buffer(found, take, tally)
    return Searched(at_s=over.at_s, ran_s=over.at_s - over.asked_s, whole=whole)


def _empty_buffer(found: int, take: Callable[[TagHeard], bool], tally: Tally) -> Script[bool]:
    """Take so many tags out of the buffer; say whether all of them came and made sense."""
    whole = True
    last: tuple[TagHeard, ...] = ()
    again = get_buffer(again=True)
    while found > 0:
        tags, _ = yield from _understand(get_buffer(), parse_buffer, tally, again)
        if not isinstance(tags, Failed) and tags == last:
            # It was asked again for an answer that had come, or had not been asked at all.
            tally.note_repeated("the same tags out of the buffer")
            tags, _ = yield from _understand(get_buffer(), parse_buffer, tally, again)
        if isinstance(tags, Failed) or not tags or tags == last:
            tally.note_garbled(f"counts {found} more tags than it tells")
            return False
        found -= len(tags)
        last = tags
        for tag in tags:
            whole = take(tag) and whole
    return whole


def _understand(
    command: Command,
    parse: Callable[[Frame], Answer],
    tally: Tally,
    again: Command | None = None,
) -> Script[tuple[Answer, Arrived[Frame]]]:
    """Ask, and once more if no whole answer comes: none of these questions does harm twice.

    An answer that makes no sense may be noise, and the right one behind it.
    """
    try:
        arrived = yield command
    except NoReply as lost:
        tally.note_error(lost.message)
        arrived = yield again or command
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
