"""What the R2000 scripts ask and make of the answers: byte for byte, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import Antenna, R2000Reader, TcpAddress
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.r2000.answers import Band
from drivers.rfid.r2000.commands import Code
from drivers.rfid.r2000.frames import LONGEST_FRAME, Frame, Splitter
from drivers.rfid.r2000.greeting import Described, configure
from drivers.rfid.r2000.rounds import Rounds
from drivers.rfid.r2000.session import R2000Tongue, Script
from drivers.rfid.r2000.writing import R2000Hands
from drivers.rfid.station.gen2 import tag_crc
from drivers.rfid.station.session import Session
from drivers.rfid.station.tally import Tally
from drivers.rfid.station.writing import write_tag

EPC, NEW = "E200301666130121155074EF", "AABBCCDDEEFF001122334455"
STEP_S = 0.03
Result = TypeVar("Result")
Say = Callable[[Frame], Iterable[bytes]]
"""What a reader says to a command: frames, noise or nothing."""


def settings(**more: object) -> R2000Reader:
    given: dict[str, object] = {
        "driver": "rfid.r2000",
        "id": "r",
        "at": TcpAddress(host="h", port=1),
        "antennas": (Antenna(antenna=1, covers="desk"), Antenna(antenna=6, covers="desk")),
    }
    return R2000Reader.model_validate(given | more)


class Peer:
    """Carries scripts through a session with a reader that answers as it is told."""

    def __init__(self, say: Say) -> None:
        self.tally = Tally()
        self.session = Session("r", R2000Tongue(1), self.tally)
        self.asked: list[Frame] = []
        self.now_s = 100.0
        self._say = say
        self._commands = Splitter()

    def carry_out(self, script: Script[Result]) -> Result:
        results: list[Result] = []

        def kept() -> Script[None]:
            results.append((yield from script))

        self.session.begin(kept(), self.now_s)
        while self.session.running:
            said = b"".join(self._answers())
            self.now_s += STEP_S
            if said:
                self.session.receive(said, self.now_s)
            else:
                self.now_s = max(self.now_s, self.session.deadline_s)
                self.session.tick(self.now_s)
        return results[0]

    def count(self, code: Code) -> int:
        return sum(frame.command == code for frame in self.asked)

    def _answers(self) -> Iterable[bytes]:
        for command in self._commands.feed(self.session.take_outgoing()):
            assert isinstance(command, Frame)
            self.asked.append(command)
            yield from self._say(command)


def frame(command: int, hex_text: str) -> bytes:
    return Frame(1, command, bytes.fromhex(hex_text)).to_bytes()


def reader(**changes: str) -> Say:
    """Answer as a reader with four antennas does, but for the changes: hex by command."""
    answers = {
        "72": "0109",
        "79": "01073b",
        "77": "1e",
        "97": "11",
        "7B": "0126",
        "7E": "12",
        "63": "03",
        "60": "0000",
    } | {name.removeprefix("x"): text for name, text in changes.items()}

    def say(command: Frame) -> Iterable[bytes]:
        yield frame(command.command, answers.get(f"{command.command:02X}", "10"))

    return say


def configured(peer: Peer, **more: object) -> Described:
    return peer.carry_out(configure(settings(**more), peer.tally))


def test_a_reader_that_is_as_the_room_file_says_is_not_written_to() -> None:
    peer = Peer(reader())
    described = configured(peer, power_dbm=30, region="us")
    assert peer.count(Code.SET_POWER) == peer.count(Code.SET_REGION) == 0
    assert (described.firmware, described.region, described.ports) == ("1.9", "us", None)


def test_a_power_that_reads_back_otherwise_is_refused_with_both_values() -> None:
    with pytest.raises(Refused, match=r"30 dBm, the room file says 33 dBm at antenna 1") as refused:
        configured(Peer(reader()), power_dbm=33)
    assert refused.value.code == "power"


def test_a_region_that_reads_back_otherwise_is_refused_with_both_values() -> None:
    with pytest.raises(Refused, match=r"us, 902\.0 to 928\.0 MHz, the room file says eu"):
        configured(Peer(reader()), region="eu")


def test_a_power_that_is_not_taken_is_refused_with_the_readers_reason() -> None:
    with pytest.raises(Refused, match=r"parameter is out of range \(0x48\)"):
        configured(Peer(reader(x76="48")), power_dbm=33)


def test_a_reader_that_knows_little_is_used_all_the_same() -> None:
    little = dict.fromkeys(("x60", "x63", "x7B", "x7E", "x79"), "11")
    described = configured(Peer(reader(**little, x77="1e1e1e1e")))
    assert (described.inputs, described.temperature_c, described.band) == (None, None, None)
    assert described.ports == 4


def test_a_reader_that_is_silent_to_what_it_does_not_know_is_used_all_the_same() -> None:
    known = reader()
    mute = (0x60, 0x63, 0x7B)
    peer = Peer(lambda command: () if command.command in mute else known(command))
    assert configured(peer).inputs is None


def test_a_first_answer_that_makes_no_sense_is_garbled() -> None:
    with pytest.raises(Garbled, match="0x72"):
        configured(Peer(reader(x72="010203")))


DESCRIBED = Described(
    firmware="1.9",
    band=Band(1, 7, 59),
    powers_dbm=(30,),
    temperature_c=None,
    detects=True,
    inputs=None,
)
TAG = f"04 3000 {EPC} 45"
END = "00 0010 00000001"


def rounds_of(peer: Peer, *dwells: int, **more: object) -> list[Heard]:
    rounds = Rounds(settings(**more), DESCRIBED, peer.tally)
    for antenna in dwells:
        peer.carry_out(rounds.dwell(antenna))
    return rounds.take_heard()


def kinds(heard: list[Heard]) -> str:
    return "".join("c" if isinstance(h, AntennaCycle) else "r" for h in heard)


def in_rounds(*rounds: tuple[bytes, ...]) -> Say:
    """Answer the rounds one after the other; from then on as the last one."""
    left = list(rounds)

    def say(command: Frame) -> Iterable[bytes]:
        if command.command != Code.INVENTORY:
            yield frame(command.command, "10")
            return
        yield from left.pop(0) if len(left) > 1 else left[0]

    return say


GOOD = (frame(0x89, TAG), frame(0x89, END))


def test_a_dwell_is_rounds_until_its_time_is_over_and_then_a_cycle() -> None:
    peer = Peer(in_rounds(GOOD))
    heard = rounds_of(peer, 1)
    assert kinds(heard) == "rrrrc"
    assert peer.count(Code.SET_ANTENNA) == 1
    read = heard[0]
    assert isinstance(read, TagRead)
    assert (read.epc, read.rssi_dbm, read.channel, read.pc) == (EPC, -61, 1, 0x3000)


@pytest.mark.parametrize(
    "spoiled",
    [
        (b"\xff", *GOOD),
        (frame(0x89, f"04 3800 {EPC} 45"), *GOOD),
        (frame(0x89, f"05 3000 {EPC} 45"), *GOOD),
        (bytes.fromhex("a0130189 043000"), *GOOD),
    ],
    ids=["noise", "wrong length", "another antenna", "half a frame"],
)
def test_a_dwell_with_anything_lost_has_reads_but_no_cycle(spoiled: tuple[bytes, ...]) -> None:
    peer = Peer(in_rounds(spoiled, GOOD))
    heard = rounds_of(peer, 1, 1)
    assert kinds(heard).count("c") == 1
    assert all(read.epc == EPC for read in heard if isinstance(read, TagRead))
    assert peer.tally.health().garbled == 1


def test_an_end_of_another_antennas_round_ends_nothing() -> None:
    stale = frame(0x89, "05 0010 00000000")
    heard = rounds_of(Peer(in_rounds((stale, *GOOD), GOOD)), 1)
    assert kinds(heard) == "rrrr"


def test_an_end_that_comes_again_does_not_end_the_next_round() -> None:
    late = (frame(0x89, END), *GOOD)
    peer = Peer(in_rounds(GOOD, late, GOOD))
    assert kinds(rounds_of(peer, 1)) == "rrrrc"
    assert peer.tally.health().repeated == 1


def test_a_lost_end_costs_the_dwell_and_only_silence_for_long_the_link() -> None:
    peer = Peer(in_rounds(GOOD[:1], GOOD))
    assert kinds(rounds_of(peer, 1, 1)) == "r" + "rrrrc"
    mute = Peer(in_rounds(GOOD[:1]))
    with pytest.raises(NoReply):
        rounds_of(mute, *[1] * 3)
    assert mute.now_s < 106


def test_a_reader_that_cannot_transmit_is_a_lost_link_in_the_end() -> None:
    peer = Peer(in_rounds((frame(0x89, "53"),)))
    rounds_of(peer, *[1] * 9)
    with pytest.raises(LinkLost, match="radio chip"):
        rounds_of(peer, *[1] * 10)


def test_a_dropped_round_is_heard_out_before_the_next_question() -> None:
    peer = Peer(in_rounds(GOOD))
    rounds = Rounds(settings(), DESCRIBED, peer.tally)
    peer.session.begin(rounds.dwell(1), peer.now_s)
    peer.session.take_outgoing()
    peer.session.receive(frame(0x74, "10"), peer.now_s)
    assert Splitter().feed(peer.session.take_outgoing()) == [Frame(1, 0x89, b"\x01")]
    peer.session.drop()
    peer.session.begin(rounds.dwell(6), peer.now_s)
    assert peer.session.take_outgoing() == b""
    peer.session.receive(GOOD[0], peer.now_s)
    assert peer.session.take_outgoing() == b""
    peer.session.receive(GOOD[1], peer.now_s)
    assert Splitter().feed(peer.session.take_outgoing()) == [Frame(1, 0x74, b"\x05")]
    assert rounds.take_heard() == []


def test_what_a_broken_off_turn_heard_is_not_told_by_the_next_inventory() -> None:
    peer = Peer(in_rounds(GOOD))
    rounds = Rounds(settings(), DESCRIBED, peer.tally)
    peer.session.begin(rounds.dwell(1), peer.now_s)
    peer.session.take_outgoing()
    peer.session.receive(frame(0x74, "10"), peer.now_s)
    peer.session.take_outgoing()
    peer.session.receive(GOOD[0], peer.now_s)
    peer.session.drop()
    rounds.begin()
    assert rounds.take_heard() == []


class TagPeer:
    """A reader with one tag before it; `write` and `read` say what it answers to those."""

    def __init__(self, *, writes: bool = True, answers: bool = True, reads: str | None = None):
        self.epc = EPC
        self.match = b"\x01"
        self.written: list[bytes] = []
        self._writes, self._answers, self._reads = writes, answers, reads

    def __call__(self, command: Frame) -> Iterable[bytes]:
        match command.command:
            case Code.INVENTORY:
                yield frame(0x89, f"04 3000 {self.epc} 45")
                yield frame(0x89, END)
            case Code.SET_MATCH:
                self.match = command.data
                yield frame(0x85, "10")
            case Code.GET_MATCH:
                yield frame(0x86, self.match.hex())
            case Code.WRITE_TAG:
                self.written.append(command.data)
                old = self.epc
                if self._writes:
                    self.epc = command.data[7:].hex().upper()
                if self._answers:
                    yield self.about(0x82, old, "", "10")
            case Code.READ_TAG if self.match[2:].hex().upper() == self.epc:
                read = self._reads or self.epc
                yield self.about(0x81, self.epc, read, f"{len(read) // 2:02x}")
            case Code.READ_TAG:
                yield frame(0x81, "36")
            case code:
                yield frame(code, "10")

    def about(self, code: int, epc: str, read: str, result: str) -> bytes:
        text = bytes.fromhex(f"3000{epc}")
        said = text + tag_crc(text).to_bytes(2, "big") + bytes.fromhex(read)
        return frame(code, f"0001{len(said):02x}{said.hex()}{result}0401")


ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=0x01020304)


def test_a_write_names_password_bank_word_and_number() -> None:
    tag = TagPeer()
    peer = Peer(tag)
    assert peer.carry_out(write_tag("r", R2000Hands("r"), ORDER)) == TagWritten(
        epc=NEW, locked=False
    )
    # V2.2, 0x82: password, bank 1, from word 2, six words; then the match is cleared again.
    assert [text.hex() for text in tag.written] == [f"01020304010206{NEW.lower()}"]
    assert tag.match == b"\x01"


def test_a_write_whose_answer_is_lost_is_judged_by_reading_back_and_never_repeated() -> None:
    tag = TagPeer(answers=False)
    assert Peer(tag).carry_out(write_tag("r", R2000Hands("r"), ORDER)).epc == NEW
    assert len(tag.written) == 1
    failed = TagPeer(answers=False, writes=False)
    with pytest.raises(Refused, match=f"now {EPC} answer") as refused:
        Peer(failed).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert refused.value.code == "not_verified"
    assert len(failed.written) == 1


def test_a_write_that_only_seems_to_have_worked_is_not_verified() -> None:
    with pytest.raises(Refused, match=f"reads back as {EPC}") as refused:
        Peer(TagPeer(reads=EPC)).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert refused.value.code == "not_verified"


def test_a_reader_that_does_not_take_the_choice_of_a_tag_writes_nothing() -> None:
    tag = TagPeer()

    def say(command: Frame) -> Iterable[bytes]:
        yield from (frame(0x86, "01"),) if command.command == Code.GET_MATCH else tag(command)

    with pytest.raises(Refused, match="told to choose"):
        Peer(say).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert tag.written == []


@pytest.mark.parametrize(
    ("hex_text", "code"),
    [
        ("36", "tag_away"),
        ("37", "tag_locked"),
        ("40", "wrong_password"),
        ("57", "low_power"),
        ("33", "write_failed"),
        ("11", "write_failed"),
    ],
)
def test_what_a_reader_says_to_a_write_becomes_the_reason(hex_text: str, code: str) -> None:
    tag = TagPeer()

    def say(command: Frame) -> Iterable[bytes]:
        failed = command.command == Code.WRITE_TAG
        yield from (frame(0x82, hex_text),) if failed else tag(command)

    with pytest.raises(Refused) as refused:
        Peer(say).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert refused.value.code == code


def test_after_a_refused_write_the_reader_has_forgotten_the_tag() -> None:
    tag = TagPeer()

    def say(command: Frame) -> Iterable[bytes]:
        failed = command.command == Code.WRITE_TAG
        yield from (frame(0x82, "37"),) if failed else tag(command)

    with pytest.raises(Refused):
        Peer(say).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert tag.match == b"\x01"


def test_two_tags_of_one_number_are_told_after_the_write() -> None:
    tag = TagPeer()

    def say(command: Frame) -> Iterable[bytes]:
        for said in tag(command):
            if command.command == Code.WRITE_TAG:
                twice = Frame(1, 0x82, b"\0\2" + said[6:-1]).to_bytes()
                yield from (twice, twice)
            else:
                yield said

    with pytest.raises(Refused, match="2 tags answered") as refused:
        Peer(say).carry_out(write_tag("r", R2000Hands("r"), ORDER))
    assert refused.value.code == "not_verified"


def test_an_answer_of_another_address_is_no_answer() -> None:
    peer = Peer(lambda command: (Frame(2, command.command, b"\1\x09").to_bytes(),))
    with pytest.raises(NoReply):
        configured(peer)
    assert peer.tally.health().last_error == "an answer of address 2"


def test_noise_that_comes_byte_by_byte_is_one_garbled_frame() -> None:
    peer = Peer(in_rounds(GOOD))
    for byte in bytes.fromhex("a00401890171ffff"):
        peer.session.receive(bytes((byte,)), peer.now_s)
    health = peer.tally.health()
    assert (health.garbled, health.skipped_bytes) == (1, 8)


@given(st.lists(st.binary(max_size=60), max_size=30), st.booleans())
def test_whatever_a_reader_sends_ends_in_readings_or_a_known_error(
    noise: list[bytes], well: bool
) -> None:
    peer = Peer(in_rounds(GOOD))
    rounds = Rounds(settings(), DESCRIBED, peer.tally)
    peer.session.begin(rounds.dwell(1), peer.now_s)
    for chunk in noise:
        peer.now_s += 0.1
        try:
            peer.session.receive(chunk + (frame(0x74, "10") if well else b""), peer.now_s)
            peer.session.tick(peer.now_s)
        except DriverError:
            break
        peer.session.take_outgoing()
    assert peer.session._splitter.held < LONGEST_FRAME
