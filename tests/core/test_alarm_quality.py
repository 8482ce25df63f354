"""The figures of a period of alarms, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from controller.alarms.model import Priority
from controller.alarms.quality import TARGETS, Occurrence, Quality, judge

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=10)


def one(
    hour: float,
    lasts_h: float | None = 0.5,
    *,
    subject: str = "S1/probe-1",
    priority: Priority = "low",
    **more: Any,
) -> Occurrence:
    raised_at = START + timedelta(hours=hour)
    usual: dict[str, Any] = {"zone": "north", "noted_at": None, "acted": False, "told": True}
    return Occurrence(
        id=f"{subject}@{hour}",
        kind="climate.limit",
        room="S1",
        subject=subject,
        priority=priority,
        raised_at=raised_at,
        cleared_at=None if lasts_h is None else raised_at + timedelta(hours=lasts_h),
        **usual | more,
    )


def judged(*occurrences: Occurrence, now: datetime = END) -> Quality:
    return judge(occurrences, start=START, end=END, now=now)


def test_a_period_without_alarms_divides_by_nothing() -> None:
    none = judged()
    assert (none.alarms, none.per_day, none.standing_pct, none.most_in_10_min) == (0, 0, 0, 0)
    assert (none.nuisance_pct, none.mean_to_note_s, none.worst_share_pct) == (None, None, None)


def test_rates_are_per_hour_and_day_of_the_period_that_has_passed() -> None:
    some = [one(hour) for hour in range(0, 48, 2)]
    assert (judged(*some).per_hour, judged(*some).per_day) == (0.1, 2.4)
    half = judged(*some, now=START + timedelta(days=5))
    assert (half.per_hour, half.per_day) == (0.2, 4.8)


def test_a_flood_is_more_than_ten_in_ten_minutes() -> None:
    calm = [one(5 + minute / 60, subject=str(minute)) for minute in range(10)]
    assert (judged(*calm).flood_pct, judged(*calm).most_in_10_min) == (0, 10)
    flood = judged(*calm, one(5.001, subject="x"))
    assert flood.most_in_10_min == 11
    assert flood.flood_pct == pytest.approx(100 / (10 * 144))


def test_the_ten_worst_stand_with_their_share_and_whether_they_chatter() -> None:
    often = [one(hour) for hour in (0, 1, 23.9)]
    seldom = [one(hour, subject="S1/probe-2") for hour in (0, 30, 60)]
    rest = [one(n, subject=f"S1/{n:02}") for n in range(12)]
    figures = judged(*often, *seldom, *rest)
    assert len(figures.worst) == 10
    first, second = figures.worst[:2]
    assert (first.subject, first.count, first.chatters) == ("S1/probe-1", 3, True)
    assert (second.subject, second.count, second.chatters) == ("S1/probe-2", 3, False)
    assert first.share_pct == pytest.approx(100 * 3 / 18)
    assert figures.worst_share_pct == pytest.approx(100 * 14 / 18)
    assert figures.chattering == 1


def test_what_stands_longer_than_a_day_is_stale_and_standing_time_counts_once() -> None:
    old = one(-100, 112.0)
    stands = one(200, None, subject="S1/probe-2", zone="south")
    overlaps = one(6, 18, subject="S1/probe-3")
    figures = judged(old, stands, overlaps)
    assert figures.stale == (stands.id,)
    assert figures.standing_pct == pytest.approx(100 * (24 + 40) / 240)
    assert [(zone.zone, zone.count) for zone in figures.zones] == [("north", 1), ("south", 1)]
    standing = [zone.standing_pct for zone in figures.zones]
    assert standing == pytest.approx([10, 100 * 40 / 240])
    assert figures.alarms == 2, "the first was raised before"


def test_nuisance_is_what_goes_by_itself_within_the_hour() -> None:
    figures = judged(
        one(1, 0.9), one(2, 1.1), one(3, 0.5, acted=True), one(4, None), one(5, 0.1, told=False)
    )
    assert figures.nuisance_pct == 25
    assert (figures.alarms, figures.kept_back) == (4, 1)


def test_the_mean_time_to_note_is_of_those_that_were_noted() -> None:
    at = START + timedelta(hours=1)
    figures = judged(
        one(1, noted_at=at + timedelta(minutes=10), priority="high"),
        one(1, noted_at=at + timedelta(minutes=20), subject="b", priority="medium"),
        one(1, subject="c", unauthorised=True),
    )
    assert (figures.noted, figures.mean_to_note_s) == (2, 900)
    assert figures.priorities == {"high": 1, "medium": 1, "low": 1}
    assert figures.unauthorised == 1


def test_every_target_names_a_figure_and_its_source_and_only_eemuas_rate_is_confirmed() -> None:
    names = set(Quality.__dataclass_fields__)
    assert {target.figure for target in TARGETS} <= names
    assert all(target.source for target in TARGETS)
    assert [target.figure for target in TARGETS if target.confirmed] == ["per_hour"]
