"""Published M100 frames mean what their sources say, however they arrive."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.rfid.m100 import commands
from drivers.rfid.m100.answers import (
    Access,
    Failed,
    TagHeard,
    parse_access,
    parse_done,
    parse_failed,
    parse_levels,
    parse_notice,
    parse_region,
    parse_text,
)
from drivers.rfid.m100.commands import Code, Command, Info, SelectMode
from drivers.rfid.m100.frames import Frame, Kind
from drivers.rfid.m100.session import M100Tongue
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.gen2 import tag_crc
from drivers.rfid.station.session import Asked, StrayKind
from drivers.rfid.station.splitter import Skipped
from tests.golden.published_frames import M100, STEPS

VALID, split, frame_of = M100.valid, M100.split, M100.frame_of
TAGS = [frame for frame in VALID if "rssi_dbm" in frame["expect"]]
ACCESSES = [frame for frame in VALID if "epc" in frame["expect"] and frame not in TAGS]
EPC = "30751FEB705C5904E3D50D70"


def sent(command: Command) -> str:
    return Frame(Kind.COMMAND, command.code, command.parameters).to_bytes().hex()


@pytest.mark.parametrize("published", TAGS, ids=lambda frame: frame["hex"])
def test_a_published_tag_reads_as_its_source_says(published: dict[str, Any]) -> None:
    expect = published["expect"]
    tag = parse_notice(frame_of(published["hex"]))
    assert (f"{tag.pc:04X}", tag.epc.lower()) == (expect["pc"], expect["epc"])
    assert tag.rssi_dbm == expect["rssi_dbm"]


@pytest.mark.parametrize("published", TAGS, ids=lambda frame: frame["hex"])
def test_a_tag_whose_bytes_changed_is_malformed_though_the_sum_fits(
    published: dict[str, Any],
) -> None:
    good = frame_of(published["hex"])
    for at in range(1, len(good.parameters) - 1):
        changed = bytearray(good.parameters)
        changed[at] = (changed[at] + 1) & 0xFF
        changed[at + 1] = (changed[at + 1] - 1) & 0xFF
        again = Frame(good.kind, good.command, bytes(changed))
        assert split(again.to_bytes(), step=1000) == [again]
        with pytest.raises(Malformed):
            parse_notice(again)


@pytest.mark.parametrize("published", ACCESSES, ids=lambda frame: frame["hex"])
def test_a_published_access_reads_as_its_source_says(published: dict[str, Any]) -> None:
    expect = published["expect"]
    read = bytes.fromhex(expect.get("data", ""))
    assert parse_access(frame_of(published["hex"])) == Access(epc=expect["epc"].upper(), read=read)


def test_the_published_commands_are_what_we_send() -> None:
    ours = {
        "bb0003000100047e": commands.ask_info(Info.HARDWARE),
        "bb000c00130100000020600030751feb705c5904e3d50d70ad7e": commands.select_epc(EPC),
        "bb0012000101147e": commands.select_mode(SelectMode.NEVER),
        "bb0007000101097e": commands.set_region(1),
        "bb00080000087e": Command(Code.GET_REGION),
        "bb00b70000b77e": Command(Code.GET_POWER),
        "bb00b6000207d08f7e": commands.set_power(20.0),
    }
    assert {hex_text: sent(command) for hex_text, command in ours.items()} == {
        hex_text: hex_text for hex_text in ours
    }


def test_the_published_answers_say_what_their_sources_say() -> None:
    assert parse_text(frame_of("bb0103000b004d3130302056312e3030227e")) == "M100 V1.00"
    assert parse_region(frame_of("bb01080001010b7e")) == 1
    assert parse_done(frame_of("bb010c0001000e7e")) is None
    levels = parse_levels(frame_of(f"bb01f300160013{'ba' * 20}a57e"))
    assert levels == (-70,) * 20
    # The answer to a round without a tag, as every manual prints it.
    assert parse_failed(frame_of("bb01ff000115167e")) == Failed(0x15)


# The manual's own counts: a lock of the access password is 02 00 80; the EPC bank is one place on.
def test_a_lock_touches_the_epc_bank_alone_and_not_for_ever() -> None:
    command = commands.lock_epc_bank(0xFFFF)
    assert command.parameters.hex() == "0000ffff008020"
    assert frame_of("bb008200070000ffff020080097e").parameters[:4] == command.parameters[:4]


def test_a_write_names_bank_place_and_length_as_published() -> None:
    words = bytes.fromhex("1adf7070700089889995311000622090") + bytes(12)
    published = frame_of(
        "bb0049002500000000010000000e1adf7070700089889995311000622090000000000000000000000000587e"
    )
    ours = commands.write_epc_bank(0, 0, words)
    assert (ours.code, ours.parameters) == (published.command, published.parameters)


def test_a_mask_is_no_longer_than_its_count_of_bits_can_say() -> None:
    command = commands.select_epc("AB" * 62)
    assert command.parameters[5] == 240
    assert len(command.parameters) == 7 + 30


@pytest.mark.parametrize(
    ("code", "words", "own"),
    [
        (0x09, "not read", None),
        (0x16, "password", None),
        (0xA3, "no such memory", 3),
        (0xB4, "not written: its memory is locked", 4),
        (0xBB, "too little power", 0xB),
        (0xCF, "not locked", 0xF),
        (0x20, "no channel", None),
        (0x77, "does not know", None),
    ],
)
def test_an_error_says_what_failed_and_what_the_tag_itself_said(
    code: int, words: str, own: int | None
) -> None:
    about_tag = bytes((code, 0x0E, 0x34, 0)) + bytes.fromhex(EPC)
    for parameters in (bytes((code,)), about_tag):
        failed = parse_failed(Frame(Kind.ANSWER, Code.ERROR, parameters))
        assert words in str(failed)
        assert failed.of_tag == own


# An error does not name its command: what belongs to another one came twice or late.
@pytest.mark.parametrize(
    ("asked", "code", "answers"),
    [
        (Code.MULTI_POLL, 0x15, True),
        (Code.MULTI_POLL, 0x20, True),
        (Code.STOP, 0x15, True),
        (Code.GET_POWER, 0x15, False),
        (Code.GET_POWER, 0x17, True),
        (Code.READ_TAG, 0x09, True),
        (Code.READ_TAG, 0xA4, True),
        (Code.READ_TAG, 0x16, True),
        (Code.WRITE_TAG, 0x09, False),
        (Code.WRITE_TAG, 0xA4, False),
        (Code.WRITE_TAG, 0xB4, True),
        (Code.LOCK_TAG, 0x10, False),
        (Code.LOCK_TAG, 0xC4, True),
    ],
)
def test_an_error_that_belongs_to_another_command_answers_nothing(
    asked: Code, code: int, answers: bool
) -> None:
    error = Frame(Kind.ANSWER, Code.ERROR, bytes((code,)))
    stray = M100Tongue("r").stray(error, Asked(Command(asked)))
    assert (stray is None) == answers


def test_notices_answer_rounds_alone_and_commands_nothing() -> None:
    tongue = M100Tongue("r")
    notice = frame_of(TAGS[0]["hex"])
    assert tongue.stray(notice, Asked(Command(Code.MULTI_POLL))) is None
    assert tongue.stray(notice, Asked(Command(Code.STOP), sent=False)) is None
    assert tongue.stray(notice, Asked(Command(Code.READ_TAG))) is not None
    assert tongue.stray(notice, None) is not None
    echo = tongue.stray(frame_of("bb00b70000b77e"), Asked(Command(Code.GET_POWER)))
    assert echo is not None
    assert echo.kind is StrayKind.GARBLED


def test_what_came_before_a_question_was_sent_is_no_answer_to_it() -> None:
    tongue = M100Tongue("r")
    said = Frame(Kind.ANSWER, Code.GET_POWER, b"\x0a\x28")
    assert tongue.stray(said, Asked(Command(Code.GET_POWER))) is None
    assert tongue.stray(said, Asked(Command(Code.GET_POWER), sent=False)) is not None


@pytest.mark.parametrize(
    "hex_text",
    [
        f"c9 3c00 {EPC} 3a76",  # PC counts a word more
        f"c9 3400 {EPC}00 3a76",  # an odd EPC
        "c9 0000 3a76",  # none at all
        "c9",
        "",
    ],
)
def test_a_tag_that_does_not_add_up_is_malformed(hex_text: str) -> None:
    with pytest.raises(Malformed):
        parse_notice(Frame(Kind.NOTICE, Code.POLL, bytes.fromhex(hex_text)))


@pytest.mark.parametrize("hex_text", ["", "0e3400", f"0e3400{EPC}", f"0e3400{EPC}01", "00"])
def test_an_access_that_does_not_add_up_is_malformed(hex_text: str) -> None:
    with pytest.raises(Malformed):
        parse_access(Frame(Kind.ANSWER, Code.WRITE_TAG, bytes.fromhex(hex_text)))


def test_a_frame_that_claims_to_be_too_long_is_not_waited_for() -> None:
    good = bytes.fromhex(VALID[0]["hex"])
    found = split(b"\xbb\x01\x22\xff\xff" + good, step=1)
    assert found[-1] == frame_of(good.hex())
    assert isinstance(found[0], Skipped)
    assert "65542 bytes" in found[0].why


def test_head_and_end_inside_a_frame_are_just_bytes() -> None:
    epc = bytes.fromhex("BB007EBB7E7E0000BB22007E")
    text = b"\x30\x00" + epc
    notice = Frame(Kind.NOTICE, Code.POLL, b"\xc9" + text + tag_crc(text).to_bytes(2, "big"))
    for step in STEPS:
        assert split(notice.to_bytes() * 3, step=step) == [notice] * 3
    assert parse_notice(notice) == TagHeard(pc=0x3000, epc=epc.hex().upper(), rssi_dbm=-55)
