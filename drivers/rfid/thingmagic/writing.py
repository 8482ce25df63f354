"""How a ThingMagic module is told to find, read, write and lock a tag. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from drivers.errors import Refused
from drivers.ports import WriteTag
from drivers.rfid.station.asking import READER_ERROR, ask
from drivers.rfid.station.tally import Tally
from drivers.rfid.station.writing import Denied, Touched
from drivers.rfid.thingmagic.answers import NO_TAG, Failed, parse_done, parse_words
from drivers.rfid.thingmagic.asking import do
from drivers.rfid.thingmagic.commands import (
    Command,
    access_with,
    lock_epc_bank,
    read_epc_bank,
    write_epc_bank,
)
from drivers.rfid.thingmagic.records import TagHeard
from drivers.rfid.thingmagic.searching import choose_antenna, search_once
from drivers.rfid.thingmagic.session import Script

LOOK_MS: Final = 100
"""How long the tags get to answer when one is looked for."""
_CODES: Final = {NO_TAG: "tag_away", 0x40C: "wrong_password", 0x424: "tag_locked"}
"""A wrong password to write or lock has no status of its own: it may come as any error of the tag,
so that only reading tells what became of it. So it is with too little power, which may come after
the first of several words."""


class ThingMagicHands:
    """The hands of one module. It is told with every access which tag it is to touch."""

    def __init__(self, reader_id: str, tally: Tally) -> None:
        self._id = reader_id
        self._tally = tally
        self._chosen: str | None = None

    def prepare(self, order: WriteTag) -> Script[None]:
        self._chosen = None
        yield from do(self._id, access_with(order.antenna), f"use antenna {order.antenna}")

    def look(self, antenna: int) -> Script[set[str]]:
        found: set[str] = set()

        def hear(tag: TagHeard, _: float) -> None:
            found.add(tag.epc)

        failed = yield from choose_antenna(self._tally, antenna)
        if failed is None:
            said = yield from search_once(self._tally, antenna, LOOK_MS, hear)
            failed = said if isinstance(said, Failed) else None
        if failed is not None:
            raise Refused(
                self._id, READER_ERROR, f"did not search with antenna {antenna}: {failed}"
            )
        return found

    def choose(self, epc: str | None) -> Script[None]:
        self._chosen = epc
        return
        yield

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        command = read_epc_bank(self._chosen, word, count)
        words = yield from ask(self._id, command, partial(parse_words, count=count))
        return _denied(words) if isinstance(words, Failed) else Touched(None, words)

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        return (yield from self._do(write_epc_bank(self._chosen, password, word, words)))

    def lock(self, password: int) -> Script[Touched | Denied]:
        return (yield from self._do(lock_epc_bank(self._chosen, password)))

    def _do(self, command: Command) -> Script[Touched | Denied]:
        failed = yield from ask(self._id, command, parse_done)
        return Touched(None) if failed is None else _denied(failed)


def _denied(failed: Failed) -> Denied:
    return Denied(_CODES.get(failed.status, "write_failed"), str(failed))
