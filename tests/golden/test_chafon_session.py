"""What the UHFReader scripts ask and make of the answers: byte for byte, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import Antenna, ChafonReader, TcpAddress
from drivers.errors import DriverError, LinkLost, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.chafon.answers import Info
from drivers.rfid.chafon.frames import Frame
from drivers.rfid.chafon.greeting import Described, configure
from drivers.rfid.chafon.rounds import Rounds
from drivers.rfid.chafon.session import ChafonTongue
from drivers.rfid.chafon.writing import ChafonHands
from drivers.rfid.station.writing import write_tag
from tests.golden.tongue_peer import Peer, Say

EPC, NEW = "E200301666130121155074EF", "AABBCCDDEEFF001122334455"
INFO = Info(firmware="3.63", kind=9, band=2, first=0, last=49, power_dbm=26, longest_round_s=1.0)
ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77)


def settings(**more: object) -> ChafonReader:
    given: dict[str, object] = {
        "driver": "rfid.chafon",
        "id": "r",
        "at": TcpAddress(host="h", port=1),
        "antennas": (Antenna(antenna=1, covers="desk"),),
    }
    return ChafonReader.model_validate(given | more)


def said(command: int, status: int, hex_text: str = "") -> bytes:
    return Frame(0, command, status, bytes.fromhex(hex_text)).to_bytes()


def tags(status: int, *epcs: str, antenna: int = 1) -> bytes:
    text = "".join(f"{len(epc) // 2:02X}{epc}6B" for epc in epcs)
    return said(0x01, status, f"{antenna:02X}{len(epcs):02X}{text}")


def peer(say: Say) -> Peer:
    return Peer(ChafonTongue(0, "288"), say)


def run_rounds(
    *answers: Iterable[bytes], dwell_ms: int = 20, turns: int = 1
) -> tuple[list[Heard], Peer]:
    """Run turns of the first antenna; each question takes the next answer."""
    coming: Iterator[Iterable[bytes]] = iter(answers)
    at = peer(lambda _: next(coming, ()))
    rounds = Rounds(settings(dwell_ms=dwell_ms), Described(info=INFO, work_mode=None), at.tally)
    for _ in range(turns):
        at.carry_out(rounds.dwell(1))
    return rounds.take_heard(), at


def epcs(heard: list[Heard]) -> list[str]:
    return [reading.epc for reading in heard if isinstance(reading, TagRead)]


def has_cycle(heard: list[Heard]) -> bool:
    return any(isinstance(reading, AntennaCycle) for reading in heard)


def test_a_round_ends_with_its_last_frame() -> None:
    heard, at = run_rounds([tags(3, EPC), tags(3, NEW), tags(1, "11223344")])
    assert epcs(heard) == [EPC, NEW, "11223344"]
    assert has_cycle(heard)
    assert at.count(0x01) == 1


def test_a_frame_of_a_round_that_comes_twice_counts_once() -> None:
    heard, at = run_rounds([tags(3, EPC), tags(3, EPC), tags(1, NEW)])
    assert epcs(heard) == [EPC, NEW]
    assert has_cycle(heard)
    assert at.tally.health().repeated == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        [tags(3, EPC), b"\x00\x01\x02", tags(1, NEW)],
        [tags(3, EPC), said(0x01, 3, "01 05 0C"), tags(1, NEW)],
        [tags(3, EPC), tags(4, NEW)],
    ],
)
def test_a_turn_of_which_something_was_lost_tells_its_reads_but_no_cycle(
    spoilt: list[bytes],
) -> None:
    heard, _ = run_rounds(spoilt)
    assert epcs(heard) == [EPC, NEW]
    assert not has_cycle(heard)


def test_what_a_broken_off_turn_heard_is_not_told_by_the_next_inventory() -> None:
    at = peer(lambda _: ())
    rounds = Rounds(settings(), Described(info=INFO, work_mode=None), at.tally)
    at.session.begin(rounds.dwell(1), at.now_s)
    at.session.take_outgoing()
    at.session.receive(tags(3, EPC), at.now_s)
    at.session.drop()
    rounds.begin()
    assert rounds.take_heard() == []


def test_rounds_are_repeated_until_the_dwell_is_over() -> None:
    heard, at = run_rounds([tags(1, EPC)], [said(0x01, 0xFB)], [tags(2, EPC)], dwell_ms=80)
    assert (at.count(0x01), epcs(heard), has_cycle(heard)) == (3, [EPC, EPC], True)


def test_an_antenna_that_cannot_run_is_no_lost_link_but_a_failing_reader_is() -> None:
    heard, at = run_rounds(*[[said(0x01, 0xF8)]] * 30, turns=30)
    assert heard == []
    assert at.tally.health().antennas[1].connected is False
    with pytest.raises(LinkLost, match="could not be carried out"):
        run_rounds(*[[said(0x01, 0xF9)]] * 30, turns=30)


def test_a_region_or_power_that_stays_is_refused_naming_both() -> None:
    def info(_: bytes) -> Iterable[bytes]:
        return [said(0x21, 0, "033F0903 31 80 1A 0A") if _[2] == 0x21 else said(_[2], 0)]

    with pytest.raises(Refused, match=r"us, 902.75 to 927.25 MHz, the room file says eu"):
        peer(info).carry_out(configure(settings(region="eu"), peer(info).tally))
    with pytest.raises(Refused, match=r"26 dBm, the room file says 20 dBm"):
        peer(info).carry_out(configure(settings(power_dbm=20), peer(info).tally))


class Tag:
    """A reader with one tag before it; `answers` replaces what it says to a command."""

    def __init__(self, **answers: Callable[[], Iterable[bytes]]) -> None:
        self.epc = EPC
        self._answers = {int(name[1:], 16): say for name, say in answers.items()}

    def say(self, raw: bytes) -> Iterable[bytes]:
        command = raw[2]
        if command == 0x03:
            self.epc = NEW
        if command in self._answers:
            return self._answers[command]()
        match command:
            case 0x01:
                return [tags(1, self.epc)]
            case 0x02:
                return [said(0x02, 0, self.epc)]
        return [said(command, 0)]


def write(tag: Tag, order: WriteTag = ORDER) -> tuple[TagWritten, Peer]:
    at = peer(tag.say)
    hands = ChafonHands("r", "288", 1.0)
    return at.carry_out(write_tag("r", hands, order)), at


@pytest.mark.parametrize("lost", [[], [said(0x03, 0xFA)], [b"\x11\x22"]])
def test_a_write_whose_end_is_unknown_is_read_back_and_never_repeated(lost: list[bytes]) -> None:
    written, at = write(Tag(x03=lambda: lost))
    assert written == TagWritten(epc=NEW, locked=False)
    assert at.count(0x03) == 1


@pytest.mark.parametrize(
    ("code", "answers", "words"),
    [
        ("tag_locked", {"x03": said(0x03, 0xFC, "04")}, "its memory is locked"),
        ("low_power", {"x03": said(0x03, 0xFC, "0B")}, "too little power"),
        ("wrong_password", {"x03": said(0x03, 0x05)}, "password is wrong"),
        ("tag_away", {"x03": said(0x03, 0xFB)}, "no tag answered"),
        ("write_failed", {"x03": said(0x03, 0xF9)}, "could not be carried out"),
        ("not_verified", {"x02": said(0x02, 0, EPC)}, f"reads back as {EPC}"),
        ("not_verified", {"x02": said(0x02, 0xFB)}, f"now {NEW} answer"),
        ("not_locked", {"x06": said(0x06, 0x05)}, "read back, but not locked"),
    ],
)
def test_a_refused_writing_says_what_and_why(
    code: str, answers: dict[str, bytes], words: str
) -> None:
    order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
    says: dict[str, Any] = {name: lambda said=said: [said] for name, said in answers.items()}
    with pytest.raises(Refused, match=words) as why:
        write(Tag(**says), order)
    assert why.value.code == code


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_whatever_a_reader_says_a_turn_ends_or_is_lost(noise: list[bytes]) -> None:
    coming = iter(noise)
    at = peer(lambda _: [next(coming, b""), tags(1, EPC)])
    rounds = Rounds(settings(), Described(info=INFO, work_mode=None), at.tally)
    try:
        at.carry_out(rounds.dwell(1))
    except DriverError:
        pass
    heard = rounds.take_heard()
    assert set(epcs(heard)) <= {EPC}
    assert sum(isinstance(one, AntennaCycle) for one in heard) <= 1
