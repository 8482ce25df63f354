"""Published UHFReader18 and 288 frames mean what their sources say, however they arrive."""

from __future__ import annotations

from typing import Any, cast

import pytest

from drivers.rfid.chafon import commands
from drivers.rfid.chafon.answers import (
    Batch,
    Failed,
    Model,
    TagHeard,
    WorkMode,
    parse_done,
    parse_info,
    parse_inventory,
    parse_work_mode,
    pushed_number,
)
from drivers.rfid.chafon.commands import Code, Command
from drivers.rfid.chafon.frames import (
    HEARTBEAT,
    Frame,
    Splitter,
    command_to_bytes,
    crc16,
)
from drivers.rfid.chafon.session import ChafonTongue
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.session import Asked, StrayKind
from drivers.rfid.station.splitter import Aside, Skipped
from tests.golden.published_frames import CHAFON, STEPS

VALID, split, frame_of = CHAFON.valid, CHAFON.split, CHAFON.frame_of
ROUNDS = [frame for frame in VALID if "tags" in frame["expect"]]
EPC = "000000000000000000000313"
BEAT = Aside(HEARTBEAT)


def test_the_check_is_crc_16_mcrf4xx() -> None:
    check = CHAFON.published["crc_check"]
    assert f"{crc16(check['input'].encode()):04x}" == check["crc"]
    assert all(crc16(bytes.fromhex(each["hex"])) == 0 for each in CHAFON.answers)


@pytest.mark.parametrize("published", CHAFON.published["commands"], ids=lambda f: f["hex"])
def test_a_published_command_is_written_as_it_was(published: dict[str, Any]) -> None:
    expect = published["expect"]
    raw = command_to_bytes(0, expect["cmd"], bytes.fromhex(expect["data_hex"]))
    assert raw.hex() == published["hex"]


@pytest.mark.parametrize("published", ROUNDS, ids=lambda frame: frame["hex"])
def test_a_published_round_reads_as_its_source_says(published: dict[str, Any]) -> None:
    expect = published["expect"]
    said = parse_inventory(frame_of(published["hex"]), cast(Model, expect["variant"]))
    assert said == Batch(
        status=expect["status"],
        antennas=expect.get("antenna"),
        tags=tuple(
            TagHeard(epc=tag["epc"].upper(), rssi_raw=tag.get("rssi_raw")) for tag in expect["tags"]
        ),
    )
    assert not said.is_last


def test_a_published_push_names_its_tag() -> None:
    (published,) = [frame for frame in VALID if frame["expect"]["cmd"] == Code.PUSHED]
    frame = frame_of(published["hex"])
    assert frame.data.hex() == published["expect"]["data"]
    assert pushed_number(frame).lower() == published["expect"]["tag"]


def test_the_published_answers_say_what_a_reader_is() -> None:
    info, mode = (frame_of(answer["hex"]) for answer in CHAFON.published["answers"])
    said = parse_info(info)
    assert not isinstance(said, Failed)
    assert (said.firmware, said.kind, said.power_dbm, said.longest_round_s) == ("3.63", 9, 30, 1.0)
    assert (said.band, said.first, said.last) == (4, 0, 14)
    assert parse_work_mode(mode) == WorkMode(1, bytes((2, 1, 5, 5, 0)))


def test_a_band_is_told_by_two_bits_of_each_end() -> None:
    assert commands.band_bytes(4, 0, 14) == (0x4E, 0x00)
    assert commands.band_bytes(1, 2, 17) == (17, 0x42)
    assert commands.band_bytes(2, 0, 49) == (0x31, 0x80)
    assert commands.band_bytes(3, 1, 16) == (16, 0xC1)


def test_a_fast_id_tells_the_chips_own_number_behind_the_tags() -> None:
    epc, tid = bytes.fromhex(EPC), bytes(range(12))
    text = bytes((1, 0x80 | 24)) + epc + tid
    (tag,) = tags_of(text, "18")
    assert tag == TagHeard(epc=EPC, tid=tid.hex().upper())
    (tag,) = tags_of(b"\x02" + text + b"\x6b", "288")
    assert tag == TagHeard(epc=EPC, tid=tid.hex().upper(), rssi_raw=0x6B)


def tags_of(data: bytes, model: Model) -> tuple[TagHeard, ...]:
    said = parse_inventory(Frame(0, Code.INVENTORY, 1, data), model)
    assert isinstance(said, Batch)
    return said.tags


@pytest.mark.parametrize(
    ("model", "hex_text"),
    [
        ("18", "01 0b 0000000000000000000003"),  # an odd EPC
        ("18", "01 00"),  # none at all
        ("18", f"02 0c {EPC}"),  # one tag of two
        ("18", f"01 0c {EPC} 00"),  # more than its tags
        ("18", f"01 0c {EPC[:-2]}"),  # cut short
        ("18", f"01 8c {EPC}"),  # FastID without a number of the tag
        ("288", f"01 01 0c {EPC}"),  # no level
        ("288", "01"),
    ],
)
def test_a_round_that_does_not_add_up_is_malformed(model: Model, hex_text: str) -> None:
    with pytest.raises(Malformed):
        parse_inventory(Frame(0, Code.INVENTORY, 1, bytes.fromhex(hex_text)), model)


def test_an_empty_round_is_told_in_three_ways() -> None:
    for status, data in ((0xFB, b""), (0x01, b"\x01\x00"), (0x01, b"")):
        said = parse_inventory(Frame(0, Code.INVENTORY, status, data), "288")
        assert isinstance(said, Batch)
        assert said.is_last
        assert said.tags == ()


@pytest.mark.parametrize(
    ("status", "data", "words"),
    [
        (0xF8, b"", "antenna"),
        (0x05, b"", "password"),
        (0xFC, b"\x04", "refused: its memory is locked"),
        (0xFC, b"\x0b", "too little power"),
        (0xFA, b"", "link is too poor"),
        (0x77, b"", "does not know"),
    ],
)
def test_a_status_says_what_is_wrong(status: int, data: bytes, words: str) -> None:
    failed = parse_done(Frame(0, Code.WRITE_TAG, status, data))
    assert words in str(failed)
    assert f"0x{status:02X}" in str(failed)


# The manual's chapter 8.2: ENum EPC Mem WordPtr Num Pwd; WNum ENum EPC Mem WordPtr Wdt Pwd;
# ENum EPC Select SetProtect Pwd.
def test_an_access_names_its_tag_by_the_whole_number() -> None:
    assert commands.read_epc_bank(EPC, 2, 6).data.hex() == f"06{EPC}010206" + "00000000"
    write = commands.write_epc_bank(EPC, 0x4D, 1, bytes.fromhex("2000AABBCCDD11223344"))
    assert write.data.hex().upper() == f"0506{EPC}01012000AABBCCDD11223344" + "0000004D"
    assert commands.lock_epc_bank(EPC, 0x4D).data.hex() == f"06{EPC}0202" + "0000004d"


def test_a_round_of_288_is_asked_of_one_antenna_for_a_bounded_time() -> None:
    third = commands.inventory_288(3, 1.0)
    assert third.data.hex() == "04000100000000" + "820a"
    assert (third.antenna, third.patience_s) == (3, 2.0)
    assert commands.inventory_288(1, 0.02).data[-1] == 3
    assert commands.inventory_288(1, 100.0).data[-1] == 0xFF
    assert commands.inventory_18(1.0).antenna is None


@pytest.mark.parametrize("step", STEPS)
def test_heartbeats_between_answers_are_no_noise(step: int) -> None:
    good = bytes.fromhex(VALID[0]["hex"])
    frame = frame_of(good.hex())
    raw = good + HEARTBEAT + good + HEARTBEAT * 3 + good
    assert split(raw, step=step) == [frame, BEAT, frame, BEAT, BEAT, BEAT, frame]


@pytest.mark.parametrize("step", STEPS)
def test_a_longer_frame_that_begins_like_a_heartbeat_is_read_by_its_check(step: int) -> None:
    longer = Frame(0, 0, 0, bytes(2) + bytes(range(1, 80)))
    assert longer.to_bytes().startswith(HEARTBEAT)
    assert len(longer.to_bytes()) == 0x57
    assert split(longer.to_bytes(), step=step) == [longer]


@pytest.mark.parametrize("step", STEPS)
def test_a_heartbeat_before_noise_is_told_at_the_latest_by_the_longer_check(step: int) -> None:
    found = split(HEARTBEAT + b"\x01" * 100, step=step)
    assert found[0] == BEAT
    assert all(isinstance(part, Skipped) for part in found[1:])


def test_a_lonely_heartbeat_is_no_garbage_when_nothing_follows() -> None:
    splitter = Splitter(0)
    assert splitter.feed(HEARTBEAT * 2) == []
    assert splitter.give_up() == [BEAT, BEAT]
    assert splitter.held == 0


def test_what_cannot_be_our_readers_is_not_waited_for() -> None:
    good = bytes.fromhex(VALID[0]["hex"])
    foreign = Frame(7, Code.INVENTORY, 1, b"\0").to_bytes()
    for noise, why in ((foreign, "address 7"), (b"\xff\x00\x99", "0x99"), (b"\x04", "length 4")):
        found = split(noise + good, step=1)
        assert found[-1] == frame_of(good.hex())
        assert isinstance(found[0], Skipped)
        assert why in found[0].why


def test_pushes_and_rounds_of_other_antennas_answer_nothing() -> None:
    tongue = ChafonTongue(0, "288")
    first = frame_of(VALID[0]["hex"])
    assert tongue.stray(first, Asked(commands.inventory_288(1, 0.3))) is None
    others: list[Asked[Command, Frame] | None] = [
        Asked(commands.inventory_288(2, 0.3)),
        Asked(Command(Code.GET_INFO)),
        Asked(commands.inventory_288(1, 0.3), sent=False),
        None,
    ]
    for asked in others:
        stray = tongue.stray(first, asked)
        assert stray is not None
        assert stray.kind is StrayKind.REPEATED
    pushed = tongue.stray(frame_of(VALID[-1]["hex"]), Asked(commands.inventory_288(1, 0.3)))
    assert pushed is not None
    assert pushed.kind is StrayKind.PUSHED
    assert "2000708C2B380B2D" in pushed.words
