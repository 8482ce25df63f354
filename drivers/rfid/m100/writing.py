"""How an M100 module is told to choose, read, write and lock a tag. Pure."""

from __future__ import annotations

from typing import Final

from drivers.errors import Refused
from drivers.ports import WriteTag
from drivers.rfid.m100.answers import Failed, parse_access, parse_notice, parse_selection
from drivers.rfid.m100.asking import do, wake
from drivers.rfid.m100.commands import (
    Code,
    Command,
    SelectMode,
    lock_epc_bank,
    multi_poll,
    read_epc_bank,
    select_epc,
    select_mode,
    write_epc_bank,
)
from drivers.rfid.m100.frames import Frame, Kind
from drivers.rfid.m100.session import Script
from drivers.rfid.station.asking import Malformed, ask
from drivers.rfid.station.session import MORE
from drivers.rfid.station.writing import Denied, Touched

LOOK_S: Final = 0.1
"""How long the tags get to answer when one is looked for."""
_PLAIN: Final = {0x09: "tag_away", 0x16: "wrong_password"}
_TAGS_OWN: Final = {0x4: "tag_locked", 0xB: "low_power"}


class M100Hands:
    """The hands of one module."""

    def __init__(self, reader_id: str) -> None:
        self._id = reader_id

    def prepare(self, order: WriteTag) -> Script[None]:
        yield from wake(self._id)

    def look(self, antenna: int) -> Script[set[str]]:
        found: set[str] = set()
        arrived = yield multi_poll()
        ends_s = arrived.at_s + LOOK_S
        while arrived.at_s < ends_s:
            _note(arrived.frame, found)
            arrived = yield MORE
        _note(arrived.frame, found)
        arrived = yield Command(Code.STOP)
        while arrived.frame.command != Code.STOP:
            _note(arrived.frame, found)
            arrived = yield MORE
        return found

    def choose(self, epc: str | None) -> Script[None]:
        if epc is None:
            yield from do(self._id, select_mode(SelectMode.NEVER), "forget the tag")
            return
        chosen = select_epc(epc)
        yield from do(self._id, chosen, f"choose tag {epc}")
        kept = yield from ask(self._id, Command(Code.GET_SELECT), parse_selection)
        if kept != chosen.parameters:
            said = str(kept) if isinstance(kept, Failed) else kept.hex().upper()
            words = f"was told to choose tag {epc} and says {said}"
            raise Refused(self._id, "write_failed", words)
        yield from do(self._id, select_mode(SelectMode.NOT_FOR_INVENTORY), f"choose tag {epc}")

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        return (yield from self._access(read_epc_bank(word, count)))

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        return (yield from self._access(write_epc_bank(password, word, words)))

    def lock(self, password: int) -> Script[Touched | Denied]:
        return (yield from self._access(lock_epc_bank(password)))

    def _access(self, command: Command) -> Script[Touched | Denied]:
        said = yield from ask(self._id, command, parse_access)
        if isinstance(said, Failed):
            own = said.of_tag
            table, code = (_PLAIN, said.code) if own is None else (_TAGS_OWN, own)
            return Denied(table.get(code, "write_failed"), str(said))
        return Touched(said.epc, said.read)


def _note(frame: Frame, found: set[str]) -> None:
    """Take a tag out of what a round told; one that is garbled gets another chance."""
    if frame.kind is not Kind.NOTICE:
        return
    try:
        found.add(parse_notice(frame).epc)
    except Malformed:
        pass
