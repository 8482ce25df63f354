"""What letters say: every kind and every step, alone and together, in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from pydantic import JsonValue

from config.bank import PlanPoint
from config.climate import Climate, Zone
from config.room import Room, Words
from config.site import Site
from controller.alarms.kind_words import ADVICE, TITLES
from controller.alarms.kinds import DEVICE_DOWN, KINDS, LIMIT, SWING
from controller.alarms.model import Alarm, Letter, Priority, Said, Step
from controller.alarms.words import Place, write_text

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NORTH = Zone(zone="north", name=Words(zh="北区", en="North zone"))
ROOM = Room.model_construct(
    format=1,
    room="R1",
    size_mm=PlanPoint(x=9000, y=6000),
    name=Words(zh="一号库房", en="Room one"),
    banks=(),
    doors=(),
    devices=(),
    climate=Climate(profile="jgj25-paper", zones=(NORTH,)),
)
SITE = Site(format=1, site="test", name=Words(zh="馆", en="Archive"), rooms=("R1.yaml",))
PLACE = Place(SITE, {"R1": ROOM}, "https://a.example")
PARAMS: dict[str, JsonValue] = {
    "quantity": "humidity_pct",
    "bound": "high",
    "value": 66.25,
    "limit": 60,
    "probe": "probe-1",
    "unit": "dryer-1",
    "door": "door",
    "item_code": "A-1",
    "code": "pressure",
    "program": "night_closing",
    "device": "probe-1",
    "line": "10.0.0.9:502",
    "faults": ["E1"],
    "bank": 1,
}


def alarm(kind: str, *, priority: Priority = "high", number: int = 1) -> Alarm:
    return Alarm(
        id=f"a{number}",
        kind=kind,
        room="R1",
        subject="R1/probe-1",
        params=PARAMS,
        priority=priority,
        since=AT,
        raised_at=AT,
        acknowledged=None,
        cleared_at=AT + timedelta(hours=1),
        zone="north",
        rule="jgj25-paper",
        rule_version=3,
    )


def letter(language: str, *said: tuple[Step, Alarm]) -> Letter:
    (event, first), *more = said
    return Letter(
        id="1",
        channel="email",
        to="a@b.example",
        language=language,
        secret=None,
        event=event,
        alarm=first,
        more=tuple(Said(event=each, alarm=one) for each, one in more),
    )


def test_every_kind_has_a_title_and_advice_in_both_languages() -> None:
    assert set(TITLES) == set(ADVICE) == set(KINDS)
    for zh, en in ADVICE.values():
        assert not any("\u4e00" <= each <= "\u9fff" for each in en)
        assert any("\u4e00" <= each <= "\u9fff" for each in zh)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_of_every_kind_is_worded_without_a_gap(kind: str, language: str) -> None:
    for step in get_args(Step):
        text = write_text(letter(language, (step, alarm(kind))), PLACE)
        assert "{" not in text.subject + text.body
        assert "None" not in text.subject + text.body, text
        assert "https://a.example/alarms?id=a1" in text.body
        assert "jgj25-paper, 3" in text.body


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_device_that_is_away_is_told_with_what_its_room_noted(language: str) -> None:
    noted = "unit 3 answered in place of 4"
    away = replace(alarm(DEVICE_DOWN), params={"device": "probe-4", "why": noted})
    assert noted in write_text(letter(language, ("raised", away)), PLACE).body


def test_a_limit_is_told_with_its_zone_its_value_and_its_side() -> None:
    zh = write_text(letter("zh", ("raised", alarm(LIMIT))), PLACE)
    en = write_text(letter("en", ("worse", alarm(LIMIT))), PLACE)
    assert zh.subject == "[报警·高] 一号库房 (R1) 北区：相对湿度66.2 %RH，高于60.0 %RH"
    assert en.subject == (
        "[graver now, high] Room one (R1) North zone: Relative humidity 66.2 %RH, above 60.0 %RH"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_came_together_is_one_letter_with_each_alarm_in_it_the_gravest_first(
    language: str,
) -> None:
    together = letter(
        language,
        ("cleared", alarm("climate.offline", number=1)),
        ("raised", alarm("climate.drift", priority="low", number=2)),
        ("raised", alarm("climate.limit", number=3)),
    )
    text = write_text(together, PLACE)
    places = [text.body.index(f"id=a{number}") for number in (3, 2, 1)]
    assert places == sorted(places)
    assert ("3 条" if language == "zh" else "and 2 more") in text.subject
    assert ("高" if language == "zh" else "alarm, high") in text.subject
    assert json.dumps(text.body).count("/alarms?id=") == 3


def test_a_swing_that_is_read_to_both_sides_of_the_middle_is_written_so() -> None:
    swing = replace(alarm(SWING), params=PARAMS | {"value": 12.6, "reading": "half_range"})
    assert "±12.6 %RH" in write_text(letter("en", ("raised", swing)), PLACE).subject
    assert "±60" not in write_text(letter("en", ("raised", alarm(SWING))), PLACE).subject
