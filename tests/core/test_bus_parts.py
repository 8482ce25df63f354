"""The pure parts of the bus: which bytes answer what, when a silent unit is asked, line times."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import SerialAddress, TcpAddress
from drivers.bus import Timing
from drivers.bus.breaker import Breaker
from drivers.bus.frames import Asked, Framing, Read, Write, crc16, find_answer
from drivers.bus.timing import line_times

units = st.integers(1, 247)
words = st.integers(0, 0xFFFF)


@st.composite
def asks(draw: st.DrawFn) -> Asked:
    unit, address = draw(units), draw(st.integers(0, 1000))
    if draw(st.booleans()):
        count, function = draw(st.integers(1, 125)), draw(st.sampled_from((3, 4)))
        return Read(unit=unit, address=address, count=count, function=function)
    values = tuple(draw(st.lists(words, min_size=1, max_size=20)))
    return Write(unit=unit, address=address, values=values)


def answer_to(asked: Asked, content: bytes = b"") -> bytes:
    """The PDU by which a device answers."""
    if isinstance(asked, Read):
        data = (content * 250 + bytes(250))[: 2 * asked.count]
        return bytes([asked.function, 2 * asked.count]) + data
    if len(asked.values) == 1:
        return b"\x06" + asked.address.to_bytes(2) + asked.values[0].to_bytes(2)
    return b"\x10" + asked.address.to_bytes(2) + len(asked.values).to_bytes(2)


def rtu(unit: int, pdu: bytes) -> bytes:
    frame = bytes([unit]) + pdu
    return frame + crc16(frame)


@given(asks(), st.binary(max_size=8), st.binary(max_size=20))
def test_a_right_answer_is_found_behind_any_noise(
    asked: Asked, content: bytes, noise: bytes
) -> None:
    frame = rtu(asked.unit, answer_to(asked, content))
    found = find_answer(asked, Framing.RTU, b"", noise + frame)
    assert found is not None
    assert crc16(found[:-2]) == found[-2:]
    assert find_answer(asked, Framing.RTU, b"", frame) == frame


@given(asks(), asks())
def test_the_answer_to_another_looking_request_is_never_taken(asked: Asked, other: Asked) -> None:
    pdu = answer_to(other)
    same = asked.unit == other.unit and pdu == answer_to(asked)
    found = find_answer(asked, Framing.RTU, b"", rtu(other.unit, pdu))
    assert (found is not None) == same


@given(asks(), st.binary(max_size=300))
def test_no_bytes_at_all_upset_the_search(asked: Asked, received: bytes) -> None:
    for framing in Framing:
        found = find_answer(asked, framing, b"\x00\x01", received)
        assert found is None or found in received


@given(asks(), st.integers(1, 255))
def test_a_modbus_exception_is_an_answer(asked: Asked, code: int) -> None:
    frame = rtu(asked.unit, bytes([asked.function | 0x80, code]))
    assert find_answer(asked, Framing.RTU, b"", frame) == frame


def test_a_silent_unit_is_left_alone_from_the_third_failure_on() -> None:
    breaker = Breaker(Random(1))
    for failures in range(1, 4):
        assert breaker.allows(0.0)
        breaker.failed(0.0, 30.0)
        assert breaker.allows(0.0) == (failures < 3)
    assert 0.8 <= breaker.retry_in_s(0.0) <= 1.0
    assert breaker.allows(1.0)


def test_each_failed_probe_doubles_the_wait_up_to_the_longest() -> None:
    breaker, now_s, waits = Breaker(Random(1)), 0.0, []
    for _ in range(12):
        breaker.failed(now_s, 30.0)
        waits.append(breaker.retry_in_s(now_s))
        now_s += waits[-1]
        assert breaker.allows(now_s)
    assert waits[:2] == [0.0, 0.0]
    for wait_s, full_s in zip(waits[2:], (1, 2, 4, 8, 16, 30, 30, 30, 30, 30), strict=True):
        assert 0.8 * full_s <= wait_s <= full_s


def test_one_answer_closes_the_breaker() -> None:
    breaker = Breaker(Random(1))
    for _ in range(9):
        breaker.failed(0.0, 30.0)
    breaker.answered()
    breaker.failed(0.0, 30.0)
    assert breaker.allows(0.0)


@pytest.mark.parametrize(
    ("baud", "parity", "stop_bits", "character_ms", "gap_ms"),
    [
        (9600, "N", 1, 1.0417, 3.646),
        (19200, "E", 1, 0.5729, 2.005),
        (115200, "N", 2, 0.0955, 1.75),
    ],
)
def test_a_lines_times_follow_from_its_speed(
    baud: int, parity: str, stop_bits: int, character_ms: float, gap_ms: float
) -> None:
    line = line_times(
        SerialAddress.model_validate(
            {"path": "/dev/x", "baud": baud, "parity": parity, "stop_bits": stop_bits}
        )
    )
    assert line.character_s * 1000 == pytest.approx(character_ms, rel=1e-3)
    assert line.frame_gap_s * 1000 == pytest.approx(gap_ms, rel=1e-3)


def test_a_long_answer_on_a_slow_line_is_given_the_time_that_it_takes() -> None:
    timing = Timing(reply_s=0.3, quiet_s=0.5)
    line = line_times(SerialAddress(path="/dev/x", baud=1200))
    limit_s = line.reply_limit_s(Read(unit=1, address=0, count=125), timing)
    assert limit_s == pytest.approx(0.3 + (5 + 252 + 6) * 10 / 1200)
    assert line_times(TcpAddress(host="plc", port=502)).frame_gap_s == 0


def test_probes_of_a_dead_unit_take_two_percent_of_a_shared_line_at_most() -> None:
    timing = Timing(reply_s=0.3, quiet_s=0.5)
    assert (0.3 + 0.5 + 0.3) / timing.longest_probe_wait_s(2) <= 0.02 * 1.0001
    assert timing.longest_probe_wait_s(1) == 2.0


def test_reopening_is_tried_at_once_and_then_ever_more_rarely() -> None:
    timing = Timing(reply_s=0.3, quiet_s=0.5)
    waits = [timing.reconnect_wait_s(openings) for openings in range(1, 10)]
    assert waits == [0, 0, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
