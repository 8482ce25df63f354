"""Giving a tag another number: find it, choose it, write once, read back, compare, lock. Pure.

How a reader is told each of these is the business of its protocol's `Hands`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from drivers.errors import Garbled, LinkLost, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.rfid.station.gen2 import EPC_WORD, LONGEST_WORDS, PC_WORD, with_words
from drivers.rfid.station.session import Dialogue

_LOOKS: Final = 5
"""Turns in which a tag gets the chance to answer before it counts as away."""
_READ_BACKS: Final = 3
_CHOSEN_DIGITS: Final = 60
"""Readers can name the first 15 words of a number when they choose a tag."""

Result = TypeVar("Result")
Script = Dialogue[Any, Any, Result]


@dataclass(frozen=True, slots=True)
class Touched:
    """The tag that answered; `epc` is None where the reader does not say which it was."""

    epc: str | None
    read: bytes = b""


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing was done, or so the reader says: the port's code and the reader's reason."""

    code: str
    words: str


class Hands(Protocol):
    """What one kind of reader can do to a tag. Each call is a script; it raises NoReply, Garbled
    or Refused."""

    def prepare(self, order: WriteTag) -> Script[None]:
        """Get ready for an order; raise Refused if such readers cannot carry it out."""
        ...

    def look(self, antenna: int) -> Script[set[str]]:
        """Return the EPCs that answer now; reads of others may be missing."""
        ...

    def choose(self, epc: str | None) -> Script[None]:
        """Let what follows touch only the tag of this EPC; None is any tag again."""
        ...

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        """Read words of the chosen tag's EPC bank."""
        ...

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        """Write words of the chosen tag's EPC bank, once."""
        ...

    def lock(self, password: int) -> Script[Touched | Denied]:
        """Lock the chosen tag's EPC bank with its password, not for ever."""
        ...


def write_tag(reader_id: str, hands: Hands, order: WriteTag) -> Script[TagWritten]:
    """Carry out an order and return what was read back. Raises Refused, NoReply or Garbled.

    The write is sent once. If its answer is lost, reading back decides what became of it.
    """
    _check(reader_id, order)
    yield from hands.prepare(order)
    yield from _find(reader_id, hands, order)
    try:
        yield from _write(reader_id, hands, order)
        epc = yield from _read_back(reader_id, hands, order)
        if order.lock:
            yield from _lock(reader_id, hands, order)
    except Refused:
        yield from _forget(reader_id, hands)
        raise
    yield from _forget(reader_id, hands)
    return TagWritten(epc=epc, locked=order.lock)


def _forget(reader_id: str, hands: Hands) -> Script[None]:
    """Let the reader touch any tag again; one that will not must be connected anew."""
    try:
        yield from hands.choose(None)
    except Refused as refused:
        raise LinkLost(reader_id, f"keeps to a tag it was told to forget: {refused.message}") from (
            refused
        )


def _check(reader_id: str, order: WriteTag) -> None:
    for epc in (order.epc, order.new_epc):
        try:
            size = len(bytes.fromhex(epc))
        except ValueError:
            size = 0
        if size % 2 or not 2 <= size <= 2 * LONGEST_WORDS:
            raise ValueError(f"{epc!r} is no EPC of 1 to {LONGEST_WORDS} whole words in hex")
    if order.lock and order.password == 0:
        words = "a lock needs the tag's own access password; 0 is a tag without one"
        raise Refused(reader_id, "wrong_password", words)


def _find(reader_id: str, hands: Hands, order: WriteTag) -> Script[None]:
    """Look for the tag, and make sure that choosing it cannot choose another one."""
    heard: set[str] = set()
    for looked in range(_LOOKS):
        heard |= yield from hands.look(order.antenna)
        if looked and order.epc in heard:
            break
    if order.epc not in heard:
        others = f"; there are {_few(heard)}" if heard else ""
        words = f"tag {order.epc} does not answer at antenna {order.antenna}{others}"
        raise Refused(reader_id, "tag_away", words)
    begins = order.epc[:_CHOSEN_DIGITS]
    alike = sorted(epc for epc in heard if epc != order.epc and epc.startswith(begins))
    if alike:
        words = f"{order.epc} begins like the number of another tag there, {alike[0]}"
        raise Refused(reader_id, "several_tags", words)
    if order.new_epc != order.epc and order.new_epc in heard:
        words = f"another tag at antenna {order.antenna} is {order.new_epc} already"
        raise Refused(reader_id, "several_tags", words)


def _write(reader_id: str, hands: Hands, order: WriteTag) -> Script[None]:
    yield from hands.choose(order.epc)
    number = bytes.fromhex(order.new_epc)
    what = f"tag {order.epc} was not written"
    word = EPC_WORD
    if len(order.new_epc) != len(order.epc):
        told = _judge(reader_id, (yield from hands.read(PC_WORD, 1)), order, what)
        if len(told.read) != 2:
            words = f"{what}: its length reads as {told.read.hex().upper() or 'nothing'}"
            raise Refused(reader_id, "write_failed", words)
        pc = with_words(int.from_bytes(told.read, "big"), len(number) // 2)
        word, number = PC_WORD, pc.to_bytes(2, "big") + number
    try:
        written = yield from hands.write(order.password, word, number)
    except (NoReply, Garbled):
        return  # what became of it is for reading back to say
    try:
        _judge(reader_id, written, order, what)
    except Refused as refused:
        if refused.code != "several_tags":
            raise
        words = f"{refused.message}; any of them may have the new number now"
        raise Refused(reader_id, "not_verified", words) from refused


def _lock(reader_id: str, hands: Hands, order: WriteTag) -> Script[None]:
    """Lock the tag, which has its new number already, whatever the reader says now."""
    locked = yield from hands.lock(order.password)
    what = f"tag {order.new_epc} is written and read back, but not locked"
    try:
        _judge(reader_id, locked, order, what)
    except Refused as refused:
        raise Refused(reader_id, "not_locked", refused.message) from refused


def _read_back(reader_id: str, hands: Hands, order: WriteTag) -> Script[str]:
    """Read the number of the tag that has the new one; raise Refused, not_verified, if none has."""
    what = f"tag {order.new_epc} was written, but"
    try:
        yield from hands.choose(order.new_epc)
    except Refused as refused:
        words = f"{what} it cannot be read back: {refused.message}"
        raise Refused(reader_id, "not_verified", words) from refused
    why = "it does not answer"
    for _ in range(_READ_BACKS):
        touched = yield from hands.read(EPC_WORD, len(order.new_epc) // 4)
        if isinstance(touched, Denied):
            if touched.code == "several_tags":
                words = f"{what} then {touched.words}"
                raise Refused(reader_id, "not_verified", words)
            why = touched.words
            continue
        read = touched.read.hex().upper()
        if read == order.new_epc and touched.epc in (None, order.new_epc):
            return read
        why = f"it reads back as {read or 'nothing'}"
        break
    yield from hands.choose(None)
    heard = yield from hands.look(order.antenna)
    words = f"{what} {why}; now {_few(heard)} answer"
    raise Refused(reader_id, "not_verified", words)


def _judge(reader_id: str, said: Touched | Denied, order: WriteTag, what: str) -> Touched:
    """Raise Refused unless the right tag did as it was told."""
    if isinstance(said, Denied):
        raise Refused(reader_id, said.code, f"{what}: {said.words}")
    if said.epc not in (None, order.epc, order.new_epc):
        raise Refused(reader_id, "several_tags", f"{what}: tag {said.epc} answered instead")
    return said


def _few(heard: set[str]) -> str:
    """Name some tags, not hundreds."""
    names = sorted(heard)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (", ".join(names[:3]) or "none") + more
