"""What every decoder of frames does alike, with what was published of its protocol.

However the bytes are cut. What only one protocol does stands in its own tests.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.splitter import Aside, Skipped
from tests.golden.published_frames import PROTOCOLS, STEPS, Framed, Published

EACH = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())
IN_STEPS = pytest.mark.parametrize("step", STEPS)
ANSWERS = [
    pytest.param(protocol, each, id=f"{name}-{each['hex']}")
    for name, protocol in PROTOCOLS.items()
    for each in protocol.answers
]
INVALID = [
    pytest.param(protocol, each, id=f"{name}-{each['why']}")
    for name, protocol in PROTOCOLS.items()
    for each in protocol.invalid
]


def bytes_of(part: Framed | Aside | Skipped) -> bytes:
    match part:
        case Aside():
            return part.said
        case Skipped():
            return part.noise
    return part.to_bytes()


@pytest.mark.parametrize(("protocol", "published"), ANSWERS)
@IN_STEPS
def test_a_published_frame_is_read_and_written_as_it_was(
    protocol: Published[Any], published: dict[str, Any], step: int
) -> None:
    raw = bytes.fromhex(published["hex"])
    frame = protocol.read(published["expect"], raw)
    assert protocol.split(raw, step=step) == [frame]
    assert frame.to_bytes() == raw


@pytest.mark.parametrize(("protocol", "published"), INVALID)
@IN_STEPS
def test_a_frame_published_wrong_is_none_and_hides_no_good_one_behind_it(
    protocol: Published[Any], published: dict[str, Any], step: int
) -> None:
    splitter = protocol.splitter()
    bad = bytes.fromhex(published["hex"])
    found = protocol.split(bad + protocol.good, step=step, splitter=splitter)
    if protocol.waits_for_more:
        found += splitter.give_up()
    assert found[-1] == protocol.frame_of(protocol.good.hex())
    assert all(isinstance(part, Skipped) for part in found[:-1])
    assert isinstance(found[0], Skipped)
    assert re.fullmatch(protocol.wrong(published["why"]), found[0].why)


@EACH
def test_a_frame_begun_in_noise_gives_way_when_its_rest_does_not_come(
    protocol: Published[Any],
) -> None:
    splitter = protocol.splitter()
    assert splitter.feed(protocol.begun + protocol.good) == []
    found = splitter.give_up()
    frames = [part for part in found if not isinstance(part, Aside | Skipped)]
    assert frames == [protocol.frame_of(protocol.good.hex())]
    assert splitter.held == 0


@EACH
def test_a_frame_longer_than_its_length_can_say_is_not_written(protocol: Published[Any]) -> None:
    assert len(protocol.fill(protocol.most).to_bytes()) == protocol.longest
    with pytest.raises(ValueError, match=r"^\d+ bytes (do not fit|are too long)"):
        protocol.fill(protocol.most + 1).to_bytes()


@EACH
@given(data=st.data())
def test_no_bytes_in_any_cut_crash_the_decoder_or_make_it_grow(
    protocol: Published[Any], data: st.DataObject
) -> None:
    chunks = data.draw(protocol.chunks())
    splitter = protocol.splitter()
    seen = 0
    for chunk in chunks:
        for found in splitter.feed(chunk):
            seen += len(bytes_of(found))
            if not isinstance(found, Aside | Skipped):
                understand(protocol, found)
        assert splitter.held < protocol.longest
    seen += sum(len(bytes_of(found)) for found in splitter.give_up())
    assert seen == sum(map(len, chunks))
    assert splitter.held == 0


@EACH
@given(data=st.data(), step=st.integers(1, 50))
def test_the_same_bytes_are_the_same_frames_in_any_cut(
    protocol: Published[Any], data: st.DataObject, step: int
) -> None:
    raw = b"".join(data.draw(protocol.chunks()))
    whole, cut = protocol.splitter(), protocol.splitter()
    at_once = protocol.split(raw, step=10_000, splitter=whole) + whole.give_up()
    in_pieces = protocol.split(raw, step=step, splitter=cut) + cut.give_up()
    assert [part for part in at_once if not isinstance(part, Skipped)] == [
        part for part in in_pieces if not isinstance(part, Skipped)
    ]


@EACH
@given(data=st.data())
def test_whatever_a_frame_holds_it_is_understood_or_malformed(
    protocol: Published[Any], data: st.DataObject
) -> None:
    frame = data.draw(protocol.frames)
    assert protocol.split(frame.to_bytes(), step=7) == [frame]
    understand(protocol, frame)


def understand(protocol: Published[Any], frame: Framed) -> None:
    for parse in protocol.parses:
        with suppress(Malformed):
            parse(frame)
