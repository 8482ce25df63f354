"""What the ThingMagic scripts ask and make of the answers: byte for byte, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import Antenna, TcpAddress, ThingMagicReader
from drivers.errors import DriverError, LinkLost, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.station.gen2 import tag_crc
from drivers.rfid.station.writing import write_tag
from drivers.rfid.thingmagic.answers import Version
from drivers.rfid.thingmagic.asking import wake
from drivers.rfid.thingmagic.frames import Frame
from drivers.rfid.thingmagic.greeting import Described, configure
from drivers.rfid.thingmagic.rounds import Rounds
from drivers.rfid.thingmagic.session import ThingMagicTongue
from drivers.rfid.thingmagic.writing import ThingMagicHands
from tests.golden.tongue_peer import Peer, Say

EPC, NEW, OTHER = "E200301666130121155074EF", "AABBCCDDEEFF001122334455", "30" * 12
ORDER = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77)
DESK = (Antenna(antenna=1, covers="desk"),)
M6E = Version(family=0x18, hardware="18.00.00.01", firmware="01.21.01.07")
STREAMED = bytes.fromhex(
    "ff2822000010001b01ff0101c4110e16400000012700000500000f00803000000000000000000000001545e94a561d"
)


def settings(**more: object) -> ThingMagicReader:
    given: dict[str, object] = {
        "driver": "rfid.thingmagic",
        "id": "r",
        "at": TcpAddress(host="h", port=1),
        "antennas": DESK,
    }
    return ThingMagicReader.model_validate(given | more)


def described(version: Version = M6E, **more: Any) -> Described:
    facts: dict[str, Any] = {"region": 1, "powers_dbm": {}, "detected": None}
    facts |= {"temperature_c": None, "pins": None}
    return Described(version=version, **(facts | more))


def said(opcode: int, hex_text: str = "", status: int = 0) -> bytes:
    return Frame(opcode, status, bytes.fromhex(hex_text)).to_bytes()


def tag(epc: str, ports: str = "11", protocol: str = "05", crc_off: int = 0) -> str:
    words = (len(epc) // 4 << 11).to_bytes(2, "big") + bytes.fromhex(epc)
    size = f"{8 * len(words) + 16:04x}"
    return f"01c4{ports}0e1640005a{protocol}{size}{words.hex()}{tag_crc(words) ^ crc_off:04x}"


def buffer(*tags: str, again: bool = False) -> bytes:
    return said(0x29, f"006f{again:02x}{len(tags):02x}{''.join(tags)}")


def found(count: int) -> bytes:
    return said(0x22, f"000013{count:08x}") if count else said(0x22, status=0x400)


def peer(say: Say) -> Peer:
    return Peer(ThingMagicTongue(), say)


def run_turn(
    *buffers: bytes, count: int | None = None, version: Version = M6E, **more: object
) -> tuple[list[Heard], Peer]:
    """Run a turn of 20 ms, shorter than an answer takes here: one search, then these buffers."""
    coming = iter(buffers)
    total = len(buffers) if count is None else count

    def say(raw: bytes) -> Iterable[bytes]:
        match raw[2]:
            case 0x22:
                return [found(total)]
            case 0x29:
                return [next(coming, said(0x29, status=0x600))]
        return [said(raw[2])]

    at = peer(say)
    rounds = Rounds(settings(**{"dwell_ms": 20} | more), described(version), at.tally)
    at.carry_out(rounds.dwell(1))
    return rounds.take_heard(), at


def reads(heard: list[Heard]) -> list[TagRead]:
    return [reading for reading in heard if isinstance(reading, TagRead)]


def epcs(heard: list[Heard]) -> list[str]:
    return [read.epc for read in reads(heard)]


def has_cycle(heard: list[Heard]) -> bool:
    return any(isinstance(reading, AntennaCycle) for reading in heard)


def test_a_turn_is_one_antenna_an_empty_buffer_a_search_and_what_it_found() -> None:
    heard, at = run_turn(buffer(tag(EPC)), buffer(tag(NEW)))
    assert (epcs(heard), has_cycle(heard)) == ([EPC, NEW], True)
    assert [raw[2] for raw in at.asked] == [0x91, 0x2A, 0x22, 0x29, 0x29]
    assert at.asked[0][3:-2].hex() == "020101"
    assert at.asked[2][3:-2].hex() == "0000130014"
    (read, _) = reads(heard)
    assert (read.rssi_dbm, read.count, read.pc, read.channel) == (-60, 1, 0x3000, 923_200)
    assert read.phase_rad == pytest.approx(1.5708, abs=1e-4)


# The Mercury5e's guide reserves the field in which the newer modules tell the phase.
def test_an_old_module_tells_no_phase() -> None:
    old = Version(family=0x00, hardware="00.00.00.01", firmware="01.07.01.00")
    heard, _ = run_turn(buffer(tag(EPC)), version=old)
    assert [read.phase_rad for read in reads(heard)] == [None]


def test_a_search_without_a_tag_is_a_whole_turn() -> None:
    heard, at = run_turn()
    assert (epcs(heard), has_cycle(heard)) == ([], True)
    assert at.count(0x29) == 0


def test_a_long_dwell_is_several_searches_until_it_is_over() -> None:
    heard, at = run_turn(dwell_ms=100)
    assert [int.from_bytes(raw[6:8], "big") for raw in at.asked if raw[2] == 0x22] == [
        100, 70, 40, 10,
    ]  # fmt: skip
    assert sum(isinstance(reading, AntennaCycle) for reading in heard) == 1
    _, at = run_turn(dwell_ms=2000)
    searches = [int.from_bytes(raw[6:8], "big") for raw in at.asked if raw[2] == 0x22]
    assert max(searches) == 500


@pytest.mark.parametrize(
    ("buffers", "count"),
    [
        ((buffer(tag(EPC)),), 2),  # it counts one more than it tells
        ((buffer(tag(EPC)), buffer()), 2),
        ((buffer(tag(EPC), tag(OTHER, ports="22")),), 2),  # one of another antenna
        ((buffer(tag(EPC), tag(OTHER, protocol="03")),), 2),  # one of another kind
    ],
)
def test_a_turn_of_which_something_was_lost_tells_its_reads_but_no_cycle(
    buffers: tuple[bytes, ...], count: int
) -> None:
    heard, at = run_turn(*buffers, count=count)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], False)
    assert at.tally.health().garbled == 1


def test_an_answer_that_makes_no_sense_is_waited_past_for_the_right_one() -> None:
    spoilt = buffer(tag(OTHER, crc_off=1))
    heard, at = run_turn(spoilt + buffer(tag(EPC)), count=1)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], True)
    assert at.tally.health().garbled == 1


def test_what_was_told_before_the_module_fell_silent_still_counts() -> None:
    heard, at = run_turn(buffer(tag(EPC)), b"", b"", count=2)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], False)
    assert "0x29" in (at.tally.health().last_error or "")


def test_a_lost_answer_is_asked_for_again_and_no_tag_is_told_twice() -> None:
    one, two = buffer(tag(EPC)), buffer(tag(NEW))
    one_again, two_again = buffer(tag(EPC), again=True), buffer(tag(NEW), again=True)
    for told in (
        (one, b"", two_again),  # an answer was lost
        (one, b"", one_again, two),  # a question was lost
        (b"", one + one_again, two),  # an answer came late
    ):
        heard, at = run_turn(*told, count=2)
        assert (epcs(heard), has_cycle(heard)) == ([EPC, NEW], True)
        asked = [raw[5] for raw in at.asked if raw[2] == 0x29]
        assert asked.count(1) == 1
        assert at.tally.health().garbled == 0
    heard, at = run_turn(one, one_again, one_again, count=3)
    assert (epcs(heard), has_cycle(heard)) == ([EPC], False)


def test_an_antenna_that_is_not_there_has_no_cycle_and_is_shown_so_until_it_runs() -> None:
    status = 0x503

    def say(raw: bytes) -> Iterable[bytes]:
        return [said(0x22, status=status) if raw[2] == 0x22 else said(raw[2])]

    at = peer(say)
    rounds = Rounds(settings(dwell_ms=20), described(), at.tally)
    for _ in range(30):
        at.carry_out(rounds.dwell(1))
    assert rounds.take_heard() == []
    assert at.tally.health().antennas[1].connected is False
    status = 0x400
    at.carry_out(rounds.dwell(1))
    assert has_cycle(rounds.take_heard())
    assert at.tally.health().antennas[1].connected is True


def test_a_module_that_cannot_search_any_more_is_connected_anew() -> None:
    at = peer(lambda raw: [said(raw[2], status=0x405 if raw[2] == 0x22 else 0)])
    rounds = Rounds(settings(), described(), at.tally)
    for _ in range(9):
        at.carry_out(rounds.dwell(1))
    with pytest.raises(LinkLost, match="told no region"):
        at.carry_out(rounds.dwell(1))


def test_what_a_broken_off_turn_heard_is_not_told_by_the_next_inventory() -> None:
    told = {0x22: found(2), 0x29: buffer(tag(EPC))}
    at = peer(lambda _: ())
    rounds = Rounds(settings(), described(), at.tally)
    at.session.begin(rounds.dwell(1), at.now_s)
    for _ in range(4):
        opcode = at.session.take_outgoing()[2]
        at.session.receive(told.get(opcode, said(opcode)), at.now_s)
    at.session.drop()
    rounds.begin()
    assert rounds.take_heard() == []


def test_a_search_without_end_that_somebody_left_running_is_ended() -> None:
    streams = True

    def say(raw: bytes) -> Iterable[bytes]:
        nonlocal streams
        if raw[2] == 0x2F:
            assert raw.hex().startswith("ff032f000002")
            streams = False
        return [*[STREAMED] * streams, said(raw[2])]

    at = peer(say)
    at.carry_out(wake("r", at.tally))
    assert [raw[2] for raw in at.asked] == [0x03, 0x2F, 0x03]
    streams = True
    rounds = Rounds(settings(dwell_ms=20), described(), at.tally)
    at.carry_out(rounds.dwell(1))
    at.carry_out(rounds.dwell(1))
    assert at.count(0x2F) == 2
    assert epcs(rounds.take_heard()) == []


def test_a_module_that_is_away_is_lost_after_a_few_calls() -> None:
    away = peer(lambda _: ())
    with pytest.raises(NoReply):
        away.carry_out(wake("r", away.tally))
    assert away.count(0x03) == 3


class Module:
    """Remembers what it is told; `stays` names the opcodes that it takes without doing them."""

    def __init__(self, *, stays: tuple[int, ...] = (), **first: object) -> None:
        self.region, self.protocol = 1, 5
        self.regions = "01060809"
        self.power = {0x62: "0bb8", 0x64: "0bb8"}
        self.ports: str | None = "01000000000000" + "02000000000000"
        self.family = "18"
        self.stays = stays
        for name, value in first.items():
            setattr(self, name, value)

    def say(self, raw: bytes) -> Iterable[bytes]:
        opcode, data = raw[2], raw[3:-2]
        if opcode not in self.stays:
            self._do(opcode, data)
        told = {
            0x03: "12090000" + f"{self.family}000001" + "20160509" + "01210107" + "00000010",
            0x0C: "12",
            0x63: f"{self.protocol:04x}",
            0x67: f"{self.region:02x}",
            0x71: self.regions,
            0x72: "1f",
        }
        if opcode in self.power:
            return [said(opcode, "00" + self.power[opcode])]
        if opcode == 0x61 and data == b"\x04":
            ports = self.ports
            return [said(0x61, status=0x105) if ports is None else said(0x61, "04" + ports)]
        if opcode in told:
            return [said(opcode, told[opcode])]
        return [said(opcode, status=0 if opcode > 0x90 else 0x101)]

    def _do(self, opcode: int, data: bytes) -> None:
        match opcode:
            case 0x97:
                self.region = data[0]
            case 0x93:
                self.protocol = data[1]
            case 0x92 | 0x94:
                self.power[opcode - 0x30] = data.hex()
            case 0x91:
                self.ports = data[1:].hex()


def set_up(module: Module, **more: object) -> Peer:
    at = peer(module.say)
    at.carry_out(configure(settings(**more), at.tally))
    return at


def test_a_module_that_is_as_the_room_file_says_is_not_told_anything() -> None:
    at = set_up(Module(ports="0107d007d0ffff"), region="us", power_dbm=20)
    assert [raw[2] for raw in at.asked if raw[2] > 0x90] == []
    health = at.tally.health()
    assert (health.model, health.firmware, health.region) == ("M6e", "01.21.01.07", "us")
    assert health.temperature_c == 31


def test_power_is_set_for_the_antenna_that_is_named_and_others_keep_theirs() -> None:
    module = Module(ports="01000000000000" + "0203e803e80064")
    set_up(module, power_dbm=20.5)
    assert module.ports == "01080208020000" + "0203e803e80064"


def test_a_module_with_one_power_for_all_is_told_it_to_read_and_to_write() -> None:
    module = Module(ports=None)
    at = set_up(module, power_dbm=20)
    assert module.power == {0x62: "07d0", 0x64: "07d0"}
    assert [raw[2] for raw in at.asked if raw[2] > 0x90] == [0x92, 0x94]
    two = (*DESK, Antenna(antenna=2, covers="desk", power_dbm=25))
    with pytest.raises(Refused, match="one power for all"):
        set_up(module, power_dbm=20, antennas=two)


@pytest.mark.parametrize(
    ("regions", "number"), [("01060809", 0x01), ("0d0e", 0x0D), ("0405", 0x01)]
)
def test_a_region_is_set_under_the_number_that_the_module_has_for_it(
    regions: str, number: int
) -> None:
    module = Module(region=6, regions=regions)
    set_up(module, region="us")
    assert module.region == number


def test_an_old_module_is_told_to_tell_dbm_and_long_numbers() -> None:
    at = set_up(Module(family="00"))
    assert [raw[3:-2].hex() for raw in at.asked if raw[2] == 0x9A] == ["010901", "010201"]


@pytest.mark.parametrize(
    ("module", "more", "words"),
    [
        (Module(stays=(0x97,)), {"region": "kr"}, "region is us, the room file says kr"),
        (Module(region=3, stays=(0x97,)), {"region": "kr"}, "region is number 3, the room"),
        (Module(region=0), {}, "has no region, so its radio stays off"),
        (Module(protocol=3, stays=(0x93,)), {}, "tags of kind 3, not to Gen2"),
        (Module(stays=(0x91,)), {"power_dbm": 20}, r"0 and 0 dBm at antenna 1.*says 20 dBm"),
        (Module(ports=None, stays=(0x92,)), {"power_dbm": 20}, "as 30 dBm, .* says 20 dBm"),
        (Module(ports=None, stays=(0x94,)), {"power_dbm": 20}, "as 30 dBm, .* says 20 dBm"),
    ],
)
def test_what_stays_otherwise_is_refused_naming_both(
    module: Module, more: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        set_up(module, **more)


class Tagged:
    """A module with one tag before it; `answers` replaces what it says to an opcode."""

    def __init__(self, **answers: Callable[[], Iterable[bytes]]) -> None:
        self.epc = EPC
        self._answers = {int(name[1:], 16): say for name, say in answers.items()}

    def say(self, raw: bytes) -> Iterable[bytes]:
        opcode = raw[2]
        if opcode == 0x24:
            self.epc = NEW
        if opcode in self._answers:
            return self._answers[opcode]()
        match opcode:
            case 0x22:
                return [found(1)]
            case 0x29:
                return [buffer(tag(self.epc))]
            case 0x28:
                return [said(0x28, "110000" + self.epc)]
        return [said(opcode)]


def write(module: Tagged, order: WriteTag = ORDER) -> tuple[TagWritten, Peer]:
    at = peer(module.say)
    hands = ThingMagicHands("r", at.tally)
    return at.carry_out(write_tag("r", hands, order)), at


def test_a_tag_is_chosen_by_its_whole_number_written_once_and_read_back_by_the_new_one() -> None:
    written, at = write(Tagged(), WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True))
    assert written == TagWritten(epc=NEW, locked=True)
    assert at.asked[0].hex().startswith("ff02910101")
    (wrote,) = (raw[3:-2].hex() for raw in at.asked if raw[2] == 0x24)
    assert wrote == f"03e801000000020100000 04d60{EPC}{NEW}".replace(" ", "").lower()
    (read,) = (raw[3:-2].hex() for raw in at.asked if raw[2] == 0x28)
    assert read == f"03e81100000100000002060000000060{NEW}".lower()
    (locked,) = (raw[3:-2].hex() for raw in at.asked if raw[2] == 0x25)
    assert locked == f"03e8010000004d0020002060{NEW}".lower()


@pytest.mark.parametrize("lost", [[], [b"\xff\x01"]])
def test_a_write_whose_end_is_unknown_is_read_back_and_never_repeated(lost: list[bytes]) -> None:
    written, at = write(Tagged(x24=lambda: lost))
    assert written == TagWritten(epc=NEW, locked=False)
    assert at.count(0x24) == 1


@pytest.mark.parametrize(
    ("code", "answers", "words"),
    [
        ("tag_locked", {"x24": said(0x24, status=0x424)}, "memory is locked"),
        ("tag_away", {"x24": said(0x24, status=0x400)}, "no tag answered"),
        ("write_failed", {"x24": said(0x24, status=0x42B)}, "too little power"),
        ("write_failed", {"x24": said(0x24, status=0x40A)}, "the way to it failed"),
        ("not_verified", {"x28": said(0x28, "110000" + EPC)}, f"reads back as {EPC}"),
        ("not_verified", {"x28": said(0x28, status=0x400)}, f"now {NEW} answer"),
        ("not_locked", {"x25": said(0x25, status=0x40A)}, "read back, but not locked"),
        ("reader_error", {"x22": said(0x22, status=0x503)}, "did not search with antenna 1"),
        ("tag_away", {"x22": found(0)}, "does not answer at antenna 1"),
    ],
)
def test_a_refused_writing_says_what_and_why(
    code: str, answers: dict[str, bytes], words: str
) -> None:
    order = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=77, lock=True)
    says: dict[str, Any] = {name: lambda said=said: [said] for name, said in answers.items()}
    with pytest.raises(Refused, match=words) as why:
        write(Tagged(**says), order)
    assert why.value.code == code


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_whatever_a_module_says_a_turn_ends_or_is_lost(noise: list[bytes]) -> None:
    coming = iter(noise)
    at = peer(lambda raw: [next(coming, b""), said(raw[2], status=0x400)])
    rounds = Rounds(settings(), described(), at.tally)
    try:
        at.carry_out(rounds.dwell(1))
    except DriverError:
        pass
