"""How many tags a simulated reader gets in its time: the link timing of EPC Gen2.

The rates are those published for 96-bit EPCs and ALOHA rounds of the best size: FM0 at 640 kHz
1,434 tags a second (1,893 for a single tag), Miller-2 1,004, dense reader mode (Miller-4 at 274
kHz) 257, Miller-4 at 250 kHz 225.
"""

from __future__ import annotations

from random import Random

import pytest

from simulators.physics.gen2 import (
    CAPTURE_DB,
    DENSE,
    FAST,
    FASTEST,
    STEADY,
    USUAL,
    Caller,
    Link,
    singulate,
)


def callers(count: int, rssi_dbm: float = -57.0) -> list[Caller]:
    return [Caller(f"{number:024X}", rssi_dbm) for number in range(count)]


@pytest.mark.parametrize(
    ("link", "tags_per_s"), [(FASTEST, 1434), (FAST, 1004), (DENSE, 257), (STEADY, 225)]
)
def test_the_best_rate_of_a_link_is_the_published_one(link: Link, tags_per_s: float) -> None:
    assert link.tags_per_s() == pytest.approx(tags_per_s, rel=0.01)


def test_a_single_tag_is_told_as_often_as_the_link_allows() -> None:
    assert 1e6 / FASTEST.single_us() == pytest.approx(1893, rel=0.001)
    (count,) = singulate(FASTEST, callers(1), 1.0, Random(1)).values()
    assert 1893 / 2 < count <= 1893


@pytest.mark.parametrize("link", [FASTEST, USUAL, DENSE])
@pytest.mark.parametrize("tags", [1, 5, 40, 200])
def test_no_dwell_brings_more_than_its_time(link: Link, tags: int) -> None:
    draw = Random(tags)
    for dwell_s in (0.0, 0.001, 0.05, 0.3):
        answers = sum(singulate(link, callers(tags), dwell_s, draw).values())
        assert answers * link.single_us() <= dwell_s * 1e6


def test_few_tags_are_all_told_and_of_too_many_some_are_missed() -> None:
    draw = Random(3)
    assert len(singulate(USUAL, callers(20), 0.1, draw)) == 20
    heard = [len(singulate(DENSE, callers(60), 0.1, draw)) for _ in range(50)]
    assert 12 < sum(heard) / 50 < 0.1 * 257
    assert max(heard) < 60


def test_a_tag_alone_answers_often_and_one_of_many_seldom() -> None:
    draw = Random(4)
    alone = sum(singulate(USUAL, callers(1), 0.1, draw).values())
    among = singulate(USUAL, callers(30), 0.1, draw)
    assert alone > 20
    assert max(among.values()) <= 3


def test_a_loud_tag_is_understood_over_faint_ones_and_they_have_their_turn_too() -> None:
    draw = Random(5)
    loud = Caller("F" * 24, -50.0)
    faint = callers(120, -50.0 - CAPTURE_DB)
    times = 400
    loudly = sum(loud.epc in singulate(USUAL, [loud, *faint], 0.1, draw) for _ in range(times))
    evenly = sum("0" * 24 in singulate(USUAL, callers(121), 0.1, draw) for _ in range(times))
    assert loudly > 1.3 * evenly
    assert any(len(singulate(USUAL, [loud, *faint], 0.1, draw)) > 10 for _ in range(5))


def test_the_same_chance_brings_the_same_tags() -> None:
    assert singulate(USUAL, callers(50), 0.1, Random(6)) == singulate(
        USUAL, callers(50), 0.1, Random(6)
    )
