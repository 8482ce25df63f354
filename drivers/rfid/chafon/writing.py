"""How a UHFReader18 or 288 is told to read, write and lock a tag. Pure.

Every access names its tag by the whole EPC. None of the sources says how a 288 is told which
antenna to use for it, so it may reach the tag by another one than the one that heard it.
"""

from __future__ import annotations

from typing import Final

from drivers.errors import Garbled, NoReply, Refused
from drivers.ports import WriteTag
from drivers.rfid.chafon.answers import (
    POOR_LINK,
    Failed,
    Model,
    parse_done,
    parse_inventory,
    parse_words,
)
from drivers.rfid.chafon.commands import (
    LONGEST_CHOICE,
    Command,
    inventory_18,
    inventory_288,
    lock_epc_bank,
    read_epc_bank,
    write_epc_bank,
)
from drivers.rfid.chafon.session import Script
from drivers.rfid.station.asking import Malformed, ask
from drivers.rfid.station.session import MORE
from drivers.rfid.station.writing import Denied, Touched

LOOK_S: Final = 0.3
"""How long the tags get to answer when one is looked for."""
_STATUSES: Final = {0x05: "wrong_password", 0x0C: "wrong_password", 0xFB: "tag_away"}
_TAGS_OWN: Final = {0x4: "tag_locked", 0xB: "low_power"}


class ChafonHands:
    """The hands of one reader."""

    def __init__(self, reader_id: str, model: Model, longest_round_s: float) -> None:
        self._id = reader_id
        self._model = model
        self._longest_round_s = longest_round_s
        self._chosen = ""

    def prepare(self, order: WriteTag) -> Script[None]:
        """Make sure that both numbers can be chosen."""
        for epc in (order.epc, order.new_epc):
            if len(epc) > 4 * LONGEST_CHOICE:
                words = f"can choose tags of up to {LONGEST_CHOICE} words only, {epc} has more"
                raise Refused(self._id, "not_offered", words)
        return
        yield

    def look(self, antenna: int) -> Script[set[str]]:
        if self._model == "18":
            arrived = yield inventory_18(self._longest_round_s)
        else:
            arrived = yield inventory_288(antenna, LOOK_S)
        found: set[str] = set()
        while True:
            try:
                said = parse_inventory(arrived.frame, self._model)
            except Malformed as error:
                raise Garbled(self._id, f"answered a round with {error}") from error
            if isinstance(said, Failed):
                raise Refused(self._id, _code(said), f"cannot look for the tag: {said}")
            found |= {tag.epc for tag in said.tags}
            if said.is_last:
                return found
            arrived = yield MORE

    def choose(self, epc: str | None) -> Script[None]:
        """Keep the number that every access names."""
        self._chosen = epc or ""
        return
        yield

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        said = yield from ask(self._id, read_epc_bank(self._chosen, word, count), parse_words)
        return _denied(said) if isinstance(said, Failed) else Touched(None, said)

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        command = write_epc_bank(self._chosen, password, word, words)
        failed = yield from ask(self._id, command, parse_done)
        if failed is not None and failed.status == POOR_LINK:
            # Half of it may stand in the tag.
            raise NoReply(self._id, f"cannot tell whether the tag was written: {failed}")
        return Touched(None) if failed is None else _denied(failed)

    def lock(self, password: int) -> Script[Touched | Denied]:
        return (yield from self._do(lock_epc_bank(self._chosen, password)))

    def _do(self, command: Command) -> Script[Touched | Denied]:
        failed = yield from ask(self._id, command, parse_done)
        return Touched(None) if failed is None else _denied(failed)


def _denied(failed: Failed) -> Denied:
    return Denied(_code(failed), str(failed))


def _code(failed: Failed) -> str:
    own = _TAGS_OWN.get(failed.own) if failed.own is not None else None
    return own or _STATUSES.get(failed.status, "write_failed")
