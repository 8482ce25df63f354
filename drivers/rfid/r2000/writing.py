"""How an R2000 reader is told to choose, read, write and lock a tag. Pure."""

from __future__ import annotations

from typing import Final

from drivers.errors import Garbled, Refused
from drivers.ports import WriteTag
from drivers.rfid.r2000.answers import (
    OK,
    Access,
    Failed,
    RoundEnded,
    TagHeard,
    error_words,
    parse_access,
    parse_inventory,
)
from drivers.rfid.r2000.asking import do
from drivers.rfid.r2000.commands import (
    Code,
    Command,
    clear_match,
    inventory,
    lock_epc_bank,
    read_epc_bank,
    set_antenna,
    set_match,
    write_epc_bank,
)
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.r2000.session import Script
from drivers.rfid.station.asking import Malformed, ask
from drivers.rfid.station.session import MORE
from drivers.rfid.station.writing import Denied, Touched

_CODES: Final = {
    0x36: "tag_away",
    0x37: "tag_locked",
    0x40: "wrong_password",
    0x54: "low_power",
    0x57: "low_power",
}


class R2000Hands:
    """The hands of one reader."""

    def __init__(self, reader_id: str) -> None:
        self._id = reader_id

    def prepare(self, order: WriteTag) -> Script[None]:
        antenna = order.antenna
        yield from do(self._id, set_antenna(antenna), f"switch to antenna {antenna}")

    def look(self, antenna: int) -> Script[set[str]]:
        found: set[str] = set()
        arrived = yield inventory()
        while True:
            try:
                said = parse_inventory(arrived.frame)
            except Malformed:
                said = None
            match said:
                case TagHeard():
                    found.add(said.epc)
                case RoundEnded():
                    return found
                case Failed():
                    raise Refused(self._id, _code(said.code), f"cannot look for the tag: {said}")
            arrived = yield MORE

    def choose(self, epc: str | None) -> Script[None]:
        """Let what follows touch only this tag, and make sure that the reader took it."""
        if epc is None:
            yield from do(self._id, clear_match(), "forget the tag")
            return
        yield from do(self._id, set_match(epc), f"choose tag {epc}")
        number = bytes.fromhex(epc)
        kept: bytes = yield from ask(self._id, Command(Code.GET_MATCH), _whole)
        if kept != bytes((0, len(number))) + number:
            words = f"was told to choose tag {epc} and says {kept.hex().upper()}"
            raise Refused(self._id, "write_failed", words)

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        return (yield from self._access(read_epc_bank(word, count)))

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        return (yield from self._access(write_epc_bank(password, word, words)))

    def lock(self, password: int) -> Script[Touched | Denied]:
        return (yield from self._access(lock_epc_bank(password)))

    def _access(self, command: Command) -> Script[Touched | Denied]:
        """Ask a tag for something; as many frames come as the first one counts tags."""
        arrived = yield command
        answers: list[Access] = []
        while True:
            said = self._parse(arrived.frame)
            if isinstance(said, Failed):
                return Denied(_code(said.code), str(said))
            answers.append(said)
            if len(answers) >= said.tags:
                return _judged(answers)
            arrived = yield MORE

    def _parse(self, frame: Frame) -> Access | Failed:
        try:
            return parse_access(frame)
        except Malformed as error:
            raise Garbled(self._id, f"answered 0x{frame.command:02X} with {error}") from error


def _judged(answers: list[Access]) -> Touched | Denied:
    if len(answers) > 1:
        return Denied("several_tags", f"{len(answers)} tags answered")
    (answer,) = answers
    if answer.code != OK:
        words = f"{error_words(answer.code)} (0x{answer.code:02X})"
        return Denied(_code(answer.code), words)
    return Touched(answer.epc, answer.read)


def _whole(frame: Frame) -> bytes:
    return frame.data


def _code(code: int) -> str:
    return _CODES.get(code, "write_failed")
