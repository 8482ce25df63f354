"""What stands between LLRP messages is passed over, and nothing that came well is lost.

The messages are laid out as in chapter 16.1 of LLRP 1.0.1; what begins each is told there too.
"""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.rfid.llrp.decoder import LONGEST_SKIPPED, MOST_ASTRAY, Decoder
from drivers.rfid.llrp.frames import MAX_MESSAGE_BYTES, Malformed, Message, Skipped


def message(kind: int, body: str = "", version: int = 1, number: int = 7) -> bytes:
    raw = bytes.fromhex(body)
    return struct.pack(">HII", version << 10 | kind, 10 + len(raw), number) + raw


OK = "011f000800000000"
EPC = "8d" + "3008" + "00" * 10
REPORT = message(61, "00f0" + "0011" + EPC, number=1)
EVENT = message(63, "00f6000a" + "00f900060000", number=2)
KEEPALIVE = message(62, number=3)
ANSWER = message(32, OK, number=4)
VERSIONS = message(56, "0202" + OK, number=5)
FAILURE = message(100, OK, version=2, number=6)
IMPINJ = message(1023, "0000651a" + "16" + OK, number=7)
WELL = (REPORT, EVENT, KEEPALIVE, ANSWER, VERSIONS, FAILURE, IMPINJ)
FOREIGN = message(900, "0102030405", number=8)


def cut(stream: bytes, step: int) -> tuple[list[bytes], list[Skipped], Decoder]:
    """Feed a stream in pieces; what is held must never grow."""
    decoder = Decoder()
    found: list[Message] = []
    for at in range(0, len(stream), step):
        decoder.feed(stream[at : at + step])
        while (one := decoder.next_message()) is not None:
            found.append(one)
        assert decoder.held <= MAX_MESSAGE_BYTES + step
    return [one.to_bytes() for one in found], decoder.take_skipped(), decoder


NOISE = (
    b"\x00",
    b"\xff" * 40,
    b"\r\nreset by watchdog\r\n",
    bytes.fromhex("0c3d0000000a00000000"),
    bytes.fromhex("043d0000000900000000"),
    bytes.fromhex("043dffffffff00000000"),
    bytes.fromhex("043d0010000100000000"),
    bytes.fromhex("047b0000400000000001"),
    bytes.fromhex("043d000000ff00000001"),
    REPORT[:20],
    REPORT[:-4],
    EVENT[:12],
)


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize("noise", NOISE, ids=lambda noise: noise[:12].hex())
@pytest.mark.parametrize("after", WELL[1:], ids=["63", "62", "32", "56", "100", "1023"])
def test_noise_before_any_message_is_passed_over_and_the_message_is_taken(
    noise: bytes, after: bytes, step: int
) -> None:
    told, skipped, decoder = cut(REPORT + b"\xee" + noise + after + KEEPALIVE + REPORT, step)
    assert told == [REPORT, after, KEEPALIVE, REPORT]
    assert [one.bytes for one in skipped] == [1 + len(noise)]
    assert not decoder.is_waiting


@pytest.mark.parametrize("step", [1, 1 << 20])
def test_a_header_that_is_forged_by_noise_keeps_no_message_back(step: int) -> None:
    """Version 1 and a type nobody knows, of 16 KiB: a message begins inside, so it is none."""
    forged = bytes.fromhex("047b0000400000000001")
    told, skipped, _ = cut(REPORT + forged + KEEPALIVE + ANSWER, step)
    assert told == [REPORT, KEEPALIVE, ANSWER]
    assert [one.bytes for one in skipped] == [10]


@pytest.mark.parametrize("step", [1, 1 << 20])
def test_a_message_of_a_type_we_do_not_know_is_handed_on(step: int) -> None:
    told, skipped, _ = cut(REPORT + FOREIGN + KEEPALIVE, step)
    assert told == [REPORT, FOREIGN, KEEPALIVE]
    assert not skipped


def test_a_message_longer_than_the_maximum_is_passed_over_without_being_held() -> None:
    tags = bytes.fromhex("00f0" + "0011" + EPC) * (MAX_MESSAGE_BYTES // 17 + 1000)
    long = struct.pack(">HII", 0x043D, 10 + len(tags), 9) + tags
    decoder, told = Decoder(), []
    for at in range(0, len(stream := REPORT + long + KEEPALIVE), 5000):
        decoder.feed(stream[at : at + 5000])
        while (one := decoder.next_message()) is not None:
            told.append(one.to_bytes())
        assert decoder.held <= 5000
    assert told == [REPORT, KEEPALIVE]
    (skipped,) = decoder.take_skipped()
    assert skipped.bytes == len(long)
    assert f"claims {len(long)} bytes" in skipped.why


def test_gigabytes_are_not_waited_for() -> None:
    claim = struct.pack(">HII", 0x043D, LONGEST_SKIPPED + 1, 9) + bytes.fromhex("00f00011" + EPC)
    told, skipped, _ = cut(REPORT + claim + KEEPALIVE, 64)
    assert told == [REPORT, KEEPALIVE]
    assert [one.bytes for one in skipped] == [len(claim)]


def test_a_message_that_does_not_end_is_doubted_and_what_it_swallowed_comes_out() -> None:
    """A reader that names a wrong length: only time tells."""
    wrong = struct.pack(">HII", 0x043D, 60_000, 9) + REPORT[10:]
    decoder = Decoder()
    decoder.feed(REPORT + wrong + KEEPALIVE + ANSWER)
    assert decoder.next_message() is not None
    assert decoder.next_message() is None
    decoder.doubt()
    found = [decoder.next_message(), decoder.next_message()]
    assert [one.to_bytes() for one in found if one] == [KEEPALIVE, ANSWER]
    assert [one.bytes for one in decoder.take_skipped()] == [len(wrong)]


def test_a_message_that_is_only_slow_survives_the_doubt() -> None:
    decoder = Decoder()
    decoder.feed(REPORT[:15])
    assert decoder.next_message() is None
    decoder.doubt()
    assert decoder.next_message() is None
    decoder.feed(REPORT[15:] + KEEPALIVE)
    found = [decoder.next_message(), decoder.next_message()]
    assert [one.to_bytes() for one in found if one] == [REPORT, KEEPALIVE]
    assert not decoder.take_skipped()


@pytest.mark.parametrize("step", [1, 999, 1 << 20])
def test_noise_without_end_is_given_up(step: int) -> None:
    with pytest.raises(Malformed, match="no message in"):
        cut(REPORT + b"\x00" * (MOST_ASTRAY + 100), step)


def test_who_does_not_begin_with_llrp_is_no_reader() -> None:
    with pytest.raises(Malformed, match="4854, which is no LLRP version"):
        cut(b"HTTP/1.1 400 Bad Request\r\n", 1 << 20)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(WELL), st.one_of(st.just(b""), st.binary(max_size=60))),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 50),
)
def test_any_noise_in_any_split_is_cut_alike_and_every_byte_is_accounted_for(
    parts: list[tuple[bytes, bytes]], step: int
) -> None:
    stream = b"".join(well + noise for well, noise in parts)
    outcomes = []
    for pieces in (step, 1, 1 << 20):
        told, skipped, decoder = cut(stream, pieces)
        count = sum(map(len, told)) + sum(one.bytes for one in skipped)
        assert count + decoder.passed + decoder.held == len(stream)
        outcomes.append((told, skipped))
    assert outcomes[0] == outcomes[1] == outcomes[2]
