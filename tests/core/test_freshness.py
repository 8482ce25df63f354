"""Every value carries its age and what it is worth."""

from __future__ import annotations

from drivers.errors import Garbled, NoReply
from drivers.readings import Quality
from drivers.room.freshness import BAD_S, Freshness, Source


def judged(source: Source, now_s: float) -> Freshness:
    return source.judge(now_s, stale_after_s=1.0)


def test_a_value_is_good_until_it_is_old() -> None:
    read = Source().read(10.0)
    assert judged(read, 10.4) == Freshness(age_ms=400, quality=Quality.GOOD)
    assert judged(read, 11.5) == Freshness(age_ms=1500, quality=Quality.STALE)


def test_what_was_never_read_has_no_age() -> None:
    assert judged(Source(), 10.0) == Freshness(age_ms=None, quality=Quality.NEVER_READ)
    silent = Source().missed(NoReply("plc", "nothing came"), 10.1)
    assert judged(silent, 10.0).quality is Quality.NEVER_READ


def test_a_bad_reply_is_told_beside_the_age_of_the_last_good_one() -> None:
    garbled = Source().read(10.0).missed(Garbled("plc", "wrong count"), 10.1)
    assert judged(garbled, 10.2) == Freshness(age_ms=200, quality=Quality.BAD_REPLY)
    assert judged(garbled, 10.2 + BAD_S).quality is Quality.STALE
    assert judged(garbled.read(10.3), 10.4).quality is Quality.GOOD


def test_silence_is_told_by_age_alone() -> None:
    silent = Source().read(10.0).missed(NoReply("plc", "nothing came"), 10.1)
    assert judged(silent, 10.2).quality is Quality.GOOD
    assert judged(silent, 12.0).quality is Quality.STALE
