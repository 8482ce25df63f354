"""Giving a tag another number: find it, choose it, write once, read back, compare, lock. Pure."""

from __future__ import annotations

import struct
from typing import Final

from drivers.errors import Garbled, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.rfid.r2000.answers import (
    NO_TAG,
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
from drivers.rfid.station.gen2 import EPC_WORD, PC_WORD
from drivers.rfid.station.session import MORE

_LOOKS: Final = 5
"""Rounds in which a tag gets the chance to answer before it counts as away."""
_READ_BACKS: Final = 3
_CODES: Final = {
    0x36: "tag_away",
    0x37: "tag_locked",
    0x40: "wrong_password",
    0x54: "low_power",
    0x57: "low_power",
}
_LONGEST_WORDS: Final = 31
_LENGTH_SHIFT: Final = 11


def write_tag(reader_id: str, order: WriteTag) -> Script[TagWritten]:
    """Carry out an order and return what was read back. Raises Refused, NoReply or Garbled.

    The write is sent once. If its answer is lost, reading back decides what became of it.
    """
    _check(reader_id, order)
    yield from do(reader_id, set_antenna(order.antenna), f"switch to antenna {order.antenna}")
    pc = yield from _find(reader_id, order)
    try:
        yield from _write(reader_id, order, pc)
        epc = yield from _read_back(reader_id, order)
        if order.lock:
            yield from _lock(reader_id, order)
    except Refused:
        yield from do(reader_id, clear_match(), "forget the tag")
        raise
    yield from do(reader_id, clear_match(), "forget the tag")
    return TagWritten(epc=epc, locked=order.lock)


def _check(reader_id: str, order: WriteTag) -> None:
    for epc in (order.epc, order.new_epc):
        try:
            size = len(bytes.fromhex(epc))
        except ValueError:
            size = 0
        if size % 2 or not 2 <= size <= 2 * _LONGEST_WORDS:
            raise ValueError(f"{epc!r} is no EPC of 1 to {_LONGEST_WORDS} whole words in hex")
    if order.lock and order.password == 0:
        words = "a lock needs the tag's own access password; 0 is a tag without one"
        raise Refused(reader_id, "wrong_password", words)


def _find(reader_id: str, order: WriteTag) -> Script[int]:
    """Look for the tag and return its PC.

    Choosing it must not choose another one whose number begins the same.
    """
    heard: dict[str, int] = {}
    for looked in range(_LOOKS):
        yield from _look(reader_id, heard)
        if looked and order.epc in heard:
            break
    if order.epc not in heard:
        others = f"; there are {_few(heard)}" if heard else ""
        words = f"tag {order.epc} does not answer at antenna {order.antenna}{others}"
        raise Refused(reader_id, "tag_away", words)
    alike = [epc for epc in heard if epc != order.epc and epc.startswith(order.epc)]
    if alike:
        words = f"{order.epc} begins the number of another tag there, {alike[0]}"
        raise Refused(reader_id, "several_tags", words)
    if order.new_epc != order.epc and order.new_epc in heard:
        words = f"another tag at antenna {order.antenna} is {order.new_epc} already"
        raise Refused(reader_id, "several_tags", words)
    return heard[order.epc]


def _look(reader_id: str, heard: dict[str, int]) -> Script[None]:
    """Run one round and add the tags it hears."""
    arrived = yield inventory()
    while True:
        try:
            said = parse_inventory(arrived.frame)
        except Malformed:
            said = None
        match said:
            case TagHeard():
                heard[said.epc] = said.pc
            case RoundEnded():
                return
            case Failed():
                raise Refused(reader_id, _code(said.code), f"cannot look for the tag: {said}")
        arrived = yield MORE


def _write(reader_id: str, order: WriteTag, old_pc: int) -> Script[None]:
    yield from _choose(reader_id, order.epc)
    number = bytes.fromhex(order.new_epc)
    pc = old_pc & ~(_LONGEST_WORDS << _LENGTH_SHIFT) | (len(number) // 2) << _LENGTH_SHIFT
    if pc == old_pc:
        command = write_epc_bank(order.password, EPC_WORD, number)
    else:
        command = write_epc_bank(order.password, PC_WORD, struct.pack(">H", pc) + number)
    try:
        answers = yield from _access(reader_id, command)
    except (NoReply, Garbled):
        return  # what became of it is for reading back to say
    _judge(reader_id, answers, f"tag {order.epc} was not written")


def _lock(reader_id: str, order: WriteTag) -> Script[None]:
    what = f"tag {order.new_epc} is written and read back, but not locked"
    answers = yield from _access(reader_id, lock_epc_bank(order.password))
    _judge(reader_id, answers, what)


def _read_back(reader_id: str, order: WriteTag) -> Script[str]:
    """Read the number of the tag that has the new one; raise Refused, not_verified, if none has."""
    yield from _choose(reader_id, order.new_epc)
    size = len(order.new_epc) // 2
    why = "it does not answer"
    for _ in range(_READ_BACKS):
        answers = yield from _access(reader_id, read_epc_bank(EPC_WORD, size // 2))
        if isinstance(answers, Failed):
            why = str(answers)
            if answers.code == NO_TAG:
                continue
            break
        if len(answers) > 1:
            words = f"{len(answers)} tags read back as {order.new_epc}"
            raise Refused(reader_id, "several_tags", words)
        read = answers[0].read.hex().upper()
        if read == order.new_epc and answers[0].epc == order.new_epc:
            return read
        why = f"it reads back as {read}"
        break
    yield from _choose(reader_id, None)
    heard: dict[str, int] = {}
    yield from _look(reader_id, heard)
    words = f"tag {order.new_epc} was written, but {why}; now {_few(heard)} answer"
    raise Refused(reader_id, "not_verified", words)


def _choose(reader_id: str, epc: str | None) -> Script[None]:
    """Let what follows touch only this tag, and make sure that the reader took it."""
    if epc is None:
        yield from do(reader_id, clear_match(), "forget the tag")
        return
    yield from do(reader_id, set_match(epc), f"choose tag {epc}")
    number = bytes.fromhex(epc)
    kept = yield from ask(reader_id, Command(Code.GET_MATCH), lambda frame: frame.data)
    if kept != bytes((0, len(number))) + number:
        words = f"was told to choose tag {epc} and says {kept.hex().upper()}"
        raise Refused(reader_id, "write_failed", words)


def _access(reader_id: str, command: Command) -> Script[tuple[Access, ...] | Failed]:
    """Ask a tag for something; as many frames come as the first one counts tags."""
    arrived = yield command
    answers: list[Access] = []
    while True:
        said = _parse(reader_id, arrived.frame)
        if isinstance(said, Failed):
            return said
        answers.append(said)
        if len(answers) >= said.tags:
            return tuple(answers)
        arrived = yield MORE


def _parse(reader_id: str, frame: Frame) -> Access | Failed:
    try:
        return parse_access(frame)
    except Malformed as error:
        raise Garbled(reader_id, f"answered 0x{frame.command:02X} with {error}") from error


def _judge(reader_id: str, answers: tuple[Access, ...] | Failed, what: str) -> None:
    """Raise Refused unless exactly one tag did as it was told."""
    if isinstance(answers, Failed):
        raise Refused(reader_id, _code(answers.code), f"{what}: {answers}")
    if len(answers) > 1:
        raise Refused(reader_id, "several_tags", f"{what} alone: {len(answers)} tags answered")
    code = answers[0].code
    if code != OK:
        raise Refused(reader_id, _code(code), f"{what}: {error_words(code)} (0x{code:02X})")


def _code(code: int) -> str:
    return _CODES.get(code, "write_failed")


def _few(heard: dict[str, int]) -> str:
    """Name some tags, not hundreds."""
    names = sorted(heard)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (", ".join(names[:3]) or "none") + more
