"""Published R2000 frames mean what their sources say, however they arrive."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.rfid.r2000 import commands
from drivers.rfid.r2000.answers import (
    Access,
    Failed,
    RoundEnded,
    TagHeard,
    frequency_mhz,
    parse_access,
    parse_bytes,
    parse_db,
    parse_done,
    parse_inventory,
    parse_powers,
    rssi_dbm,
)
from drivers.rfid.r2000.commands import Code, Command
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.gen2 import tag_crc
from tests.golden.published_frames import R2000

VALID, frame_of = R2000.valid, R2000.frame_of
TAGS = [frame for frame in VALID if "epc" in frame["expect"]]
EPC = "E200301666130121155074EF"


def answer(code: Code, hex_text: str) -> Frame:
    return Frame(1, code, bytes.fromhex(hex_text))


@pytest.mark.parametrize("published", TAGS, ids=lambda frame: frame["hex"])
def test_a_published_tag_reads_as_its_source_says(published: dict[str, Any]) -> None:
    expect = published["expect"]
    tag = parse_inventory(frame_of(published["hex"]))
    assert isinstance(tag, TagHeard)
    assert (tag.antenna_low + 1, tag.antenna_high) == (expect["antenna"], False)
    assert (tag.frequency, frequency_mhz(tag.frequency)) == (
        expect["freq_param"],
        expect["freq_mhz"],
    )
    assert (f"{tag.pc:04X}", tag.epc) == (expect["pc"], expect["epc"].upper())
    assert tag.rssi_dbm == expect["rssi_dbm_v22_table"] == rssi_dbm(expect["rssi_raw"])


def test_the_published_commands_are_what_we_send() -> None:
    sent = {
        "a0030172ea": Command(Code.GET_FIRMWARE),
        "a0110185000c11223344556677889900aabb5b": commands.set_match("11223344556677889900AABB"),
    }
    for hex_text, command in sent.items():
        assert Frame(1, command.code, command.data).to_bytes().hex() == hex_text


def test_the_published_answers_say_what_their_sources_say() -> None:
    assert parse_bytes(frame_of("a00501720109de"), 2) == b"\x01\x09"
    assert parse_done(frame_of("a004017410d7")) is None
    assert parse_inventory(frame_of("a004018911c1")) == Failed(0x11)
    assert parse_inventory(frame_of("a00a018900001b00000001b0")) == RoundEnded(
        antenna=1, total=1, dialect="v3"
    )


# V2.2 chapters 2.2.2 and 2.2.3: Ant, Total(4) ends a round; Total(4), Duration(4) a fast switch.
@pytest.mark.parametrize(
    ("code", "hex_text", "said"),
    [
        (0x89, "00 00000007", RoundEnded(antenna=1, total=7, dialect="v2.2")),
        (0x8B, "03 00000000", RoundEnded(antenna=4, total=0, dialect="v2.2")),
        (0x89, "07 0010 00000002", RoundEnded(antenna=8, total=2, dialect="v3")),
        (
            0x8A,
            "00000009 000003e8",
            RoundEnded(antenna=None, total=9, took_ms=1000, dialect="v2.2"),
        ),
        (0x8A, "000009 000003e8", RoundEnded(antenna=None, total=9, took_ms=1000, dialect="v3")),
        (0x8A, "02 22", Failed(0x22, antenna=3)),
        (0x89, "22", Failed(0x22)),
    ],
)
def test_both_editions_end_their_rounds_each_in_its_way(
    code: Code, hex_text: str, said: RoundEnded | Failed
) -> None:
    assert parse_inventory(answer(code, hex_text)) == said


def test_a_tag_of_32_bits_is_no_end_of_a_fast_switch() -> None:
    tag = parse_inventory(answer(Code.FAST_SWITCH_INVENTORY, "05 1000 11223344 5A"))
    assert isinstance(tag, TagHeard)
    assert (tag.epc, tag.antenna_low, tag.rssi_dbm) == ("11223344", 1, -39)
    ended = parse_inventory(answer(Code.FAST_SWITCH_INVENTORY, "000F4240 11223344"))
    assert isinstance(ended, RoundEnded)
    assert ended.total == 1_000_000


def test_the_fifth_to_eighth_antenna_is_told_in_the_level() -> None:
    tag = parse_inventory(answer(Code.INVENTORY, f"06 3000 {EPC} C5"))
    assert isinstance(tag, TagHeard)
    assert (tag.antenna_low, tag.antenna_high, tag.rssi_dbm) == (2, True, -61)


def test_phase_is_two_more_bytes_when_it_was_asked_for() -> None:
    with_phase = answer(Code.SESSION_INVENTORY, f"06 3000 {EPC} 45 0102")
    tag = parse_inventory(with_phase, phase=True)
    assert isinstance(tag, TagHeard)
    assert (tag.epc, tag.rssi_dbm, tag.phase) == (EPC, -61, 0x0102)
    with pytest.raises(Malformed):
        parse_inventory(with_phase)


@pytest.mark.parametrize(
    "hex_text",
    [
        f"04 3800 {EPC} 45",  # PC counts a word more
        f"04 2800 {EPC} 45",  # and a word less
        f"04 3000 {EPC}00 45",  # an odd EPC
        "04 0000 45",  # none at all
        f"F0 3000 {EPC} 45",  # frequency 60
        "",
    ],
)
def test_a_tag_that_does_not_add_up_is_malformed(hex_text: str) -> None:
    with pytest.raises(Malformed):
        parse_inventory(answer(Code.INVENTORY, hex_text))


# The V2.2 table, but for its misprint at 0x41: 98 is -31, 90 is -39, 89 is -41, 31 is -99.
@pytest.mark.parametrize(
    ("value", "dbm"), [(98, -31), (90, -39), (89, -41), (0x41, -65), (31, -99)]
)
def test_the_table_of_levels_skips_minus_forty(value: int, dbm: int) -> None:
    assert rssi_dbm(value) == dbm


def test_frequencies_are_two_ranges() -> None:
    assert [frequency_mhz(i) for i in (0, 6, 7, 43, 59)] == [865.0, 868.0, 902.0, 920.0, 928.0]
    with pytest.raises(ValueError, match="60"):
        frequency_mhz(60)


# ISO 18000-63: the check of "123456789" with this polynomial, preset and inversion is D64E.
def test_the_tags_own_check_is_that_of_gen2() -> None:
    assert tag_crc(b"123456789") == 0xD64E


def test_an_answer_to_writing_names_the_tag_and_what_became_of_it() -> None:
    text = bytes.fromhex(f"3000{EPC}")
    said = text + tag_crc(text).to_bytes(2, "big")
    data = b"\0\1" + bytes((len(said),)) + said
    written = Frame(1, Code.WRITE_TAG, data + bytes((0x10, 0x04, 1)))
    assert parse_access(written) == Access(tags=1, epc=EPC, read=b"", code=0x10)
    read = b"\0\1" + bytes((len(said) + 4,)) + said + b"\xe2\x00\x30\x16" + bytes((4, 4, 1))
    assert parse_access(Frame(1, Code.READ_TAG, read)) == Access(
        tags=1, epc=EPC, read=b"\xe2\x00\x30\x16", code=0x10
    )
    assert parse_access(Frame(1, Code.WRITE_TAG, b"\x36")) == Failed(0x36)
    broken = bytearray(written.data)
    broken[6] ^= 1
    for wrong in (bytes(broken), written.data[:-1], b"\0\1\2\3", written.data + b"\0"):
        with pytest.raises(Malformed):
            parse_access(Frame(1, Code.WRITE_TAG, wrong))


def test_a_byte_that_may_be_a_value_or_an_error_is_told_apart_where_it_can_be() -> None:
    assert parse_powers(Frame(1, Code.GET_POWER, b"\x1e")) == (30,)
    assert parse_powers(Frame(1, Code.GET_POWER, b"\x41")) == Failed(0x41)
    assert parse_powers(Frame(1, Code.GET_POWER_OF_EIGHT, bytes(8))) == (0,) * 8
    assert parse_powers(Frame(1, Code.GET_POWER, b"\x11")) == (17,)
    assert parse_powers(Frame(1, Code.GET_POWER_OF_EIGHT, b"\x11")) == Failed(0x11)
    assert parse_db(Frame(1, Code.GET_RETURN_LOSS, b"\x12")) == 18
    assert parse_db(Frame(1, Code.GET_RETURN_LOSS, b"\x22")) == Failed(0x22)
    with pytest.raises(Malformed):
        parse_powers(Frame(1, Code.GET_POWER, b"\x1e\x1e"))
