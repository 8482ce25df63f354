"""What probes of each make say on the wire, byte for byte, and how their profile reads it.

Sources: [X] github.com/SantaClaas/serial, "temperature sensor.md": the request 01 04 00 01 00 01
60 0A and 0xFF33 = -20.5; its answer for two registers stands in the XY-MD02 manual as sold. [R]
tspi.at/electronics/rswsn018sensor.html: Renke's humidity stands before its temperature. [A]
whosebug.com question 4753680: R444A01. [K] shop.kincony.com: 10000 and more is below zero. [H]
easymanua.ls, Huawei 02312PBL: 0x8000 is not connected. Checksums: MODBUS over Serial Line V1.02,
6.2.2, by the table-free rule of tests/contract/modbus_slave.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.bus.frames import Framing, Read, crc16, find_answer, find_stranger
from drivers.climate.profile import load_probe_profile
from tests.contract.modbus_slave import crc

WORDS = st.integers(0, 0xFFFF)


@dataclass(frozen=True, slots=True)
class Said:
    """One probe's requests and answers, without checksum, and what they mean."""

    profile: str
    unit: int
    exchanges: tuple[tuple[str, str], ...]
    values: dict[str, float]


SAID = [
    Said(
        "xy-md02",
        1,
        (("01 04 0001 0002", "01 04 04 FF33 0222"),),
        {"temperature_c": -20.5, "humidity_pct": 54.6},
    ),
    Said(
        "xy-md02-parity",
        1,
        (("01 04 0001 0002", "01 04 04 0802 1554"),),
        {"temperature_c": 20.5, "humidity_pct": 54.6},
    ),
    Said(
        "rs-ws-n01",
        1,
        (("01 03 0000 0002", "01 03 04 0292 FF9B"),),
        {"humidity_pct": 65.8, "temperature_c": -10.1},
    ),
    Said(
        "r444a01",
        1,
        (("01 03 0000 0002", "01 03 04 FF33 01F4"),),
        {"temperature_c": -20.5, "humidity_pct": 50.0},
    ),
    Said(
        "kincony-sht30",
        1,
        (("01 03 0000 0002", "01 03 04 27DD 01F4"),),
        {"temperature_c": -20.5, "humidity_pct": 50.0},
    ),
    Said(
        "kincony-sht30-float",
        1,
        (("01 03 0002 0004", "01 03 08 C1A40000 42480000"),),
        {"temperature_c": -20.5, "humidity_pct": 50.0},
    ),
    Said(
        "huawei-02312pbl",
        7,
        (
            ("07 03 0002 0002", "07 03 04 00CD 01F4"),
            ("07 03 0021 0001", "07 03 02 8000"),
        ),
        {"temperature_c": 20.5, "humidity_pct": 50.0},
    ),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.profile)
def test_a_probe_is_asked_and_read_byte_for_byte(said: Said) -> None:
    profile = load_probe_profile(said.profile)
    assert len(profile.blocks) == len(said.exchanges)
    read = {}
    for block, (request, answer) in zip(profile.blocks, said.exchanges, strict=True):
        span = block.span
        asked = Read(
            unit=said.unit, address=span.address, count=span.count, function=block.function
        )
        sent, came = (_frame(text) for text in (request, answer))
        assert _request(asked) == sent
        for cut in range(len(came)):
            assert find_answer(asked, Framing.RTU, sent, came[:cut]) is None
        assert find_answer(asked, Framing.RTU, sent, b"\x00\xff" + came) == came
        words = came[3:-2]
        read[block] = [int.from_bytes(words[at : at + 2]) for at in range(0, len(words), 2)]
    told = {name: profile.layout.read(place, read) for name, place in profile.values.items()}
    assert {name: value for name, value in told.items() if value is not None} == said.values


def test_the_makers_own_request_is_ours() -> None:
    asked = Read(unit=1, address=1, count=1, function=4)
    assert _request(asked) == bytes.fromhex("01 04 00 01 00 01 60 0A")
    assert crc16(bytes.fromhex("01 04 00 01 00 01")) == bytes.fromhex("60 0A")


@given(WORDS, WORDS)
def test_renke_is_never_read_in_the_order_of_the_others(first: int, second: int) -> None:
    renke, other = load_probe_profile("rs-ws-n01"), load_probe_profile("r444a01")
    (block,) = renke.blocks
    words = {block: (first, second)}
    swapped = {block: (second, first)}
    for name in ("temperature_c", "humidity_pct"):
        ours = renke.layout.read(renke.values[name], words)
        assert ours == other.layout.read(other.values[name], swapped)


@given(WORDS)
def test_kincony_goes_below_zero_at_ten_thousand_and_nowhere_else(word: int) -> None:
    profile = load_probe_profile("kincony-sht30")
    told = profile.values["temperature_c"].read((word,))
    below = -(word - 10_000) / 10
    assert told == pytest.approx(word / 10 if word < 10_000 else below)


@given(WORDS)
def test_huawei_measures_nothing_at_its_sentinel_only(word: int) -> None:
    for place in load_probe_profile("huawei-02312pbl").values.values():
        assert (place.read((word,)) is None) == (word == 0x8000)


@given(st.integers(1, 247), st.integers(1, 247), st.binary(max_size=9))
def test_an_answer_of_another_unit_is_a_strangers_and_never_ours(
    ours: int, theirs: int, noise: bytes
) -> None:
    asked = Read(unit=ours, address=1, count=2, function=4)
    body = bytes([theirs]) + bytes.fromhex("04 04 00CD 01F4")
    came = noise + body + crc(body)
    found = find_answer(asked, Framing.RTU, b"", came)
    if ours == theirs:
        assert found is not None
    else:
        assert found is None
        assert find_stranger(asked, Framing.RTU, b"", came) == theirs


def test_a_gateways_answer_of_another_unit_is_a_strangers() -> None:
    asked = Read(unit=1, address=1, count=1, function=4)
    sent = bytes.fromhex("0007 0000 0006 01 04 0001 0001")
    came = bytes.fromhex("0007 0000 0005 09 04 02 00CD")
    assert find_answer(asked, Framing.TCP, sent, came) is None
    assert find_stranger(asked, Framing.TCP, sent, came) == 9
    late = bytes.fromhex("0006 0000 0005 09 04 02 00CD")
    assert find_stranger(asked, Framing.TCP, sent, late) is None


def _request(asked: Read) -> bytes:
    body = bytes([asked.unit, asked.function])
    body += asked.address.to_bytes(2) + asked.count.to_bytes(2)
    return body + crc(body)


def _frame(text: str) -> bytes:
    body = bytes.fromhex(text)
    return body + crc(body)
