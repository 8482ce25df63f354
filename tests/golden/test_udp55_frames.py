"""The 0x55 frames byte by byte, against what the public client shows, and against any bytes.

Sources: Java package com.xdtech.project.lot.mjj, by class name; see drivers/shelving/udp55/frames.
WRITTEN_OUT follows MJJMessagePackage by hand, with checksums from a plain polynomial division apart
from the product's table; QUOTED stands in that client's own comments.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.shelving.udp55 import frames
from drivers.shelving.udp55.frames import Decoder, Frame, StoredOn, crc8

QUOTED = bytes.fromhex("55080002068201673F68")
"""DCPService, in a comment. Its LEN is 8 where LEN..DATA are 7 bytes; its checksum is the proof."""
WRITTEN_OUT = {
    "open column 6 of zone 2, files on its right, fixed column on the right": (
        "55 08 00 02 06 82 02 01 01 B5 68",
        frames.open_column(2, 6, fixed_left=False, stored_on=StoredOn.RIGHT),
    ),
    "open column 3 of zone 1, files on its left, fixed column on the left": (
        "55 08 00 01 03 81 01 01 01 52 68",
        frames.open_column(1, 3, fixed_left=True, stored_on=StoredOn.LEFT),
    ),
    "close all 11 columns of zone 1": ("55 05 00 01 0B 84 72 68", frames.close_all(1, 11)),
    "ventilate": ("55 05 00 01 0B 8F 52 68", frames.ventilate(1, 11)),
    "where does column 1 stand": ("55 05 00 01 01 81 AA 68", frames.ask_column(1, 1)),
    "how is the air": ("55 05 00 01 0B 8E 0C 68", frames.ask_climate(1, 11)),
    "column 5 moves": (
        "55 06 00 01 05 8C 03 7D 68",
        Frame(zone=1, column=5, command=frames.MOVING, data=b"\x03"),
    ),
}


def test_the_checksum_is_that_of_the_frame_the_client_quotes() -> None:
    assert crc8(QUOTED[:-2]) == QUOTED[-2]


def test_the_checksum_is_crc_8_maxim() -> None:
    # The check value of the catalogue of parametrised CRC algorithms.
    assert crc8(b"123456789") == 0xA1


@pytest.mark.parametrize("name", list(WRITTEN_OUT))
def test_each_frame_is_written_and_read_as_it_stands_in_the_sources(name: str) -> None:
    text, frame = WRITTEN_OUT[name]
    raw = bytes.fromhex(text)
    assert frame.to_bytes() == raw
    assert Decoder().feed(raw) == [frame]


def all_frames() -> tuple[bytes, list[Frame]]:
    """Every written-out frame, merged as a bridge may do it."""
    raw = b"".join(bytes.fromhex(text) for text, _ in WRITTEN_OUT.values())
    return raw, [frame for _, frame in WRITTEN_OUT.values()]


def test_merged_frames_come_apart_whole_and_bytewise() -> None:
    raw, expected = all_frames()
    assert Decoder().feed(raw) == expected
    decoder = Decoder()
    assert [frame for byte in raw for frame in decoder.feed(bytes([byte]))] == expected
    assert decoder.refused == 0


def test_garbage_between_frames_is_skipped() -> None:
    raw, expected = all_frames()
    first = len(expected[0].to_bytes())
    spoiled = b"\x00\x68\x55" + raw[:first] + b"\xff\x55\x04\x81" + raw[first:] + b"\x55\xff"
    assert Decoder().feed(spoiled) == expected


@pytest.mark.parametrize("at", range(11))
def test_a_frame_with_any_byte_changed_is_refused(at: int) -> None:
    raw = bytearray.fromhex(WRITTEN_OUT["close all 11 columns of zone 1"][0] + "00 00 00")
    raw[at] ^= 0x11
    found = Decoder().feed(bytes(raw))
    assert found == ([] if at < 8 else [frames.close_all(1, 11)])


def test_refused_frames_are_counted_once_however_they_arrive() -> None:
    wrong = bytes.fromhex("55 05 00 01 0B 84 73 68 55 05 00 01 0B 84 72 69")
    whole, bytewise = Decoder(), Decoder()
    assert whole.feed(wrong) == []
    for byte in b"\x55\x60" + wrong:
        assert bytewise.feed(bytes([byte])) == []
    assert (whole.refused, bytewise.refused) == (2, 2)


def test_a_start_that_claims_much_does_not_hold_up_the_frame_behind_it() -> None:
    raw, expected = all_frames()
    assert Decoder().feed(b"\x55\x60" + raw) == expected


def test_the_frame_quoted_in_the_client_is_shorter_than_its_length_says() -> None:
    """So one of its length and the client's rule is wrong: a question for commissioning."""
    assert Decoder().feed(QUOTED) == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_in_any_split_never_crash_nor_pile_up(pieces: list[bytes]) -> None:
    decoder = Decoder()
    for piece in pieces:
        for frame in decoder.feed(piece):
            assert Decoder().feed(frame.to_bytes()) == [frame]
        assert len(decoder._kept) < frames.LONGEST + 3


@given(
    st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.binary(max_size=99), st.data()
)
def test_what_is_written_is_read_in_any_split(
    zone: int, column: int, command: int, data: bytes, draw: st.DataObject
) -> None:
    frame = Frame(zone=zone, column=column, command=command, data=data)
    raw = frame.to_bytes()
    cut = draw.draw(st.integers(0, len(raw)))
    decoder = Decoder()
    assert decoder.feed(raw[:cut]) + decoder.feed(raw[cut:]) == [frame]


def test_an_open_is_acknowledged_by_its_own_command_and_column_only() -> None:
    order = frames.open_column(1, 3, fixed_left=True, stored_on=StoredOn.LEFT)
    assert frames.acknowledges(order, Frame(zone=1, column=3, command=0x81, data=b"\x01"))
    assert not frames.acknowledges(order, Frame(zone=1, column=4, command=0x81, data=b"\x01"))
    assert not frames.acknowledges(order, Frame(zone=2, column=3, command=0x81, data=b"\x01"))
    assert not frames.acknowledges(order, Frame(zone=1, column=3, command=0x8C, data=b"\x01"))


def test_a_columns_status_is_never_taken_for_the_answer_to_an_open() -> None:
    order = frames.open_column(1, 3, fixed_left=True, stored_on=StoredOn.LEFT)
    status = Frame(zone=1, column=3, command=frames.COLUMN_STATUS, data=b"\x00")
    assert not frames.acknowledges(order, status)
    other = frames.open_column(1, 3, fixed_left=False, stored_on=StoredOn.LEFT)
    assert frames.acknowledges(other, Frame(zone=1, column=3, command=0x02, data=b"\x01"))


def test_the_air_comes_in_tenths_humidity_first() -> None:
    answer = Frame(zone=1, column=11, command=frames.CLIMATE, data=bytes.fromhex("01F4 FFF6"))
    sample = frames.parse_climate(answer)
    assert sample == frames.Sample(humidity_pct=50.0, temperature_c=-1.0)
    assert frames.parse_climate(Frame(zone=1, column=11, command=frames.CLIMATE)) is None
