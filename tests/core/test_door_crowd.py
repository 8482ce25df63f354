"""Many who pass a door at once are judged together; of whom nobody knows, somebody is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from drivers.room.door import Doubts, Passage
from drivers.room.door.doubts import AWAY_S, MOST_DOUBTS, TOLD_AFTER_S, ZONE_HOLDS_S
from tests.core.door_walks import (
    INSIDE,
    OUTSIDE,
    Antenna,
    Carried,
    Path,
    body,
    passing_by,
    through,
    trolley,
    turning_back,
    watched,
)

TAGS = 200
UNTIL_S = 20.0


def pushed(
    rng: Random, *, most_reads: int, out: bool = True, others: tuple[Carried, ...] = ()
) -> dict[str, Passage]:
    """Push a trolley through; what is told of each tag last, and of nearly all but once."""
    tags = [*trolley(rng, tags=TAGS, out=out), *others]
    told = [p for _, p in watched(tags, until_s=UNTIL_S, rng=rng, most_reads=most_reads)]
    ways = Counter(passage.direction for passage in told)
    print(dict(ways), "of", len(tags), "tags,", most_reads, "reads in a dwell at most")
    last = {passage.epc: passage for passage in told}
    assert len(told) - len(last) <= 0.02 * TAGS
    return last


@pytest.mark.parametrize("out", [True, False], ids=["out", "in"])
@pytest.mark.parametrize(("most_reads", "least"), [(40, 0.6), (25, 0.5)])
def test_a_trolley_of_200_tags_that_share_the_antennas_is_told_by_the_crowd(
    out: bool, most_reads: int, least: float
) -> None:
    right, wrong = ("out", "in") if out else ("in", "out")
    for seed in range(4):
        told = pushed(Random(seed), most_reads=most_reads, out=out)
        ways: Counter[str] = Counter(passage.direction for passage in told.values())
        assert ways[right] >= least * TAGS
        assert ways[wrong] <= 0.02 * TAGS
        unsure = [passage for passage in told.values() if passage.direction == "unsure"]
        stayed = [passage for passage in unsure if passage.stayed]
        assert len(stayed) <= 0.03 * TAGS, "of nearly all others nobody claims that they stayed"


def test_whoever_stays_inside_while_a_trolley_leaves_is_not_taken_along() -> None:
    for seed in range(6):
        rng = Random(seed)
        walks = [passing_by(rng, starts_s=3.0) for _ in range(10)]
        others = tuple(Carried(f"F{n:03X}", walk) for n, walk in enumerate(walks))
        told = pushed(rng, most_reads=60, others=others)
        taken = [p for p in told.values() if p.epc.startswith("F") and p.direction == "out"]
        assert len(taken) <= 1


def test_two_crowds_that_cross_each_other_are_not_judged_together() -> None:
    rng = Random(4)
    ways = [through(rng, out=number % 2 == 0) for number in range(40)]
    walkers = [Carried(f"{n:04X}", way, body(rng)) for n, way in enumerate(ways)]
    told = {p.epc: p.direction for _, p in watched(walkers, until_s=UNTIL_S, rng=rng)}
    wrong = [e for e, way in told.items() if way == ("in" if int(e, 16) % 2 == 0 else "out")]
    assert wrong == []


@pytest.mark.parametrize("antennas", [(INSIDE, OUTSIDE), (INSIDE,)], ids=["two", "beam"])
@pytest.mark.parametrize(
    ("walk", "stays"),
    [(turning_back, 0.6), (passing_by, 0.8), (lambda rng: through(rng, out=True), 0.0)],
    ids=["turns back", "passes by", "goes out"],
)
def test_who_stays_inside_is_mostly_known_to_stay_and_who_leaves_never(
    antennas: tuple[Antenna, ...], walk: Callable[[Random], Path], stays: float
) -> None:
    stayed = 0
    for seed in range(100):
        rng = Random(seed)
        tag = Carried("00AA", walk(rng), body(rng))
        told = list(
            watched([tag], until_s=14, rng=rng, antennas=antennas, has_beam=len(antennas) == 1)
        )
        stayed += any(passage.stayed for _, passage in told)
    print(stayed, "% known to stay")
    assert stayed >= 100 * stays
    assert stays or not stayed


def passage(epc: str = "00AA", **changes: object) -> Passage:
    whole: dict[str, object] = {
        "door": "door",
        "reader_id": "r",
        "direction": "unsure",
        "confidence": 0.5,
        "first_at_s": 98.0,
        "last_at_s": 100.0,
        "glimpses": (),
    }
    return Passage(epc=epc, **{**whole, **changes})  # type: ignore[arg-type]  # test's short form


def never(_passage: Passage) -> float:
    return float("-inf")


def due(doubts: Doubts, at_s: float, inside_s: float = float("-inf")) -> list[str]:
    return [each.epc for each in doubts.due(at_s, lambda _passage: inside_s)]


def test_a_tag_that_nothing_hears_again_is_missed_once() -> None:
    doubts = Doubts(lambda _epc: None)
    doubts.note(passage(), may_leave=False)
    assert due(doubts, 100.0 + TOLD_AFTER_S - 1) == []
    assert due(doubts, 100.0 + TOLD_AFTER_S) == ["00AA"]
    assert due(doubts, 1000.0) == []


@pytest.mark.parametrize(
    "changes",
    [{"direction": "out"}, {"direction": "in"}, {"stayed": True}],
    ids=["it went out", "it came in", "it stayed"],
)
def test_a_tag_whose_way_is_known_is_not_missed(changes: dict[str, Any]) -> None:
    doubts = Doubts(lambda _epc: None)
    doubts.note(passage(), may_leave=False)
    doubts.note(passage(**changes), may_leave=False)
    assert len(doubts) == 0


def test_a_tag_that_may_leave_or_is_not_ours_is_not_missed() -> None:
    doubts = Doubts(lambda _epc: None)
    doubts.note(passage(), may_leave=True)
    assert len(doubts) == 0


def test_a_tag_that_is_heard_inside_the_door_much_later_is_there() -> None:
    doubts = Doubts(lambda _epc: None)
    doubts.note(passage(), may_leave=False)
    assert due(doubts, 110.0, inside_s=101.0) == []
    assert len(doubts) == 1, "so soon after it came near it may still be on its way out"
    assert due(doubts, 125.0, inside_s=100.0 + AWAY_S) == []
    assert len(doubts) == 0


def test_a_tag_that_is_heard_in_another_zone_is_there() -> None:
    zones = {"00AA": "R1-B1-C1-L"}
    doubts = Doubts(zones.get)
    doubts.note(passage(), may_leave=False)
    zones["00AA"] = "desk"
    assert due(doubts, 101.0) == []
    assert len(doubts) == 0


def test_a_tag_is_missed_when_its_zone_falls_silent_however_late_within_a_quarter_hour() -> None:
    zones = {"00AA": "desk"}
    doubts = Doubts(zones.get)
    doubts.note(passage(), may_leave=False)
    assert due(doubts, 100.0 + ZONE_HOLDS_S - 1) == []
    del zones["00AA"]
    assert due(doubts, 100.0 + ZONE_HOLDS_S - 0.5) == ["00AA"]


def test_a_tag_that_came_back_to_its_zone_or_never_left_it_is_there() -> None:
    zones = {"00AA": "desk", "00BB": "desk"}
    doubts = Doubts(zones.get)
    doubts.note(passage("00AA"), may_leave=False)
    doubts.note(passage("00BB"), may_leave=False)
    del zones["00AA"]
    assert due(doubts, 110.0) == []
    zones["00AA"] = "desk"
    assert due(doubts, 111.0) == []
    assert len(doubts) == 1
    assert due(doubts, 100.0 + ZONE_HOLDS_S) == []
    assert len(doubts) == 0


def test_however_many_tags_are_in_doubt_the_memory_is_bounded() -> None:
    doubts = Doubts(lambda _epc: None)
    for number in range(3 * MOST_DOUBTS):
        doubts.note(passage(f"{number:08X}"), may_leave=False)
    assert len(doubts) == MOST_DOUBTS
    assert len(list(doubts.due(1e6, never))) == MOST_DOUBTS
