"""Published ThingMagic frames mean what their sources say, however they arrive."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.gen2 import tag_crc
from drivers.rfid.station.session import Asked, StrayKind
from drivers.rfid.station.splitter import Skipped
from drivers.rfid.thingmagic import commands
from drivers.rfid.thingmagic.answers import (
    Failed,
    Pin,
    is_streamed,
    parse_buffer,
    parse_byte,
    parse_detected,
    parse_done,
    parse_found,
    parse_pins,
    parse_port_powers,
    parse_power,
    parse_protocol,
    parse_regions,
    parse_serial,
    parse_streamed,
    parse_temperature,
    parse_version,
    parse_words,
)
from drivers.rfid.thingmagic.commands import Code, Command, PortPower, Told
from drivers.rfid.thingmagic.frames import (
    Frame,
    check_of,
    write_question,
)
from drivers.rfid.thingmagic.records import parse_record
from drivers.rfid.thingmagic.session import ThingMagicTongue
from simulators.wire import thingmagic_frames as module
from tests.golden.published_frames import STEPS, THINGMAGIC

split, frame_of = THINGMAGIC.split, THINGMAGIC.frame_of
ANSWERS = THINGMAGIC.answers
QUESTIONS = [each for each in THINGMAGIC.valid if each["expect"]["dir"] == "command"]
STREAMED = (
    "ff2822000010001b01ff0101c4110e16400000012700000500000f0080300000000000000000000000154"
    + ("5e94a561d")
)
EPC = "30751FEB705C5904E3D50D70"
TONGUE = ThingMagicTongue()


def answer(code: Code, hex_text: str, status: int = 0) -> Frame:
    return Frame(code, status, bytes.fromhex(hex_text))


def sent(command: Command) -> str:
    return TONGUE.to_bytes(command).hex()


def question(
    command: Command, *, sent: bool = True, before: Frame | None = None
) -> Asked[Command, Frame]:
    return Asked(command, sent, before)


def hears(raw: bytes, *, step: int) -> list[tuple[int, bytes]]:
    """What the simulated module, which has a codec of its own, takes for questions."""
    heard = bytearray()
    found: list[tuple[int, bytes]] = []
    for at in range(0, len(raw), step):
        heard += raw[at : at + step]
        found += module.questions_in(heard)
    return found


@pytest.mark.parametrize("published", ANSWERS, ids=lambda frame: frame["hex"])
def test_a_published_answer_is_written_by_a_module_as_it_was(published: dict[str, Any]) -> None:
    expect = published["expect"]
    said = module.answer(expect["opcode"], expect["status"], bytes.fromhex(expect["data"]))
    assert said.hex() == published["hex"]


@pytest.mark.parametrize("published", QUESTIONS, ids=lambda frame: frame["hex"])
@pytest.mark.parametrize("step", STEPS)
def test_a_published_question_is_written_as_it_was_and_understood_by_a_module(
    published: dict[str, Any], step: int
) -> None:
    raw, expect = bytes.fromhex(published["hex"]), published["expect"]
    data = bytes.fromhex(expect["data"])
    assert write_question(expect["opcode"], data) == raw
    assert hears(raw, step=step) == [(expect["opcode"], data)]


@pytest.mark.parametrize("published", THINGMAGIC.invalid, ids=lambda frame: frame["why"])
@pytest.mark.parametrize("step", STEPS)
def test_a_frame_published_wrong_hides_no_question_from_a_module(
    published: dict[str, Any], step: int
) -> None:
    bad, asked = bytes.fromhex(published["hex"]), bytes.fromhex(QUESTIONS[1]["hex"])
    assert hears(bad + asked + bytes(260), step=step) == hears(asked, step=1000)


def test_the_check_is_no_ccitt_false() -> None:
    text = bytes.fromhex(STREAMED)[1:-2]
    assert check_of(text) == 0x561D
    assert module.check(text).hex() == "561d"


# SparkFun's own capture of an M6e Nano, and the second tag of the guide's example of 0x29 (whose
# frame is misprinted, and whose first tag is made up).
def test_a_published_tag_reads_as_its_source_says() -> None:
    (expect,) = (frame["expect"] for frame in ANSWERS if "epc" in frame["expect"])
    tag = parse_streamed(frame_of(STREAMED))
    assert (f"{tag.pc:04X}", tag.epc, f"{tag.crc:04x}") == (
        expect["pc"], expect["epc"], expect["tag_crc"],
    )  # fmt: skip
    assert (tag.sender, tag.antenna) == (expect["antenna_tx"], expect["antenna_rx"])
    assert (tag.rssi_dbm, tag.frequency_khz) == (expect["rssi_dbm"], expect["freq_khz"])
    assert (tag.at_ms, tag.phase_deg) == (expect["timestamp_ms"], expect["phase"])
    assert (tag.protocol, tag.count) == (expect["protocol"], 1)

    record = bytes.fromhex("0e 11 041d3d3c 0080 3000 050000000000000000002354 4ac8")
    tag, end = parse_record(record, 0, Told.COUNT | Told.ANTENNA | Told.TIME)
    assert end == len(record)
    assert (tag.count, tag.antenna, tag.epc) == (14, 1, "050000000000000000002354")
    assert tag.rssi_dbm is None


def test_the_published_questions_are_what_we_send() -> None:
    ours = {
        "ff00041d0b": Command(Code.BOOT),
        "ff02930005517d": commands.set_gen2(),
        "ff002a1d25": Command(Code.CLEAR_BUFFER),
        "ff029101 01703b": commands.access_with(1),
        "ff0197084bb5": commands.set_region(8),
        "ff00711d7e": Command(Code.GET_REGIONS),
        "ff029409c4285b": commands.set_power(Code.SET_WRITE_POWER, 2500),
    }
    assert {sent(command) for command in ours.values()} == {
        hex_text.replace(" ", "") for hex_text in ours
    }


# The guide's own examples of 0x28 and 0x24 choose by other memory; what stands where is the same.
def test_what_touches_a_tag_names_bank_place_password_and_tag_in_the_published_order() -> None:
    number = bytes.fromhex(EPC).hex()
    read = commands.read_epc_bank(EPC, 2, 6)
    assert read.data.hex() == f"03e8 11 0000 01 00000002 06 00000000 60 {number}".replace(" ", "")
    write = commands.write_epc_bank(EPC, 0x11223344, 2, b"\x12\x34")
    assert write.data.hex() == f"03e8 01 00000002 01 11223344 60 {number} 1234".replace(" ", "")
    lock = commands.lock_epc_bank(EPC, 0x11223344)
    assert lock.data.hex() == f"03e8 01 11223344 0020 0020 60 {number}".replace(" ", "")
    free = commands.write_epc_bank(None, 0, 0, b"\x00\xee")
    # SparkFun's frame, but of the EPC bank.
    assert sent(free)[:-4].replace("0000000001", "0000000003") == "ff0a2403e800000000000300ee"
    longest = "AB" * 62
    assert commands.write_epc_bank(longest, 0, 2, bytes(62)).data[2] == 0x21
    assert f"01f0{longest.lower()}" in commands.lock_epc_bank(longest, 1).data.hex()
    assert len(sent(commands.write_epc_bank(longest, 0, 1, bytes(64)))) // 2 <= 255


def test_a_search_names_the_listed_antenna_and_its_time() -> None:
    assert commands.search_with(2).data.hex() == "020202"
    asked = commands.search(1000)
    assert (asked.data.hex(), asked.busy_s) == ("00001303e8", 1.0)
    assert TONGUE.patience_s(asked) == 2.0
    assert commands.get_buffer().data.hex() == "006f00"


def test_the_published_answers_say_what_their_sources_say() -> None:
    version = parse_version(frame_of("ff1403000007091700010000012007101209051200000000106bcc"))
    assert not isinstance(version, Failed)
    assert (version.hardware, version.firmware) == ("01.00.00.01", "09.05.12.00")
    assert version.model == "Mercury5e-Compact"
    assert parse_power(frame_of("ff07640000010bb80bb801f4ffbc")) == 3000
    assert parse_byte(frame_of("ff0167000001b480")) == 1
    assert parse_protocol(frame_of("ff0270000000053b75")) == 5
    assert parse_words(answer(Code.READ_TAG, "13000011112222"), 2) == bytes.fromhex("11112222")


# The layouts are those of the maker's library (serial_reader_l3.c, MIT).
def test_answers_in_the_layouts_of_the_makers_library() -> None:
    assert parse_detected(answer(Code.GET_ANTENNAS, "0501010200")) == {1: True, 2: False}
    rows = parse_port_powers(answer(Code.GET_ANTENNAS, "040109c409c4000002800080000001"))
    assert rows == (
        PortPower(port=1, read=2500, write=2500, settling_us=0),
        PortPower(port=2, read=-32768, write=-32768, settling_us=1),
    )
    assert commands.set_port_powers(rows).data.hex() == "040109c409c4000002800080000001"
    assert parse_pins(answer(Code.GET_PINS, "01010001020100")) == (
        Pin(number=1, is_output=False, on=True),
        Pin(number=2, is_output=True, on=False),
    )
    assert parse_temperature(answer(Code.GET_TEMPERATURE, "1f")) == 31
    assert parse_temperature(answer(Code.GET_TEMPERATURE, "fb")) == -5
    assert parse_regions(answer(Code.GET_REGIONS, "01060809")) == (1, 6, 8, 9)
    assert commands.ask_serial().data.hex() == "0040"
    assert parse_serial(answer(Code.HARDWARE, "00400004313233343536")) == b"1234"
    assert parse_serial(answer(Code.HARDWARE, "00400000")) == Failed(0x109)
    with pytest.raises(Malformed):
        parse_serial(answer(Code.HARDWARE, "0040000531323334"))


@pytest.mark.parametrize(
    ("hex_text", "count"),
    [("00000302", 2), ("0000030002", 2), ("00001300000102", 258), ("0000130000000102", 258)],
)
def test_every_count_of_found_tags_is_read(hex_text: str, count: int) -> None:
    assert parse_found(answer(Code.SEARCH, hex_text)) == count


def test_no_tag_is_a_count_of_none_and_any_other_status_a_failure() -> None:
    assert parse_found(answer(Code.SEARCH, "", 0x400)) == 0
    assert parse_found(answer(Code.SEARCH, "", 0x503)) == Failed(0x503)
    for hex_text in ("", "02", "000013", "000013000001022233", "0000130fffffff"):
        with pytest.raises(Malformed):
            parse_found(answer(Code.SEARCH, hex_text))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0x101, "does not know"),
        (0x405, "no region"),
        (0x424, "locked"),
        (0x42B, "too little power"),
        (0x503, "no antenna"),
        (0x7F01, "does not know (0x7F01)"),
    ],
)
def test_a_status_says_what_failed(status: int, words: str) -> None:
    failed = parse_done(Frame(Code.WRITE_TAG, status))
    assert isinstance(failed, Failed)
    assert words in str(failed)


def record(epc: str, pc: int = 0x3000) -> bytes:
    name = pc.to_bytes(2, "big") + bytes.fromhex(epc)
    size = (8 * len(name) + 16).to_bytes(2, "big")
    return bytes.fromhex("02c4220e1640005a05") + size + name + tag_crc(name).to_bytes(2, "big")


def buffer(*records: bytes) -> Frame:
    told = bytes((0, 0x6F, 0, len(records)))
    return Frame(Code.GET_BUFFER, 0, told + b"".join(records))


def test_the_buffer_tells_several_tags() -> None:
    tags = parse_buffer(buffer(record(EPC), record("ABCD" * 2, 0x1000)))
    assert not isinstance(tags, Failed)
    assert [tag.epc for tag in tags] == [EPC, "ABCDABCD"]
    assert (tags[0].count, tags[0].antenna, tags[0].phase_deg) == (2, 2, 90)


def test_a_tag_whose_bytes_changed_is_malformed_though_the_frame_fits() -> None:
    good = record(EPC)
    for at in range(9, len(good)):
        for change in (0x01, 0x80):
            changed = bytearray(good)
            changed[at] ^= change
            with pytest.raises(Malformed):
                parse_buffer(buffer(bytes(changed)))


@pytest.mark.parametrize(
    "bad",
    [
        buffer(record(EPC[:-2])),  # an odd number of bytes
        buffer(record(EPC, 0x3800)),  # PC counts a word more
        buffer(record("")),  # no number at all
        buffer(record(EPC)[:-1]),
        buffer(record(EPC) + b"\0"),
        Frame(Code.GET_BUFFER, 0, b"\0\x6f"),
        Frame(Code.GET_BUFFER, 0, b"\xff\xff\0\x01" + bytes(40)),  # facts that no list knows
    ],
)
def test_a_buffer_that_does_not_add_up_is_malformed(bad: Frame) -> None:
    with pytest.raises(Malformed):
        parse_buffer(bad)


def test_a_tag_told_unasked_answers_nothing() -> None:
    pushed = frame_of(STREAMED)
    assert is_streamed(pushed)
    for asked in (None, question(commands.search(100))):
        stray = TONGUE.stray(pushed, asked)
        assert stray is not None
        assert stray.kind is StrayKind.PUSHED
    broken = Frame(pushed.opcode, 0, pushed.data[:-1])
    stray = TONGUE.stray(broken, question(commands.search(100)))
    assert stray is not None
    assert stray.kind is StrayKind.GARBLED


def test_only_the_opcode_that_was_asked_answers_and_the_same_tags_only_once() -> None:
    said, asked = buffer(record(EPC)), commands.get_buffer()
    assert TONGUE.stray(said, question(asked)) is None
    for no_question in (
        None,
        question(asked, sent=False),
        question(commands.search(100)),
        question(asked, before=said),
    ):
        stray = TONGUE.stray(said, no_question)
        assert stray is not None
        assert stray.kind is StrayKind.REPEATED
    odd = TONGUE.stray(buffer(record(EPC[:-2])), None)
    assert odd is not None
    assert odd.kind is StrayKind.GARBLED


def test_a_frame_that_claims_to_be_too_long_is_not_waited_for() -> None:
    good = bytes.fromhex(STREAMED)
    found = split(b"\xff\xf9\x29\x00\x00" + good, step=1)
    assert found[-1] == frame_of(STREAMED)
    assert isinstance(found[0], Skipped)
    assert "249 bytes" in found[0].why
    with pytest.raises(ValueError, match="251"):
        write_question(Code.WRITE_TAG, bytes(251))


def test_a_head_inside_a_frame_is_just_a_byte() -> None:
    frame = buffer(record("FF" * 12))
    for step in STEPS:
        assert split(frame.to_bytes() * 3, step=step) == [frame] * 3
