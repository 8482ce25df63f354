"""Tag reports, events and capabilities: any bytes, one by one and all alike, are read the same.

Custom parameters of Impinj by "Octane LLRP" 7.x: 25882/56 is a phase of 4096 to the turn, 25882/57
a level in hundredths of a dBm; results of operations by chapter 16.3.1.5.5 of LLRP 1.0.1.
"""

from __future__ import annotations

import struct
from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.rfid.llrp.capabilities import (
    Capabilities,
    Config,
    Versions,
    parse_capabilities,
    parse_config,
    parse_versions,
)
from drivers.rfid.llrp.events import Status, parse_events, parse_status
from drivers.rfid.llrp.frames import Malformed, Message, Skipped
from drivers.rfid.llrp.reads import Reads
from drivers.rfid.llrp.reports import parse_tag_reports
from drivers.rfid.llrp.rounds import Rounds
from drivers.rfid.llrp.shapes import (
    LEARN_EVERY,
    LENGTHS_KEPT,
    LONGEST_TAG,
    SHAPES_PER_LENGTH,
    Shapes,
)
from drivers.rfid.llrp.tags import OpResult, TagReport, parse_tag

EPC = "E280117000000000000000A1"
TYPICAL = "8900000001 810002 86c7 870003 820004577c585e9f40 840004577c585e9f41 880009"
PHASE = "03ff000e0000651a000000380400"
FINE = "03ff000e0000651a00000039e9b0"


def tag(*parts: str, epc: str = f"8d{EPC}") -> bytes:
    value = bytes.fromhex(epc + "".join(parts))
    return struct.pack(">HH", 240, 4 + len(value)) + value


@pytest.mark.parametrize("count", [1, 2, 100])
def test_a_tag_of_51_bytes_is_read_alone_and_among_a_hundred(count: int) -> None:
    raw = tag(TYPICAL)
    assert len(raw) == 51
    expected = TagReport(
        epc=EPC,
        antenna=2,
        peak_rssi_dbm=-57,
        channel=3,
        seen_count=9,
        rospec_id=1,
        first_seen_utc_us=1222091477000000,
        last_seen_utc_us=1222091477000001,
    )
    assert list(parse_tag_reports(raw * count)) == [expected] * count


@pytest.mark.parametrize("count", [1, 3])
def test_impinjs_phase_and_fine_level_are_read(count: int) -> None:
    for report in parse_tag_reports(tag(TYPICAL, PHASE, FINE) * count):
        assert isinstance(report, TagReport)
        assert (report.impinj_phase, report.impinj_rssi_cdbm) == (1024, -5712)
        read = Reads("reader-1").complete(report, Rounds("reader-1", 1), 3.5)
        assert read is not None
        assert read.phase_rad == pytest.approx(pi / 2)
        assert read.rssi_dbm == -57.12
        assert (read.reader_us, read.at_s, read.count) == (1222091477000001, 3.5, 9)


def test_another_vendors_parameter_of_that_number_is_no_phase() -> None:
    foreign = PHASE.replace("0000651a", "0000651b")
    for report in parse_tag_reports(tag(TYPICAL, foreign) * 2):
        assert isinstance(report, TagReport)
        assert report.impinj_phase is None


def test_a_control_word_is_kept_only_for_a_number_of_its_length() -> None:
    reads, rounds = Reads("reader-1"), Rounds("reader-1", 1)
    short = "00f1000e0040" + EPC[:16]
    (first, second, third) = parse_tag_reports(tag("8c3000", "810001") + tag() + tag(epc=short))
    words = []
    for report in (first, second, third):
        assert isinstance(report, TagReport)
        read = reads.complete(report, rounds, 0.0)
        assert read is not None
        words.append(read.pc)
    assert words == [0x3000, 0x3000, None]


def test_a_phase_is_never_taken_from_the_tag_before() -> None:
    reads, rounds = Reads("reader-1"), Rounds("reader-1", 1)
    phases = []
    for report in parse_tag_reports(tag(TYPICAL, PHASE) + tag(TYPICAL)):
        assert isinstance(report, TagReport)
        read = reads.complete(report, rounds, 0.0)
        assert read is not None
        phases.append(read.phase_rad)
    assert phases == [pytest.approx(pi / 2), None]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("015d000d 00 0003 0002 3000e280", OpResult(349, 0, 3, bytes.fromhex("3000e280"))),
        ("015e0009 02 0002 0000", OpResult(350, 2, 2)),
        ("01600007 00 0004", OpResult(352, 0, 4)),
    ],
)
def test_the_result_of_an_operation_stands_in_its_tags_report(
    result: str, expected: OpResult
) -> None:
    for report in parse_tag_reports(tag(TYPICAL, result) * 2):
        assert isinstance(report, TagReport)
        assert report.results == (expected,)


@pytest.mark.parametrize("bits", [0, 8, 24, 88, 504])
def test_a_number_that_is_not_whole_words_is_skipped(bits: int) -> None:
    body = tag(TYPICAL, epc=f"00f1{6 + bits // 8:04x}{bits:04x}" + "ab" * (bits // 8))
    for count in (1, 2):
        found = parse_tag_reports(body * count)
        assert [type(report) for report in found] == [Skipped] * count
        assert sum(skipped.bytes for skipped in found if isinstance(skipped, Skipped)) == (
            len(body) * count
        )


def test_one_spoiled_tag_costs_the_others_nothing() -> None:
    good = tag(TYPICAL)
    for spoiled in (tag("fe0000"), tag("00f0"), tag("03ff0006aaaa"), tag("8100")):
        found = parse_tag_reports(good + spoiled + good)
        assert [type(report) for report in found] == [TagReport, Skipped, TagReport]


def test_the_remembered_shapes_are_bounded() -> None:
    shapes = Shapes()
    for number in range(3 * SHAPES_PER_LENGTH):
        assert shapes.learn(tag("03ff000c00001234" + f"{number:08x}"))
        assert len(shapes) <= SHAPES_PER_LENGTH
    for length in range(12, 12 + 3 * LENGTHS_KEPT):
        assert shapes.learn(tag(f"03ff{length:04x}0000123400000000" + "00" * (length - 12)))
    assert len(shapes) <= LENGTHS_KEPT * SHAPES_PER_LENGTH


def test_a_tag_too_long_to_come_often_is_not_remembered() -> None:
    shapes = Shapes()
    assert shapes.learn(tag(f"03ff{LONGEST_TAG:04x}" + "00" * (LONGEST_TAG - 4))) is None
    assert len(shapes) == 0


def test_shapes_that_never_come_again_are_seldom_learnt() -> None:
    shapes = Shapes()
    for number in range(LEARN_EVERY):
        assert len(shapes) == 0
        parse_tag_reports(tag("03ff000c00001234" + f"{number:08x}"), shapes)
    assert len(shapes) == 1


def test_a_shape_that_comes_often_stays_though_many_others_come_once() -> None:
    shapes, often = Shapes(), tag(TYPICAL)
    shape = shapes.learn(often)
    for number in range(10 * SHAPES_PER_LENGTH):
        once = tag(f"03ff002200001234{number:08x}" + "00" * 22)
        assert len(once) == len(often)
        assert shapes.learn(once)
        parse_tag_reports(often + tag(), shapes)
    assert shapes.learn(often) is shape


def values(*sizes: int) -> st.SearchStrategy[tuple[bytes, ...]]:
    return st.tuples(*(st.binary(min_size=size, max_size=size) for size in sizes))


PARTS = {
    b"\x8d": 12, b"\x81": 2, b"\x82": 8, b"\x83": 8, b"\x84": 8, b"\x85": 8, b"\x86": 1,
    b"\x87": 2, b"\x88": 2, b"\x89": 4, b"\x8a": 2, b"\x8b": 2, b"\x8c": 2, b"\x8e": 2,
    b"\x90": 4, b"\x93": 2, bytes.fromhex("00f1000a0020"): 4, bytes.fromhex("00f100160080"): 16,
    bytes.fromhex(PHASE[:-4]): 2, bytes.fromhex(FINE[:-4]): 2, bytes.fromhex("03e70006"): 2,
    bytes.fromhex("03ff000f0000651a00000044"): 3,
}  # fmt: skip


@st.composite
def alike(draw: st.DrawFn) -> list[bytes]:
    """Tags that have the same parameters in the same order, each with values of its own."""
    heads = draw(st.lists(st.sampled_from(sorted(PARTS)), max_size=8))
    count = draw(st.integers(2, 5))
    tags = []
    for _ in range(count):
        filled = draw(values(*(PARTS[head] for head in heads)))
        body = b"".join(head + value for head, value in zip(heads, filled, strict=True))
        tags.append(struct.pack(">HH", 240, 4 + len(body)) + body)
    return tags


@settings(max_examples=300, deadline=None)
@given(alike(), st.data())
def test_tags_alike_are_read_as_each_of_them_alone(tags: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(tags)
    assert list(parse_tag_reports(whole)) == [parse_tag_reports(raw)[0] for raw in tags]
    # One flipped byte may make a tag unlike the others; the answer must not depend on the way.
    place = data.draw(st.integers(0, len(tags[-1]) - 1))
    flipped = bytearray(tags[-1])
    flipped[place] ^= data.draw(st.integers(1, 255))
    last = parse_tag_reports(bytes(flipped))
    if place > 3 and len(last) == 1:
        found = parse_tag_reports(b"".join(tags[:-1]) + bytes(flipped))
        assert list(found) == [parse_tag_reports(raw)[0] for raw in tags[:-1]] + list(last)


RESULTS = (
    "015d000d00 0003 0002 3000e280",
    "015d000900 0003 0002",
    "015e0009020002 0000",
    "0160000700 0004",
)


@st.composite
def unlike(draw: st.DrawFn) -> bytes:
    """Make a tag of any parameters in any order, results of operations among them."""
    parts = []
    for head in draw(st.lists(st.sampled_from(sorted(PARTS)), max_size=8)):
        parts.append(head + draw(values(PARTS[head]))[0])
    parts += [bytes.fromhex(raw) for raw in draw(st.lists(st.sampled_from(RESULTS), max_size=2))]
    body = b"".join(draw(st.permutations(parts)))
    return struct.pack(">HH", 240, 4 + len(body)) + body


@settings(max_examples=400, deadline=None)
@given(st.lists(unlike(), min_size=1, max_size=5), st.data())
def test_what_was_met_before_never_changes_what_is_read(
    tags: list[bytes], data: st.DataObject
) -> None:
    shapes = Shapes()
    for raw in tags:
        shapes.learn(raw)
    for raw in tags:
        (again,) = parse_tag_reports(raw, shapes)
        assert again == parse_tag(raw, 4, len(raw)) or isinstance(again, Skipped)
        assert isinstance(again, Skipped) is isinstance(parse_tag(raw, 4, len(raw)), Skipped)
        flipped = bytearray(raw)
        flipped[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        assert parse_tag_reports(bytes(flipped), shapes) == parse_tag_reports(bytes(flipped))


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=120), st.integers(1, 4))
def test_any_bytes_are_a_report_and_never_more_than_they_hold(raw: bytes, count: int) -> None:
    for body in (raw * count, (struct.pack(">HH", 240, 4 + len(raw)) + raw) * count):
        found = parse_tag_reports(body)
        assert len(found) <= len(body) // 4 + 1
        assert sum(one.bytes for one in found if isinstance(one, Skipped)) <= len(body)
        assert all(len(one.epc) <= 124 for one in found if isinstance(one, TagReport))


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([0, 137, 142, 143, 144, 221, 222, 246]))
def test_any_bytes_said_of_a_reader_itself_are_read_or_malformed(raw: bytes, kind: int) -> None:
    body = struct.pack(">HH", kind, 4 + len(raw)) + raw if kind else raw
    message = Message(type=0, message_id=0, body=body)
    assert len(parse_events(message)) <= len(body) // 4 + 1
    kinds = {
        parse_capabilities: Capabilities,
        parse_config: Config,
        parse_status: Status,
        parse_versions: Versions,
    }
    for parse, said in kinds.items():
        try:
            assert isinstance(parse(message), said)
        except Malformed:
            continue
