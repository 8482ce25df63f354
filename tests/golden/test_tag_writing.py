"""What is said of a write when the reader itself fails around it: true, in the port's own codes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from drivers.errors import DriverError, LinkLost, Refused
from drivers.messages import NOTHING_WRITTEN
from drivers.ports import TagWritten, WriteTag
from drivers.rfid.station.writing import Denied, Script, Touched, write_tag

EPC, NEW = "E200301666130121155074EF", "AABBCCDDEEFF001122334455"
ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW)


@dataclass
class Hands:
    """A reader with one tag, which refuses to choose what is named in `will_not_choose`."""

    will_not_choose: str | None = "nothing"
    epc: str = EPC
    writes: int = 0
    chosen: list[str | None] = field(default_factory=list)
    several_from: int = 99
    """From this reading on several tags answer."""
    reads: int = 0

    def prepare(self, order: WriteTag) -> Script[None]:
        return
        yield

    def look(self, antenna: int) -> Script[set[str]]:
        return {self.epc}
        yield

    def choose(self, epc: str | None) -> Script[None]:
        if epc == self.will_not_choose:
            raise Refused("reader-1", "reader_error", f"does not choose {epc}")
        self.chosen.append(epc)
        return
        yield

    def read(self, word: int, count: int) -> Script[Touched | Denied]:
        self.reads += 1
        if self.reads >= self.several_from:
            return Denied("several_tags", "2 tags answered")
        return Touched(self.epc, bytes.fromhex(self.epc))
        yield

    def write(self, password: int, word: int, words: bytes) -> Script[Touched | Denied]:
        self.writes += 1
        touched, self.epc = self.epc, words.hex().upper()
        return Touched(touched)
        yield

    def lock(self, password: int) -> Script[Touched | Denied]:
        return Denied("tag_locked", "not now")
        yield


def carry_out(hands: Hands, order: WriteTag = ORDER) -> TagWritten | DriverError:
    try:
        next(write_tag("reader-1", hands, order))
    except StopIteration as done:
        written: TagWritten = done.value
        return written
    except DriverError as error:
        return error
    raise AssertionError("nothing is asked here")


def test_a_tag_that_is_written_and_read_back_is_written() -> None:
    hands = Hands()
    assert carry_out(hands) == TagWritten(epc=NEW, locked=False)
    assert (hands.writes, hands.chosen) == (1, [EPC, NEW, None])


def test_a_reader_that_will_not_choose_the_tag_before_it_is_written_writes_nothing() -> None:
    hands = Hands(will_not_choose=EPC)
    assert isinstance(carry_out(hands), Refused)
    assert (hands.writes, hands.epc) == (0, EPC)


def test_a_tag_that_cannot_be_read_back_is_never_told_as_not_written() -> None:
    hands = Hands(will_not_choose=NEW)
    refused = carry_out(hands)
    assert isinstance(refused, Refused)
    assert refused.code == "not_verified"
    assert f"{NEW} was written" in refused.message
    assert (hands.writes, hands.epc) == (1, NEW)


def test_a_tag_that_is_written_and_cannot_be_locked_is_never_told_as_not_written() -> None:
    hands = Hands()
    refused = carry_out(hands, replace(ORDER, password=77, lock=True))
    assert isinstance(refused, Refused)
    assert refused.code == "not_locked"
    assert refused.code not in NOTHING_WRITTEN
    assert (hands.writes, hands.epc) == (1, NEW)


def test_two_tags_that_answer_after_the_write_are_never_told_as_not_written() -> None:
    hands = Hands(several_from=1)
    refused = carry_out(hands)
    assert isinstance(refused, Refused)
    assert refused.code not in NOTHING_WRITTEN
    assert "2 tags answered" in refused.message
    assert hands.writes == 1


def test_a_reader_that_keeps_to_one_tag_is_connected_anew() -> None:
    hands = Hands(will_not_choose=None)
    lost = carry_out(hands)
    assert isinstance(lost, LinkLost)
    assert "told to forget" in lost.message
    assert hands.writes == 1
