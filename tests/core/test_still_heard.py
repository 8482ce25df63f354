"""Boxes that stay where they are were seen lately, and telling so costs little."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from drivers.messages import MOST_STILL_HEARD, TagsHeard
from drivers.room.picture import Moment
from drivers.room.presence import BoxGone, restore, rows_of
from drivers.room.still_heard import EVERY_S, Turns

from .test_presence_steps import BOX, FIELD, LEFT, OPEN, SHUT, ZONES, Scene

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
START_S = 100.0


def told(turns: Turns, scene: Scene, until_s: float) -> list[TagsHeard]:
    """Ask for what is to be told every five seconds."""
    found: list[TagsHeard] = []
    at_s = scene.at_s
    while at_s <= until_s:
        found += turns.tell(scene.presence, Moment(at=AT, at_s=at_s))
        at_s += 5.0
    scene.at_s = until_s
    return found


def test_a_box_on_its_shelf_is_named_every_quarter_of_an_hour_while_it_is_heard() -> None:
    room, turns = Scene(SHUT), Turns(FIELD, START_S)
    room.rounds(30, left=-55.0)
    heard_at_s = room.at_s - 2 * 0.2  # two other antennas ran after it in the last round
    (first,) = told(turns, room, START_S + EVERY_S)
    assert (first.zone, first.reader) == (ZONES[LEFT], "reader-1")
    assert first.confidence >= 0.99
    (age_s,) = first.ages_s.values()
    turn_s = START_S + EVERY_S * (sorted(ZONES.values()).index(ZONES[LEFT]) + 1) / len(ZONES)
    assert 0 <= age_s - (turn_s - heard_at_s) < 5 + 1
    assert told(turns, room, START_S + 2 * EVERY_S) == [], "it was not heard any more since"
    room.rounds(1, left=-55.0)
    (again,) = told(turns, room, START_S + 3 * EVERY_S)
    assert list(again.ages_s) == [BOX]


def test_what_is_not_surely_there_is_not_named() -> None:
    room, turns = Scene(), Turns(FIELD, START_S)
    room.rounds(30, left=-55.0)
    while room.presence.tags[BOX].belief[ZONES[LEFT]] >= 0.99:
        room.cycle(LEFT, {})
    assert room.presence.zone_of(BOX) == ZONES[LEFT]
    assert told(turns, room, START_S + EVERY_S) == []


def test_a_box_that_is_gone_was_last_heard_before_the_silence() -> None:
    room = Scene(OPEN)
    room.rounds(30, left=-55.0)
    heard_at_s = room.at_s - 2 * 0.2
    room.rounds(40)
    gone = room.decisions[-1]
    assert isinstance(gone, BoxGone)
    assert gone.last_at_s is not None
    assert abs(gone.last_at_s - heard_at_s) < 1e-6
    assert gone.last_at_s < gone.at_s


def test_after_a_restart_nobody_claims_to_have_heard_a_box_before() -> None:
    before = Scene(OPEN)
    before.rounds(30, left=-55.0)
    room = Scene(OPEN, presence=restore(json.loads(json.dumps(rows_of(before.presence)))))
    turns = Turns(FIELD, START_S)
    assert told(turns, room, START_S + EVERY_S) == []
    room.rounds(40)
    gone = room.decisions[-1]
    assert isinstance(gone, BoxGone)
    assert gone.last_at_s is None


def test_ten_thousand_tags_cost_little_and_come_in_bounded_messages() -> None:
    room, turns = Scene(SHUT, homes={}), Turns(FIELD, START_S)
    many = {f"E2801170{number:016X}": -55.0 for number in range(10_000)}
    for _ in range(12):
        room.cycle(LEFT, many)
    messages = told(turns, room, START_S + EVERY_S)
    assert sum(len(message.ages_s) for message in messages) == len(many)
    assert max(len(message.ages_s) for message in messages) == MOST_STILL_HEARD
    per_hour = sum(len(message.to_bytes()) for message in messages) * 3600 / EVERY_S
    assert per_hour < 1_500_000
    print(f"{per_hour / 1e6:.2f} MB an hour")
