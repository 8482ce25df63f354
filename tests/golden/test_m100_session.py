"""What the M100 scripts ask and make of the answers: byte for byte, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import Antenna, M100Reader, TcpAddress
from drivers.errors import DriverError, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.m100.asking import wake
from drivers.rfid.m100.frames import Frame, Kind
from drivers.rfid.m100.greeting import configure
from drivers.rfid.m100.rounds import Rounds
from drivers.rfid.m100.session import M100Tongue
from drivers.rfid.m100.writing import M100Hands
from drivers.rfid.station.gen2 import tag_crc
from drivers.rfid.station.writing import write_tag
from tests.golden.tongue_peer import Peer, Say

EPC, NEW, OTHER = "E200301666130121155074EF", "AABBCCDDEEFF001122334455", "30" * 12
ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77)
STOPPED = Frame(Kind.ANSWER, 0x28, b"\0").to_bytes()
EMPTY = bytes.fromhex("bb01ff000115167e")
NO_CHANNEL = Frame(Kind.ANSWER, 0xFF, b"\x20").to_bytes()


def settings(**more: object) -> M100Reader:
    given: dict[str, object] = {
        "driver": "rfid.m100",
        "id": "r",
        "at": TcpAddress(host="h", port=1),
        "antennas": (Antenna(antenna=1, covers="desk"),),
    }
    return M100Reader.model_validate(given | more)


def said(command: int, hex_text: str = "00") -> bytes:
    return Frame(Kind.ANSWER, command, bytes.fromhex(hex_text)).to_bytes()


def failed(code: int) -> bytes:
    return Frame(Kind.ANSWER, 0xFF, bytes((code,))).to_bytes()


def named(epc: str) -> str:
    return f"{2 + len(epc) // 2:02X}{len(epc) // 4 << 11:04X}{epc}"


def notice(epc: str, crc_off: int = 0) -> bytes:
    text = bytes.fromhex(named(epc)[2:])
    crc = (tag_crc(text) ^ crc_off).to_bytes(2, "big")
    return Frame(Kind.NOTICE, 0x22, b"\xc9" + text + crc).to_bytes()


def peer(say: Say) -> Peer:
    return Peer(M100Tongue("r"), say)


def run_turn(*told: bytes, stop: Iterable[bytes] = (STOPPED,)) -> tuple[list[Heard], Peer]:
    """Run a turn of 100 ms: the module tells this, then rounds without tags."""
    heard_stop = iter(stop)

    def say(raw: bytes) -> Iterable[bytes]:
        if raw[2] == 0x27:
            return [*told, *[EMPTY] * max(0, 6 - len(told))]
        return [next(heard_stop, STOPPED)]

    at = peer(say)
    rounds = Rounds(settings(), at.tally)
    at.carry_out(rounds.dwell(1))
    return rounds.take_heard(), at


def epcs(heard: list[Heard]) -> list[str]:
    return [reading.epc for reading in heard if isinstance(reading, TagRead)]


def has_cycle(heard: list[Heard]) -> bool:
    return any(isinstance(reading, AntennaCycle) for reading in heard)


def test_a_turn_is_rounds_until_the_dwell_is_over_and_then_a_stop() -> None:
    heard, at = run_turn(notice(EPC), EMPTY, notice(NEW))
    assert (epcs(heard), has_cycle(heard)) == ([EPC, NEW], True)
    assert [raw[2] for raw in at.asked] == [0x27, 0x28]
    assert at.asked[0].hex() == "bb0027000322ffff4a7e"


def test_tags_told_before_the_stop_is_answered_still_count() -> None:
    heard, _ = run_turn(*[EMPTY] * 5, notice(EPC) + notice(NEW) + STOPPED)
    assert epcs(heard) == [EPC, NEW]


@pytest.mark.parametrize("spoilt", [b"\xbb\x01\x22noise", notice(NEW, crc_off=1)])
def test_a_turn_of_which_something_was_lost_tells_its_reads_but_no_cycle(spoilt: bytes) -> None:
    heard, at = run_turn(notice(EPC), spoilt)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], False)
    assert at.tally.health().garbled >= 1


def test_what_a_broken_off_turn_heard_is_not_told_by_the_next_inventory() -> None:
    at = peer(lambda _: ())
    rounds = Rounds(settings(), at.tally)
    at.session.begin(rounds.dwell(1), at.now_s)
    at.session.take_outgoing()
    at.session.receive(notice(EPC), at.now_s)
    at.session.drop()
    rounds.begin()
    assert rounds.take_heard() == []


def test_a_turn_without_a_free_channel_is_no_cycle() -> None:
    heard, at = run_turn(notice(EPC), NO_CHANNEL)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], False)
    assert "0x20" in (at.tally.health().last_error or "")


def test_a_module_that_was_asleep_is_told_twice_and_one_that_is_away_three_times() -> None:
    answers = chain([()], repeat((STOPPED,)))
    at = peer(lambda _: next(answers))
    at.carry_out(wake("r"))
    assert at.count(0x28) == 2
    away = peer(lambda _: ())
    with pytest.raises(NoReply):
        away.carry_out(wake("r"))
    assert away.count(0x28) == 3


def test_a_module_that_does_not_stop_is_not_heard_for_ever() -> None:
    at = peer(lambda _: [notice(EPC)] * 500)
    with pytest.raises(NoReply, match="goes on polling"):
        at.carry_out(wake("r"))


def test_a_region_or_power_that_stays_is_refused_naming_both() -> None:
    def say(raw: bytes) -> Iterable[bytes]:
        told = {0x08: "02", 0xB7: "0A28", 0x03: "0041"}
        return [said(raw[2], told.get(raw[2], "00"))]

    with pytest.raises(Refused, match="region is us, the room file says kr"):
        peer(say).carry_out(configure(settings(region="kr"), peer(say).tally))
    with pytest.raises(Refused, match=r"as 26 dBm, the room file says 20.5 dBm"):
        peer(say).carry_out(configure(settings(power_dbm=20.5), peer(say).tally))


class Tag:
    """A module with one tag before it; `answers` replaces what it says to a command."""

    def __init__(self, **answers: Callable[[], Iterable[bytes]]) -> None:
        self.epc = EPC
        self.selection = b""
        self._answers = {int(name[1:], 16): say for name, say in answers.items()}

    def say(self, raw: bytes) -> Iterable[bytes]:
        command = raw[2]
        if command == 0x0C:
            self.selection = raw[5:-2]
        if command == 0x49:
            self.epc = NEW
        if command in self._answers:
            return self._answers[command]()
        match command:
            case 0x27:
                return [notice(self.epc)] * 6
            case 0x0B:
                return [said(0x0B, self.selection.hex())]
            case 0x39:
                return [said(0x39, named(self.epc) + self.epc)]
            case 0x49 | 0x82:
                return [said(command, named(self.epc) + "00")]
        return [said(command)]


def write(tag: Tag, order: WriteTag = ORDER) -> tuple[TagWritten, Peer]:
    at = peer(tag.say)
    return at.carry_out(write_tag("r", M100Hands("r"), order)), at


@pytest.mark.parametrize("lost", [[], [b"\xbb\x01"]])
def test_a_write_whose_end_is_unknown_is_read_back_and_never_repeated(lost: list[bytes]) -> None:
    written, at = write(Tag(x49=lambda: lost))
    assert written == TagWritten(epc=NEW, locked=False)
    assert at.count(0x49) == 1
    assert [raw[5] for raw in at.asked if raw[2] == 0x12][-1] == 1


@pytest.mark.parametrize(
    ("code", "answers", "words"),
    [
        ("tag_locked", {"x49": failed(0xB4)}, "its memory is locked"),
        ("low_power", {"x49": failed(0xBB)}, "too little power"),
        ("wrong_password", {"x49": failed(0x16)}, "password may be wrong"),
        ("write_failed", {"x49": failed(0x10)}, "was not written"),
        ("not_verified", {"x49": said(0x49, named(OTHER) + "00")}, f"{OTHER} answered instead"),
        ("write_failed", {"x0B": said(0x0B, "0100000020" + "0000")}, "and says 01"),
        ("not_verified", {"x39": said(0x39, named(EPC) + EPC)}, f"reads back as {EPC}"),
        ("not_verified", {"x39": failed(0x09)}, f"now {NEW} answer"),
        ("not_locked", {"x82": failed(0x16)}, "read back, but not locked"),
    ],
)
def test_a_refused_writing_says_what_and_why_and_forgets_the_tag(
    code: str, answers: dict[str, bytes], words: str
) -> None:
    order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
    says: dict[str, Any] = {name: lambda said=said: [said] for name, said in answers.items()}
    tag = Tag(**says)
    at = peer(tag.say)
    with pytest.raises(Refused, match=words) as why:
        at.carry_out(write_tag("r", M100Hands("r"), order))
    assert why.value.code == code
    assert [raw[5] for raw in at.asked if raw[2] == 0x12][-1] == 1


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_whatever_a_module_says_a_turn_ends_or_is_lost(noise: list[bytes]) -> None:
    coming = iter(noise)
    at = peer(lambda raw: [next(coming, b""), *[EMPTY] * 6, said(raw[2])])
    rounds = Rounds(settings(), at.tally)
    with suppress(DriverError):
        at.carry_out(rounds.dwell(1))
    assert 0 < len(at.asked) <= 2 + len(noise)
