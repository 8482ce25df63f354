"""Where boxes are, over a day in the reference room with 64 multiplexed antennas in each bank.

People take boxes, bring them back, swap and misplace them while aisles open and two readers die
for an hour. The filter follows; the naive rule runs beside it and is spared what is heard while
carriages move. Generator and judge stand in shelf_radio.py, shelf_day.py and place_judge.py.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from drivers.calibration.ears import ears_of
from drivers.room.presence import (
    Aisles,
    BoxGone,
    Field,
    Heard,
    Presence,
    field_of,
    plan_round,
    step,
)
from tests.bench.naive_rule import NaiveRule
from tests.bench.place_judge import DELTA, Books, Judge
from tests.bench.shelf_day import HOUR_S, Cycle, Day, Put, Script, Steel
from tests.bench.shelf_radio import Air, room_with_antennas
from tests.bench.shelf_walk import walk

WARM_UP_S = 900.0
"""The room's first start, when all boxes are seen for the first time, is not part of the day."""

DAY = Script(
    seconds=WARM_UP_S + 24 * HOUR_S,
    works=(8 * HOUR_S, 18 * HOUR_S),
    dead=(("reader-2", 10 * HOUR_S, 11 * HOUR_S), ("reader-3", 14 * HOUR_S, 15 * HOUR_S)),
)
QUICK_DAY = Script(
    seconds=WARM_UP_S + HOUR_S,
    works=(WARM_UP_S, WARM_UP_S + HOUR_S),
    dead=(("reader-2", 1800.0, 2400.0), ("reader-3", 2700.0, 3300.0)),
    visit_every_s=(60.0, 200.0),
)
"""In an hour the readers die for ten minutes each."""
UNEVEN_HOURS = Script(
    seconds=WARM_UP_S + 4 * HOUR_S,
    works=(WARM_UP_S, WARM_UP_S + 4 * HOUR_S),
    visit_every_s=(60.0, 200.0),
)
"""What calibration gains is shown on antennas that differ, read rate 0.7, in busy hours."""

_WINDOWS = "windows"


def run(quick: bool) -> list[dict[str, Any]]:
    """Play the day at two read rates and tell how right the filter was."""
    script = QUICK_DAY if quick else DAY
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}; a window is SMURF's: ceil(ln(1/{DELTA})/p) cycles at read rate p")
    room = room_with_antennas()
    books, naive = Follower(Day(room, Air(), script, seed), field_of(room), naive=True).play()
    poor, poor_naive = Follower(
        Day(room, Air(own_rate=0.7), script, seed), field_of(room), naive=True
    ).play()
    raw, calibrated = _uneven(script if quick else UNEVEN_HOURS, seed)
    return [
        _figure("place_right_pct", _right_pct(books), "%", 99.9, at_least=True),
        _figure("take_seen_windows_p99", _p99([w for _, w in books.takes]), _WINDOWS, 1.0),
        _figure("take_seen_cycles_p99", _p99([cycles for cycles, _ in books.takes]), ""),
        _figure("takes", len(books.takes), ""),
        _figure("false_moves_per_tag_hour", _false_per_hour(books), "", 0.05),
        _figure("false_moves_while_moving", books.false_while_moving, "", 0),
        _figure("naive_false_moves_per_tag_hour", _false_per_hour(naive), ""),
        _figure("naive_place_right_pct", _right_pct(naive), "%"),
        _figure("told_confidence_pct", 100 * books.confidence / max(books.decisions, 1), "%"),
        _figure("told_right_pct", 100 * books.right_decisions / max(books.decisions, 1), "%"),
        _figure("tag_hours", books.tag_hours, "h"),
        _figure("place_right_pct_at_0.7", _right_pct(poor), "%"),
        _figure("take_seen_windows_p99_at_0.7", _p99([w for _, w in poor.takes]), _WINDOWS),
        _figure("false_moves_per_tag_hour_at_0.7", _false_per_hour(poor), ""),
        _figure("naive_false_moves_at_0.7", _false_per_hour(poor_naive), ""),
        _figure("uneven_false_moves_uncalibrated", _false_per_hour(raw), ""),
        _figure("uneven_false_moves_calibrated", _false_per_hour(calibrated), ""),
        _figure("uneven_place_right_uncalibrated", _right_pct(raw), "%"),
        _figure("uneven_place_right_calibrated", _right_pct(calibrated), "%"),
    ]


def _uneven(script: Script, seed: int) -> tuple[Books, Books]:
    """Play hours with antennas that differ in rate and reach, uncalibrated and calibrated."""
    room, air = room_with_antennas(), Air(own_rate=0.7, uneven=True)
    raw, _ = Follower(Day(room, air, script, seed), field_of(room)).play()
    day = Day(room, air, script, seed)
    ears = ears_of(room, walk(day, field_of(room), room.room, air.spread_db, seed))
    calibrated, _ = Follower(day, field_of(room, ears)).play()
    return raw, calibrated


class Follower:
    """Lets the filter, and the naive rule if asked, follow a day; a judge watches each."""

    def __init__(self, day: Day, field: Field, *, naive: bool = False) -> None:
        self._day = day
        self._field = field
        self._presence, self._aisles = Presence(), Aisles()
        self._turns: dict[str, int] = {}
        rates = {day.antennas[k]: p[day.antennas[k]].shut_rate for k, p in day.paths.items()}
        self._judge, self._naive_judge = Judge(day.place, rates), Judge(day.place, rates)
        self._naive = NaiveRule() if naive else None

    def play(self) -> tuple[Books, Books]:
        """Play the day to its end; give the books of the filter and of the naive rule."""
        begun, at_s = False, 0.0
        for event in self._day.cycles(self._plan):
            at_s = event.at_s
            if not begun and at_s >= WARM_UP_S:
                begun = True
                self._judge.begin(at_s)
                self._naive_judge.begin(at_s)
            self._take(event)
        return self._judge.end(at_s), self._naive_judge.end(at_s)

    def _plan(self, reader: str) -> tuple[int, ...]:
        self._turns[reader] = self._turns.get(reader, -1) + 1
        return plan_round(self._field, reader, self._aisles, self._turns[reader])

    def _take(self, event: Cycle | Steel | Put) -> None:
        match event:
            case Cycle():
                self._hear(event)
            case Steel(at_s, bank, gaps, moving):
                open_aisles = {segment: () if moving else (gap,) for segment, gap in gaps.items()}
                self._aisles = self._aisles.with_bank(
                    bank, open_aisles=open_aisles, moving=moving, at_s=at_s
                )
                for judge in (self._judge, self._naive_judge):
                    judge.steel(bank, moving=moving)
            case Put(at_s, epc, place):
                for judge in (self._judge, self._naive_judge):
                    judge.laid(at_s, epc, place)

    def _hear(self, cycle: Cycle) -> None:
        place = self._day.antennas[cycle.antenna]
        since_s = self._presence.ran_at_s.get(cycle.antenna, float("-inf"))
        bank = self._field.spots[cycle.antenna].zone.bank
        counts = not self._aisles.disturbed(bank, since_s)
        heard = Heard(antenna=cycle.antenna, levels_dbm=cycle.levels_dbm, at_s=cycle.at_s)
        self._presence, decisions = step(
            self._field, self._presence, heard, self._aisles, self._day.homes
        )
        for decision in decisions:
            told = None if isinstance(decision, BoxGone) else decision.zone
            self._judge.told(cycle.at_s, decision.epc, told, decision.confidence)
        self._judge.ran(cycle.at_s, place, counts=counts)
        if self._naive is None or not counts:
            return
        for epc, where in self._naive.heard(place, cycle.levels_dbm):
            self._naive_judge.told(cycle.at_s, epc, where)
        self._naive_judge.ran(cycle.at_s, place, counts=counts)


def _right_pct(books: Books) -> float:
    return 100 * books.right_s / max(books.right_s + books.wrong_s, 1e-9)


def _false_per_hour(books: Books) -> float:
    return books.false_moves / max(books.tag_hours, 1e-9)


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


def _figure(
    name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "at_least": at_least}
