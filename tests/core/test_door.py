"""At a door: who goes out is told as going out, and what stays there causes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from drivers.readings import AntennaCycle, TagRead
from drivers.room.door import DoorWatch, Passage
from drivers.room.door.trace import MOST_GLIMPSES
from drivers.room.door.watch import MOST_TAGS
from tests.core.door_walks import (
    GATE_DBM,
    INSIDE,
    OUTSIDE,
    READER,
    Antenna,
    Carried,
    Path,
    body,
    passing_by,
    shape_of,
    standing,
    through,
    turning_back,
    watched,
)

WALKS = 150
UNTIL_S = 14.0
BOTH, ONE = (INSIDE, OUTSIDE), (INSIDE,)


def told_of(walk: Callable[[Random], Path], antennas: tuple[Antenna, ...] = BOTH) -> Counter[str]:
    """Let many walk; count what is told of each of them, all of it."""
    counts: Counter[str] = Counter()
    for seed in range(WALKS):
        rng = Random(seed)
        tag = Carried("00AA", walk(rng), body(rng))
        passages = watched(
            [tag], until_s=UNTIL_S, rng=rng, antennas=antennas, has_beam=antennas == ONE
        )
        counts["+".join(passage.direction for _, passage in passages)] += 1
    print({told or "nothing": round(100 * n / WALKS, 1) for told, n in counts.items()}, "%")
    return counts


@pytest.mark.parametrize("out", [True, False], ids=["out", "in"])
def test_two_antennas_tell_who_goes_out_and_who_comes_in(out: bool) -> None:
    right, wrong = ("out", "in") if out else ("in", "out")
    counts = told_of(lambda rng: through(rng, out=out))
    assert counts[right] >= 0.97 * WALKS
    assert counts[wrong] == 0


@pytest.mark.parametrize("out", [True, False], ids=["out", "in"])
def test_one_antenna_and_a_beam_tell_it_nearly_as_well(out: bool) -> None:
    right, wrong = ("out", "in") if out else ("in", "out")
    counts = told_of(lambda rng: through(rng, out=out), antennas=ONE)
    assert counts[right] >= 0.85 * WALKS
    assert counts[wrong] == 0


@pytest.mark.parametrize("antennas", [BOTH, ONE], ids=["two antennas", "one and a beam"])
@pytest.mark.parametrize("walk", [turning_back, passing_by], ids=["turning back", "passing by"])
def test_who_turns_back_or_passes_by_is_not_told_as_gone(
    walk: Callable[[Random], Path], antennas: tuple[Antenna, ...]
) -> None:
    counts = told_of(walk, antennas)
    assert sum(n for told, n in counts.items() if "out" in told) <= 0.02 * WALKS
    assert counts["unsure"] >= 0.95 * WALKS


def test_a_trolley_parked_at_the_door_is_no_storm_and_is_told_when_it_leaves() -> None:
    rng = Random(7)
    leaves_s = 600.0
    places = [standing(rng)(0) for _ in range(30)]

    def parked(place: tuple[float, float] | None) -> Path:
        assert place is not None

        def path(at_s: float) -> tuple[float, float] | None:
            x_m = place[0] - max(0.0, at_s - leaves_s) * 0.8
            return (x_m, place[1]) if x_m > -4 else None

        return path

    trolley = [Carried(f"{number:04X}", parked(place)) for number, place in enumerate(places)]
    watch = DoorWatch(shape_of(BOTH))
    before: list[Passage] = []
    after: list[Passage] = []
    for at_s, passage in watched(
        trolley, until_s=leaves_s + 20, rng=rng, antennas=BOTH, watch=watch
    ):
        (before if at_s < leaves_s else after).append(passage)
    print(len(before), "told while parked,", len(after), "when leaving")
    assert len(before) <= len(trolley), "each at most once in ten minutes"
    assert not [passage for passage in before if passage.direction == "out"]
    assert len([passage for passage in after if passage.direction == "out"]) >= 0.8 * len(trolley)


def test_a_tag_that_stays_is_learnt_and_what_it_does_there_says_nothing() -> None:
    rng = Random(3)

    def stays(_at_s: float) -> tuple[float, float]:
        return 1.2, 0.6

    watch = DoorWatch(shape_of(BOTH))
    assert list(watched([Carried("00AA", stays)], until_s=300, rng=rng, watch=watch)) == []
    assert watch.resting == {"00AA"}


def test_several_who_pass_at_once_are_told_apart() -> None:
    rng = Random(11)
    walks = [
        Carried(f"{number:04X}", through(rng, out=number % 2 == 0), body(rng))
        for number in range(20)
    ]
    told = {p.epc: p.direction for _, p in watched(walks, until_s=UNTIL_S, rng=rng)}
    right = [tag for tag in walks if told.get(tag.epc) == ("in" if int(tag.epc, 16) % 2 else "out")]
    assert len(right) >= 18


def test_a_tag_that_is_lost_in_the_middle_is_told_as_unsure() -> None:
    rng = Random(5)
    whole = through(rng, out=True)

    def path(at_s: float) -> tuple[float, float] | None:
        place = whole(at_s)
        return place if place is not None and place[0] > 0.6 else None

    (passage,) = [p for _, p in watched([Carried("00AA", path)], until_s=UNTIL_S, rng=rng)]
    assert passage.direction == "unsure"
    assert {glimpse.side for glimpse in passage.glimpses} <= {"inside", "outside"}
    assert len(passage.glimpses) <= MOST_GLIMPSES


def read(epc: str, at_s: float, antenna: int = 1, rssi_dbm: float | None = -50) -> TagRead:
    return TagRead(
        reader_id=READER, antenna=antenna, epc=epc, rssi_dbm=rssi_dbm, count=1, at_s=at_s
    )


def cycle(at_s: float, antenna: int = 1) -> AntennaCycle:
    return AntennaCycle(reader_id=READER, antenna=antenna, at_s=at_s)


def test_a_tag_is_not_gone_while_the_antennas_do_not_run() -> None:
    watch = DoorWatch(shape_of(BOTH))
    watch.hear(read("00AA", 10.0))
    assert watch.tick(13.0) == []
    assert [p.epc for p in watch.tick(16.0)] == ["00AA"], "given up, for nobody listens any more"


def test_a_tag_that_is_too_weak_or_at_another_antenna_is_not_near_the_door() -> None:
    watch = DoorWatch(shape_of(BOTH))
    watch.hear(read("00AA", 10.0, rssi_dbm=GATE_DBM - 1))
    watch.hear(read("00AA", 10.0, antenna=7))
    assert len(watch) == 0
    watch.hear(read("00AA", 10.0, rssi_dbm=None))
    assert len(watch) == 1, "a reader that tells no level is believed"


def test_whatever_comes_the_memory_is_bounded() -> None:
    watch = DoorWatch(shape_of(BOTH))
    for number in range(3 * MOST_TAGS):
        watch.hear(read(f"{number:08X}", 10.0 + number / 1e4))
        watch.break_beam(number / 1e4)
    assert len(watch) == MOST_TAGS
    told = watch.tick(1000.0)
    assert len(told) == 3 * MOST_TAGS, "the ones that gave way were judged too"
    assert len(watch) == 0
    assert len(watch.resting) == MOST_TAGS
    watch.tick(1e6)
    assert watch.resting == frozenset()


def test_however_long_a_tag_is_heard_its_evidence_is_bounded() -> None:
    watch = DoorWatch(shape_of(BOTH))
    for number in range(2000):
        watch.hear(read("00AA", 10.0 + number * 0.007, antenna=1 + number % 2))
    (passage,) = watch.tick(1000.0)
    assert len(passage.glimpses) <= MOST_GLIMPSES
    assert sum(glimpse.count for glimpse in passage.glimpses) == 2000
    assert passage.first_at_s == pytest.approx(10.0, abs=1.0)
    assert passage.last_at_s == pytest.approx(10.0 + 1999 * 0.007)
